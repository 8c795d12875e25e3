//! Text → trees of YAML: the only file here that speaks to the YAML reader.
//!
//! One document at a time, as `kubectl` reads it: by sigs.k8s.io/yaml, which
//! `helm_values` follows. An error has a place in the whole stream, and never
//! repeats the text.

use helm_values::{Error, Node, Origin, Source, read_document};
use std::sync::Arc;

/// Why a text was not read.
#[derive(Debug)]
pub(super) struct StreamError {
    /// The state and what to do.
    pub message: String,
    /// Where.
    pub origin: Origin,
}

impl StreamError {
    pub(super) fn new(message: impl Into<String>, source: &Arc<Source>, line: u32, column: u32) -> Self {
        let origin = Origin { source: Arc::clone(source), line, column };
        StreamError { message: message.into(), origin }
    }
}

/// The one document of `text`, which begins after `lines_before` lines of the
/// stream; none where there is nothing in it.
pub(super) fn document(
    text: &[u8],
    source: &Arc<Source>,
    lines_before: u32,
) -> Result<Option<Node>, StreamError> {
    read_document(text, source, lines_before).map_err(|error| unread(error, source, lines_before))
}

/// An error where kubectl loses the last line of a stream of YAML. Of JSON it reads all.
pub(super) fn check_last_line(text: &str, source: &Arc<Source>) -> Result<(), StreamError> {
    if text.trim_start().starts_with('{') {
        return Ok(());
    }
    helm_values::check_last_line(text.as_bytes(), source).map_err(|error| unread(error, source, 0))
}

fn unread(error: Error, source: &Arc<Source>, lines_before: u32) -> StreamError {
    match error.origin {
        Some(origin) => StreamError { message: error.message, origin },
        None => StreamError::new(error.message, source, lines_before + 1, 1),
    }
}
