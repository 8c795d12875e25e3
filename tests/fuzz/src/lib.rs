//! What every input must keep to, and the second opinions.
//!
//! `packed` and `gzip` make charts, `memory` files, `stack` room; the rest compares what was read.

pub mod archive;
pub mod gzip;
pub mod memory;
pub mod packed;
pub mod stack;

use helm_values::{Error, Node, Table, Value};
use serde_json::Value as Json;

/// A message says state and advice, and has no mark that a text of the input
/// would have brought along.
pub fn fits(message: &str) {
    assert!(message.contains("; "), "no advice: {message}");
    assert!(!message.contains(['"', '\'', '\\', '`', '\n']), "a mark: {message}");
    assert!(message.is_ascii(), "of the input: {message}");
}

/// What holds for both ends of a reading.
pub fn error_fits(error: &Error) {
    fits(&error.message);
}

/// Every value of a file of so many lines stands in one of them.
pub fn stand_in_the_file(table: &Table, lines: u32) {
    for node in table.values() {
        stands_in_the_file(node, lines);
    }
}

fn stands_in_the_file(node: &Node, lines: u32) {
    let (line, column) = (node.origin.line, node.origin.column);
    assert!((1..=lines).contains(&line) && column > 0, "{line}:{column} of {lines} lines");
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| stands_in_the_file(item, lines)),
        Value::Table(table) => stand_in_the_file(table, lines),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => {}
    }
}

/// No more lines than this, whatever ends one.
pub fn lines(text: &[u8]) -> u32 {
    let breaks = text.iter().filter(|byte| matches!(byte, b'\n' | b'\r' | 0x85 | 0xA8 | 0xA9 | 0x28 | 0x29));
    u32::try_from(breaks.count() + 1).expect("small")
}

/// The same, wherever they stand.
pub fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| same(&one.value, &other.value))
        }
        (Value::Table(one), Value::Table(other)) => same_tables(one, other),
        (one, other) => one == other,
    }
}

/// Two tables, likewise.
pub fn same_tables(one: &Table, other: &Table) -> bool {
    one.len() == other.len()
        && one.iter().all(|(key, node)| other.get(key).is_some_and(|other| same(&node.value, &other.value)))
}

/// JSON as another reader has it.
pub fn json(text: &str) -> Option<Json> {
    let mut reader = serde_json::Deserializer::from_str(text);
    reader.disable_recursion_limit();
    let value = serde::Deserialize::deserialize(&mut reader).ok()?;
    reader.end().ok().map(|()| value)
}

/// As that reader has it.
pub fn same_as_json(ours: &Value, json: &Json) -> bool {
    match (ours, json) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(ours), Json::Bool(json)) => ours == json,
        // A zero may have lost its sign.
        (Value::Float(ours), Json::Number(json)) => json.as_f64() == Some(*ours),
        (Value::Text(ours), Json::String(json)) => **ours == **json,
        (Value::List(ours), Json::Array(json)) => {
            ours.len() == json.len()
                && ours.iter().zip(json).all(|(ours, json)| same_as_json(&ours.value, json))
        }
        (Value::Table(ours), Json::Object(json)) => {
            ours.len() == json.len()
                && ours
                    .iter()
                    .all(|(key, node)| json.get(&**key).is_some_and(|json| same_as_json(&node.value, json)))
        }
        _ => false,
    }
}

/// A table as YAML that leaves nothing to read otherwise. Its line ends, so that Helm 4 does
/// not lose it at any length.
pub fn spelled(table: &Table) -> String {
    let mut text = String::new();
    spell_table(table, &mut text);
    text.push('\n');
    text
}

fn spell_table(table: &Table, text: &mut String) {
    text.push('{');
    for (key, node) in table {
        text.push_str("? ");
        spell_text(key, text);
        text.push_str(" : ");
        spell(&node.value, text);
        text.push(',');
    }
    text.push('}');
}

fn spell(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
        Value::Int(whole) => text.push_str(&whole.to_string()),
        Value::Float(number) => text.push_str(&format!("!!float {number:e}")),
        Value::Text(inner) => spell_text(inner, text),
        Value::List(items) => {
            text.push('[');
            for item in items {
                spell(&item.value, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::Table(table) => spell_table(table, text),
    }
}

fn spell_text(inner: &str, text: &mut String) {
    text.push('"');
    for letter in inner.chars() {
        if letter.is_ascii_alphanumeric() {
            text.push(letter);
        } else {
            text.push_str(&format!("\\U{:08x}", u32::from(letter)));
        }
    }
    text.push('"');
}
