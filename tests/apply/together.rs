//! Two runs at once on the same paths: one after the other, never mixed.

use crate::host::{Host, OTHER_PASSWORD, PASSWORD, absent, basic, open};
use rustix::fs::{FlockOperation, Mode, OFlags, flock};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use test_support::call::{answered, merge};
use test_support::program::BINARY;

/// Nobody that owns anything.
const NOBODY: u32 = 65534;

pub(crate) fn start(host: &Host, options: Value) -> Child {
    start_by(Command::new(*BINARY), host, options)
}

pub(crate) fn start_by(mut program: Command, host: &Host, options: Value) -> Child {
    let mut child = program
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

/// A lock on a folder, as anybody can have it who may read it.
pub(crate) fn hold(path: &Path) -> OwnedFd {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC; // no other test's child inherits it
    let held = rustix::fs::open(path, flags, Mode::empty()).expect("it is there");
    flock(&held, FlockOperation::LockExclusive).expect("nobody else holds it");
    held
}

/// Root's lock of a folder.
pub(crate) fn roots_lock(folder: &Path) -> PathBuf {
    let stat = fs::metadata(folder).expect("a folder");
    Path::new("/run/remote-write-auth").join(format!("{:x}-{:x}", stat.dev(), stat.ino()))
}

/// A run of `options` waits for `held`, and touches nothing meanwhile.
fn waits_for(host: &Host, held: OwnedFd, mut child: Child) {
    let before = host.folder.names();
    thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().expect("our own child").is_none(), "it did not wait");
    assert_eq!(host.folder.names(), before);
    drop(held);
    let answer = answered(child.wait_with_output().expect("its output"));
    assert!(answer.is_accepted(), "{answer:?}");
}

#[test]
fn a_lock_that_a_stranger_holds_is_not_waited_for() {
    let host = Host::new();
    let _held = hold(&host.folder.0);
    let start_of_run = Instant::now();
    let answer = answered(start(&host, basic()).wait_with_output().expect("its output"));
    assert!(answer.is_accepted() && start_of_run.elapsed() < Duration::from_secs(20), "{answer:?}");
    assert_eq!(fs::metadata(roots_lock(&host.folder.0)).expect("a lock").mode() & 0o777, 0o600);
    let folder = fs::metadata("/run/remote-write-auth").expect("a folder");
    assert_eq!((folder.uid(), folder.mode() & 0o777), (0, 0o700));
}

#[test]
fn another_run_of_root_is_waited_for() {
    let host = Host::new();
    let answer = answered(start(&host, basic()).wait_with_output().expect("its output"));
    assert!(answer.is_accepted(), "{answer:?}");
    let held = hold(&roots_lock(&host.folder.0));
    waits_for(&host, held, start(&host, open()));
    let held = hold(&roots_lock(&host.folder.0));
    let mut looking = basic();
    merge(&mut looking, json!({"_ansible_check_mode": true}));
    waits_for(&host, held, start(&host, looking));
}

#[test]
fn where_others_may_write_their_run_is_waited_for_too() {
    let host = Host::new();
    fs::set_permissions(&host.folder.0, fs::Permissions::from_mode(0o777)).expect("our own folder");
    waits_for(&host, hold(&host.folder.0), start(&host, basic()));
}

#[test]
fn a_run_that_is_not_roots_waits_at_the_folder() {
    let host = Host::new();
    chown(&host.folder.0, Some(NOBODY), Some(NOBODY)).expect("root");
    let held = hold(&host.folder.0);
    let mut command = Command::new(*BINARY);
    command.uid(NOBODY).gid(NOBODY);
    waits_for(&host, held, start_by(command, &host, basic()));
}

/// Two that only look do not wait for each other; who writes waits for both.
#[test]
fn who_only_looks_shares_the_lock() {
    let host = Host::new();
    host.accepts(basic());
    let share = || {
        let path = roots_lock(&host.folder.0);
        let held = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).expect("a lock");
        flock(&held, FlockOperation::LockShared).expect("nobody writes");
        held
    };
    let held = share();
    let start_of_run = Instant::now();
    let looked = host.check(open());
    assert!(looked.is_accepted() && start_of_run.elapsed() < Duration::from_secs(20), "{looked:?}");
    waits_for(&host, held, start(&host, open()));
}
