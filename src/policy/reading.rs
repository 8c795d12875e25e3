//! How the chart's templates read a setting, for whoever warns about one.

use super::refusal::ValuesPath;
use serde_json::{Map, Value};

/// Where the chart takes Prometheus' flags from.
pub(super) const FLAG_LISTS: [&str; 3] = ["defaultFlagsOverride", "extraFlags", "extraArgs"];

/// The path of a setting of the server's.
pub(super) fn in_server(keys: &[&str]) -> ValuesPath {
    ValuesPath::new(["prometheus", "server"].into_iter().chain(keys.iter().copied()))
}

/// True as Go's templates see it.
pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(bool) => *bool,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(table) => !table.is_empty(),
    }
}

/// The entries of a table; none where it is not a table.
pub(super) fn table(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_empty_is_false_and_all_else_is_true() {
        for value in [json!(null), json!(false), json!(0), json!(0.0), json!(""), json!([]), json!({})] {
            assert!(!is_true(&value), "{value}");
        }
        for value in [json!(true), json!(1), json!(-0.5), json!("false"), json!([null]), json!({"a": null})] {
            assert!(is_true(&value), "{value}");
        }
    }
}
