//! What is wrong with a text, by its place in the text that was parsed.

use super::events::Mark;

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct ParseError {
    /// State and what to do; never a text of the file.
    pub(super) message: String,
    pub(super) mark: Mark,
    /// Helm takes it, but what it reads is chance, or a defect of its own.
    pub(super) random: bool,
}

impl ParseError {
    /// Helm refuses it.
    pub(super) fn refused(message: &str, mark: Mark) -> ParseError {
        ParseError { message: message.into(), mark, random: false }
    }

    /// What Helm makes of it is chance.
    pub(super) fn random(message: &str, mark: Mark) -> ParseError {
        ParseError { message: message.into(), mark, random: true }
    }
}
