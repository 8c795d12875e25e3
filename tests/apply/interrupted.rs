//! What a killed run left, and what of a run others can see.
//!
//! That each of its system calls may fail or kill is another suite: `faults`.

use crate::host::{Host, PASSWORD, absent, basic, changed, open};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use test_support::call::{Answered, answered, run};
use test_support::program::BINARY;

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
fn a_folder_in_the_place_of_a_temporary_file_is_told_and_nothing_is_lost() {
    let host = Host::new();
    host.accepts(basic());
    fs::create_dir(host.path(".include.remote-write-auth")).expect("our own folder");
    let before = host.all_touched();
    let answer = host.module(open());
    assert_eq!((answer.code(), changed(&answer)), ("replace-failed", false), "{answer:?}");
    assert_eq!(host.all_touched(), before);
}

#[test]
fn logins_that_were_dropped_half_way_are_gone_after_the_next_run() {
    let host = Host::new();
    host.accepts(basic());
    let logins = fs::read(host.htpasswd()).expect("our own file");
    host.accepts(open());
    fs::write(host.htpasswd(), logins).expect("our own file");
    assert!(changed(&host.accepts(open())));
    assert_eq!(host.folder.names(), ["include"]);
}

/// Removing one file and giving another its mode make no new logins.
#[test]
fn only_a_file_that_was_written_anew_is_called_the_new_one() {
    let cases = [
        (absent(), "unlinkat", 2, 0o640, false),
        (json!({"username": "alloy", "password": PASSWORD, "realm": "Another"}), "renameat", 1, 0o600, false),
        (json!({"username": "beyla", "password": PASSWORD, "realm": "Another"}), "renameat", 2, 0o640, true),
    ];
    for (options, call, when, mode, is_new) in cases {
        let host = Host::new();
        host.accepts(basic());
        fs::set_permissions(host.htpasswd(), fs::Permissions::from_mode(mode)).expect("our own file");
        let answer = with_failing(&host, call, when, options.clone());
        assert_eq!((answer.code(), changed(&answer)), ("replace-failed", true), "{options}: {answer:?}");
        let msg = answer.keys["msg"].as_str().expect("a message");
        assert!(msg.contains("the include") && msg.contains("already the new one") == is_new, "{msg}");
    }
}

/// A run in which a system call fails once, at this count.
fn with_failing(host: &Host, call: &str, when: u32, options: Value) -> Answered {
    let mut command = Command::new("strace");
    command.args(["-e", &format!("trace={call}"), "-e", &format!("inject={call}:error=EIO:when={when}")]);
    command.arg("-o").arg(host.path("trace")).arg(*BINARY).arg("-");
    answered(run(&mut command, host.options(options).to_string().as_bytes()))
}

#[test]
fn a_copy_that_was_made_is_a_change_where_the_rest_fails_too() {
    let host = Host::new();
    fs::write(host.htpasswd(), "old:x\n").expect("our own file");
    let answer = with_failing(&host, "renameat", 2, basic());
    assert_eq!((answer.code(), changed(&answer)), ("replace-failed", true), "{answer:?}");
    assert_eq!(answer.keys["backup_file"], json!(host.path("htpasswd.before")));
    assert_eq!((host.text("htpasswd"), host.text("htpasswd.before")), ("old:x\n".into(), "old:x\n".into()));
}

#[test]
fn no_password_is_in_an_argument_an_environment_or_a_file_name() {
    let host = Host::new();
    let login = json!({"username": "alloy", "password": PASSWORD, "group": "no-such-group-here"});
    let mut command = Command::new("strace");
    command.args(["-f", "-v", "-s", "9999", "-e", "trace=write,execve,openat", "-o"]);
    command.arg(host.path("trace")).arg(*BINARY).arg("-");
    let answer = answered(run(&mut command, host.options(login).to_string().as_bytes()));
    assert_eq!(answer.code(), "group-not-found");
    let trace = host.text("trace");
    assert!(trace.contains("getent") && !trace.contains(PASSWORD));
    assert!(!String::from_utf8_lossy(&answer.output.stdout).contains(PASSWORD));
}
