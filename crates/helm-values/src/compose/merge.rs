//! `<<`: a table's settings in another one.

use super::nodes::Kind;
use super::tables::Entries;
use super::{CannotRead, Tree};
use crate::scalar::Tag;

impl Tree<'_> {
    pub(super) fn is_merge(&self, number: u32) -> bool {
        match self.document.nodes[number as usize].kind {
            Kind::Scalar { text, tag, implicit } => {
                self.document.text(text) == "<<" && (implicit || tag == Tag::Merge)
            }
            Kind::List(_) | Kind::Table(_) | Kind::Alias { .. } => false,
        }
    }

    /// The first of a list wins, so it comes last.
    pub(super) fn merge(&mut self, entries: &mut Entries, value: u32) -> Result<(), CannotRead> {
        match &self.document.nodes[value as usize].kind {
            Kind::Table(_) | Kind::Alias { .. } => self.merge_one(entries, value),
            Kind::List(children) => {
                let (first, count) = (children.first, children.count);
                for at in (first..first + count).rev() {
                    self.merge_one(entries, self.document.children[at as usize])?;
                }
                Ok(())
            }
            Kind::Scalar { .. } => Err(self.not_mergeable(value)),
        }
    }

    fn merge_one(&mut self, entries: &mut Entries, number: u32) -> Result<(), CannotRead> {
        match self.document.nodes[number as usize].kind {
            Kind::Alias { target, .. } => {
                if !matches!(self.document.nodes[target as usize].kind, Kind::Table(_)) {
                    return Err(self.not_mergeable(number));
                }
                self.visit(number)?;
                self.follow(number, |tree, target| tree.merge_one(entries, target))
            }
            Kind::Table(children) => {
                self.visit(number)?;
                self.fill(entries, children, true)
            }
            Kind::List(_) | Kind::Scalar { .. } => Err(self.not_mergeable(number)),
        }
    }

    fn not_mergeable(&self, number: u32) -> CannotRead {
        self.wrong(
            number,
            "a << key takes a table, an alias of one, or a list of these; give it one, or quote the <<",
        )
    }
}
