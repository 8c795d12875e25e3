//! The nodes of a document ─▶ what each says by itself: a scalar's value, its
//! text, its place. Nothing is built here and nothing is remembered.

use std::sync::Arc;

use super::document::{Document, Kind};
use super::scalar::{self, Scalar, Tag};
use crate::value::{Origin, Source};
use crate::{Error, ErrorKind};

/// A document and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Resolver<'a> {
    pub(super) document: &'a Document<'a>,
    source: &'a Arc<Source>,
    /// Lines of the source before the text that was parsed.
    line_base: u32,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(document: &'a Document<'a>, source: &'a Arc<Source>, line_base: u32) -> Self {
        Resolver { document, source, line_base }
    }

    pub(super) fn kind(&self, number: u32) -> Kind {
        self.document.nodes[number as usize].kind()
    }

    /// The child that stands `at` in the document's row of children.
    pub(super) fn child(&self, at: u32) -> u32 {
        self.document.children[at as usize]
    }

    pub(super) fn origin(&self, number: u32) -> Origin {
        let node = &self.document.nodes[number as usize];
        let line = self.line_base + node.line + 1;
        Origin { source: Arc::clone(self.source), line, column: node.column + 1 }
    }

    /// What makes Helm refuse a node.
    pub(super) fn refused(&self, number: u32, message: &str) -> Error {
        Error::with_kind(ErrorKind::Refused, message, Some(self.origin(number)))
    }

    /// What a scalar is.
    pub(super) fn scalar(&self, number: u32) -> Result<Scalar, Error> {
        let Kind::Scalar { text, tag, implicit } = self.kind(number) else { return Ok(Scalar::Text) };
        if tag == Tag::Absent && !implicit {
            return Ok(Scalar::Text);
        }
        scalar::resolve(tag, self.document.text(text)).map_err(|scalar::MismatchError| {
            self.refused(number, "a value does not suit its tag; delete the tag or correct the value")
        })
    }

    /// A scalar's text.
    pub(super) fn text(&self, number: u32) -> Result<Arc<str>, Error> {
        let Kind::Scalar { text, tag, .. } = self.kind(number) else { return Ok(Arc::default()) };
        if tag == Tag::Binary {
            return Ok(scalar::lossy(self.binary(number)?).into());
        }
        Ok(self.document.text(text).into())
    }

    pub(super) fn is_binary(&self, number: u32) -> bool {
        matches!(self.kind(number), Kind::Scalar { tag: Tag::Binary, .. })
    }

    pub(super) fn binary(&self, number: u32) -> Result<Vec<u8>, Error> {
        let Kind::Scalar { text, .. } = self.kind(number) else { return Ok(Vec::new()) };
        scalar::base64(self.document.text(text))
            .ok_or_else(|| self.refused(number, "a !!binary value is not base64; correct it"))
    }

    /// Whether a node is `<<` and merges.
    pub(super) fn is_merge(&self, number: u32) -> bool {
        match self.kind(number) {
            Kind::Scalar { text, tag, implicit } => {
                self.document.text(text) == "<<" && (implicit || tag == Tag::Merge)
            }
            Kind::List(_) | Kind::Table(_) | Kind::Alias { .. } => false,
        }
    }
}
