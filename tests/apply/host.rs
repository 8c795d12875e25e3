//! A folder with both files, and the options that name them.

use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use test_support::call::{Answered, call_with, merge};
use test_support::folder::Folder;

/// Long and random enough for the cheapest hash.
pub(crate) const PASSWORD: &str = "mFvGq4wUe8Zx1TbLs7Ro3Ny6";
pub(crate) const OTHER_PASSWORD: &str = "Kp2dYc9hXa5Jt0WqEi8Vr6Ms";
/// A group that is nobody's own on any system: files made by root do not have it by chance.
pub(crate) const GROUP: u32 = 54321;

pub(crate) struct Host {
    pub folder: Folder,
}

/// A file with all that shows whether somebody touched it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Touched {
    bytes: Vec<u8>,
    inode: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Host {
    pub(crate) fn new() -> Self {
        Self { folder: Folder::new() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.0.join(name)
    }

    pub(crate) fn htpasswd(&self) -> PathBuf {
        self.path("htpasswd")
    }

    pub(crate) fn include(&self) -> PathBuf {
        self.path("include")
    }

    pub(crate) fn options(&self, more: Value) -> Value {
        let mut options = json!({
            "htpasswd_path": self.htpasswd(), "include_path": self.include(), "nginx": "", "group": GROUP,
            "_ansible_diff": true,
        });
        merge(&mut options, more);
        options
    }

    pub(crate) fn module(&self, more: Value) -> Answered {
        call_with(&self.options(more))
    }

    /// A run that must succeed.
    pub(crate) fn accepts(&self, more: Value) -> Answered {
        let answer = self.module(more);
        assert!(answer.is_accepted(), "{answer:?}");
        answer
    }

    pub(crate) fn check(&self, more: Value) -> Answered {
        let mut all = json!({"_ansible_check_mode": true});
        merge(&mut all, more);
        self.module(all)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// The first line of the htpasswd file: whose it is.
    pub(crate) fn owner_line(&self) -> String {
        format!("# Of remote-write-auth, for the include {}\n", self.include().display())
    }

    /// The rest of it.
    pub(crate) fn logins(&self) -> String {
        let text = self.text("htpasswd");
        text.strip_prefix(&self.owner_line()).expect("a file that says whose it is").to_owned()
    }

    pub(crate) fn touched(&self, name: &str) -> Touched {
        let path = self.path(name);
        let stat = fs::symlink_metadata(&path).expect("a name in our own folder");
        Touched {
            bytes: fs::read(&path).unwrap_or_default(),
            inode: stat.ino(),
            modified: (stat.mtime(), stat.mtime_nsec()),
            changed: (stat.ctime(), stat.ctime_nsec()),
        }
    }

    pub(crate) fn all_touched(&self) -> Vec<(String, Touched)> {
        let names = self.folder.names();
        names.into_iter().map(|name| (name.clone(), self.touched(&name))).collect()
    }

    /// Whether htpasswd itself takes the password from the file.
    pub(crate) fn proves(&self, username: &str, password: &str) -> bool {
        let mut command = Command::new("htpasswd");
        command.arg("-vb").arg(self.htpasswd()).args([username, password]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("htpasswd is installed").success()
    }
}

pub(crate) fn basic() -> Value {
    json!({"username": "alloy", "password": PASSWORD})
}

pub(crate) fn open() -> Value {
    json!({"auth_type": "none"})
}

pub(crate) fn shut() -> Value {
    json!({"receiver": false})
}

pub(crate) fn absent() -> Value {
    json!({"state": "absent"})
}

pub(crate) fn changed(answer: &Answered) -> bool {
    answer.keys["changed"] == true
}
