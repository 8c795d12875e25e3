//! One of the two files as messages name it.

use std::fmt;
use std::path::{Path, PathBuf};

/// What a file is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Htpasswd,
    Include,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Htpasswd => "the htpasswd file",
            Role::Include => "the include",
        })
    }
}

/// A file's role and its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NamedFile {
    pub(super) role: Role,
    pub(super) path: PathBuf,
}

impl NamedFile {
    pub(super) fn new(role: Role, path: PathBuf) -> Self {
        Self { role, path }
    }

    /// The path of its folder.
    pub(super) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }
}

impl fmt::Display for NamedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.role, self.path.display())
    }
}
