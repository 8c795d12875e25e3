//! Read by junitparser, as a CI server would.

use crate::{chart, folder};
use serde_json::{Value, json};
use std::process::Command;
use test_support::cache;
use test_support::folder::Folder;

const READER: &str = r#"
import json, sys
from junitparser import JUnitXml
suites = list(JUnitXml.fromfile(sys.argv[1]))
assert len(suites) == 1
def case(case):
    results = [[type(one).__name__, one.type, one.message, one.text] for one in case.result]
    return [case.name, case._elem.get("file"), results, case.system_out]
print(json.dumps({
    "counts": [suites[0].tests, suites[0].failures, suites[0].errors, suites[0].skipped],
    "cases": [case(one) for one in suites[0]],
}))
"#;

fn read(folder: &Folder, arguments: &[&str], exit_code: i32) -> Value {
    let answer = folder.run(&[&["check", "-o", "junit"][..], arguments].concat());
    assert_eq!((answer.exit_code, answer.stderr.as_str()), (exit_code, ""), "{}", answer.stdout);
    let file = folder.file("report.xml", &answer.stdout);
    let python = cache::file("junitparser-5.0.3/bin/python");
    let output = Command::new(python).arg("-c").arg(READER).arg(file).output().expect("Python starts");
    assert!(output.status.success(), "{}\n{}", answer.stdout, String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn each_release_is_a_test_case() {
    let report = read(&folder(), &["in"], 2);
    assert_eq!(report["counts"], json!([5, 2, 1, 0]));
    let cases = report["cases"].as_array().expect("a list");
    let names: Vec<&Value> = cases.iter().map(|case| &case[0]).collect();
    assert_eq!(
        json!(names),
        json!(["in/a.yaml", "in/b.yaml", "in/c <&\">]]>%'ü.yaml", "in/d.yaml", "in/e.yaml"])
    );
    assert!(cases.iter().all(|case| case[0] == case[1]));
    let kinds: Vec<Value> = cases.iter().map(|case| json!([case[2][0][0], case[2][0][1]])).collect();
    assert_eq!(
        json!(kinds),
        json!([
            ["Failure", "auth-type-unknown"],
            [null, null],
            ["Failure", "auth-not-chosen"],
            ["Error", "could not tell"],
            [null, null],
        ])
    );
    let text = |case: &Value| case[2][0][3].as_str().unwrap_or_default().to_owned();
    assert!(text(&cases[0]).starts_with("in/a.yaml:4:7: the auth type is neither basic nor none; "));
    assert!(text(&cases[2]).starts_with("in/c <&\">]]>%'ü.yaml: the Prometheus remote write receiver is on"));
    assert!(text(&cases[3]).starts_with("in/d.yaml:2:4: an alias names an anchor"));
    let warned = cases[1][3].as_str().expect("a text");
    assert!(warned.starts_with("in/b.yaml:1:50: warning: credentials stand beside"), "{warned}");
}

#[test]
fn several_refusals_are_one_failure_with_a_line_each() {
    let folder = Folder::with(&[("v.yaml", "prometheus: {server: {auth: {type: basic}}}\n")]);
    let report = read(&folder, &["v.yaml"], 1);
    assert_eq!(report["counts"], json!([1, 1, 0, 0]));
    let results = report["cases"][0][2].as_array().expect("a list");
    assert_eq!(results.len(), 1);
    let lines = results[0][3].as_str().expect("a text").lines().count();
    assert_eq!(lines, 2, "{results:?}");
}

#[test]
fn letters_that_xml_does_not_have_do_not_break_it() {
    let folder = Folder::with(&[("\u{1}\u{ffff}\u{fffe}\u{1b}[31m.yaml", "{}\n")]);
    let report = read(&folder, &["."], 1);
    assert_eq!(report["cases"][0][0], "????[31m.yaml");
}

#[test]
fn the_flag_that_turned_the_receiver_on_stands_below_the_refusal() {
    for (flags, said) in [
        (vec![], "  = the receiver is turned on at c d/values.yaml:3:21"),
        (
            vec!["--set", "prometheus.server.extraFlags={web.enable-otlp-receiver}"],
            "  = the receiver is turned on by --set",
        ),
    ] {
        let report = read(&chart(), &[&["--chart", "c d", "-f", "v.yaml"], &flags[..]].concat(), 1);
        let text = report["cases"][0][2][0][3].as_str().expect("a text").to_owned();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].contains(": the Prometheus remote write receiver is on, "), "{text}");
        assert_eq!(lines[1..], [said], "{text}");
    }
}
