//! Values exactly as Helm reads them, each with its place.
//!
//! ```text
//! bytes ─▶ events ─▶ compose (scalar) ─▶ documents ─▶ tree ─▶ set, merge, chart, release (profile) ─▶ tree
//! ```
//!
//! Nothing here knows the law. Errors are "could not look", never a verdict,
//! and never repeat a text that was read.

pub mod compose;
pub mod documents;
pub mod events;
pub mod profile;
pub mod release;
pub mod scalar;
pub mod stack;
pub mod tree;

pub use profile::Profile;
pub use release::{Inputs, Layered, Reuse, Scope, file_list, layer};

use tree::Origin;

/// Why no values came out: nothing is known about the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CouldNotTell {
    /// The state and what to do, `; ` between them; never a text that was read.
    pub sentence: String,
    /// The file, chart or flag that made it so.
    pub origin: Option<Origin>,
}

/// What Helm does in silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The state and what to do, `; ` between them; never a text that was read.
    pub sentence: String,
    /// Where it was written.
    pub origin: Option<Origin>,
}
