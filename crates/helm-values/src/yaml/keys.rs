//! A key before it is text: what makes two keys of one table different in go-yaml.

use super::scalar;
use crate::Error;
use std::sync::Arc;

/// A key that is not text yet.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
pub(super) enum OtherKey {
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
    Text(Arc<str>),
    /// sigs.k8s.io/yaml turns it into `text`, when the table is whole.
    Other {
        key: OtherKey,
        text: Arc<str>,
        flaw: Option<Box<Error>>,
    },
}

impl Named {
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Named::Text(text) => Some(text),
            Named::Other { .. } => None,
        }
    }

    pub(super) fn other(key: OtherKey, text: impl Into<Arc<str>>) -> Named {
        Named::Other { key, text: text.into(), flaw: None }
    }

    pub(super) fn refused(key: OtherKey, flaw: Error) -> Named {
        Named::Other { key, text: Arc::default(), flaw: Some(Box::new(flaw)) }
    }

    /// A key of `!!binary`.
    pub(super) fn from_bytes(bytes: Vec<u8>) -> Named {
        match String::from_utf8(bytes) {
            Ok(text) => Named::Text(text.into()),
            Err(error) => {
                Named::other(OtherKey::Bytes(error.as_bytes().to_vec()), scalar::lossy(error.into_bytes()))
            }
        }
    }
}
