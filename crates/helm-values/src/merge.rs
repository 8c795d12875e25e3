//! Two tables ─▶ one, as `-f` lays files over each other: Helm's `MergeMaps`.

use super::value::{Node, Table, Value};

/// Lays `over` on `base`: tables are merged, everything else is replaced, a
/// null replaces and stays. A merged table stands where it was written last.
pub fn merge_tables(base: &mut Table, over: Table) {
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
                merge_tables(below, above);
            }
            (_, node) => {
                base.insert(key, node);
            }
        }
    }
}
