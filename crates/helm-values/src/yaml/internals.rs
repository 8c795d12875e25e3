//! Both ways to read a text, to be held against each other.

use super::document::{Document, parse};
use super::events::What;
use super::fast_path;
use super::go_yaml::GoYamlEvents;
use super::stand_ins::Text;

/// The nodes of a document with their places.
#[derive(Debug, PartialEq)]
pub struct ParsedDocument<'t>(Document<'t>);

/// What the fast path makes of a text; none where it leaves it to libyaml.
pub fn parse_by_fast_path(text: &[u8]) -> Option<ParsedDocument<'_>> {
    fast_path::read(text).map(ParsedDocument)
}

/// What libyaml makes of a text that is one document and nothing else; none
/// where it is not.
pub fn parse_by_libyaml(text: &[u8]) -> Option<ParsedDocument<'static>> {
    let text = Text::new(text);
    let mut events = GoYamlEvents::new(&text).ok()?;
    let begins = matches!(events.next_event().ok()?.what, What::DocumentStart { .. });
    let document = begins.then(|| parse(|| events.next_event()).ok())??;
    let ends = events.next_event().ok()?.what == What::StreamEnd;
    ends.then_some(ParsedDocument(document))
}
