//! A values path → the setting that stands there, or the nearest one around it.

use super::report::SettingPlace;
use super::scope::{Scope, table_at};
use crate::policy::ReceiverCause;
use helm_values::{Key, Node, Table, Value};

/// The place of `path` in `values`. What is absent points at the nearest
/// parent that exists: there it would be written. `None`: not even the first
/// key is there.
pub(super) fn nearest(values: &Table, path: &[Key]) -> Option<SettingPlace> {
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

/// The place of the flag that turns the receiver of `scope` on.
pub(super) fn of_cause(values: &Table, scope: &Scope, cause: &ReceiverCause) -> Option<SettingPlace> {
    let path = scope.place(&cause.path);
    let (last, tables) = path.keys().split_last()?;
    let node = table_at(values, tables)?.get(last)?;
    let item = cause.item.and_then(|at| match &node.value {
        Value::List(items) => items.get(at),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::Table(_) => {
            None
        }
    });
    Some(at(item.unwrap_or(node), None))
}

/// The place of `node`; `key` is shown beside it.
pub(super) fn at(node: &Node, key: Option<&str>) -> SettingPlace {
    SettingPlace { origin: node.origin.clone(), key: key.map(str::to_owned) }
}
