//! What was done, fit to be shown.

use crate::policy::refusal::Refusal;
use std::path::PathBuf;

/// What was done, also when it ended half-way.
#[must_use]
#[derive(Debug, Default)]
pub(crate) struct ApplyOutcome {
    /// Files differ from before, or a reload was owed.
    pub(crate) changed: bool,
    /// A running worker is older than the include.
    pub(crate) reload_owed: bool,
    /// The highest bcrypt cost among the logins; `None` without logins.
    pub(crate) bcrypt_cost: Option<u32>,
    /// Messages that do not stop anything.
    pub(crate) warnings: Vec<String>,
    /// One entry for each file that changes; hashes are replaced by words.
    pub(crate) diff: Vec<FileDiff>,
    /// Why it stopped; all the rest is what was done before that.
    pub(crate) refusal: Option<Refusal>,
}

/// A file before and after, fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileDiff {
    /// The file's path.
    pub(crate) path: PathBuf,
    /// Its text before; empty where it was absent.
    pub(crate) before: String,
    /// Its text after; empty where it is removed.
    pub(crate) after: String,
}
