//! strace around the binary: what it calls, and one call that goes wrong.

use serde_json::Value;
use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use test_support::call::run;
use test_support::folder::Folder;
use test_support::program::BINARY;

/// One system call of a run.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub name: String,
    /// Which of its name among those that were looked at, counted from 1.
    pub count: usize,
    /// As strace prints it, descriptors with their paths.
    pub line: String,
}

/// What happens at one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Error(&'static str),
    Kill,
}

pub(crate) const FAULTS: [Fault; 4] =
    [Fault::Error("EIO"), Fault::Error("ENOSPC"), Fault::Error("EINTR"), Fault::Kill];

/// A run in which one call was to go wrong.
pub(crate) struct Disturbed {
    pub output: Output,
    /// Whether that call was made at all: strace says so.
    pub was_hit: bool,
}

/// The calls of an undisturbed run about these paths, all of its calls where
/// there are none; from the first that is the program's own.
pub(crate) fn calls(options: &Value, paths: &[PathBuf]) -> Vec<Call> {
    let (output, log) = strace(options, &filters(paths));
    assert!(output.status.success(), "{output:?}");
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut calls = Vec::new();
    for line in log.lines() {
        let Some((name, _)) = line.split_once('(') else { continue };
        let count = counts.entry(name).or_default();
        *count += 1;
        calls.push(Call { name: name.to_owned(), count: *count, line: line.to_owned() });
    }
    if !paths.is_empty() {
        return calls;
    }
    let own = calls.iter().position(|call| call.line.starts_with("prctl(PR_SET_DUMPABLE"));
    calls.split_off(own.expect("the program's first own call"))
}

/// A run in which this call goes wrong, if it is made; `paths` as it was found with.
pub(crate) fn disturbed(options: &Value, paths: &[PathBuf], call: &Call, fault: Fault) -> Disturbed {
    let (how, mark) = match fault {
        Fault::Error(name) => (format!("error={name}"), "(INJECTED)"),
        Fault::Kill => ("signal=KILL".to_owned(), "+++ killed by SIGKILL +++"),
    };
    let mut more = filters(paths);
    more.extend(["-e".to_owned(), format!("trace={}", call.name)]);
    more.extend(["-e".to_owned(), format!("inject={}:{how}:when={}", call.name, call.count)]);
    let (output, log) = strace(options, &more);
    Disturbed { output, was_hit: log.contains(mark) }
}

fn filters(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().flat_map(|path| ["-P".to_owned(), path.display().to_string()]).collect()
}

/// What came of a run, and strace's log.
fn strace(options: &Value, more: &[String]) -> (Output, String) {
    let folder = Folder::new();
    let log = folder.0.join("log");
    let mut command = Command::new("strace");
    command.args(["-y", "-s", "200", "-o"]).arg(&log).args(more).args([*BINARY, "-"]);
    let output = run(&mut command, options.to_string().as_bytes());
    (output, fs::read_to_string(log).expect("strace's own file"))
}
