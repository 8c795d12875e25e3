//! Options → what the guard is asked for, or every reason why not.
//!
//! Each option is judged by itself here, logins by the law (`login`); all
//! refusals of both are told at once. Nothing is read or written here.

use super::arguments::Arguments;
use super::spelling::{self, Integer};
use super::{login, names};
use crate::guard::{Request, State};
use crate::law::Access;
use crate::refusal::{Code, Refusal};
use serde_json::{Map, Value};
use std::path::{Component, Path, PathBuf};

/// Options that were accepted.
pub struct Wanted {
    /// What should hold.
    pub request: Request,
    /// `state: validated`: the answer is all there is to do.
    pub only_validate: bool,
    /// Sentences that do not stop anything.
    pub warnings: Vec<String>,
}

/// The words of `state`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goal {
    Present,
    Absent,
    Validated,
}

/// Judges all options; refusals are in the order of their codes.
pub fn judge(arguments: &Arguments) -> Result<Wanted, Vec<Refusal>> {
    let given = &arguments.options.0;
    let mut refusals = arguments.refusals.clone();
    refusals.extend(names::unknown(given, names::OPTIONS, ""));
    let mut options = Options {
        given,
        refusals: Vec::new(),
    };
    let goal = options.goal();
    let receiver_on = options.boolean("receiver", true);
    let htpasswd_path = options.path("htpasswd_path", "/etc/nginx/prometheus.htpasswd");
    let include_path = options.path("include_path", "/etc/nginx/prometheus-auth.conf");
    options.paths_differ(&htpasswd_path, &include_path);
    let mut request = Request {
        access: Access::ReceiverOff,
        other_users: Vec::new(),
        htpasswd_path,
        include_path,
        realm: options.realm(),
        strip_authorization: options.boolean("strip_authorization", true),
        group: options.group(),
        bcrypt_cost: options.bcrypt_cost(),
        nginx: options.nginx(),
        reload: options.boolean("reload", true),
        state: if goal == Goal::Absent {
            State::Absent
        } else {
            State::Present
        },
        check_mode: arguments.check_mode,
    };
    refusals.append(&mut options.refusals);
    let mut warnings = Vec::new();
    match login::judge(given, receiver_on, goal == Goal::Absent) {
        Ok(logins) => {
            request.access = logins.access;
            request.other_users = logins.others;
            warnings = logins.warnings;
        }
        Err(mut more) => refusals.append(&mut more),
    }
    if refusals.is_empty() {
        return Ok(Wanted {
            request,
            only_validate: goal == Goal::Validated,
            warnings,
        });
    }
    refusals.sort_by_key(|refusal| refusal.code);
    Err(refusals)
}

/// Reads one option after the other; a refused one gets its default, so that
/// the next is judged, too.
struct Options<'a> {
    given: &'a Map<String, Value>,
    refusals: Vec<Refusal>,
}

impl<'a> Options<'a> {
    /// The option's value; nothing where it is null or empty.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.given
            .get(name)
            .filter(|value| !spelling::is_absent(value))
    }

    fn refuse(&mut self, code: Code, name: &str, rest: &str) {
        self.refusals
            .push(Refusal::new(code, format!("{name} {rest}"), name));
    }

    fn boolean(&mut self, name: &str, default: bool) -> bool {
        let Some(value) = self.get(name) else {
            return default;
        };
        spelling::boolean(value).unwrap_or_else(|| {
            self.refuse(
                Code::OptionHasWrongType,
                name,
                "is neither true nor false; write one of the two",
            );
            default
        })
    }

    fn text(&mut self, name: &str) -> Option<&'a str> {
        let value = self.get(name)?;
        let text = value.as_str();
        if text.is_none() {
            self.refuse(
                Code::OptionHasWrongType,
                name,
                "is not text; put quotes around it in YAML",
            );
        }
        text
    }

    fn goal(&mut self) -> Goal {
        match self.text("state") {
            None | Some("present") => Goal::Present,
            Some("absent") => Goal::Absent,
            Some("validated") => Goal::Validated,
            Some(_) => {
                let rest = "is none of present, absent and validated; write one of the three";
                self.refuse(Code::OptionOutOfRange, "state", rest);
                Goal::Present
            }
        }
    }

    fn path(&mut self, name: &str, default: &str) -> PathBuf {
        let path = self.text(name).unwrap_or(default);
        if !is_portable_path(path) {
            let rest = "is not the absolute path of a file in letters, digits, dots, underscores, hyphens and slashes; \
                        write one, without dots alone between slashes: nginx lets other characters choose the file";
            self.refuse(Code::PathNotPortable, name, rest);
        }
        PathBuf::from(path)
    }

    /// One file must not be the other, nor one of those that stand beside the
    /// other for a while.
    fn paths_differ(&mut self, htpasswd: &Path, include: &Path) {
        let collides = beside(htpasswd).iter().any(|path| path == include)
            || beside(include).iter().any(|path| path == htpasswd);
        if collides {
            let rest = "is the path of the htpasswd file, or of a file that is kept beside it; write another";
            self.refuse(Code::PathNotPortable, "include_path", rest);
        }
    }

    fn realm(&mut self) -> String {
        let realm = self.text("realm").unwrap_or("Prometheus");
        let portable =
            |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'$');
        if realm == "off" || realm.len() > 256 || !realm.bytes().all(portable) {
            let rest = "would be read by nginx as something else; write up to 256 characters of printable ASCII \
                        without double quote, backslash and dollar sign, and not the word off, which opens the door";
            self.refuse(Code::RealmNotPortable, "realm", rest);
        }
        realm.to_owned()
    }

    fn group(&mut self) -> String {
        const DEFAULT: &str = "nginx";
        let Some(value) = self.get("group") else {
            return DEFAULT.to_owned();
        };
        let group = match (value, spelling::integer(value)) {
            (Value::String(text), _) => text.trim().to_owned(),
            (_, Some(Integer::Is(number))) => number.to_string(),
            (_, Some(Integer::FarOut)) => u64::MAX.to_string(),
            (_, None) => {
                let rest = "is neither text nor a whole number; write the name of a group";
                self.refuse(Code::OptionHasWrongType, "group", rest);
                return DEFAULT.to_owned();
            }
        };
        if !is_group(&group) {
            self.refuse(
                Code::OptionOutOfRange,
                "group",
                "is neither the name of a group nor its number; write one of the two",
            );
        }
        group
    }

    fn bcrypt_cost(&mut self) -> Option<u32> {
        let value = self.get("bcrypt_cost").filter(|value| *value != "auto")?;
        match spelling::integer(value) {
            Some(Integer::Is(cost @ 4..=15)) => u32::try_from(cost).ok(),
            Some(Integer::Is(_) | Integer::FarOut) => {
                let rest = "is not between 4 and 15; write a number in between, or leave it out to have one chosen";
                self.refuse(Code::OptionOutOfRange, "bcrypt_cost", rest);
                None
            }
            None => {
                let rest = "is not a whole number; write one between 4 and 15, or leave it out to have one chosen";
                self.refuse(Code::OptionHasWrongType, "bcrypt_cost", rest);
                None
            }
        }
    }

    /// The one option whose empty text means something: no nginx at all.
    fn nginx(&mut self) -> Option<String> {
        if self.given.get("nginx").is_some_and(|value| value == "") {
            return None;
        }
        let program = self.text("nginx").unwrap_or("nginx");
        if !is_program(program) {
            let rest = "is neither the name of a program nor an absolute path; write one of the two, or an empty text \
                        for neither test nor reload";
            self.refuse(Code::OptionOutOfRange, "nginx", rest);
        }
        Some(program.to_owned())
    }
}

