//! A file that is no values file: the releases in it, as the controllers that
//! apply it make them.
//!
//! ```text
//! bytes ─▶ documents ─▶ a reader for each kind ─▶ sketches (chart, values, unknowns) ─▶ releases
//! ```
//!
//! Each reader lays values over each other as its controller does; what Helm
//! then makes of them is `helm_values`' to say. What a document does not hold
//! (an object of the cluster, an encrypted or templated text) is unknown: the
//! verdict stands only where it is the same whatever that is, see `unknowns`.

mod application;
mod application_set;
mod carrier;
mod chart;
mod document;
mod embedded;
mod fleet;
mod helm_release;
mod helmfile;
mod kinds;
mod kustomization;
mod problem;
pub(super) mod sketch;
mod substitution;
mod target_path;
mod unknowns;

use super::CheckRequest;
use super::release::Release;
use document::Documents;
use std::sync::Arc;

/// The releases of a file; none where it is a values file.
pub(super) fn releases(file: &str, bytes: &[u8], request: &Arc<CheckRequest>) -> Option<Vec<Release>> {
    let documents = Documents::read(file, bytes, request)?;
    let documents = match documents {
        Ok(documents) => Arc::new(documents),
        Err(error) => return Some(vec![Release::unread(file, error)]),
    };
    Some(kinds::all(&documents))
}
