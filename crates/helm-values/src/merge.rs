//! Two tables ─▶ one, as Helm lays values over each other.
//!
//! `layer` is what `-f` does. The rest works on tables that are shared by
//! reference, because Helm's are: what a sub-chart adds to a nested global is
//! seen by its parent, and a verdict can hang on that.

use super::profile::Nulls;
use super::tree::{Node, Origin, Table, Value};
use super::{Error, Warning};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Lays `over` on `base`: tables are merged, everything else is replaced, a
/// null replaces and stays. A merged table stands where it was written last.
pub fn layer(base: &mut Table, over: Table) {
    if base.is_empty() {
        *base = over;
        return;
    }
    for (key, node) in over {
        match (base.get_mut(&key), node) {
            (
                Some(Node { value: Value::Table(below), origin }),
                Node { value: Value::Table(above), origin: last },
            ) => {
                *origin = last;
                layer(below, above);
            }
            (_, node) => {
                base.insert(key, node);
            }
        }
    }
}

/// A table that others may hold, too.
pub(super) type Shared = Rc<RefCell<BTreeMap<Rc<str>, Held>>>;

/// A value in a shared table.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) what: What,
    pub(super) origin: Origin,
}

/// A value; a list is never changed by what happens here.
#[derive(Clone)]
pub(super) enum What {
    Null,
    Leaf(Rc<Value>),
    Table(Shared),
    /// A table that nobody looked into yet, and so one that nobody changed:
    /// copies need not tell it from their own. Whoever asks for it by `get` finds
    /// it turned into a `Table`.
    Untouched(Table),
}

impl Held {
    pub(super) fn table(&self) -> Option<&Shared> {
        match &self.what {
            What::Table(table) => Some(table),
            What::Null | What::Leaf(_) | What::Untouched(_) => None,
        }
    }

    pub(super) fn touch(&mut self) {
        if let What::Untouched(table) = &mut self.what {
            self.what = What::Table(share(std::mem::take(table)));
        }
    }

    pub(super) fn is_null(&self) -> bool {
        match self.what {
            What::Null => true,
            What::Table(_) | What::Untouched(_) | What::Leaf(_) => false,
        }
    }
}

/// Deeper than any document Helm reads (10,000), by a chart that imports a
/// table into itself.
const DEEPEST: usize = 10_500;

/// A new table with what `table` holds.
pub(super) fn share(table: Table) -> Shared {
    let entry = |(key, node): (String, Node)| {
        let what = match node.value {
            Value::Null => What::Null,
            Value::Table(inner) => What::Untouched(inner),
            Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => {
                What::Leaf(Rc::new(node.value))
            }
        };
        (Rc::from(key), Held { what, origin: node.origin })
    };
    Rc::new(RefCell::new(table.into_iter().map(entry).collect()))
}

/// The tree again; what nobody else holds is not copied.
pub(super) fn unshare(shared: Shared) -> Table {
    let entries = Rc::unwrap_or_clone(shared).into_inner();
    let entry = |(key, held): (Rc<str>, Held)| {
        let value = match held.what {
            What::Null => Value::Null,
            What::Table(inner) => Value::Table(unshare(inner)),
            What::Untouched(table) => Value::Table(table),
            What::Leaf(value) => Rc::unwrap_or_clone(value),
        };
        (key.to_string(), Node { value, origin: held.origin })
    };
    entries.into_iter().map(entry).collect()
}

/// A copy that shares no table.
pub(super) fn copy(shared: &Shared) -> Result<Shared, Error> {
    copy_below(shared, 0)
}

fn copy_below(shared: &Shared, depth: usize) -> Result<Shared, Error> {
    let mut entries = BTreeMap::new();
    for (key, held) in shared.borrow().iter() {
        let what = match &held.what {
            What::Table(inner) if depth < DEEPEST => What::Table(copy_below(inner, depth + 1)?),
            What::Table(_) => {
                let sentence = "a chart imports a table into itself; Helm would not come to an end";
                return Err(Error::new(sentence, Some(held.origin.clone())));
            }
            What::Null | What::Leaf(_) | What::Untouched(_) => held.what.clone(),
        };
        entries.insert(Rc::clone(key), Held { what, origin: held.origin.clone() });
    }
    Ok(Rc::new(RefCell::new(entries)))
}

