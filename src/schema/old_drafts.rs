//! The policy of draft 7 → the same policy in the words of draft 4.
//!
//! `if`, `const`, `contains`, `propertyNames` and schemas that are `false` are
//! newer than draft 4, and a host that names it gets them ignored or does not
//! compile. Draft 6 reads the outcome, too. Only what the policy uses is known.

use serde_json::{Map, Value, json};

/// `policy` in other words, indented by two blanks a level.
pub(super) fn translated(policy: &str) -> String {
    let policy: Value = serde_json::from_str(policy).expect("the policy is JSON");
    let translated = schema(&policy, &policy);
    serde_json::to_string_pretty(&translated).expect("a value is written without fault")
}

fn schema(policy: &Value, node: &Value) -> Value {
    match node {
        Value::Bool(true) => json!({}),
        Value::Object(keywords) => object(policy, keywords),
        _ => json!({"not": {}}),
    }
}

fn object(policy: &Value, keywords: &Map<String, Value>) -> Value {
    let mut translated = Map::new();
    let mut clauses = Vec::new();
    for (keyword, value) in keywords {
        match keyword.as_str() {
            "if" => clauses.extend(implications(policy, keywords)),
            "then" | "else" => {}
            "const" => clauses.push(json!({"enum": [value]})),
            "contains" => clauses.push(contains(&schema(policy, value))),
            "propertyNames" => clauses.push(property_names(policy, value)),
            "not" | "items" | "additionalProperties" => {
                translated.insert(keyword.clone(), schema(policy, value));
            }
            "properties" | "patternProperties" | "definitions" => {
                translated.insert(keyword.clone(), table(policy, value));
            }
            "allOf" => clauses.extend(list(policy, value)),
            "anyOf" | "oneOf" => {
                translated.insert(keyword.clone(), Value::Array(list(policy, value)));
            }
            _ => {
                translated.insert(keyword.clone(), value.clone());
            }
        }
    }
    if !clauses.is_empty() {
        translated.insert("allOf".to_owned(), Value::Array(clauses));
    }
    Value::Object(translated)
}

/// The message comes first: of two branches that are equally wrong, Helm up to
/// 3.18.4 prints the first alone.
fn implications(policy: &Value, keywords: &Map<String, Value>) -> Vec<Value> {
    let condition = schema(policy, &keywords["if"]);
    let then = keywords.get("then").map(|then| json!({"anyOf": [schema(policy, then), {"not": condition}]}));
    let otherwise = keywords.get("else").map(|other| json!({"anyOf": [schema(policy, other), condition]}));
    then.into_iter().chain(otherwise).collect()
}

/// What is not a list contains anything, in every draft.
fn contains(item: &Value) -> Value {
    json!({"anyOf": [{"not": {"type": "array"}}, {"not": {"items": {"not": item}}}]})
}

/// No key matches any of the patterns: the one form in which the policy asks for
/// names. `patternProperties` is all that draft 4 has for them. What the policy
/// asks first for speed alone, an enum and all but the last of several
/// conditions, is left out: tests/policy/quick.rs tells that it changes no answer.
fn property_names(policy: &Value, names: &Value) -> Value {
    let patterns = patterns(policy, &names["not"]);
    let none: Map<String, Value> =
        patterns.into_iter().map(|pattern| (pattern, json!({"not": {}}))).collect();
    json!({"patternProperties": none})
}

fn patterns(policy: &Value, node: &Value) -> Vec<String> {
    let here = node["pattern"].as_str().map(str::to_owned);
    let target = node["$ref"].as_str().and_then(|pointer| policy.pointer(pointer.trim_start_matches('#')));
    let last = node["allOf"].as_array().and_then(|conditions| conditions.last());
    let inside = node["anyOf"].as_array().into_iter().flatten();
    let below = target.into_iter().chain(last).chain(inside);
    here.into_iter().chain(below.flat_map(|node| patterns(policy, node))).collect()
}

fn table(policy: &Value, schemas: &Value) -> Value {
    let entries = schemas.as_object().into_iter().flatten();
    entries.map(|(key, value)| (key.clone(), schema(policy, value))).collect()
}

fn list(policy: &Value, schemas: &Value) -> Vec<Value> {
    schemas.as_array().into_iter().flatten().map(|value| schema(policy, value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::POLICY;

    #[test]
    fn newer_words_are_said_in_older_ones() {
        let quick_first =
            json!({"allOf": [{"pattern": "[bc]"}, {"anyOf": [{"pattern": "b"}, {"pattern": "^c"}]}]});
        let alternatives = json!([{"enum": ["a"]}, {"pattern": "a"}, quick_first]);
        let policy = json!({"definitions": {"flag": {"type": "string", "anyOf": alternatives}}});
        for (newer, older) in [
            (json!({"const": 1}), json!({"allOf": [{"enum": [1]}]})),
            (json!({"properties": {"x": false}}), json!({"properties": {"x": {"not": {}}}})),
            (
                json!({"if": {"const": 1}, "then": {"type": "null"}}),
                json!({"allOf": [{"anyOf": [{"type": "null"}, {"not": {"allOf": [{"enum": [1]}]}}]}]}),
            ),
            (
                json!({"not": {"propertyNames": {"not": {"$ref": "#/definitions/flag"}}}}),
                json!({"not": {"allOf": [{"patternProperties": {"a": {"not": {}}, "b": {"not": {}}, "^c": {"not": {}}}}]}}),
            ),
        ] {
            assert_eq!(schema(&policy, &newer), older);
        }
    }

    /// The values that an enum lists are not schemas.
    fn without_enums(node: &mut Value) {
        match node {
            Value::Object(table) => {
                table.remove("enum");
                table.values_mut().for_each(without_enums);
            }
            Value::Array(list) => list.iter_mut().for_each(without_enums),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn the_law_holds_no_newer_word_afterwards() {
        fn walk(node: &Value) {
            match node {
                Value::Object(table) => {
                    for newer in ["if", "then", "else", "const", "contains", "propertyNames"] {
                        assert!(!table.contains_key(newer), "{newer}");
                    }
                    table.values().for_each(walk);
                }
                Value::Array(list) => list.iter().for_each(walk),
                Value::Bool(_) => panic!("a schema that is a boolean"),
                Value::Null | Value::Number(_) | Value::String(_) => {}
            }
        }
        let mut translated: Value = serde_json::from_str(&translated(POLICY)).expect("JSON");
        without_enums(&mut translated);
        walk(&translated);
    }

    #[test]
    fn names_are_asked_for_in_the_one_form_that_can_be_translated() {
        fn walk(policy: &Value, node: &Value) {
            if let Some(names) = node.get("propertyNames") {
                assert!(names.as_object().is_some_and(|names| names.len() == 1), "{names}");
                assert!(!patterns(policy, &names["not"]).is_empty(), "{names}");
            }
            match node {
                Value::Object(table) => table.values().for_each(|value| walk(policy, value)),
                Value::Array(list) => list.iter().for_each(|value| walk(policy, value)),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        let policy: Value = serde_json::from_str(POLICY).expect("JSON");
        walk(&policy, &policy);
    }
}
