//! A tree of values → the JSON document that the policy reads.

use helm_values::{Node, Table, Value};
use serde_json::{Map, Number, Value as Json};

/// The table at `path` in `values`, as far as the policy reads it.
pub(super) fn below(values: &Table, path: &[String]) -> Json {
    let read = |key: &str| Some((key.to_owned(), json(&at(values, path)?.get(key)?.value)));
    ["prometheus", "remote-write-auth"].into_iter().filter_map(read).collect::<Map<_, _>>().into()
}

/// The table at `path`.
fn at<'a>(values: &'a Table, path: &[String]) -> Option<&'a Table> {
    path.iter().try_fold(values, |table, key| match &table.get(key)?.value {
        Value::Table(inner) => Some(inner),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => {
            None
        }
    })
}

fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(bool) => Json::Bool(*bool),
        Value::Int(number) => Json::from(*number),
        // Helm has no other floats: YAML's .inf and .nan do not load.
        Value::Float(number) => Number::from_f64(*number).map_or(Json::Null, Json::Number),
        Value::Text(text) => Json::String(text.clone()),
        Value::List(items) => items.iter().map(|Node { value, .. }| json(value)).collect(),
        Value::Table(table) => {
            table.iter().map(|(key, Node { value, .. })| (key.clone(), json(value))).collect()
        }
    }
}
