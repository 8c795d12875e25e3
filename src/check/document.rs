//! A tree of values → the JSON document that the policy reads.
//!
//! Whether Prometheus is deployed Helm has decided: the policy is told, under the
//! key that it reads, whatever the chart's own condition reads.

use super::chart_versions;
use super::scope::{PROMETHEUS, Scope, table_at};
use helm_values::{Node, Table, Value};
use serde_json::{Map, Number, Value as Json, json};

/// The library chart's settings.
const LIBRARY: &str = "remote-write-auth";

/// The values of `scope`, as far as the policy reads them: as the charts in it read
/// them, the equal ones once.
pub(super) fn all(values: &Table, scope: &Scope) -> Vec<Json> {
    let mut documents = Vec::with_capacity(1);
    for version in &scope.versions {
        let document = below(values, scope, version);
        if !documents.contains(&document) {
            documents.push(document);
        }
    }
    documents
}

fn below(values: &Table, scope: &Scope, version: &str) -> Json {
    let parent = table_at(values, &scope.path);
    let read = |key: &str| parent?.get(key).map(|node| json(&node.value));
    let prometheus = match &scope.name {
        _ if !scope.deployed => Some(json!({"enabled": false})),
        Some(name) => read(name).map(|settings| deployed(settings, version)),
        None => parent.map(|table| deployed(json_table(table), version)),
    };
    let members = [(PROMETHEUS, prometheus), (LIBRARY, read(LIBRARY))];
    members
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect::<Map<_, _>>()
        .into()
}

/// Settings of a Prometheus that Helm deploys, whatever they say, by the chart of
/// this version.
fn deployed(mut settings: Json, version: &str) -> Json {
    if let Json::Object(table) = &mut settings {
        table.remove("enabled");
    }
    if let Some(server) = settings.get_mut("server") {
        chart_versions::forget_unread(server, version);
    }
    settings
}

fn json_table(table: &Table) -> Json {
    // One by one: `collect` makes a row of them first, which for a few settings is most of the work.
    let mut object = Map::new();
    object.extend(table.iter().map(|(key, Node { value, .. })| (String::from(&**key), json(value))));
    Json::Object(object)
}

fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(bool) => Json::Bool(*bool),
        Value::Int(number) => Json::from(*number),
        // Helm has no other floats: YAML's .inf and .nan do not load.
        Value::Float(number) => Number::from_f64(*number).map_or(Json::Null, Json::Number),
        Value::Text(text) => Json::String(String::from(&**text)),
        Value::List(items) => items.iter().map(|Node { value, .. }| json(value)).collect(),
        Value::Table(table) => json_table(table),
    }
}
