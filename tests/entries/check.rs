//! `check`'s entry: a file of values on standard input, an answer in JSON.

use crate::ask::{self, Asked, BINARY};
use serde_json::{Value, json};
use std::process::Command;
use test_support::helm::in_ascii;
use test_support::policy_case::{Expected, PolicyCase};

/// Helm stops before it asks any schema where a sub-chart's settings are not a
/// table, so `check` cannot tell what such values come to.
const STOPS_EARLIER: &str = "Helm itself stops where the settings of a sub-chart are not a table";

fn stops_earlier(case: &PolicyCase) -> bool {
    case.given.get("prometheus").is_some_and(|settings| !settings.is_object())
}

fn ask(case: &PolicyCase) -> Asked {
    let values = in_ascii(&case.values().to_string());
    let output = ask::run(Command::new(*BINARY).args(["check", "-", "-o", "json"]), values.as_bytes());
    let list: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let answer = &list[0];
    let shown = |refusal: &Value| json!([refusal["code"], refusal["msg"], refusal["where"]]);
    let refusals: Value = answer["refusals"].as_array().into_iter().flatten().map(shown).collect();
    let found =
        json!([answer["verdict"], answer["auth"], refusals, answer["receiver"], output.status.code()]);
    let receiver = if case.receiver_on { "on" } else { "off" };
    let wanted: Value = case
        .refusals()
        .iter()
        .map(|refusal| json!([refusal.code, refusal.message, whole_path(&refusal.node)]))
        .collect();
    let expected = match &case.expected {
        Expected::Accepted(access) => json!(["accepted", auth(access), wanted, receiver, 0]),
        Expected::Refused(_) => json!(["refused", null, wanted, receiver, 1]),
    };
    if stops_earlier(case) && found == json!(["unknown", null, [], null, 2]) {
        Asked::CannotSpell(STOPS_EARLIER)
    } else if found == expected {
        Asked::Answered(output)
    } else {
        Asked::Differs(format!("answers {}{}", answer, String::from_utf8_lossy(&output.stderr)))
    }
}

/// A node of the library chart is named by its whole path, others below the server.
fn whole_path(node: &str) -> String {
    if node.starts_with("remote-write-auth.") { node.to_owned() } else { format!("prometheus.server.{node}") }
}

fn auth(access: &str) -> Value {
    match access {
        "open" => json!("none"),
        "basic" => json!("basic"),
        _ => Value::Null,
    }
}

#[test]
fn check_says_what_the_policy_says() {
    ask::everywhere("check", ask);
}

/// In text, too, no credential is shown: neither the setting's line nor its neighbours'.
#[test]
fn check_shows_no_credential_in_its_text() {
    ask::everywhere("check, in text and for GitHub", |case| {
        if stops_earlier(case) {
            return Asked::CannotSpell(STOPS_EARLIER);
        }
        let values = in_ascii(&serde_json::to_string_pretty(&case.values()).expect("JSON"));
        let ask = |form| ask::run(Command::new(*BINARY).args(["check", "-", "-o", form]), values.as_bytes());
        let (text, mut github) = (ask("text"), ask("github"));
        let said = |output: &[u8], message: &str| String::from_utf8_lossy(output).contains(message);
        if case.messages().iter().all(|it| said(&text.stdout, it) && said(&github.stdout, it)) {
            github.stdout.extend(text.stdout);
            Asked::Answered(github)
        } else {
            Asked::Differs(format!("answers {text:?}"))
        }
    });
}
