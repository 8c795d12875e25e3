//! A server's flags → Prometheus' arguments, as the chart's template makes them.
//!
//! The rule in Rust, for thousands of documents; that it is the chart's is
//! asked of a real `helm template` with the template in `tests/policy/chart`.

use serde_json::{Map, Value};

/// The text that the template writes; `None` where it stops with an error.
pub(crate) fn text(server: &Value) -> Option<String> {
    let mut text = "args:".to_owned();
    let replacing = &server["defaultFlagsOverride"];
    if is_true(replacing) {
        return Some(text + "\n" + &indented(&serde_yaml::to_string(replacing).ok()?) + "\n");
    }
    let mut line = |flag: &str| text.extend(["\n            - --", flag]);
    line("first");
    for (_, item) in entries(&server["extraFlags"])? {
        line(&printed(item, "<no value>"));
    }
    for (name, setting) in entries(&server["extraArgs"])? {
        if is_true(setting) { line(&format!("{name}={}", printed(setting, ""))) } else { line(&name) }
    }
    line("last");
    Some(text + "\n")
}

/// The arguments that a container gets from the text; `None` where the text is
/// not YAML, or not a list of texts: such a pod is never made.
pub(crate) fn arguments(text: &str) -> Option<Vec<String>> {
    let document: serde_yaml::Value = serde_yaml::from_str(text).ok()?;
    let argument = |item: &serde_yaml::Value| match item {
        serde_yaml::Value::String(text) => Some(text.clone()),
        serde_yaml::Value::Null => Some(String::new()),
        _ => None,
    };
    document.get("args")?.as_sequence()?.iter().map(argument).collect()
}

fn indented(yaml: &str) -> String {
    let line = |line: &str| format!("            {line}");
    yaml.strip_suffix('\n').unwrap_or(yaml).split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// What `range` goes over; `None` where Go's templates cannot.
fn entries(value: &Value) -> Option<Vec<(String, &Value)>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::Array(list) => {
            Some(list.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect())
        }
        Value::Object(table) => Some(table.iter().map(|(key, item)| (key.clone(), item)).collect()),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// True as Go's templates see it.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(bool) => *bool,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(table) => !table.is_empty(),
    }
}

/// As Go's templates print it; `null` is `nothing` at the outside.
fn printed(value: &Value, nothing: &str) -> String {
    let inner = |value: &Value| printed(value, "<nil>");
    match value {
        Value::Null => nothing.to_owned(),
        Value::Bool(bool) => bool.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(list) => format!("[{}]", list.iter().map(inner).collect::<Vec<_>>().join(" ")),
        Value::Object(table) => format!("map[{}]", pairs(table, inner)),
    }
}

fn pairs(table: &Map<String, Value>, inner: impl Fn(&Value) -> String) -> String {
    let pair = |(key, value): (&String, &Value)| format!("{key}:{}", inner(value));
    table.iter().map(pair).collect::<Vec<_>>().join(" ")
}
