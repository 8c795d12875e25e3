//! Asks Helm itself.

use serde_json::Value;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

/// What Helm makes of each case: its values, or its error.
pub fn ask<'a>(version: &str, cases: impl Iterator<Item = &'a Value> + Send) -> Vec<Result<Value, String>> {
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

fn answer(line: &str) -> Result<Value, String> {
    let mut json = serde_json::Deserializer::from_str(line);
    json.disable_recursion_limit();
    let mut answer: Value = json.into_iter().next().expect("a line").expect("the judge answers in JSON");
    match answer.get("error").and_then(Value::as_str) {
        Some(error) => Err(error.into()),
        None => Ok(answer["value"].take()),
    }
}

fn binary(version: &str) -> String {
    // One build at a time: the tests of this file run side by side.
    static BUILD: Mutex<()> = Mutex::new(());
    let _alone = BUILD.lock();
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/helm/build");
    let built =
        Command::new(program).arg(version).stderr(Stdio::inherit()).output().expect("tests/helm/build runs");
    assert!(built.status.success(), "tests/helm/build {version}");
    let line = String::from_utf8(built.stdout).expect("UTF-8");
    line.trim_end().split_once(' ').expect("version and path").1.into()
}
