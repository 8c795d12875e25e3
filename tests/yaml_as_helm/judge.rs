//! Asks Helm itself.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

use serde_json::{Value, json};

/// What Helm makes of each document: its values, or its error.
pub fn ask(version: &str, documents: &[Vec<u8>]) -> Vec<Result<Value, String>> {
    let mut judge = Command::new(binary(version))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the judge starts");
    let input = judge.stdin.take().expect("piped");
    let output = BufReader::new(judge.stdout.take().expect("piped"));
    let answers: Vec<_> = thread::scope(|scope| {
        scope.spawn(move || {
            let mut input = BufWriter::new(input);
            for document in documents {
                let case = json!({"kind": "read", "yaml": base64(document)});
                writeln!(input, "{case}").expect("the judge reads");
            }
        });
        output.lines().map(|line| answer(&line.expect("the judge answers"))).collect()
    });
    assert!(judge.wait().expect("the judge ends").success());
    assert_eq!(answers.len(), documents.len(), "one answer for each document");
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
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/helm/build");
    let built =
        Command::new(script).arg(version).stderr(Stdio::inherit()).output().expect("tests/helm/build runs");
    assert!(built.status.success(), "tests/helm/build {version}");
    let line = String::from_utf8(built.stdout).expect("UTF-8");
    line.trim_end().split_once(' ').expect("version and path").1.into()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len() / 3 * 4 + 4);
    for group in bytes.chunks(3) {
        let bits =
            group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for digit in 0..4 {
            let sextet = bits >> (18 - 6 * digit) & 63;
            text.push(if digit > group.len() { '=' } else { char::from(DIGITS[sextet as usize]) });
        }
    }
    text
}
