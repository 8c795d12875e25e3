//! Against the schema, by a library; then what it says.

use crate::{chart, folder};
use serde_json::{Value, json};
use std::fs;
use test_support::cache;
use test_support::folder::Folder;

fn log(folder: &Folder, arguments: &[&str], exit_code: i32) -> Value {
    let answer = folder.run(&[&["check", "-o", "sarif"][..], arguments].concat());
    assert_eq!((answer.exit_code, answer.stderr.as_str()), (exit_code, ""), "{}", answer.stdout);
    let log: Value = serde_json::from_str(&answer.stdout).expect("one JSON document");
    assert_eq!(errors(&log), Vec::<String>::new());
    log
}

/// What the schema has against a log.
fn errors(log: &Value) -> Vec<String> {
    let text = fs::read_to_string(cache::file("sarif-schema-2.1.0/schema.json")).expect("the schema");
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    validator.iter_errors(log).map(|error| error.to_string()).collect()
}

#[test]
fn the_schema_finds_what_is_wrong() {
    let good = log(&folder(), &["in"], 2);
    for (at, wrong) in [
        ("/version", json!("2.0.0")),
        ("/runs/0/results/0/level", json!("fatal")),
        ("/runs/0/results/0/message", json!("text")),
        ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", json!(0)),
        ("/runs/0/tool/driver/rules/0", json!({})),
    ] {
        let mut log = good.clone();
        *log.pointer_mut(at).expect(at) = wrong;
        assert!(!errors(&log).is_empty(), "{at}");
    }
}

#[test]
fn refusals_and_warnings_are_results_with_places() {
    let log = log(&folder(), &["in"], 2);
    let rules = &log["runs"][0]["tool"]["driver"]["rules"];
    let results: Vec<Value> = log["runs"][0]["results"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            let place = &one["locations"][0]["physicalLocation"];
            let index = usize::try_from(one["ruleIndex"].as_u64().expect("a rule")).expect("small");
            assert_eq!(rules[index]["id"], one["ruleId"]);
            assert!(one["message"]["text"].as_str().expect("a text").len() > 20);
            json!([
                one["ruleId"],
                one["level"],
                place["artifactLocation"]["uri"],
                place["region"]["startLine"],
                place["region"]["startColumn"],
                one["locations"][0]["logicalLocations"][0]["fullyQualifiedName"],
            ])
        })
        .collect();
    let auth = "prometheus.server.auth";
    assert_eq!(
        json!(results),
        json!([
            ["auth-type-unknown", "error", "in/a.yaml", 4, 7, format!("{auth}.type")],
            ["credentials-ignored", "warning", "in/b.yaml", 1, 50, format!("{auth}.basic.username")],
            ["auth-not-chosen", "error", "in/c%20%3C%26%22%3E%5D%5D%3E%25%27%C3%BC.yaml", null, null, auth],
        ])
    );
}

#[test]
fn what_could_not_be_told_is_a_notification_of_a_run_that_failed() {
    let run = log(&folder(), &["in"], 2)["runs"][0].take();
    let invocation = &run["invocations"][0];
    assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&json!(false), &json!(2)));
    let notifications = invocation["toolExecutionNotifications"].as_array().expect("a list");
    assert_eq!(notifications.len(), 1);
    let place = &notifications[0]["locations"][0]["physicalLocation"];
    assert_eq!(
        (&place["artifactLocation"]["uri"], &place["region"]["startLine"]),
        (&json!("in/d.yaml"), &json!(2))
    );
    let whole = log(&folder(), &["in/a.yaml", "in/b.yaml"], 1);
    assert_eq!(whole["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn every_rule_has_the_help_that_explain_prints() {
    let folder = folder();
    let log = log(&folder, &["in/e.yaml"], 0);
    assert_eq!(log["runs"][0]["results"], json!([]));
    let listed = folder.run(&["explain", "-o", "json"]).stdout;
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let wanted: Vec<&Value> = listed
        .as_array()
        .expect("a list")
        .iter()
        .filter(|one| one["part"] == "policy" || one["part"] == "check")
        .collect();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("a list");
    assert!(wanted.len() > 15 && wanted.len() == rules.len());
    for (rule, wanted) in rules.iter().zip(wanted) {
        let code = wanted["code"].as_str().expect("a code");
        assert_eq!((&rule["id"], &rule["shortDescription"]["text"]), (&wanted["code"], &wanted["summary"]));
        let level = if wanted["kind"] == "refusal" { "error" } else { "warning" };
        assert_eq!(rule["defaultConfiguration"]["level"], level);
        let page = folder.run(&["explain", code]).stdout;
        let help = rule["help"]["text"].as_str().expect("a text");
        assert!(help.len() > 100 && page.ends_with(help), "{code}");
    }
}

#[test]
fn rendered_objects_are_told_in_it_too() {
    let pod = "kind: Pod\nmetadata: {name: p}\nspec:\n  hostNetwork: true\n  containers: [{name: a, image: prom/prometheus, args: [--web.enable-remote-write-receiver]}]\n";
    let folder = Folder::with(&[("o.yaml", pod)]);
    let log = log(&folder, &["--rendered", "o.yaml"], 1);
    let result = &log["runs"][0]["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&json!("auth-bypassed"), &json!("error")));
}

#[test]
fn standard_input_has_no_place_and_no_answer_holds_a_password() {
    let folder = folder();
    let values = "prometheus: {server: {auth: {basic: {username: me, password: 'hunter2 '}}}}";
    for form in ["sarif", "junit"] {
        let answer = folder.run_with_input(&["check", "-o", form, "-"], values);
        assert_eq!(answer.exit_code, 1);
        assert!(answer.stdout.contains("password-not-portable"), "{}", answer.stdout);
        assert!(!answer.stdout.contains("hunter2") && !answer.stdout.contains("\"-\""), "{}", answer.stdout);
    }
}

/// The default that turned the receiver on is a place of its own, in the chart's file.
#[test]
fn the_flag_that_turned_the_receiver_on_is_a_related_location() {
    let ask = ["--chart", "c d", "-f", "v.yaml"];
    let result = log(&chart(), &ask, 1)["runs"][0]["results"][0].take();
    let place = |location: &Value| {
        let place = &location["physicalLocation"];
        json!([
            place["artifactLocation"]["uri"],
            place["region"]["startLine"],
            place["region"]["startColumn"]
        ])
    };
    assert_eq!(result["ruleId"], "auth-not-chosen");
    assert_eq!(place(&result["locations"][0]), json!(["c%20d/values.yaml", 2, 3]));
    let related = result["relatedLocations"].as_array().expect("a list");
    assert_eq!(related.iter().map(place).collect::<Value>(), json!([["c%20d/values.yaml", 3, 21]]));
    assert_eq!(related[0]["message"]["text"], "this turns the receiver on");
    let by_flag = ["--set", "prometheus.server.extraFlags={web.enable-otlp-receiver}"];
    let result = log(&chart(), &[&ask[..], &by_flag].concat(), 1)["runs"][0]["results"][0].take();
    assert_eq!(result["relatedLocations"], Value::Null, "no place in a file: {result}");
}
