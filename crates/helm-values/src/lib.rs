//! Values exactly as Helm reads them, each with its place.
//!
//! ```text
//! bytes ─▶ events ─▶ compose (scalar) ─▶ documents ─▶ tree ─▶ set, merge, chart, release (profile) ─▶ tree
//! ```
//!
//! Nothing here knows the policy. Errors are "could not look", never a verdict,
//! and never repeat a text that was read.

mod chart;
pub mod compose;
pub mod differences;
pub mod documents;
pub mod events;
mod file_text;
pub mod merge;
pub mod profile;
pub mod release;
pub mod scalar;
pub mod set;
pub mod stack;
mod table;
pub mod tree;

pub use file_text::{file_list, told_path};
pub use profile::HelmVersion;
pub use release::{Coalesced, Inputs, Reuse, Scope, layer, layer_for_verdicts};

use std::sync::Arc;
use tree::Origin;

/// Why no values came out: nothing is known about the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The state and what to do, `; ` between them; never a text that was read.
    pub sentence: String,
    /// The file, chart or flag that made it so.
    pub origin: Option<Origin>,
    /// Helm takes it, but what it makes of it differs from run to run.
    pub random: bool,
}

impl Error {
    fn new(sentence: impl Into<String>, origin: Option<Origin>) -> Self {
        Error { sentence: sentence.into(), origin, random: false }
    }

    fn reading(error: documents::CannotRead, source: &Arc<tree::Source>) -> Self {
        let documents::CannotRead { sentence, line, column, random } = error;
        let origin = Some(Origin { source: Arc::clone(source), line, column });
        Error { sentence, origin, random }
    }
}

/// What Helm does in silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The state and what to do, `; ` between them; never a text that was read.
    pub sentence: String,
    /// Where it was written.
    pub origin: Option<Origin>,
}
