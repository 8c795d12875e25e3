//! Events of one document ─▶ its nodes, by number, and what each alias names.
//!
//! Flat, so that a document which is 10,000 deep, or has 10 million values,
//! costs no stack to read and to drop. Nothing is resolved here.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{DEEPEST, TOO_DEEP};
use crate::values::differences::Stop;
use crate::values::events::{Event, Mark, What};
use crate::values::scalar::Tag;

/// The nodes of one document, by number.
#[derive(Debug, Default, PartialEq)]
pub struct Document<'t> {
    pub(super) nodes: Vec<Raw<'t>>,
    /// Children of lists and tables, each one's in a row; a table's alternate
    /// between key and value.
    pub(super) children: Vec<u32>,
    pub(super) aliases: usize,
    deepest: usize,
}

#[derive(Debug, PartialEq)]
pub(super) struct Raw<'t> {
    pub(super) kind: Kind<'t>,
    pub(super) line: u32,
    pub(super) column: u32,
}

#[derive(Debug, PartialEq)]
pub(super) enum Kind<'t> {
    Scalar { text: Cow<'t, str>, tag: Tag, implicit: bool },
    List(Children),
    Table(Children),
    Alias { target: u32, open: bool },
}

/// A row of `Document::children`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Children {
    pub(super) first: u32,
    pub(super) count: u32,
}

impl Document<'_> {
    /// How deep its tree can be, aliases expanded.
    pub fn deepest(&self) -> usize {
        self.deepest.saturating_mul(self.aliases.saturating_add(1))
    }
}

/// The document whose first event `next` gives, up to its end.
pub fn parse(mut next: impl FnMut() -> Result<Event, Stop>) -> Result<Document<'static>, Stop> {
    let mut parser = Parser::default();
    loop {
        let event = next()?;
        match event.what {
            What::Scalar { anchor, tag, implicit, text, .. } => {
                parser.add(Kind::Scalar { text: Cow::Owned(text), tag, implicit }, anchor, event.start)?;
            }
            What::ListStart { anchor, .. } => {
                parser.open(Kind::List(Children::default()), anchor, event.start)?;
            }
            What::TableStart { anchor, .. } => {
                parser.open(Kind::Table(Children::default()), anchor, event.start)?;
            }
            What::Alias { anchor } => parser.alias(&anchor, event.start)?,
            What::End => parser.close(),
            What::DocumentEnd => return Ok(parser.document),
            What::DocumentStart { .. } | What::StreamEnd => {
                return Err(Stop::wrong("the document does not end; mend it", event.start));
            }
        }
    }
}

/// Puts nodes together.
#[derive(Default)]
pub(super) struct Parser<'t> {
    document: Document<'t>,
    anchors: HashMap<Box<[u8]>, u32>,
    /// Lists and tables that are not closed: the number, and where its
    /// children begin in `pending`.
    open: Vec<(u32, usize)>,
    pending: Vec<u32>,
}

impl<'t> Parser<'t> {
    /// Whether nothing was added yet.
    pub(super) fn is_empty(&self) -> bool {
        self.document.nodes.is_empty()
    }

    /// The document, where it has one root and all is closed.
    pub(super) fn whole(self) -> Option<Document<'t>> {
        (self.open.is_empty() && self.pending == [0]).then_some(self.document)
    }

    pub(super) fn add(
        &mut self,
        kind: Kind<'t>,
        anchor: Option<Box<[u8]>>,
        start: Mark,
    ) -> Result<u32, Stop> {
        let number = u32::try_from(self.document.nodes.len())
            .map_err(|_| Stop::wrong("the document has too many values; split it", start))?;
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, number);
        }
        self.pending.push(number);
        self.document.nodes.push(Raw { kind, line: start.line, column: start.column });
        Ok(number)
    }

    pub(super) fn open(
        &mut self,
        kind: Kind<'t>,
        anchor: Option<Box<[u8]>>,
        start: Mark,
    ) -> Result<(), Stop> {
        let number = self.add(kind, anchor, start)?;
        self.open.push((number, self.pending.len()));
        self.document.deepest = self.document.deepest.max(self.open.len());
        if self.open.len() > DEEPEST {
            return Err(Stop::wrong(TOO_DEEP, start));
        }
        Ok(())
    }

    fn alias(&mut self, anchor: &[u8], start: Mark) -> Result<(), Stop> {
        let Some(target) = self.anchors.get(anchor).copied() else {
            return Err(Stop::wrong(
                "an alias names an anchor that is not set before it; set the anchor, or quote a text that begins with an asterisk",
                start,
            ));
        };
        self.document.aliases += 1;
        self.add(Kind::Alias { target, open: false }, None, start)?;
        Ok(())
    }

    /// libyaml closes only what it opened.
    pub(super) fn close(&mut self) {
        let Some((number, from)) = self.open.pop() else { return };
        // No more children than nodes, whose number fits.
        let first = u32::try_from(self.document.children.len()).unwrap_or(u32::MAX);
        let count = u32::try_from(self.pending.len() - from).unwrap_or(u32::MAX);
        self.document.children.extend(self.pending.drain(from..));
        match &mut self.document.nodes[number as usize].kind {
            Kind::List(children) | Kind::Table(children) => *children = Children { first, count },
            Kind::Scalar { .. } | Kind::Alias { .. } => {}
        }
    }
}
