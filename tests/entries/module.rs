//! The module's entry: options in JSON on standard input, nothing touched.

use crate::ask::{self, Asked, BINARY};
use serde_json::{Map, Value, json};
use std::process::Command;
use test_support::policy_case::{Expected, PolicyCase};

/// The option for each setting that the module has one for.
const OPTIONS: [(&str, &str); 4] =
    [("receiver", "receiver"), ("type", "auth_type"), ("username", "username"), ("password", "password")];

fn options(case: &PolicyCase) -> Result<Value, &'static str> {
    let mut options = Map::from_iter([("state".to_owned(), json!("validated"))]);
    for (setting, value) in &case.given {
        match OPTIONS.iter().find(|(known, _)| known == setting) {
            Some((_, option)) => drop(options.insert((*option).to_owned(), value.clone())),
            None if setting == "existingSecret" => return Err("the module reads no Secret"),
            None => return Err("a node of the values that no option stands for"),
        }
    }
    Ok(Value::Object(options))
}

/// The option that stands for a node.
fn option_of(node: &str) -> &str {
    match node {
        "auth.basic.username" => "username",
        "auth.basic.password" => "password",
        _ => "auth_type",
    }
}

fn ask(case: &PolicyCase) -> Asked {
    let options = match options(case) {
        Ok(options) => options,
        Err(why) => return Asked::CannotSpell(why),
    };
    let output = ask::run(Command::new(*BINARY).arg("-"), options.to_string().as_bytes());
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let found = match &case.expected {
        Expected::Accepted(_) => json!([answer["access"], answer["failed"], output.status.code()]),
        Expected::Refused(_) => json!([answer["refusals"], answer["failed"], output.status.code()]),
    };
    // The one piece of a message that speaks of a flag of Helm's.
    let said = |sentence: &str| sentence.replace(", on the command line use --set-string", "");
    let refusals = case.refusals().iter().map(
        |refusal| json!({"code": refusal.code, "msg": said(&refusal.message), "where": option_of(&refusal.node)}),
    );
    let expected = match &case.expected {
        Expected::Accepted(access) => json!([access, null, 0]),
        Expected::Refused(_) => json!([refusals.collect::<Value>(), true, 1]),
    };
    if found == expected { Asked::Answered(output) } else { Asked::Differs(format!("answers {answer}")) }
}

#[test]
fn the_module_says_what_the_policy_says() {
    ask::everywhere("module", ask);
}