fn is_plain(text: &str, more: &[u8]) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte) || more.contains(&byte))
}

fn is_portable_path(text: &str) -> bool {
    let path = Path::new(text);
    let no_dots_alone = !text.split('/').any(|part| part == "." || part == "..");
    let names_a_file = !text.ends_with('/')
        && path
            .components()
            .any(|part| matches!(part, Component::Normal(_)));
    path.is_absolute() && names_a_file && no_dots_alone && is_plain(text, b"/")
}

/// The file itself, its temporary name and its kept copy.
fn beside(path: &Path) -> [PathBuf; 3] {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    [
        path.to_owned(),
        path.with_file_name(format!(".{name}.remote-write-auth")),
        path.with_file_name(format!("{name}.before")),
    ]
}

/// A name as some directory service may have it, but nothing that getent reads
/// as an option or that splits a line of /etc/group; or a number of a group.
fn is_group(text: &str) -> bool {
    let named = !text.is_empty()
        && !text.starts_with('-')
        && !text.contains(|c: char| c.is_control() || c == ':');
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    // The highest number means none to chown.
    named
        && text.len() <= 256
        && (!is_number || text.parse::<u32>().is_ok_and(|number| number != u32::MAX))
}

fn is_program(text: &str) -> bool {
    let absolute = Path::new(text).is_absolute() && !text.ends_with('/');
    is_plain(text, b"/+") && !text.starts_with('-') && (absolute || !text.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portable_path_names_one_file_for_every_reader() {
        for path in [
            "/a",
            "/etc/nginx/prometheus.htpasswd",
            "/A-b_9/..c",
            "/a//b",
        ] {
            assert!(is_portable_path(path), "{path}");
        }
        for path in [
            "", "a", "./a", "/", "/a/", "/a/..", "/a/../b", "/./a", "/a b", "/a$b", "/ä", "/a\n",
            "/a;b", "/a\0",
        ] {
            assert!(!is_portable_path(path), "{path:?}");
        }
    }

    #[test]
    fn a_group_is_a_name_or_a_number() {
        for group in [
            "nginx",
            "0",
            "65534",
            "domain users",
            "DOM\\users",
            "www-data",
            "4294967294",
        ] {
            assert!(is_group(group), "{group}");
        }
        for group in [
            "",
            "-s",
            "-1",
            "a:b",
            "a\nb",
            "4294967295",
            "99999999999999999999",
        ] {
            assert!(!is_group(group), "{group:?}");
        }
    }

    #[test]
    fn a_program_is_never_looked_for_below_the_working_folder() {
        for program in [
            "nginx",
            "/usr/sbin/nginx",
            "nginx1.22",
            "/opt/nginx+/sbin/nginx",
        ] {
            assert!(is_program(program), "{program}");
        }
        for program in [
            "./nginx",
            "sbin/nginx",
            "-nginx",
            "nginx -g x",
            "/usr/sbin/",
            "a\0",
            "nginx;id",
        ] {
            assert!(!is_program(program), "{program:?}");
        }
    }
}
