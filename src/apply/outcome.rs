//! What was done and seen, fit to be shown.

use crate::policy::refusal::{At, Refusal, Warning, WarningCode};
use std::fmt;
use std::path::PathBuf;

/// What was done, also when it ended half-way.
#[must_use]
#[derive(Debug, Default)]
pub(crate) struct ApplyOutcome {
    /// Files differ from before, or a reload was owed.
    pub(crate) changed: bool,
    /// A running worker is older than what it should know.
    pub(crate) reload_owed: bool,
    /// What the include says, where nobody said what it should.
    pub(crate) access: Option<SaidAccess>,
    /// nginx was reloaded here.
    pub(crate) reloaded: bool,
    /// Whether nginx includes the file; `None`: nobody could tell, or nobody was asked.
    pub(crate) include_used: Option<bool>,
    /// The copy of a file that this tool had not written, where it was made now.
    pub(crate) backup_file: Option<PathBuf>,
    /// The highest bcrypt cost among the logins; `None` without logins.
    pub(crate) bcrypt_cost: Option<u32>,
    /// Messages that do not stop anything.
    pub(crate) warnings: Vec<Notice>,
    /// Each location that leads to the receiver; `None`: nobody could tell.
    pub(crate) endpoints: Option<Vec<SeenEndpoint>>,
    /// One entry for each file that changes; hashes are replaced by words.
    pub(crate) diff: Vec<FileDiff>,
    /// Why it stopped, or what is wrong with the result.
    pub(crate) refusals: Vec<Refusal>,
}

/// A message that does not stop anything, with its code and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// Of a refusal or of a warning.
    pub(crate) code: &'static str,
    /// The whole message.
    pub(crate) message: String,
    /// What it is about.
    pub(crate) at: At,
}

impl Notice {
    /// `statement` is the state and what to do, without the code.
    pub(crate) fn new(code: WarningCode, statement: impl fmt::Display, at: impl Into<At>) -> Self {
        Warning::new(code, statement, at).into()
    }
}

impl From<Warning> for Notice {
    fn from(Warning { code, message, at }: Warning) -> Self {
        Self { code: code.as_str(), message, at }
    }
}

impl From<Refusal> for Notice {
    fn from(Refusal { code, message, at }: Refusal) -> Self {
        Self { code: code.as_str(), message, at }
    }
}

/// Who is let in, as a choice says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SaidAccess {
    /// Who has a login.
    Basic,
    /// Anybody.
    Open,
    /// Nobody: the receiver is off.
    ReceiverOff,
}

impl SaidAccess {
    /// Its name for people and programs.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            SaidAccess::Basic => "basic",
            SaidAccess::Open => "open",
            SaidAccess::ReceiverOff => "receiver-off",
        }
    }
}

/// Who gets in at a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SeenAccess {
    /// Anybody.
    Open,
    /// Who has a login.
    Basic,
    /// Nobody.
    Shut,
    /// Not known: never to be called shut.
    NotJudged,
}

impl SeenAccess {
    /// Its name for people and programs.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            SeenAccess::Open => "open",
            SeenAccess::Basic => "basic",
            SeenAccess::Shut => "shut",
            SeenAccess::NotJudged => "not-judged",
        }
    }
}

/// A location that leads to the receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeenEndpoint {
    /// Its server's names, or what that listens on where it has none.
    pub(crate) server: String,
    /// With its modifier, as written.
    pub(crate) location: String,
    /// Where it is opened.
    pub(crate) file: PathBuf,
    /// The same.
    pub(crate) line: u32,
    /// Who gets in.
    pub(crate) access: SeenAccess,
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
