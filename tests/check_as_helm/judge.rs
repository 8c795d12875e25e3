//! Asks Helm itself for a verdict.

use crate::compare::Verdict;
use serde_json::Value;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

/// What Helm's schema says about each case, or that there is nothing to judge;
/// beside it Helm's own words.
pub fn ask(version: &str, cases: &[&Value]) -> Vec<(Verdict, String)> {
    let mut judge = Command::new(binary(version))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null()) // Helm warns there
        .spawn()
        .expect("the judge starts");
    let input = judge.stdin.take().expect("piped");
    let output = BufReader::new(judge.stdout.take().expect("piped"));
    let answers: Vec<_> = thread::scope(|scope| {
        scope.spawn(move || {
            let mut input = BufWriter::new(input);
            for case in cases {
                writeln!(input, "{case}").expect("the judge reads");
            }
        });
        output.lines().map(|line| answer(&line.expect("the judge answers"))).collect()
    });
    assert!(judge.wait().expect("the judge ends").success());
    answers
}

fn answer(line: &str) -> (Verdict, String) {
    let answer: Value = serde_json::from_str(line).expect("the judge answers in JSON");
    match (answer["error"].as_str(), answer["schema"].as_str()) {
        (Some(error), _) => (Verdict::Unknown, error.to_owned()),
        (None, Some(schema)) => (Verdict::Refused, schema.to_owned()),
        (None, None) => (Verdict::Accepted, answer["value"].to_string()),
    }
}

fn binary(version: &str) -> String {
    // One build at a time: the tests of this file run side by side.
    static BUILD: Mutex<()> = Mutex::new(());
    let _alone = BUILD.lock();
    let build = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/helm/build");
    let made =
        Command::new(build).arg(version).stderr(Stdio::inherit()).output().expect("tests/helm/build runs");
    assert!(made.status.success(), "tests/helm/build {version}");
    let line = String::from_utf8(made.stdout).expect("UTF-8");
    line.trim_end().split_once(' ').expect("version and path").1.into()
}
