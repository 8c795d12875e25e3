//! Tables that several tables hold: what a sub-chart adds to a nested global is
//! seen by its parent, because Helm's maps are references.
//!
//! A tree becomes shared table by table, when somebody looks into it.

use super::Error;
use super::table::{Key, ordered};
use super::value::{Node, Origin, Table, Value};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A table that others may hold, too.
pub(crate) type Shared = Rc<RefCell<BTreeMap<Key, Held>>>;

/// A value in a shared table.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) content: Content,
    pub(crate) origin: Origin,
}

/// A value; a list is never changed by what happens here.
#[derive(Clone)]
pub(crate) enum Content {
    Null,
    Leaf(Value),
    /// Apart from other leaves, since a copy of it would be one of all that is in it.
    List(Rc<Vec<Node>>),
    Table(Shared),
    /// A table that nobody looked into yet, and so one that nobody changed:
    /// copies need not know it from their own. Whoever asks for it by `get` finds
    /// it turned into a `Table`.
    Untouched(Table),
}

impl Held {
    pub(crate) fn table(&self) -> Option<&Shared> {
        match &self.content {
            Content::Table(table) => Some(table),
            Content::Null | Content::Leaf(_) | Content::List(_) | Content::Untouched(_) => None,
        }
    }

    pub(crate) fn touch(&mut self) {
        if let Content::Untouched(table) = &mut self.content {
            self.content = Content::Table(share(std::mem::take(table)));
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        match self.content {
            Content::Null => true,
            Content::Table(_) | Content::Untouched(_) | Content::Leaf(_) | Content::List(_) => false,
        }
    }
}

/// Deeper than any document Helm reads (10,000), by a chart that imports a
/// table into itself.
pub(crate) const DEEPEST: usize = 10_500;

/// A new table with what `table` holds.
pub(crate) fn share(table: Table) -> Shared {
    // A table that others have is not copied first: most of a copy would be thrown away.
    let entries = match table.try_unwrap() {
        Ok(own) => ordered(own.into_iter().map(|(key, node)| (key, held(node)))),
        Err(table) => ordered(table.iter().map(|(key, node)| (Key::clone(key), held(node.clone())))),
    };
    Rc::new(RefCell::new(entries))
}

fn held(Node { value, origin }: Node) -> Held {
    let content = match value {
        Value::Null => Content::Null,
        Value::Table(inner) => Content::Untouched(inner),
        Value::List(items) => Content::List(Rc::new(items)),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => Content::Leaf(value),
    };
    Held { content, origin }
}

/// The tree again; what nobody else holds is not copied.
pub(crate) fn unshare(shared: Shared) -> Table {
    let entries = Rc::unwrap_or_clone(shared).into_inner();
    let entry = |(key, held): (Key, Held)| {
        let value = match held.content {
            Content::Null => Value::Null,
            Content::Table(inner) => Value::Table(unshare(inner)),
            Content::Untouched(table) => Value::Table(table),
            Content::Leaf(value) => value,
            Content::List(items) => Value::List(Rc::unwrap_or_clone(items)),
        };
        (key, Node { value, origin: held.origin })
    };
    ordered(entries.into_iter().map(entry)).into()
}

/// A copy that shares no table.
pub(crate) fn copy(shared: &Shared) -> Result<Shared, Error> {
    copy_below(shared, 0)
}

fn copy_below(shared: &Shared, depth: usize) -> Result<Shared, Error> {
    let mut entries = BTreeMap::new();
    for (key, held) in shared.borrow().iter() {
        let content = match &held.content {
            Content::Table(inner) if depth < DEEPEST => Content::Table(copy_below(inner, depth + 1)?),
            Content::Table(_) => return Err(endless(held.origin.clone())),
            Content::Null | Content::Leaf(_) | Content::List(_) | Content::Untouched(_) => {
                held.content.clone()
            }
        };
        entries.insert(Key::clone(key), Held { content, origin: held.origin.clone() });
    }
    Ok(Rc::new(RefCell::new(entries)))
}

/// Refuses a table that holds itself, at any depth: nobody comes to the end of it.
pub(crate) fn check_ends(shared: &Shared) -> Result<(), Error> {
    fn below(shared: &Shared, above: &mut Vec<*const ()>, seen: &mut BTreeSet<*const ()>) -> Option<Origin> {
        let own = Rc::as_ptr(shared).cast();
        if !seen.insert(own) {
            return None;
        }
        above.push(own);
        let found = shared.borrow().values().find_map(|held| {
            let inner = held.table()?;
            let is_above = above.contains(&Rc::as_ptr(inner).cast());
            if is_above { Some(held.origin.clone()) } else { below(inner, above, seen) }
        });
        above.pop();
        found
    }
    below(shared, &mut Vec::new(), &mut BTreeSet::new()).map_or(Ok(()), |origin| Err(endless(origin)))
}

fn endless(origin: Origin) -> Error {
    let message = "a chart imports a table into itself; Helm would not come to an end";
    Error::new(message, Some(origin))
}

pub(crate) fn get(table: &Shared, key: &str) -> Option<Held> {
    let mut table = table.borrow_mut();
    let held = table.get_mut(key)?;
    held.touch();
    Some(held.clone())
}

/// Takes it out of a table that nobody else has.
pub(crate) fn take(table: &Shared, key: &str) -> Option<Held> {
    table.borrow_mut().remove(key)
}

/// A table with the same values; tables in it are those of the other.
pub(crate) fn shallow(table: &Shared) -> Shared {
    let mut table = table.borrow_mut();
    table.values_mut().for_each(Held::touch);
    Rc::new(RefCell::new(table.clone()))
}

pub(crate) fn put(table: &Shared, key: Key, held: Held) {
    table.borrow_mut().insert(key, held);
}

/// The keys as they are now: the table may be changed while they are walked.
pub(crate) fn keys(table: &Shared) -> Vec<Key> {
    table.borrow().keys().cloned().collect()
}

/// Takes the nulls out, all the way down.
pub(crate) fn drop_nulls(table: &Shared) {
    table.borrow_mut().retain(|_, held| !held.is_null());
    table.borrow_mut().values_mut().for_each(drop_nulls_below);
}

/// Takes the nulls out of a table.
pub(crate) fn drop_nulls_below(held: &mut Held) {
    if matches!(&held.content, Content::Untouched(table) if has_null(table)) {
        held.touch();
    }
    if let Content::Table(table) = &held.content {
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
