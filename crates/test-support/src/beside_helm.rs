//! What was made of values here, beside what Helm made of them.

use helm_values::{Error, Node, Table, Value};
use serde_json::Value as Json;

/// How they differ; `None` where both are the same or both refuse.
pub fn difference(ours: &Result<Table, Error>, helm: &Result<Json, String>) -> Option<String> {
    match (ours, helm) {
        (Ok(ours), Ok(helm)) if same_table(ours, helm) => None,
        (Ok(ours), Ok(helm)) => Some(format!("ours: {}\n    Helm: {helm}", shown(ours))),
        (Err(_), Err(_)) => None,
        (Ok(ours), Err(helm)) => Some(format!("ours: {}\n    Helm refuses: {helm}", shown(ours))),
        (Err(ours), Ok(helm)) => Some(format!("ours refuses: {}\n    Helm: {helm}", ours.message)),
    }
}

fn same_table(ours: &Table, helm: &Json) -> bool {
    let Json::Object(helm) = helm else { return false };
    ours.len() == helm.len()
        && ours.iter().all(|(key, node)| helm.get(&**key).is_some_and(|helm| same(node, helm)))
}

/// Go's JSON does not tell a whole float from an integer.
fn same(ours: &Node, helm: &Json) -> bool {
    match (&ours.value, helm) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(ours), Json::Bool(helm)) => ours == helm,
        (Value::Int(ours), Json::Number(helm)) => helm.as_i64() == Some(*ours),
        (Value::Float(ours), Json::Number(helm)) => {
            helm.as_f64().is_some_and(|helm| helm.to_bits() == ours.to_bits())
        }
        (Value::Text(ours), Json::String(helm)) => **ours == **helm,
        (Value::List(ours), Json::Array(helm)) => {
            ours.len() == helm.len() && ours.iter().zip(helm).all(|(ours, helm)| same(ours, helm))
        }
        (Value::Table(ours), helm) => same_table(ours, helm),
        _ => false,
    }
}

fn shown(table: &Table) -> Json {
    Json::Object(table.iter().map(|(key, node)| (key.to_string(), shown_value(&node.value))).collect())
}

fn shown_value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Int(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Text(text) => (**text).into(),
        Value::List(items) => items.iter().map(|item| shown_value(&item.value)).collect(),
        Value::Table(table) => shown(table),
    }
}

/// Writes a case that differs into the folder that `KEEP` names, to become a stored one.
pub fn keep(name: &str, case: impl AsRef<[u8]>) {
    if let Ok(folder) = std::env::var("KEEP") {
        let path = format!("{folder}/{name}");
        std::fs::write(&path, case).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
}
