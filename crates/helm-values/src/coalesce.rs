//! Tables that are coalesced: what only the lower one has is filled in, and a
//! null in the upper one deletes, in the way of each Helm.

use super::Warning;
use super::helm_version::Nulls;
use super::shared::{DEEPEST, Held, Shared, get, keys};
use super::table::Key;
use super::value::Origin;
use std::collections::BTreeSet;

/// How tables are coalesced, and what was dropped on the way.
pub(crate) struct Coalescing {
    pub(crate) nulls: Nulls,
    pub(crate) warnings: Vec<Warning>,
}

impl Coalescing {
    /// Fills `dst` with what only `src` has. `keep_nulls` is Helm's *merge*:
    /// without it a null in `dst` deletes what `src` has.
    pub(crate) fn tables(&mut self, dst: &Shared, src: &Shared, keep_nulls: bool) {
        self.tables_below(dst, src, keep_nulls, 0);
    }

    fn tables_below(&mut self, dst: &Shared, src: &Shared, keep_nulls: bool, depth: usize) {
        if depth > DEEPEST {
            return; // a table that holds itself: the next copy says so
        }
        let had_a_value: Option<BTreeSet<Key>> = (self.nulls >= Nulls::V3_20_1).then(|| {
            let entries = src.borrow();
            entries.iter().filter(|(_, held)| !held.is_null()).map(|(key, _)| Key::clone(key)).collect()
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

    pub(crate) fn warn(&mut self, message: &str, origin: &Origin) {
        let warning = Warning { message: message.into(), origin: Some(origin.clone()) };
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}

fn clone_entry((key, held): (&Key, &Held)) -> (Key, Held) {
    (Key::clone(key), held.clone())
}

pub(crate) const TABLE_OVER_VALUE: &str =
    "a table stands where the chart has another kind of value; the chart's default is dropped";
const VALUE_OVER_TABLE: &str =
    "a value that is not a table stands where the chart has one; the chart's whole table is dropped";
