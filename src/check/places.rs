//! A values path → the setting that stands there, or the nearest one around it.

use super::report::Place;
use crate::values::tree::{Node, Value};

/// The place of `path` in `tree`. What is absent points at the nearest parent
/// that exists: there it would be written.
pub(super) fn nearest<'a>(tree: &Node, path: impl IntoIterator<Item = &'a str>) -> Place {
    let mut node = tree;
    let mut key = None;
    for name in path {
        let Value::Table(table) = &node.value else { break };
        let Some(child) = table.get(name) else { break };
        (node, key) = (child, Some(name));
    }
    Place { origin: node.origin.clone(), key: key.map(str::to_owned) }
}
