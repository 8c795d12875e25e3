//! A values path → the setting that stands there, or the nearest one around it.

use super::report::SettingPlace;
use helm_values::tree::{Node, Table, Value};

/// The place of `path` in `values`. What is absent points at the nearest
/// parent that exists: there it would be written. `None`: not even the first
/// key is there.
pub(super) fn nearest(values: &Table, path: &[String]) -> Option<SettingPlace> {
    let (key, rest) = path.split_first()?;
    let node = values.get(key)?;
    let below = match &node.value {
        Value::Table(table) => nearest(table, rest),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => {
            None
        }
    };
    Some(below.unwrap_or_else(|| at(node, Some(key))))
}

/// The place of `node`; `key` is shown beside it.
pub(super) fn at(node: &Node, key: Option<&str>) -> SettingPlace {
    SettingPlace { origin: node.origin.clone(), key: key.map(str::to_owned) }
}
