//! A values path → the setting that stands there, or the nearest one around it.

use super::report::Place;
use crate::values::tree::{Node, Table, Value};

/// The place of `path` in `values`. What is absent points at the nearest
/// parent that exists: there it would be written. `None`: not even the first
/// key is there.
pub(super) fn nearest(values: &Table, path: &str) -> Option<Place> {
    let mut table = values;
    let mut found = None;
    for name in path.split('.') {
        let Some(node) = table.get(name) else { break };
        found = Some((name, node));
        match &node.value {
            Value::Table(inner) => table = inner,
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Text(_)
            | Value::List(_) => break,
        }
    }
    found.map(|(name, node)| at(node, Some(name)))
}

/// The place of `node`; `key` is shown beside it.
pub(super) fn at(node: &Node, key: Option<&str>) -> Place {
    Place { origin: node.origin.clone(), key: key.map(str::to_owned) }
}
