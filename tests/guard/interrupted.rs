//! A run that was killed, or told no, at any of its steps.
//!
//! strace counts the system calls of one transition, then each of them fails
//! once and ends the process once. Both files are then as before or as after,
//! in an order that never opens the door, and the next run finishes it.

use crate::call::{BINARY, answered, run};
use crate::host::{Host, OTHER_PASSWORD, PASSWORD, absent, basic, changed, open, shut};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};

const CANARY: &str = "c4nary-Wr3n-9x-and-more-of-it";

fn traced(host: &Host, inject: &[&str], options: &Value) -> Output {
    let mut command = Command::new("strace");
    command.arg("-o").arg(host.path("trace")).args(inject).arg(BINARY).arg("-");
    run(&mut command, host.options(options.clone()).to_string().as_bytes())
}

/// How often each system call is made, from the first look at a file of ours on.
fn calls(host: &Host) -> BTreeMap<String, (usize, usize)> {
    let trace = host.text("trace");
    let mut calls: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut is_ours = false;
    for line in trace.lines() {
        is_ours |= line.contains(&host.folder.0.display().to_string());
        let Some((name, _)) = line.split_once('(') else { continue };
        if line.starts_with(['+', '-']) || name.contains("exit") {
            continue;
        }
        let (first, last) = calls.entry(name.to_owned()).or_default();
        *last += 1;
        if !is_ours {
            *first = *last;
        }
    }
    calls
}

/// Who is let in, as the two files say it; the higher, the more.
fn openness(host: &Host) -> u32 {
    let include = host.text("include");
    match (host.include().exists(), include.contains("return 404;"), include.contains("auth_basic ")) {
        (false, _, _) => 3, // nobody knows what the location does without it
        (true, true, _) => 0,
        (true, false, true) => 1,
        (true, false, false) => 2,
    }
}

/// Basic without its file refuses valid logins.
fn refuses_valid_logins(host: &Host) -> bool {
    openness(host) == 1 && !host.htpasswd().exists()
}

struct Transition {
    name: &'static str,
    before: Option<Value>,
    after: Value,
}

fn transitions() -> Vec<Transition> {
    let of = |name, before, after| Transition { name, before, after };
    let other = json!({"username": "alloy", "password": OTHER_PASSWORD, "realm": "Other"});
    vec![
        of("nothing to basic", None, basic()),
        of("basic to basic", Some(basic()), other),
        of("basic to none", Some(basic()), open()),
        of("none to basic", Some(open()), basic()),
        of("basic to shut", Some(basic()), shut()),
        of("basic to absent", Some(basic()), absent()),
    ]
}

fn prepared(transition: &Transition) -> Host {
    let host = Host::new();
    if let Some(before) = &transition.before {
        host.accepts(before.clone());
    }
    host
}

fn holds(host: &Host, transition: &Transition, before: u32, output: &Output, what: &str) {
    let is_removal = transition.after == absent();
    let after = openness(host);
    let name = transition.name;
    let wanted = if transition.after == open() { 2 } else { 1 };
    assert!(is_removal || after <= before.max(wanted), "{name}, {what}: {before} to {after}");
    assert!(is_removal || !refuses_valid_logins(host), "{name}, {what}: {:?}", host.folder.names());
    let lines = host.text("htpasswd");
    assert!(
        lines.is_empty() || lines.ends_with('\n') && lines.lines().count() == 1,
        "{name}, {what}: {lines}"
    );
    if lines.contains(':') {
        assert!(host.proves("alloy", PASSWORD) || host.proves("alloy", OTHER_PASSWORD), "{name}, {what}");
    }
    if output.status.signal().is_none() && !output.stdout.is_empty() {
        let answer = answered(output.clone());
        assert!(answer.is_accepted() || answer.keys["refusals"].is_array());
    }
    let _ = fs::remove_file(host.path("trace"));
    host.accepts(transition.after.clone());
    let names = host.folder.names();
    assert!(names.iter().all(|name| !name.starts_with('.')), "{name}, {what}: {names:?}");
    assert!(!changed(&host.accepts(transition.after.clone())), "{name}, {what}");
}

fn at_every_call(transition: &Transition, faults: &[&str]) -> usize {
    let counted = prepared(transition);
    let whole = traced(&counted, &[], &transition.after);
    assert!(answered(whole).is_accepted());
    let mut injected = 0;
    for (name, (before_ours, all)) in calls(&counted) {
        for count in before_ours + 1..=all {
            for fault in faults {
                let host = prepared(transition);
                let before = openness(&host);
                let inject = format!("inject={name}:{fault}:when={count}");
                let output = traced(&host, &["-e", &inject], &transition.after);
                holds(&host, transition, before, &output, &inject);
                injected += 1;
            }
        }
    }
    assert!(injected > 10 * faults.len(), "{}: only {injected}", transition.name);
    injected
}

#[test]
fn a_system_call_that_fails_once_leaves_nothing_torn() {
    let faults = ["error=EIO", "error=ENOSPC", "error=EINTR"];
    let all: usize = transitions().iter().map(|transition| at_every_call(transition, &faults)).sum();
    println!("{all} system calls failed");
}

#[test]
fn a_run_killed_at_any_call_is_finished_by_the_next() {
    let all: usize = transitions().iter().map(|transition| at_every_call(transition, &["signal=KILL"])).sum();
    println!("{all} runs killed");
}

#[test]
fn content_is_on_disk_before_it_takes_its_place_and_the_folder_after() {
    let host = Host::new();
    let output = traced(&host, &["-e", "trace=openat,fsync,renameat,fchown,fchmod,write"], &basic());
    assert!(answered(output).is_accepted());
    let trace = host.text("trace");
    let steps: Vec<&str> = trace
        .lines()
        .skip_while(|line| !line.contains(".htpasswd.remote-write-auth"))
        .filter_map(|line| line.split_once('(').map(|(name, _)| name))
        .collect();
    let one = ["openat", "fchown", "fchmod", "write", "fsync", "renameat", "fsync"];
    assert_eq!(steps[..14], [one, one].concat(), "{trace}");
    assert!(trace.contains("O_EXCL") && trace.contains("0600)"), "{trace}");
}

#[test]
fn what_a_killed_run_left_is_cleared_even_when_nothing_else_is_to_do() {
    let host = Host::new();
    host.accepts(basic());
    for name in [".htpasswd.remote-write-auth", ".include.remote-write-auth"] {
        host.folder.file(name, "half a line");
    }
    assert!(!changed(&host.check(basic())));
    assert_eq!(host.folder.names().len(), 4, "checking clears nothing");
    assert!(!changed(&host.accepts(basic())));
    assert_eq!(host.folder.names(), ["htpasswd", "include"]);
}

#[test]
fn no_password_is_in_a_trace_of_files_or_programs() {
    let host = Host::new();
    let login = json!({"username": "alloy", "password": CANARY, "group": "no-such-group-here"});
    let output = traced(&host, &["-f", "-s", "9999", "-e", "trace=write,execve,openat"], &login);
    assert_eq!(answered(output.clone()).code(), "group-not-found");
    assert!(!String::from_utf8_lossy(&output.stdout).contains(CANARY));
    assert!(!host.text("trace").contains(CANARY));
}
