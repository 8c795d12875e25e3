//! A values path → the setting that stands there, or the nearest one around it.

use super::report::Place;
use helm_values::{Node, Table, Value};

/// The place of `path` in `values`. What is absent points at the nearest
/// parent that exists: there it would be written. `None`: not even the first
/// key is there.
pub(super) fn nearest(values: &Table, path: &str) -> Option<Place> {
    let (key, node, rest) = first(values, path)?;
    let below = match &node.value {
        Value::Table(table) => rest.and_then(|rest| nearest(table, rest)),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => {
            None
        }
    };
    Some(below.unwrap_or_else(|| at(node, Some(key))))
}

/// The key that `path` begins with, and the path behind it. A key can have
/// dots in it.
fn first<'a, 'p>(values: &'a Table, path: &'p str) -> Option<(&'p str, &'a Node, Option<&'p str>)> {
    let dots = path.match_indices('.').map(|(at, _)| (&path[..at], Some(&path[at + 1..])));
    dots.chain([(path, None)]).find_map(|(key, rest)| Some((key, values.get(key)?, rest)))
}

/// The place of `node`; `key` is shown beside it.
pub(super) fn at(node: &Node, key: Option<&str>) -> Place {
    Place { origin: node.origin.clone(), key: key.map(str::to_owned) }
}
