//! A node that stands as a key ─▶ its text, as far as it has one.

use super::nodes::Kind;
use super::{CannotRead, Tree};
use crate::scalar::{self, Scalar};

/// A key that is not text yet.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
pub(super) enum Key {
    Bool(bool),
    Int(i64),
    /// By its bits, a negative zero as zero.
    Float(u64),
    /// Each one differs from every other, as in Go.
    NotANumber(usize),
    /// Null or a number over 2^63: refused in the end.
    Unsupported(usize),
    /// Of `!!binary`, not UTF-8. Helm sorts them before they lose their
    /// differences, so that the last one wins.
    Bytes(Vec<u8>),
}

/// What go-yaml makes of a key.
pub(super) enum Named {
    Text(String),
    /// sigs.k8s.io/yaml turns it into `text`, when the table is whole.
    Other {
        key: Key,
        text: String,
        flaw: Option<Box<CannotRead>>,
    },
}

impl Named {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Named::Text(text) => Some(text),
            Named::Other { .. } => None,
        }
    }

    fn other(key: Key, text: String) -> Named {
        Named::Other { key, text, flaw: None }
    }

    fn refused(key: Key, flaw: CannotRead) -> Named {
        Named::Other { key, text: String::new(), flaw: Some(Box::new(flaw)) }
    }
}

impl Tree<'_> {
    pub(super) fn key(&mut self, number: u32) -> Result<Named, CannotRead> {
        self.visit(number)?;
        let mut scalar = number;
        if let Kind::Alias { .. } = self.document.nodes[number as usize].kind {
            scalar = self.follow(number, |tree, target| tree.visit(target).map(|()| target))?;
        }
        if !matches!(self.document.nodes[scalar as usize].kind, Kind::Scalar { .. }) {
            return Err(self
                .wrong(number, "a list or a table stands as a key, which Helm does not take; write a text"));
        }
        Ok(match self.resolved(scalar)? {
            Scalar::Text if self.is_binary(scalar) => match String::from_utf8(self.binary(scalar)?) {
                Ok(text) => Named::Text(text),
                Err(error) => {
                    Named::other(Key::Bytes(error.as_bytes().to_vec()), scalar::lossy(error.into_bytes()))
                }
            },
            Scalar::Text => Named::Text(self.text(scalar)?),
            Scalar::Bool(truth) => Named::other(Key::Bool(truth), truth.to_string()),
            Scalar::Int(whole) => Named::other(Key::Int(whole), whole.to_string()),
            Scalar::Float(float) => Named::other(self.float_key(float), scalar::float_key(float)),
            Scalar::Null => Named::refused(
                Key::Unsupported(self.visits),
                self.wrong(
                    number,
                    "null stands as a key, which Helm does not take; quote it, or write another text",
                ),
            ),
            Scalar::Uint(_) => Named::refused(
                Key::Unsupported(self.visits),
                self.wrong(number, "a key is a number too large for Helm; quote it"),
            ),
        })
    }

    fn float_key(&self, float: f64) -> Key {
        if float.is_nan() {
            return Key::NotANumber(self.visits);
        }
        Key::Float(if float == 0.0 { 0 } else { float.to_bits() })
    }
}
