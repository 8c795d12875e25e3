//! Why no values came out, and what Helm does in silence.
//!
//! Neither ever repeats a text that was read: a message says what state the
//! input is in and what to do, and the place says where it stands.

use crate::value::{Origin, Source};
use std::fmt;
use std::sync::Arc;

/// Why no values came out: nothing is known about what Helm would see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What kind of reason it is.
    pub kind: ErrorKind,
    /// The state and what to do, `; ` between them; never a text that was read.
    pub message: String,
    /// The file, chart or flag that made it so.
    pub origin: Option<Origin>,
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Helm refuses it, too.
    Refused,
    /// Helm takes it, but what it makes of it differs from run to run, or is a
    /// defect of its own.
    Random,
    /// A file or an archive cannot be read.
    Unreadable,
    /// More than is read here; Helm might take it.
    TooLarge,
    /// The inputs lack something that Helm has: the values of the release, its chart.
    Incomplete,
}

impl Error {
    /// Something that Helm refuses, too.
    pub(crate) fn new(message: impl Into<String>, origin: Option<Origin>) -> Self {
        Error::with_kind(ErrorKind::Refused, message, origin)
    }

    pub(crate) fn with_kind(kind: ErrorKind, message: impl Into<String>, origin: Option<Origin>) -> Self {
        Error { kind, message: message.into(), origin }
    }

    /// About a whole source, or the line and column of it.
    pub(crate) fn in_source(
        kind: ErrorKind,
        message: impl Into<String>,
        source: &Arc<Source>,
        (line, column): (u32, u32),
    ) -> Self {
        Error::with_kind(kind, message, Some(Origin { source: Arc::clone(source), line, column }))
    }

    /// Whether Helm's own answer differs from run to run.
    pub fn is_random(&self) -> bool {
        self.kind == ErrorKind::Random
    }
}

impl std::error::Error for Error {}

/// The place, as far as there is one, and the message.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_message(f, self.origin.as_ref(), &self.message)
    }
}

/// What Helm does in silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The state and what to do, `; ` between them; never a text that was read.
    /// Shared, since a large file can have many and every version of Helm has them.
    pub message: Arc<str>,
    /// Where it was written.
    pub origin: Option<Origin>,
}

/// The place, as far as there is one, and the message.
impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_message(f, self.origin.as_ref(), &self.message)
    }
}

fn write_message(f: &mut fmt::Formatter<'_>, origin: Option<&Origin>, message: &str) -> fmt::Result {
    match origin {
        Some(origin) => write!(f, "{origin}: {message}"),
        None => f.write_str(message),
    }
}
