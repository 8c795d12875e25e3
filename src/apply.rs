//! From what should hold to files that say so: lock, read, plan, replace,
//! test, roll back, reload. The pipeline that every writing entry shares.
//!
//! `pipeline` holds the order, `plan` what is to be done, `target` one of the
//! two files, `nginx` the server in front, `backup` the copy of a file that was not
//! ours, `group` who may read, `messages` what is said when it stops. Nothing here knows JSON or an exit code.

mod backup;
mod group;
mod messages;
mod nginx;
mod pipeline;
mod plan;
mod target;

use crate::policy::{Access, Credentials};
use crate::refusal::Refusal;
use std::path::PathBuf;

/// What should hold on this host, already judged by the policy.
pub struct Request {
    /// Who is let in.
    pub access: Access,
    /// More logins beside the first; empty unless `access` is basic.
    pub other_users: Vec<Credentials>,
    /// Absolute path of the htpasswd file.
    pub htpasswd_path: PathBuf,
    /// Absolute path of the nginx include.
    pub include_path: PathBuf,
    /// The realm of the challenge.
    pub realm: String,
    /// Whether nginx keeps the Authorization header from Prometheus.
    pub strip_authorization: bool,
    /// Name or number of the group whose member reads the htpasswd file.
    pub group: String,
    /// bcrypt cost, 4 to 15; `None` chooses by each password's quality.
    pub bcrypt_cost: Option<u32>,
    /// The nginx program; `None`: neither test nor reload.
    pub nginx: Option<String>,
    /// Whether an owed reload is done here.
    pub reload: bool,
    /// Both files, or neither.
    pub state: State,
    /// Say what would be done, do nothing.
    pub check_mode: bool,
}

/// Whether the two files are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Both say what `access` wants.
    Present,
    /// Both are gone.
    Absent,
}

/// What was done, also when it ended half-way.
#[must_use]
#[derive(Debug, Default)]
pub struct Outcome {
    /// Files differ from before, or a reload was owed.
    pub changed: bool,
    /// A running worker is older than the include.
    pub reload_owed: bool,
    /// The highest bcrypt cost among the logins; `None` without logins.
    pub bcrypt_cost: Option<u32>,
    /// Sentences that do not stop anything.
    pub warnings: Vec<String>,
    /// One entry for each file that changes; hashes are replaced by words.
    pub diff: Vec<FileDiff>,
    /// Why it stopped; what was done before stays told above.
    pub refusal: Option<Refusal>,
}

/// A file before and after, fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDiff {
    /// The file's path.
    pub path: PathBuf,
    /// Its text before; empty where it was absent.
    pub before: String,
    /// Its text after; empty where it is removed.
    pub after: String,
}

/// Brings the host to what `request` wants.
pub fn run(request: &Request) -> Outcome {
    pipeline::Pipeline::new(request).run()
}