pub(super) fn get(table: &Shared, key: &str) -> Option<Held> {
    let mut table = table.borrow_mut();
    let held = table.get_mut(key)?;
    held.touch();
    Some(held.clone())
}

/// Takes it out of a table that nobody else has.
pub(super) fn take(table: &Shared, key: &str) -> Option<Held> {
    table.borrow_mut().remove(key)
}

/// A table with the same values; tables in it are those of the other.
pub(super) fn shallow(table: &Shared) -> Shared {
    let mut table = table.borrow_mut();
    table.values_mut().for_each(Held::touch);
    Rc::new(RefCell::new(table.clone()))
}

pub(super) fn put(table: &Shared, key: &str, held: Held) {
    table.borrow_mut().insert(Rc::from(key), held);
}

/// The keys as they are now: the table may be changed while they are walked.
pub(super) fn keys(table: &Shared) -> Vec<Rc<str>> {
    table.borrow().keys().cloned().collect()
}

/// Takes the nulls out, all the way down.
pub(super) fn drop_nulls(table: &Shared) {
    table.borrow_mut().retain(|_, held| !held.is_null());
    table.borrow_mut().values_mut().for_each(drop_nulls_below);
}

/// Takes the nulls out of a table.
pub(super) fn drop_nulls_below(held: &mut Held) {
    if matches!(&held.what, What::Untouched(table) if has_null(table)) {
        held.touch();
    }
    if let What::Table(table) = &held.what {
        drop_nulls(table);
    }
}

fn has_null(table: &Table) -> bool {
    table.values().any(|node| match &node.value {
        Value::Null => true,
        Value::Table(inner) => has_null(inner),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => false,
    })
}

/// How tables are coalesced, and what was dropped on the way.
pub(super) struct Coalescing {
    pub(super) nulls: Nulls,
    pub(super) warnings: Vec<Warning>,
}

impl Coalescing {
    /// Fills `dst` with what only `src` has. `keep_nulls` is Helm's *merge*:
    /// without it a null in `dst` deletes what `src` has.
    pub(super) fn tables(&mut self, dst: &Shared, src: &Shared, keep_nulls: bool) {
        self.tables_below(dst, src, keep_nulls, 0);
    }

    fn tables_below(&mut self, dst: &Shared, src: &Shared, keep_nulls: bool, depth: usize) {
        if depth > DEEPEST {
            return; // a table that holds itself: the next copy says so
        }
        let had_a_value: Option<BTreeSet<Rc<str>>> = (self.nulls >= Nulls::V3_20_1).then(|| {
            let entries = src.borrow();
            entries.iter().filter(|(_, held)| !held.is_null()).map(|(key, _)| Rc::clone(key)).collect()
        });
        if self.nulls >= Nulls::V3_19_5 {
            let nulls: Vec<_> =
                dst.borrow().iter().filter(|(_, held)| held.is_null()).map(clone_entry).collect();
            src.borrow_mut().extend(nulls);
        }
        for key in keys(src) {
            let Some(below) = get(src, &key) else { continue };
            let Some(above) = get(dst, &key) else {
                dst.borrow_mut().insert(key, below);
                continue;
            };
            let deletes = above.is_null() && had_a_value.as_ref().is_none_or(|keys| keys.contains(&key));
            if !keep_nulls && deletes {
                dst.borrow_mut().remove(&key);
                continue;
            }
            match (above.table(), below.table()) {
                (Some(above), Some(below)) => self.tables_below(above, below, keep_nulls, depth + 1),
                (Some(_), None) if !below.is_null() => self.warn(TABLE_OVER_VALUE, &above.origin),
                (None, Some(_)) if !above.is_null() => self.warn(VALUE_OVER_TABLE, &above.origin),
                (Some(_) | None, Some(_) | None) => {}
            }
        }
    }

    pub(super) fn warn(&mut self, sentence: &str, origin: &Origin) {
        let warning = Warning { sentence: sentence.to_owned(), origin: Some(origin.clone()) };
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}

fn clone_entry((key, held): (&Rc<str>, &Held)) -> (Rc<str>, Held) {
    (Rc::clone(key), held.clone())
}

pub(super) const TABLE_OVER_VALUE: &str =
    "a table stands where the chart has another kind of value; the chart's default is dropped";
const VALUE_OVER_TABLE: &str =
    "a value that is not a table stands where the chart has one; the chart's whole table is dropped";
