//! What was found out about one release, before it takes a form.

use crate::values::tree::Origin;

/// One release and its verdict.
pub(super) struct Report {
    /// What was judged: a file's path, or the layered flags.
    pub name: String,
    /// The verdict.
    pub outcome: Outcome,
    /// What does not change the verdict.
    pub warnings: Vec<Finding>,
}

/// A verdict.
pub(super) enum Outcome {
    /// The law has nothing against it.
    Accepted {
        /// Whether a write receiver is on.
        receiver_on: bool,
        /// Who may write.
        auth: Auth,
    },
    /// The law's reasons, in its order.
    Refused {
        /// Whether a write receiver is on.
        receiver_on: bool,
        /// At least one.
        refusals: Vec<Finding>,
    },
    /// It could not be looked at, and why.
    Unknown(Finding),
}

/// Who may write.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Auth {
    /// Whoever has the credentials.
    Basic,
    /// Anyone.
    Anyone,
    /// Nobody said.
    NotChosen,
}

impl Auth {
    /// The auth type; `None` where nobody said.
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Auth::Basic => Some("basic"),
            Auth::Anyone => Some("none"),
            Auth::NotChosen => None,
        }
    }
}

/// A sentence about a place.
pub(super) struct Finding {
    /// The code at the end of the sentence; `None` for what could not be read.
    pub code: Option<&'static str>,
    /// The whole sentence.
    pub msg: String,
    /// The values path it is about; empty where it is about the whole.
    pub path: String,
    /// Where the setting that won stands.
    pub place: Option<Place>,
}

/// Where a setting stands.
pub(super) struct Place {
    /// Source, line and column.
    pub origin: Origin,
    /// The key that stands there, where it may be shown.
    pub key: Option<String>,
}
