//! The form of every message, and that the policy's own text keeps to it.

use remote_write_auth::policy::POLICY;
use remote_write_auth::policy::refusal::{Code, Node};
use serde_json::Value;
use std::collections::BTreeSet;

/// Fails unless `msg` is `state; what to do [code]` in words that every edge
/// can print: one Helm or another escapes quotes and backslashes.
pub(crate) fn assert_in_form(msg: &str, code: &str) {
    let statement =
        msg.strip_suffix(&format!(" [{code}]")).unwrap_or_else(|| panic!("no code at the end: {msg}"));
    let halves: Vec<&str> = statement.split("; ").collect();
    assert!(halves.len() == 2 && halves.iter().all(|half| half.len() > 10), "not two halves: {msg}");
    assert!(!statement.ends_with(['.', ' ']) && !statement.contains("  "), "{msg}");
    assert!(!statement.starts_with(char::is_uppercase) || statement.starts_with("YAML"), "{msg}");
    assert!(statement.chars().all(|c| c == ' ' || c.is_ascii_graphic()), "{msg}");
    assert!(!statement.contains(['"', '\'', '`', '\\', '[', ']']), "{msg}");
    for word in ["invalid", "failed to", "please", "/", "%", "$"] {
        assert!(!statement.to_lowercase().contains(word), "{word} in: {msg}");
    }
}

/// The checks of the policy: node, message, and the whole `then`.
fn checks(schema: &Value, found: &mut Vec<(String, String, Value)>) {
    if let Some(statement) = schema["then"]["required"][0].as_str() {
        let node = schema["$comment"].as_str().expect("a refusal names its node");
        found.push((node.to_owned(), statement.to_owned(), schema["then"].clone()));
    }
    match schema {
        Value::Object(table) => table.values().for_each(|value| checks(value, found)),
        Value::Array(list) => list.iter().for_each(|value| checks(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn all_checks() -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    checks(&serde_json::from_str(POLICY).expect("the policy is JSON"), &mut found);
    found
}

#[test]
fn every_refusal_has_a_node_a_code_and_a_message_in_form() {
    for (node, statement, _) in all_checks() {
        let code = Code::at_the_end_of(&statement).unwrap_or_else(|| panic!("no code: {statement}"));
        assert!(code < Code::PolicyNotMet, "not one of the policy's codes: {statement}");
        assert_in_form(&statement, code.as_str());
        assert!(Node::named(&node).is_some(), "no such node: {node}");
    }
}

#[test]
fn every_refusal_is_one_property_that_nobody_can_supply() {
    for (_, statement, then) in all_checks() {
        assert_eq!(then, serde_json::json!({"required": [statement], "properties": {statement: false}}));
    }
}

#[test]
fn every_code_of_the_policy_is_in_it_and_the_checks_stand_in_its_order() {
    let codes: Vec<Code> =
        all_checks().iter().filter_map(|(_, statement, _)| Code::at_the_end_of(statement)).collect();
    let wanted: BTreeSet<Code> =
        Code::ALL.iter().copied().filter(|code| *code < Code::PolicyNotMet).collect();
    assert_eq!(codes.iter().copied().collect::<BTreeSet<_>>(), wanted);
    assert!(codes.is_sorted(), "Helm reports in the order of the text: {codes:?}");
}

#[test]
fn one_node_and_code_have_one_message() {
    let mut messages = std::collections::BTreeMap::new();
    for (node, statement, _) in all_checks() {
        let key = (node, Code::at_the_end_of(&statement));
        let first = messages.entry(key).or_insert_with(|| statement.clone());
        assert_eq!(*first, statement);
    }
}
