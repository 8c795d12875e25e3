//! Events of one document ─▶ its tree, as go-yaml v2 and sigs.k8s.io/yaml make it.
//!
//! Two steps, as there. `parse` collects the document's nodes and finds what
//! each alias names; `Tree` walks them and resolves, merges, expands and turns
//! keys into text.
//!
//! Places: a setting stands where its key is written. What an alias or a `<<`
//! brings in keeps the place inside the anchored text, since that is what has
//! to be edited; only the node that is the alias itself stands at its own key.

mod aliases;
pub mod fast_path;
mod keys;
mod merge;
mod nodes;
mod scalars;
mod tables;
mod wanted;

pub use nodes::{Document, parse};
pub use wanted::Wanted;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Warning;
use super::documents::CannotRead;
use super::tree::{Node, Origin, Source, Value};
use nodes::{Children, Kind};

/// Lists and tables within each other; Helm's JSON reader takes no more.
pub const DEEPEST: usize = 10_000;

const TOO_DEEP: &str = "lists and tables are more than 10000 deep in each other; flatten them";

/// A document on its way to a tree.
pub struct Tree<'a> {
    document: Document<'a>,
    source: &'a Arc<Source>,
    line_base: u32,
    visits: usize,
    visits_in_aliases: usize,
    alias_depth: usize,
    depth: usize,
    warned: BTreeSet<(u32, u32)>,
    warnings: &'a mut Vec<Warning>,
    /// Which settings are wanted here; none: all of them.
    wanted: Option<&'a Wanted>,
}

/// A value, or what makes Helm refuse it if it is still there in the end.
struct Made {
    node: Node,
    flaw: Option<Box<CannotRead>>,
}

impl<'a> Tree<'a> {
    /// `line_base` is the number of lines before the text that was parsed.
    pub fn of(
        document: Document<'a>,
        source: &'a Arc<Source>,
        line_base: u32,
        warnings: &'a mut Vec<Warning>,
    ) -> Tree<'a> {
        Tree {
            document,
            source,
            line_base,
            visits: 1,
            visits_in_aliases: 0,
            alias_depth: 0,
            depth: 0,
            warned: BTreeSet::new(),
            warnings,
            wanted: None,
        }
    }

    /// Leaves out the settings that nobody asks for, as far as nothing of what
    /// Helm says about the document hangs on them.
    #[must_use]
    pub fn pruned(mut self, wanted: Option<&'a Wanted>) -> Tree<'a> {
        self.wanted = wanted.filter(|_| self.document.aliases == 0);
        self
    }

    /// The whole document.
    pub fn grow(mut self) -> Result<Node, CannotRead> {
        let made = self.make(0)?;
        match made.flaw {
            Some(flaw) => Err(*flaw),
            None => Ok(made.node),
        }
    }

    fn make(&mut self, number: u32) -> Result<Made, CannotRead> {
        self.visit(number)?;
        let origin = self.origin(number);
        match self.document.nodes[number as usize].kind {
            Kind::Alias { .. } => {
                let made = self.follow(number, Self::make)?;
                Ok(Made { node: Node { origin, ..made.node }, flaw: made.flaw })
            }
            Kind::Scalar { .. } => self.scalar(number, origin),
            Kind::List(_) | Kind::Table(_) if self.depth >= DEEPEST => {
                let flaw = Some(Box::new(self.wrong(number, TOO_DEEP)));
                Ok(Made { node: Node { value: Value::Null, origin }, flaw })
            }
            Kind::List(children) => self.deeper(|tree| tree.list(children, origin)),
            Kind::Table(children) => self.deeper(|tree| tree.table(children, origin)),
        }
    }

    fn deeper(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<Made, CannotRead>,
    ) -> Result<Made, CannotRead> {
        self.depth += 1;
        let made = work(self);
        self.depth -= 1;
        made
    }

    fn list(&mut self, children: Children, origin: Origin) -> Result<Made, CannotRead> {
        let Children { first, count } = children;
        let mut items = Vec::with_capacity(count as usize);
        let mut flaw = None;
        let wanted = self.wanted.take();
        for at in first..first + count {
            let made = self.make(self.document.children[at as usize])?;
            flaw = flaw.or(made.flaw);
            items.push(made.node);
        }
        self.wanted = wanted;
        Ok(Made { node: Node { value: Value::List(items), origin }, flaw })
    }

    fn origin(&self, number: u32) -> Origin {
        let raw = &self.document.nodes[number as usize];
        Origin {
            source: Arc::clone(self.source),
            line: self.line_base + raw.line + 1,
            column: raw.column + 1,
        }
    }

    fn wrong(&self, number: u32, sentence: &str) -> CannotRead {
        let Origin { line, column, .. } = self.origin(number);
        CannotRead { sentence: sentence.into(), line, column, random: false }
    }
}
