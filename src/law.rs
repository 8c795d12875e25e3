//! judge(document) → who may write, or every reason why not.
pub mod access;
use crate::refusal::Refusal;
pub use access::{Access, Credentials, Secret};
use serde_json::Value;

/// What an accepted document says.
#[must_use]
#[derive(Debug)]
pub struct Verdict {
    /// Whether a write receiver is on.
    pub receiver_on: bool,
    /// Who may write.
    pub access: Access,
}

/// Asks the law.
pub fn judge(document: &Value) -> Result<Verdict, Vec<Refusal>> {
    Ok(Verdict { receiver_on: true, access: access::read(document) })
}
