//! Two runs at once on the same paths: one after the other, never mixed.

use crate::host::{Host, OTHER_PASSWORD, PASSWORD, absent, basic, open};
use rustix::fs::{FlockOperation, Mode, OFlags, flock};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;
use test_support::call::{answered, merge};
use test_support::program::BINARY;

fn start(host: &Host, options: Value) -> Child {
    let mut child = Command::new(*BINARY)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(host.options(options).to_string().as_bytes()).expect("it reads");
    child
}

/// Both files as one of the runs would leave them.
fn is_a_pair(host: &Host) -> bool {
    let (htpasswd, include) = (host.text("htpasswd"), host.text("include"));
    let lines = htpasswd.lines().filter(|line| !line.starts_with('#')).count();
    match (htpasswd.is_empty(), include.contains("auth_basic \"Prometheus\"")) {
        (false, true) => {
            let is_one = lines == 1 && host.proves("alloy", PASSWORD);
            let is_other = lines == 2 && host.proves("beyla", OTHER_PASSWORD);
            (is_one || is_other) && host.folder.names() == ["htpasswd", "include"]
        }
        (true, false) => !htpasswd.contains(':') && host.folder.names() != ["htpasswd"],
        _ => false,
    }
}

#[test]
fn runs_at_once_leave_what_one_of_them_wanted() {
    let two = json!({"username": "beyla", "password": OTHER_PASSWORD, "other_users": [{"username": "alloy", "password": OTHER_PASSWORD}]});
    let host = Host::new();
    for round in 0..12 {
        let wanted = [basic(), two.clone(), open(), absent(), basic(), two.clone()];
        let children: Vec<Child> = wanted.into_iter().map(|options| start(&host, options)).collect();
        for child in children {
            let answer = answered(child.wait_with_output().expect("its output"));
            assert!(answer.is_accepted(), "{answer:?}");
        }
        assert!(is_a_pair(&host), "round {round}: {:?} {}", host.folder.names(), host.text("htpasswd"));
    }
}

#[test]
fn a_run_waits_for_the_other_and_in_any_order_of_the_paths() {
    let host = Host::new();
    for name in ["one", "two"] {
        fs::create_dir(host.path(name)).expect("a folder");
    }
    let paths = |htpasswd: &str, include: &str| {
        let mut options = basic();
        let more = json!({"htpasswd_path": host.path(htpasswd), "include_path": host.path(include)});
        merge(&mut options, more);
        options
    };
    for _ in 0..8 {
        let children: Vec<Child> =
            [paths("one/h", "two/i"), paths("two/h", "one/i"), paths("one/h", "two/i")]
                .into_iter()
                .map(|options| start(&host, options))
                .collect();
        for child in children {
            assert!(answered(child.wait_with_output().expect("its output")).is_accepted());
        }
    }
}

#[test]
fn a_folder_that_somebody_else_holds_is_waited_for() {
    let host = Host::new();
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC; // no other test's child inherits it
    let held = rustix::fs::open(&host.folder.0, flags, Mode::empty()).expect("our own folder");
    flock(&held, FlockOperation::LockExclusive).expect("nobody else holds it");
    let mut child = start(&host, basic());
    thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().expect("our own child").is_none(), "it did not wait");
    assert!(host.folder.names().is_empty());
    drop(held);
    let answer = answered(child.wait_with_output().expect("its output"));
    assert!(answer.is_accepted(), "{answer:?}");
}
