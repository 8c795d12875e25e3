//! Rotations in a row, as in years of a host, with requests all the time and faults at random.
//!
//! Each gives a new login beside the one before and drops the one before that. Meanwhile a
//! client writes with the login that is valid before and after, and another without one.
//! One run in four is disturbed by a system call that fails or a kill, and run again.
//! At the end nginx' master, a worker and `htpasswd --watch` hold no more descriptors
//! than after the first tenth, and hardly more memory.
//!
//! needs: htpasswd nginx prometheus strace

use serde_json::{Value, json};
use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use test_support::call::run;
use test_support::chance::{Chance, number};
use test_support::edge::{Daemon, Edge, wait_until};
use test_support::program::BINARY;

/// A login is new every time: nginx takes the first line of a name.
fn login(rotation: u64) -> (String, String) {
    let mut chance = Chance::new(rotation, 5);
    let digits = (0..48).map(|_| char::from(b"0123456789abcdef"[chance.below(16)])).collect();
    (format!("agent{rotation}"), digits)
}

/// Every tenth has another realm, so that a reload is owed.
fn options(rotation: u64) -> Value {
    let ((username, password), (other, other_password)) = (login(rotation), login(rotation - 1));
    json!({
        "username": username, "password": password, "realm": format!("Realm {}", rotation / 10),
        "other_users": [{"username": other, "password": other_password}],
    })
}

/// Calls of a run, and about how many of each there are.
const CALLS: [(&str, usize); 8] = [
    ("openat", 30),
    ("fsync", 6),
    ("renameat", 2),
    ("write", 4),
    ("fchmod", 2),
    ("fchown", 2),
    ("flock", 2),
    ("read", 20),
];

/// A run in which one call goes wrong; what it says does not count.
fn disturbed(edge: &Edge, rotation: u64, chance: &mut Chance) {
    let (call, most) = CALLS[chance.below(CALLS.len())];
    let fault = chance.one_of(&["error=EIO", "error=ENOSPC", "error=EINTR", "signal=KILL"]);
    let inject = format!("inject={call}:{fault}:when={}", 1 + chance.below(most));
    let mut command = Command::new("strace");
    command.args(["-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &inject, *BINARY, "-"]);
    run(&mut command, edge.options(options(rotation)).to_string().as_bytes());
}

/// Resident memory in KiB and open descriptors.
fn held(process: u32) -> (usize, usize) {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    let memory = line.trim().trim_end_matches(" kB").parse().expect("a number");
    (memory, fs::read_dir(format!("/proc/{process}/fd")).expect("it runs").count())
}

struct Watcher {
    daemon: Daemon,
    process: u32,
}

/// A watcher with a Secret in the edge's folder.
fn watcher(edge: &Edge) -> Watcher {
    fs::create_dir(edge.path("secret")).expect("our own folder");
    fs::create_dir(edge.path("watched")).expect("our own folder");
    show(edge, 1);
    let folder = edge.folder.0.display();
    let script = format!(
        "echo $$ >{folder}/watcher; exec {} htpasswd --watch --secret {folder}/secret --out {folder}/watched/htpasswd",
        *BINARY
    );
    let daemon = Daemon::start(&["sh", "-c", &script], &edge.path("watcher.log"), "");
    wait_until("the watcher has written", || edge.path("watched/htpasswd").exists());
    let process =
        fs::read_to_string(edge.path("watcher")).expect("its number").trim().parse().expect("a number");
    Watcher { daemon, process }
}

/// The Secret with the login of a rotation.
fn show(edge: &Edge, rotation: u64) {
    let (username, password) = login(rotation);
    edge.folder.file("secret/username", username);
    edge.folder.file("secret/password", password);
}

/// Requests until the end; how many there were.
fn requests(edge: &Edge, current: &AtomicU64, is_over: &AtomicBool, with_login: bool) -> u64 {
    let mut count = 0;
    while !is_over.load(Ordering::SeqCst) {
        let rotation = current.load(Ordering::SeqCst);
        let (username, password) = login(rotation - 1);
        let status = edge.write(with_login.then_some((username.as_str(), password.as_str())));
        // The one before is valid as long as this rotation is under way.
        let is_sure = current.load(Ordering::SeqCst) == rotation;
        assert!(
            !with_login || !is_sure || status == 204,
            "a valid login is refused with {status} in rotation {rotation}"
        );
        assert!(
            with_login || status == 401,
            "nobody's request is answered with {status} in rotation {rotation}"
        );
        count += 1;
        thread::sleep(std::time::Duration::from_millis(2));
    }
    count
}

/// Ends the requests, also where a rotation fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// What each process holds: the master, a worker, the watcher.
fn all_held(edge: &Edge, watcher: &Watcher) -> [(usize, usize); 3] {
    [edge.master().expect("it runs"), edge.workers()[0], watcher.process].map(held)
}

#[test]
#[ignore = "minutes; tests/soak/run"]
#[allow(clippy::print_stdout)] // the figures
fn rotations_in_a_row_lose_no_request_and_hold_nothing() {
    let rotations = number("SOAK_ROTATIONS", 2000);
    let edge = Edge::started(options(1));
    let watcher = watcher(&edge);
    let (current, is_over) = (AtomicU64::new(1), AtomicBool::new(false));
    let mut chance = Chance::new(2, number("SOAK_SEED", 1));
    let (mut early, mut disturbances) = (all_held(&edge, &watcher), 0);
    let (let_in, refused) = thread::scope(|scope| {
        let over = Over(&is_over);
        let clients = [true, false].map(|with_login| {
            scope.spawn({
                let (edge, current, is_over) = (&edge, &current, &is_over);
                move || requests(edge, current, is_over, with_login)
            })
        });
        for rotation in 2..=rotations + 1 {
            current.store(rotation, Ordering::SeqCst);
            if chance.percent(25) {
                disturbed(&edge, rotation, &mut chance);
                disturbances += 1;
            }
            let answer = edge.module(options(rotation));
            assert!(answer.is_accepted(), "{answer:?}");
            if rotation % 20 == 0 {
                show(&edge, rotation);
            }
            if rotation == rotations / 10 {
                early = all_held(&edge, &watcher);
            }
        }
        drop(over);
        let [let_in, refused] =
            clients.map(|client| client.join().expect("its requests were as they should be"));
        (let_in, refused)
    });
    let late = all_held(&edge, &watcher);
    println!(
        "{rotations} rotations, {disturbances} disturbed; {let_in} requests with a login, {refused} without; \
         KiB and descriptors of master, worker and watcher: {early:?}, then {late:?}"
    );
    for (early, late) in early.iter().zip(&late) {
        assert!(late.1 <= early.1, "descriptors: {early:?}, {late:?}");
        assert!(late.0 <= early.0 + early.0 / 10 + 1024, "memory: {early:?}, {late:?}");
    }
    assert!(let_in > rotations && refused > rotations);
    let left: Vec<String> =
        edge.folder.names().into_iter().filter(|name| name.ends_with(".remote-write-auth")).collect();
    assert!(left.is_empty(), "{left:?}");
    drop(watcher.daemon);
}
