//! Events of one document ─▶ its nodes, by number, and what each alias names.
//!
//! Flat, so that a document which is 10,000 deep, or has 10 million values,
//! costs no stack to read and to drop. A node is small (`packed_node`), and its text
//! stays where it was read. Nothing is resolved here.

use std::collections::HashMap;

use super::events::{Event, Mark, What};
use super::go_yaml::EventError;
use super::packed_node::PackedNode;
use super::parse_error::ParseError;
use super::scalar::Tag;

/// Lists and tables within each other; Helm's JSON reader takes no more.
pub(super) const DEEPEST: usize = 10_000;

pub(super) const TOO_DEEP: &str = "lists and tables are more than 10000 deep in each other; flatten them";

/// The nodes of one document, by number.
#[derive(Debug, Default)]
pub(super) struct Document<'t> {
    pub(super) nodes: Vec<PackedNode>,
    /// Children of lists and tables, each one's in a row; a table's alternate
    /// between key and value.
    pub(super) children: Vec<u32>,
    pub(super) aliases: usize,
    deepest: usize,
    /// What was read.
    read: &'t str,
    /// Texts that do not stand in it, such as those with escapes, in a row.
    made: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Scalar { text: Words, tag: Tag, implicit: bool },
    List(Children),
    Table(Children),
    Alias { target: u32 },
}

/// A row of `Document::children`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Children {
    pub(super) first: u32,
    pub(super) count: u32,
}

/// A scalar's text: a part of what was read, or, after its end, of what was made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Words {
    pub(super) first: u32,
    pub(super) count: u32,
}

impl PartialEq for Document<'_> {
    /// The same nodes, wherever their texts are kept.
    fn eq(&self, other: &Self) -> bool {
        let counts = |document: &Self| (document.nodes.len(), document.aliases, document.deepest);
        let is_same = |(one, two): (&PackedNode, &PackedNode)| {
            (one.line, one.column) == (two.line, two.column)
                && match (one.kind(), two.kind()) {
                    (
                        Kind::Scalar { text, tag, implicit },
                        Kind::Scalar { text: text2, tag: tag2, implicit: implicit2 },
                    ) => (self.text(text), tag, implicit) == (other.text(text2), tag2, implicit2),
                    (one, two) => one == two,
                }
        };
        counts(self) == counts(other)
            && self.children == other.children
            && self.nodes.iter().zip(&other.nodes).all(is_same)
    }
}

impl Document<'_> {
    /// What a scalar says.
    pub(super) fn text(&self, Words { first, count }: Words) -> &str {
        let (first, count) = (first as usize, count as usize);
        match first.checked_sub(self.read.len()) {
            None => &self.read[first..first + count],
            Some(first) => &self.made[first..first + count],
        }
    }

    /// How deep its tree can be, aliases expanded.
    pub(super) fn deepest(&self) -> usize {
        self.deepest.saturating_mul(self.aliases.saturating_add(1))
    }
}

/// The document whose first event `next` gives, up to its end.
pub(super) fn parse(
    mut next: impl FnMut() -> Result<Event, EventError>,
) -> Result<Document<'static>, EventError> {
    let mut nodes = Nodes::default();
    loop {
        let event = next()?;
        match event.what {
            What::Scalar { anchor, tag, implicit, text, .. } => {
                nodes.scalar(&text, (tag, implicit), anchor, event.start)?;
            }
            What::ListStart { anchor, .. } => {
                nodes.open(Kind::List(Children::default()), anchor, event.start)?;
            }
            What::TableStart { anchor, .. } => {
                nodes.open(Kind::Table(Children::default()), anchor, event.start)?;
            }
            What::Alias { anchor } => nodes.alias(&anchor, event.start)?,
            What::End => nodes.close(),
            What::DocumentEnd => return Ok(nodes.document),
            What::DocumentStart { .. } | What::StreamEnd => {
                return Err(ParseError::refused("the document does not end; complete it", event.start).into());
            }
        }
    }
}

const TOO_MANY: &str = "the document has too many values; split it";

/// Puts nodes together.
#[derive(Default)]
pub(super) struct Nodes<'t> {
    document: Document<'t>,
    anchors: HashMap<Box<[u8]>, u32>,
    /// Lists and tables that are not closed: the number, and where its
    /// children begin in `pending`.
    open: Vec<(u32, usize)>,
    pending: Vec<u32>,
}

