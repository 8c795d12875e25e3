//! Text → trees of YAML: the only file here that speaks to the YAML reader.
//!
//! One document at a time, as `kubectl` reads it: by sigs.k8s.io/yaml, which
//! `helm_values` follows. A fault has a place in the whole stream, and never
//! repeats the text.

use helm_values::compose::{self, Document, Tree};
use helm_values::differences::{Reader, Stop, Text, Wrong};
use helm_values::events::What;
use helm_values::tree::{Node, Origin, Source};
use std::sync::Arc;

/// Why a text was not read.
#[derive(Debug)]
pub(super) struct StreamError {
    /// The state and what to do.
    pub sentence: String,
    /// Where.
    pub origin: Origin,
}

impl StreamError {
    pub(super) fn new(sentence: impl Into<String>, source: &Arc<Source>, line: u32, column: u32) -> Self {
        let origin = Origin { source: Arc::clone(source), line, column };
        StreamError { sentence: sentence.into(), origin }
    }
}

/// The one document of `text`, which begins after `line_base` lines of the
/// stream; none where there is nothing in it.
pub(super) fn document(
    text: &[u8],
    source: &Arc<Source>,
    line_base: u32,
) -> Result<Option<Node>, StreamError> {
    match compose::fast_path::read(text) {
        Some(document) => grow(document, source, line_base).map(Some),
        None => by_events(text, source, line_base),
    }
}

fn by_events(bytes: &[u8], source: &Arc<Source>, line_base: u32) -> Result<Option<Node>, StreamError> {
    let place = |wrong: Wrong| {
        StreamError::new(wrong.sentence, source, line_base + wrong.mark.line + 1, wrong.mark.column + 1)
    };
    let mut text = Text::of(bytes);
    loop {
        let mut events = Reader::of(&text).map_err(place)?;
        let patch = match parse(&mut events) {
            Ok(None) => return Ok(None),
            Ok(Some(document)) => return grow(document, source, line_base).map(Some),
            Err(Stop::Wrong(wrong)) => return Err(place(wrong)),
            Err(Stop::Patch(patch)) => patch,
        };
        drop(events);
        text.apply(&patch).map_err(place)?;
    }
}

/// The first document, where nothing stands below its end: `kubectl` would not
/// read that, and Helm might.
fn parse(events: &mut Reader) -> Result<Option<Document<'static>>, Stop> {
    match events.next_event()?.what {
        What::DocumentStart { .. } => {}
        _ => return Ok(None),
    }
    let document = compose::parse(|| events.next_event())?;
    let below = events.next_event()?;
    match below.what {
        What::StreamEnd => Ok(Some(document)),
        _ => Err(Stop::wrong(
            "another document begins below the end of one, which kubectl does not read; begin it with a line of three dashes",
            below.start,
        )),
    }
}

fn grow(document: Document, source: &Arc<Source>, line_base: u32) -> Result<Node, StreamError> {
    // What Helm would do in silence does not matter for rendered objects.
    let mut warnings = Vec::new();
    Tree::of(document, source, line_base, &mut warnings)
        .grow()
        .map_err(|error| StreamError::new(error.sentence, source, error.line, error.column))
}
