//! Asks Helm itself: cases in, what the judge of one version answers out.
//!
//! The suites that compare with Helm share this file; each reads the answers
//! its own way.

use serde_json::{Value, json};
use std::fmt::Display;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

/// One answer for each case, in order. A case prints as one line of JSON. A case
/// at which Helm itself crashes, beyond what Go can catch, is answered with that,
/// and another judge goes on after it.
pub fn ask<Case: Display>(version: &str, cases: impl ExactSizeIterator<Item = Case> + Send) -> Vec<Value> {
    let cases: Vec<String> = cases.map(|case| case.to_string()).collect();
    let judge = binary(version);
    let (mut answers, mut crashes) = (Vec::new(), 0);
    while answers.len() < cases.len() {
        let ended_well = ask_one(&judge, &cases[answers.len()..], &mut answers);
        if answers.len() < cases.len() {
            assert!(!ended_well, "one answer for each case");
            answers.push(json!({"error": "Helm crashes"}));
            crashes += 1;
            assert!(crashes <= 20, "the judge of {version} crashes too often");
        }
    }
    assert_eq!(answers.len(), cases.len(), "one answer for each case");
    answers
}

/// Whether the judge came to its end.
fn ask_one(judge: &str, cases: &[String], answers: &mut Vec<Value>) -> bool {
    let mut judge = Command::new(judge)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null()) // Helm warns there
        .spawn()
        .expect("the judge starts");
    let input = judge.stdin.take().expect("piped");
    let output = BufReader::new(judge.stdout.take().expect("piped"));
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut input = BufWriter::new(input);
            // One that crashed does not read on.
            let _ = cases.iter().try_for_each(|case| writeln!(input, "{case}"));
        });
        answers.extend(output.lines().map(|line| parsed(&line.expect("the judge answers"))));
    });
    judge.wait().expect("the judge ends").success()
}

fn parsed(line: &str) -> Value {
    let mut json = serde_json::Deserializer::from_str(line);
    json.disable_recursion_limit();
    json.into_iter().next().expect("a line").expect("the judge answers in JSON")
}

/// The values that an answer holds, or Helm's error.
#[allow(dead_code, reason = "a suite that asks for verdicts reads answers otherwise")]
pub fn values(mut answer: Value) -> Result<Value, String> {
    match answer.get("error").and_then(Value::as_str) {
        Some(error) => Err(error.into()),
        None => Ok(answer["value"].take()),
    }
}

fn binary(version: &str) -> String {
    // One build at a time: the tests of a suite run side by side.
    static BUILD: Mutex<()> = Mutex::new(());
    let _alone = BUILD.lock();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../helm-values/tests/judge/build");
    let built =
        Command::new(script).arg(version).stderr(Stdio::inherit()).output().expect("tests/judge/build runs");
    assert!(built.status.success(), "tests/judge/build {version}");
    let line = String::from_utf8(built.stdout).expect("UTF-8");
    line.trim_end().split_once(' ').expect("version and path").1.into()
}