/// Tables and lists in each other, and nodes of those that are not closed: as many as
/// most files have.
const USUAL_DEPTH: usize = 16;
const USUAL_PENDING: usize = 128;

impl<'t> Nodes<'t> {
    /// With room for what a text of that length has at most as a rule: a row that
    /// grows is copied, and stands there twice. Room that is not used costs nothing.
    pub(super) fn with_room_for(read: &'t str) -> Nodes<'t> {
        let room = read.len() / 4;
        let (nodes, children) = (Vec::with_capacity(room), Vec::with_capacity(room));
        let document = Document { nodes, children, read, ..Document::default() };
        let (open, pending) = (Vec::with_capacity(USUAL_DEPTH), Vec::with_capacity(room.min(USUAL_PENDING)));
        Nodes { document, open, pending, ..Nodes::default() }
    }

    /// Whether nothing was added yet.
    pub(super) fn is_empty(&self) -> bool {
        self.document.nodes.is_empty()
    }

    /// The document, where it has one root and all is closed.
    pub(super) fn whole(self) -> Option<Document<'t>> {
        (self.open.is_empty() && self.pending == [0]).then_some(self.document)
    }

    pub(super) fn scalar(
        &mut self,
        text: &str,
        (tag, implicit): (Tag, bool),
        anchor: Option<Box<[u8]>>,
        start: Mark,
    ) -> Result<(), ParseError> {
        self.unnamed_scalar(text, (tag, implicit), start)
            .map(|number| self.name(anchor, number))
            .ok_or_else(|| ParseError::refused(TOO_MANY, start))
    }

    /// One without an anchor, as most are; its number, where there is room for one more.
    pub(super) fn unnamed_scalar(
        &mut self,
        text: &str,
        (tag, implicit): (Tag, bool),
        start: Mark,
    ) -> Option<u32> {
        let text = self.words(text)?;
        self.add(Kind::Scalar { text, tag, implicit }, start)
    }

    fn name(&mut self, anchor: Option<Box<[u8]>>, number: u32) {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, number);
        }
    }

    fn words(&mut self, text: &str) -> Option<Words> {
        let Document { read, made, .. } = &mut self.document;
        let mut first = text.as_ptr().addr().wrapping_sub(read.as_ptr().addr());
        let is_part = first.checked_add(text.len()).is_some_and(|end| end <= read.len());
        if !is_part {
            first = read.len() + made.len();
            made.push_str(text);
        }
        Some(Words { first: u32::try_from(first).ok()?, count: u32::try_from(text.len()).ok()? })
    }

    /// The number of the new node, where there is room for one more.
    fn add(&mut self, kind: Kind, start: Mark) -> Option<u32> {
        let number = u32::try_from(self.document.nodes.len()).ok()?;
        let node = PackedNode::new(kind, (start.line, start.column))?;
        self.pending.push(number);
        self.document.nodes.push(node);
        Some(number)
    }

    pub(super) fn open(
        &mut self,
        kind: Kind,
        anchor: Option<Box<[u8]>>,
        start: Mark,
    ) -> Result<(), ParseError> {
        let number = self.add(kind, start).ok_or_else(|| ParseError::refused(TOO_MANY, start))?;
        self.name(anchor, number);
        self.open.push((number, self.pending.len()));
        self.document.deepest = self.document.deepest.max(self.open.len());
        if self.open.len() > DEEPEST {
            return Err(ParseError::refused(TOO_DEEP, start));
        }
        Ok(())
    }

    fn alias(&mut self, anchor: &[u8], start: Mark) -> Result<(), ParseError> {
        let Some(target) = self.anchors.get(anchor).copied() else {
            return Err(ParseError::refused(
                "an alias names an anchor that is not set before it; set the anchor, or quote a text that begins with an asterisk",
                start,
            ));
        };
        self.document.aliases += 1;
        let added = self.add(Kind::Alias { target }, start).map(drop);
        added.ok_or_else(|| ParseError::refused(TOO_MANY, start))
    }

    /// libyaml closes only what it opened.
    pub(super) fn close(&mut self) {
        let Some((number, from)) = self.open.pop() else { return };
        // No more children than nodes, whose number fits.
        let first = u32::try_from(self.document.children.len()).unwrap_or(u32::MAX);
        let count = u32::try_from(self.pending.len() - from).unwrap_or(u32::MAX);
        self.document.children.extend(self.pending.drain(from..));
        self.document.nodes[number as usize].set_children(Children { first, count });
    }
}
