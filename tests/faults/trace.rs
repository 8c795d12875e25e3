//! strace around the binary: what it calls, and one call that goes wrong.

use crate::call::{BINARY, run};
use crate::scene::Scene;
use std::collections::HashMap;
use std::fs;
use std::process::{Command, Output};

/// One system call of a run.
#[derive(Clone, Debug)]
pub struct Call {
    pub name: String,
    /// Which of its name, counted from 1.
    pub count: usize,
    /// As strace prints it, descriptors with their paths.
    pub line: String,
}

/// What happens at one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Error(&'static str),
    Kill,
}

pub const FAULTS: [Fault; 4] =
    [Fault::Error("EIO"), Fault::Error("ENOSPC"), Fault::Error("EINTR"), Fault::Kill];

/// The calls of an undisturbed run, from the first that is the program's own.
pub fn calls(scene: &Scene) -> Vec<Call> {
    let log = scene.folder().with_extension("trace");
    let output = strace(scene, &["-y", "-s", "200", "-o", &log.display().to_string()]);
    assert!(output.status.success(), "{output:?}");
    let text = fs::read_to_string(&log).expect("strace's own file");
    fs::remove_file(log).expect("strace's own file");
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut calls = Vec::new();
    for line in text.lines() {
        let Some((name, _)) = line.split_once('(') else { continue };
        let count = counts.entry(name).or_default();
        *count += 1;
        calls.push(Call { name: name.to_owned(), count: *count, line: line.to_owned() });
    }
    let own = calls.iter().position(|call| call.line.starts_with("prctl(PR_SET_DUMPABLE"));
    calls.split_off(own.expect("the program's first own call"))
}

/// A run in which this call goes wrong.
pub fn disturbed(scene: &Scene, call: &Call, fault: Fault) -> Output {
    let how = match fault {
        Fault::Error(name) => format!("error={name}"),
        Fault::Kill => "signal=KILL".to_owned(),
    };
    let inject = format!("inject={}:{how}:when={}", call.name, call.count);
    let trace = format!("trace={}", call.name);
    strace(scene, &["-o", "/dev/null", "-e", &trace, "-e", &inject])
}

fn strace(scene: &Scene, options: &[&str]) -> Output {
    let input = scene.options().to_string();
    run(Command::new("strace").args(options).args([BINARY, "-"]), input.as_bytes())
}
