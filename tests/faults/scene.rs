//! A host's two files before a transition, and who gets in with what stands
//! there afterwards: judged by `htpasswd` and by the lines as nginx reads them.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use test_support::call::{call_with, merge};
use test_support::folder::Folder;

pub(crate) const OLD: (&str, &str) = ("alloy", "c4nary-0ld-Qm7vXk2ZrT9w");
pub(crate) const NEW: (&str, &str) = ("alloy", "c4nary-N3w-Hs5bLf8YpD6e");
pub(crate) const OTHER: (&str, &str) = ("second", "c4nary-0th-Wn3cJg4AuV1x");
/// In every password here.
pub(crate) const CANARY: &str = "c4nary";

/// Two states of a host, as options of the module.
pub(crate) struct Transition {
    pub name: &'static str,
    before: Option<Value>,
    after: Value,
}

pub(crate) fn transitions() -> Vec<Transition> {
    let old = json!({"username": OLD.0, "password": OLD.1, "other_users": [login(OTHER)]});
    let new = json!({"username": NEW.0, "password": NEW.1, "other_users": [login(OTHER)], "realm": "Other"});
    let none = json!({"auth_type": "none"});
    let closed = json!({"receiver": false});
    let absent = json!({"state": "absent"});
    let transition = |name, before: Option<&Value>, after: &Value| Transition {
        name,
        before: before.cloned(),
        after: after.clone(),
    };
    vec![
        transition("nothing to basic", None, &new),
        transition("basic to basic", Some(&old), &new),
        transition("basic to none", Some(&old), &none),
        transition("none to basic", Some(&none), &new),
        transition("basic to receiver off", Some(&old), &closed),
        transition("basic to absent", Some(&old), &absent),
    ]
}

fn login((username, password): (&str, &str)) -> Value {
    json!({"username": username, "password": password})
}

/// Who gets in; `anybody` is one without a login.
pub(crate) type Admitted = BTreeSet<&'static str>;

/// A folder that holds what a transition begins with.
pub(crate) struct Scene {
    folder: Folder,
    after: Value,
}

/// The two files of a transition's beginning, to be laid out many times.
pub(crate) struct Beginning {
    files: Vec<(&'static str, u32, String)>,
    after: Value,
}

/// Stands in a file for the folder that it is laid out in.
const HERE: &str = "\u{0}HERE\u{0}";

impl Beginning {
    pub(crate) fn new(transition: &Transition) -> Self {
        let folder = Folder::new();
        if let Some(before) = &transition.before {
            let answer = call_with(&options(&folder.0, before));
            assert!(answer.is_accepted(), "{}: {answer:?}", transition.name);
        }
        let here = folder.0.display().to_string();
        let read = |name: &'static str, mode| {
            let text = fs::read_to_string(folder.0.join(name)).ok()?;
            Some((name, mode, text.replace(&here, HERE)))
        };
        let files = [read("htpasswd", 0o640), read("include", 0o644)].into_iter().flatten().collect();
        Self { files, after: transition.after.clone() }
    }

    pub(crate) fn lay_out(&self) -> Scene {
        let folder = Folder::new();
        for (name, mode, text) in &self.files {
            let path = folder.file(name, text.replace(HERE, &folder.0.display().to_string()));
            fs::set_permissions(path, Permissions::from_mode(*mode)).expect("our own file");
        }
        Scene { folder, after: self.after.clone() }
    }
}

fn options(folder: &Path, more: &Value) -> Value {
    let mut options = json!({
        "htpasswd_path": folder.join("htpasswd"), "include_path": folder.join("include"),
        "nginx": "", "group": "0", "bcrypt_cost": 4, "_ansible_diff": true,
    });
    merge(&mut options, more.clone());
    options
}

impl Scene {
    /// What the transition asks for.
    pub(crate) fn options(&self) -> Value {
        options(&self.folder.0, &self.after)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder.0
    }

    /// A run that nothing disturbs.
    pub(crate) fn run(&self) -> test_support::call::Answered {
        call_with(&self.options())
    }

    /// Names other than the two files'.
    pub(crate) fn litter(&self) -> Vec<String> {
        let mut names = self.folder.names();
        names.retain(|name| name != "htpasswd" && name != "include");
        names
    }

    /// Whether any file holds a password.
    pub(crate) fn holds_canary(&self) -> bool {
        let paths: Vec<PathBuf> = self.folder.names().iter().map(|name| self.folder.0.join(name)).collect();
        paths.iter().any(|path| {
            let bytes = fs::read(path).expect("our own file");
            bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
        })
    }

    /// Without the include nginx does not start; without the htpasswd file it answers 403.
    pub(crate) fn admitted(&self) -> Admitted {
        let Ok(include) = fs::read_to_string(self.folder.0.join("include")) else { return Admitted::new() };
        let directives: Vec<&str> = include
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();
        let file = self.folder.0.join("htpasswd");
        let guarded = format!("auth_basic_user_file {};", file.display());
        let names = |start: &str| directives.iter().any(|line| line.starts_with(start));
        if names("return 404;") {
            return Admitted::new();
        }
        if !(names("satisfy all;") && names("auth_basic \"") && names(&guarded)) {
            assert!(directives.is_empty(), "neither open nor guarded: {directives:?}");
            return Admitted::from(["anybody", "old", "new", "other"]);
        }
        let logins = [("old", OLD), ("new", NEW), ("other", OTHER)];
        logins.into_iter().filter(|(_, login)| proves(&file, *login)).map(|(name, _)| name).collect()
    }
}

/// What `htpasswd` says of a login and these very lines is asked once.
fn proves(file: &Path, (username, password): (&str, &str)) -> bool {
    static ASKED: Mutex<BTreeMap<(Vec<u8>, String), bool>> = Mutex::new(BTreeMap::new());
    let Ok(lines) = fs::read(file) else { return false };
    let question = (lines, password.to_owned());
    if let Some(known) = ASKED.lock().expect("nobody panics here").get(&question) {
        return *known;
    }
    let judge = Command::new("htpasswd")
        .args(["-vb", &file.display().to_string(), username, password])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let is_proven = judge.expect("htpasswd is installed").success();
    ASKED.lock().expect("nobody panics here").insert(question, is_proven);
    is_proven
}
