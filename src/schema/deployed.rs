//! The policy → the policy of one chart: each Prometheus in it under the name that
//! the chart gives it, and asked about where the chart deploys it.
//!
//! What switches a sub-chart stands in the values, but for tags of a chart above:
//! those no schema sees, so what they switch off is judged as deployed.

use crate::policy::POLICY;
use helm_values::{Key, SubChart, Switches};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The chart that the policy is about; also what the policy calls its settings.
const PROMETHEUS: &str = "prometheus";

/// What the policy asks whether Prometheus is deployed, below its settings.
const SWITCH: &str = "enabled";

/// The policy for a chart with these sub-charts, indented by two blanks a level.
/// As it is where there is nothing to place: one of the name and with the switch
/// that the policy knows, or none at all.
pub(super) fn policy_for(sub_charts: &[SubChart]) -> String {
    let mut all: Vec<&SubChart> = sub_charts.iter().filter(|it| &*it.chart == PROMETHEUS).collect();
    // Several under one name have one table of values.
    let mut names = BTreeSet::new();
    all.retain(|it| names.insert(it.name()));
    match all.as_slice() {
        [] => POLICY.to_owned(),
        [only] if is_as_the_policy_has_it(only) => POLICY.to_owned(),
        all => placed(all),
    }
}

fn is_as_the_policy_has_it(it: &SubChart) -> bool {
    let Switches { conditions, tags } = &*it.switches;
    let asks_that_alone = conditions.len() == 1 && it.switches.condition_asks(&[PROMETHEUS, SWITCH]);
    it.name() == PROMETHEUS && tags.is_empty() && asks_that_alone
}

fn placed(all: &[&SubChart]) -> String {
    let policy: Map<String, Value> = serde_json::from_str(POLICY).expect("the policy is an object");
    let is_a_rule = |key: &str| ["allOf", "properties", "if", "then"].contains(&key);
    let (rules, mut whole): (Map<_, _>, Map<_, _>) = policy.into_iter().partition(|(key, _)| is_a_rule(key));
    if let Some(definitions) = whole.get_mut("definitions") {
        forget_switch(definitions);
    }
    let mut rules = Value::Object(rules);
    forget_switch(&mut rules);
    let of = |it: &&SubChart| {
        let mut rules = rules.clone();
        rename(&mut rules, it.name());
        match switched_off(&it.switches) {
            Some(off) => json!({"if": {"not": off}, "then": rules}),
            None => rules,
        }
    };
    whole.insert("allOf".to_owned(), all.iter().map(of).collect());
    let text = serde_json::to_string_pretty(&whole).expect("a value is written without fault");
    format!("{text}\n")
}

/// A document in which Helm does not deploy the sub-chart; `None` where it always does.
fn switched_off(switches: &Switches) -> Option<Value> {
    let Switches { conditions, tags } = switches;
    let tag = |tag: &Key, truth: bool| at(&["tags".into(), Key::clone(tag)], json!({"const": truth}));
    let off = tags.iter().map(|name| tag(name, false)).collect::<Vec<_>>();
    let on = tags.iter().map(|name| tag(name, true)).collect::<Vec<_>>();
    let by_tags = (!tags.is_empty()).then(|| json!({"anyOf": off, "not": {"anyOf": on}}));
    // The first path that leads to a boolean decides, and the tags where none does.
    conditions.iter().rev().fold(by_tags, |otherwise, path| {
        let off = at(path, json!({"const": false}));
        Some(match otherwise {
            None => off,
            Some(otherwise) => {
                let decides = at(path, json!({"type": "boolean"}));
                json!({"anyOf": [off, {"allOf": [{"not": decides}, otherwise]}]})
            }
        })
    })
}

/// What stands at `path` is of this form; what is not there is not.
fn at(path: &[Key], form: Value) -> Value {
    path.iter()
        .rev()
        .fold(form, |form, key| json!({"type": "object", "required": [**key], "properties": {&**key: form}}))
}

/// The rules and definitions without the policy's own question whether Prometheus is deployed.
fn forget_switch(node: &mut Value) {
    let question = json!({"required": [SWITCH], "properties": {SWITCH: {"const": false}}});
    match node {
        Value::Object(table) => {
            if table.get("not") == Some(&question) {
                table.remove("not");
            }
            table.values_mut().for_each(forget_switch);
        }
        Value::Array(list) => list.iter_mut().for_each(forget_switch),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The rules about the settings under another name.
fn rename(node: &mut Value, name: &str) {
    match node {
        Value::Object(table) => {
            let properties = table.get_mut("properties").and_then(Value::as_object_mut);
            if let Some(properties) = properties
                && let Some(settings) = properties.remove(PROMETHEUS)
            {
                properties.insert(name.to_owned(), settings);
            }
            for required in table.get_mut("required").and_then(Value::as_array_mut).into_iter().flatten() {
                if required == PROMETHEUS {
                    *required = json!(name);
                }
            }
            table.values_mut().for_each(|value| rename(value, name));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| rename(value, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::POLICY;

    #[test]
    fn the_policy_asks_whether_prometheus_is_deployed_in_one_form() {
        let mut policy: Value = serde_json::from_str(POLICY).expect("JSON");
        let asked = policy.to_string().matches("\"enabled\":{\"const\":false}").count();
        assert_eq!(asked, 5);
        forget_switch(&mut policy);
        assert!(!policy.to_string().contains("\"enabled\":{\"const\":false}"));
    }

    #[test]
    fn the_policys_own_name_stands_in_its_rules_alone() {
        let mut policy: Value = serde_json::from_str(POLICY).expect("JSON");
        let definitions = policy["definitions"].take().to_string();
        assert!(!definitions.contains("\"prometheus\""), "{definitions}");
        rename(&mut policy, "metrics");
        assert!(!policy.to_string().contains("\"prometheus\""));
    }
}
