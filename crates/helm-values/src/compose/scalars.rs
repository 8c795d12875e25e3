//! A scalar node ─▶ its value.

use super::nodes::Kind;
use super::{CannotRead, Made, Tree};
use crate::scalar::{self, Scalar, Tag};
use crate::tree::{Node, Origin, Value};

impl Tree<'_> {
    pub(super) fn resolved(&self, number: u32) -> Result<Scalar, CannotRead> {
        let Kind::Scalar { text, tag, implicit } = self.document.nodes[number as usize].kind else {
            return Ok(Scalar::Text);
        };
        if tag == Tag::Absent && !implicit {
            return Ok(Scalar::Text);
        }
        scalar::resolve(tag, self.document.text(text)).map_err(|_| {
            self.wrong(number, "a value does not suit its tag; delete the tag or mend the value")
        })
    }

    pub(super) fn scalar(&self, number: u32, origin: Origin) -> Result<Made, CannotRead> {
        let mut flaw = None;
        #[allow(clippy::cast_precision_loss)] // as Helm reads it: every number of a file is a float
        let value = match self.resolved(number)? {
            Scalar::Null => Value::Null,
            Scalar::Bool(truth) => Value::Bool(truth),
            Scalar::Int(whole) => Value::Float(whole as f64),
            Scalar::Uint(whole) => Value::Float(whole as f64),
            Scalar::Float(float) if float.is_finite() => Value::Float(float),
            Scalar::Float(_) => {
                flaw = Some(Box::new(self.wrong(
                    number,
                    "a value is an infinity or not a number, which Helm does not take; quote it",
                )));
                Value::Null
            }
            Scalar::Text => Value::Text(self.text(number)?),
        };
        Ok(Made { node: Node { value, origin }, flaw })
    }

    /// A scalar's text.
    pub(super) fn text(&self, number: u32) -> Result<String, CannotRead> {
        let Kind::Scalar { text, tag, .. } = self.document.nodes[number as usize].kind else {
            return Ok(String::new());
        };
        if tag == Tag::Binary {
            return Ok(scalar::lossy(self.binary(number)?));
        }
        Ok(self.document.text(text).to_owned())
    }

    pub(super) fn is_binary(&self, number: u32) -> bool {
        matches!(self.document.nodes[number as usize].kind, Kind::Scalar { tag: Tag::Binary, .. })
    }

    pub(super) fn binary(&self, number: u32) -> Result<Vec<u8>, CannotRead> {
        let Kind::Scalar { text, .. } = self.document.nodes[number as usize].kind else {
            return Ok(Vec::new());
        };
        scalar::base64(self.document.text(text))
            .ok_or_else(|| self.wrong(number, "a !!binary value is not base64; mend it"))
    }
}
