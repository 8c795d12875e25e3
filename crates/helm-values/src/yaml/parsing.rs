//! A text ─▶ the nodes of its first document: by the fast path, else by libyaml
//! with the events that go-yaml would give.

use super::document::{Document, parse};
use super::events::{Mark, What};
use super::fast_path;
use super::go_yaml::{EventError, GoYamlEvents};
use super::parse_error::ParseError;
use super::stand_ins::Text;

/// What a text holds.
pub(super) struct Parsed<'t> {
    /// Its first document; none where there is none.
    pub(super) document: Option<Document<'t>>,
    /// Where something stands after it, which is not read.
    pub(super) rest: Option<Mark>,
}

pub(super) fn first_document(bytes: &[u8]) -> Result<Parsed<'_>, ParseError> {
    match fast_path::read(bytes) {
        Some(document) => Ok(Parsed { document: Some(document), rest: None }),
        None => by_libyaml(bytes),
    }
}

fn by_libyaml<'t>(bytes: &[u8]) -> Result<Parsed<'t>, ParseError> {
    let mut text = Text::new(bytes);
    loop {
        let mut events = GoYamlEvents::new(&text)?;
        let patch = match begin(&mut events) {
            Ok(document) => {
                let rest = if document.is_some() { more(&mut events) } else { None };
                return Ok(Parsed { document, rest });
            }
            Err(EventError::Refused(error)) => return Err(error),
            Err(EventError::Patch(patch)) => patch,
        };
        drop(events);
        text.apply(&patch)?;
    }
}

fn begin(events: &mut GoYamlEvents) -> Result<Option<Document<'static>>, EventError> {
    match events.next_event()?.what {
        What::DocumentStart { .. } => parse(|| events.next_event()).map(Some),
        _ => Ok(None),
    }
}

/// Where something stands that is not read.
fn more(events: &mut GoYamlEvents) -> Option<Mark> {
    loop {
        let event = match events.next_event() {
            Ok(event) => event,
            Err(EventError::Refused(error)) => return Some(error.mark),
            Err(EventError::Patch(patch)) => return Some(patch.mark),
        };
        match event.what {
            What::StreamEnd => return None,
            What::DocumentStart { .. } | What::DocumentEnd => {}
            What::Scalar { implicit: true, text, .. } if text.is_empty() => {}
            _ => return Some(event.start),
        }
    }
}
