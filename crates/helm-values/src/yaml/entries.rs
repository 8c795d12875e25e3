//! A table in the making; of two settings with one key the last counts.
//!
//! What Helm refuses only in the finished tree (a null as a key, an infinity)
//! is kept as a flaw of its setting: a later key of the same name removes both.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::keys::{Named, OtherKey};
use crate::value::{Node, Table};
use crate::{Error, ErrorKind};

/// A table in the making.
#[derive(Default)]
pub(super) struct Entries {
    table: Table,
    others: BTreeMap<OtherKey, (Arc<str>, Node)>,
    flaws: Vec<(Name, Box<Error>)>,
    /// The places of the settings that a `<<` brought in.
    pub(super) merged: BTreeSet<(u32, u32)>,
}

/// What makes two settings of one table different.
#[derive(PartialEq)]
enum Name {
    Text(Arc<str>),
    Other(OtherKey),
}

impl Entries {
    /// Sets a key, and gives what stood there.
    pub(super) fn put(&mut self, key: Named, node: Node, flaw: Option<Box<Error>>) -> Option<Node> {
        match key {
            Named::Text(text) => {
                // A name is only made where there is a flaw: there are many settings.
                if !self.flaws.is_empty() || flaw.is_some() {
                    self.flaw(Name::Text(text.clone()), flaw);
                }
                self.table.insert(text, node)
            }
            Named::Other { key, text, flaw: of_key } => {
                self.flaw(Name::Other(key.clone()), of_key.or(flaw));
                self.others.insert(key, (text, node)).map(|(_, node)| node)
            }
        }
    }

    pub(super) fn has_flaws(&self) -> bool {
        !self.flaws.is_empty()
    }

    fn flaw(&mut self, name: Name, flaw: Option<Box<Error>>) {
        self.flaws.retain(|(of, _)| *of != name);
        self.flaws.extend(flaw.map(|flaw| (name, flaw)));
    }

    pub(super) fn finish(self) -> (Table, Option<Box<Error>>) {
        let Entries { mut table, others, flaws, .. } = self;
        let mut flaw = flaws.into_iter().next().map(|(_, flaw)| flaw);
        for (key, (text, node)) in others {
            let origin = node.origin.clone();
            let sorted = matches!(key, OtherKey::Bytes(_));
            if table.insert(text, node).is_some() && !sorted {
                // Before any other flaw: chance may drop the setting that has it.
                let message = "two keys of one table become the same text, and Helm takes one of them by chance; delete one";
                flaw = Some(Box::new(Error::with_kind(ErrorKind::Random, message, Some(origin))));
            }
        }
        (table, flaw)
    }
}
