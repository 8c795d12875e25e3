//! The keys and values of a table ─▶ its settings; of two with one key the last.
//!
//! What Helm refuses only in the finished tree (a null as a key, an infinity)
//! is kept as a flaw of its setting: a later key of the same name removes both.

use std::collections::{BTreeMap, BTreeSet};

use super::keys::{Key, Named};
use super::nodes::Children;
use super::{CannotRead, Made, Tree};
use crate::Warning;
use crate::tree::{Node, Origin, Table, Value};

/// A table in the making.
#[derive(Default)]
pub(super) struct Entries {
    table: Table,
    others: BTreeMap<Key, (String, Node)>,
    flaws: Vec<(Name, Box<CannotRead>)>,
    /// The places of the settings that a `<<` brought in.
    merged: BTreeSet<(u32, u32)>,
}

/// What tells two settings of one table apart.
#[derive(PartialEq)]
enum Name {
    Text(String),
    Other(Key),
}

impl Tree<'_> {
    pub(super) fn table(&mut self, children: Children, origin: Origin) -> Result<Made, CannotRead> {
        let table = Table::with_room_for(children.count as usize / 2);
        let mut entries = Entries { table, ..Entries::default() };
        self.fill(&mut entries, children, false)?;
        let (table, flaw) = entries.finish();
        Ok(Made { node: Node { value: Value::Table(table), origin }, flaw })
    }

    pub(super) fn fill(
        &mut self,
        entries: &mut Entries,
        children: Children,
        merging: bool,
    ) -> Result<(), CannotRead> {
        let Children { first, count } = children;
        let keys_differ = self.wanted.is_some() && self.keys_differ(children);
        for at in (first..first + count).step_by(2) {
            let (key, value) = (self.document.children[at as usize], self.document.children[at as usize + 1]);
            if self.is_merge(key) {
                self.merge(entries, value)?;
            } else if !self.is_left_out(entries, key, value) {
                self.setting(entries, key, Some(value), merging)?;
            } else if !keys_differ {
                self.setting(entries, key, None, merging)?;
            }
        }
        Ok(())
    }

    fn setting(
        &mut self,
        entries: &mut Entries,
        key: u32,
        value: Option<u32>,
        merging: bool,
    ) -> Result<(), CannotRead> {
        let origin = self.origin(key);
        let place = (origin.line, origin.column);
        let key = self.key(key)?;
        let wanted = self.wanted;
        self.wanted = wanted.filter(|wanted| key.text().is_some_and(|text| wanted.names_in(text)));
        // Without its value it is there for the warning about a key that comes twice.
        let left_out =
            || Made { node: Node { value: Value::Bool(false), origin: origin.clone() }, flaw: None };
        let made = value.map_or_else(|| Ok(left_out()), |value| self.make(value))?;
        self.wanted = wanted;
        let replaced = entries.put(key, Node { value: made.node.value, origin }, made.flaw);
        if let Some(replaced) = replaced {
            let was_merged = entries.merged.remove(&(replaced.origin.line, replaced.origin.column));
            self.warn_of_replaced(replaced.origin, place, merging, was_merged);
        }
        if merging {
            entries.merged.insert(place);
        }
        Ok(())
    }

    fn warn_of_replaced(&mut self, replaced: Origin, by: (u32, u32), merging: bool, was_merged: bool) {
        let place = (replaced.line, replaced.column);
        // An own key over a merged one, and one merged table over another, is what `<<` is for.
        if was_merged || place == by || !self.warned.insert(place) {
            return;
        }
        let line = by.0;
        self.warnings.push(if merging {
            Warning {
                sentence: format!("a << below this key brings the same key from line {line}, which wins in Helm; move the << above the table's own keys"),
                origin: Some(replaced),
            }
        } else {
            Warning {
                sentence: format!("this key stands once more in its table, in line {line}, and Helm takes the last; delete one"),
                origin: Some(replaced),
            }
        });
    }
}

impl Entries {
    /// Sets a key, and gives what stood there.
    fn put(&mut self, key: Named, node: Node, flaw: Option<Box<CannotRead>>) -> Option<Node> {
        match key {
            Named::Text(text) => {
                // No name is made where there is no flaw: there are many settings.
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

    fn flaw(&mut self, name: Name, flaw: Option<Box<CannotRead>>) {
        self.flaws.retain(|(of, _)| *of != name);
        self.flaws.extend(flaw.map(|flaw| (name, flaw)));
    }

    fn finish(self) -> (Table, Option<Box<CannotRead>>) {
        let Entries { mut table, others, flaws, .. } = self;
        let mut flaw = flaws.into_iter().next().map(|(_, flaw)| flaw);
        for (key, (text, node)) in others {
            let origin = node.origin.clone();
            let sorted = matches!(key, Key::Bytes(_));
            if table.insert(text, node).is_some() && !sorted {
                // Before any other flaw: chance may drop the setting that has it.
                flaw = Some(Box::new(CannotRead {
                    sentence: "two keys of one table become the same text, and Helm takes one of them by chance; delete one".into(),
                    line: origin.line,
                    column: origin.column,
                    random: true,
                }));
            }
        }
        (table, flaw)
    }
}
