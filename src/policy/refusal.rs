//! What every entry says when it refuses: a code, a message, a place.
//!
//! A place stays typed until an entry spells it. Nothing here may ever hold a
//! value that a user wrote.

pub use super::at::{At, Node, OptionPath, ValuesPath};
pub use super::codes::{Code, WarningCode};
use std::fmt;

/// One reason why an entry refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its name.
    pub code: Code,
    /// The whole message: state, `; `, what to do, ` [code]`.
    pub message: String,
    /// What it is about.
    pub at: At,
}

impl Refusal {
    /// `statement` is the state and what to do, without the code.
    pub fn new(code: Code, statement: impl fmt::Display, at: impl Into<At>) -> Self {
        Self { code, message: format!("{statement} [{code}]"), at: at.into() }
    }
}

/// Refusals as lines of text, each with its place in front. A line a refusal:
/// Helm 4 prints the whole log of a hook as one line with escaped ends.
pub fn lines(refusals: &[Refusal]) -> String {
    let line = |Refusal { at, message, .. }: &Refusal| match at {
        At::Nowhere => format!("{message}\n"),
        at => format!("{at}: {message}\n"),
    };
    refusals.iter().map(line).collect()
}

/// What does not change a verdict and should be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Its name.
    pub code: WarningCode,
    /// The whole message, in the form of a refusal's.
    pub message: String,
    /// The setting that it is about.
    pub at: At,
}

impl Warning {
    /// `statement` is the state and what to do, without the code.
    pub fn new(code: WarningCode, statement: impl fmt::Display, at: impl Into<At>) -> Self {
        Self { code, message: format!("{statement} [{code}]"), at: at.into() }
    }
}
