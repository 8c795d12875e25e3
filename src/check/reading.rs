//! A file of values in JSON, until the reader of `values` is here.

use crate::values::tree::{Node, Origin, Source, SourceKind, Value};
use serde_json::{Value as Json, json};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

pub(super) fn read(file: &Path) -> Result<(Node, Json), String> {
    let mut bytes = Vec::new();
    let done = if file == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes).map(drop)
    } else {
        std::fs::read(file).map(|content| bytes = content)
    };
    done.map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let given: Json = if bytes.is_empty() {
        json!({})
    } else {
        serde_json::from_slice(&bytes).map_err(|_| format!("{} is not JSON", file.display()))?
    };
    let mut document = json!({"prometheus": {"enabled": true, "server": {"extraFlags": ["web.enable-lifecycle", "web.enable-remote-write-receiver"]}}});
    merge(&mut document, given);
    let source = Arc::new(Source { kind: SourceKind::File, name: file.display().to_string() });
    Ok((node(&document, &source), document))
}

fn merge(under: &mut Json, over: Json) {
    match (under, over) {
        (Json::Object(under), Json::Object(over)) => {
            for (key, value) in over {
                match under.get_mut(&key) {
                    Some(old) => merge(old, value),
                    None => drop(under.insert(key, value)),
                }
            }
        }
        (under, over) => *under = over,
    }
}

fn node(json: &Json, source: &Arc<Source>) -> Node {
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(bool) => Value::Bool(*bool),
        Json::Number(number) => Value::Float(number.as_f64().unwrap_or_default()),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(list) => Value::List(list.iter().map(|item| node(item, source)).collect()),
        Json::Object(table) => {
            Value::Table(table.iter().map(|(key, value)| (key.clone(), node(value, source))).collect())
        }
    };
    Node { value, origin: Origin { source: Arc::clone(source), line: 0, column: 0 } }
}
