//! Places where a file cannot be, and systems that do not take it: a message
//! with a code and a place, and nothing lost.

use crate::host::{Host, OTHER_PASSWORD, absent, basic, changed, open, shut};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::{Value, json};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::process::Command;
use test_support::call::{Answered, answered, run};
use test_support::program::{BINARY, copy_binary};

const NOBODY: u32 = 65534;

#[test]
fn a_link_is_refused_and_its_target_stays() {
    for name in ["htpasswd", "include"] {
        for target in ["target", "nowhere"] {
            let host = Host::new();
            host.folder.file("target", "precious\n");
            symlink(target, host.path(name)).expect("a link");
            let before = host.all_touched();
            for options in [basic(), open(), shut(), absent()] {
                for answer in [host.module(options.clone()), host.check(options)] {
                    assert_eq!((answer.code(), changed(&answer)), ("target-is-symlink", false), "{answer:?}");
                    assert_eq!(answer.keys["where"], host.path(name).display().to_string());
                    assert_eq!(host.all_touched(), before);
                }
            }
        }
    }
}

#[test]
fn what_is_no_regular_file_is_refused() {
    let makers: [&dyn Fn(&std::path::Path); 3] = [
        &|path| fs::create_dir(path).expect("a folder"),
        &|path| mknodat(CWD, path, FileType::Fifo, Mode::RWXU, 0).expect("a pipe"),
        &|path| drop(UnixListener::bind(path).expect("a socket")),
    ];
    for make in makers {
        for name in ["htpasswd", "include"] {
            let host = Host::new();
            make(&host.path(name));
            for options in [basic(), open(), absent()] {
                let answer = host.module(options);
                assert_eq!((answer.code(), changed(&answer)), ("target-not-regular", false), "{answer:?}");
                assert_eq!(host.folder.names(), [name]);
            }
        }
    }
}

#[test]
fn a_folder_that_is_a_link_is_refused() {
    let host = Host::new();
    fs::create_dir(host.path("real")).expect("a folder");
    symlink("real", host.path("link")).expect("a link");
    let mut options = basic();
    options["include_path"] = json!(host.path("link/include"));
    let answer = host.module(options);
    assert_eq!(answer.code(), "target-is-symlink", "{answer:?}");
    assert_eq!(host.folder.names(), ["link", "real"]);
}

#[test]
fn a_missing_folder_is_refused_before_anything_is_touched_and_only_warned_of_when_checking() {
    for name in ["htpasswd_path", "include_path"] {
        let host = Host::new();
        let mut options = basic();
        options[name] = json!(host.path("missing/file"));
        let answer = host.module(options.clone());
        assert_eq!((answer.code(), changed(&answer)), ("folder-not-found", false), "{answer:?}");
        assert_eq!(answer.keys["where"], host.path("missing/file").display().to_string());
        let answer = host.check(options.clone());
        assert!(answer.is_accepted() && changed(&answer), "{answer:?}");
        assert!(answer.warnings().iter().any(|warning| warning.contains("[folder-not-found]")), "{answer:?}");
        assert_eq!(answer.keys["diff"].as_array().map(Vec::len), Some(2));
        assert!(host.folder.names().is_empty());
        options["state"] = json!("absent");
        assert!(!changed(&host.accepts(options)), "nothing is there to remove");
    }
}

#[test]
fn nothing_of_an_nginx_that_is_not_there_is_refused_before_anything_is_touched() {
    let host = Host::new();
    let mut options = basic();
    options["nginx"] = json!("/nowhere/nginx");
    let answer = host.module(options.clone());
    assert_eq!((answer.code(), changed(&answer)), ("nginx-not-found", false), "{answer:?}");
    assert!(host.folder.names().is_empty());
    let answer = host.check(options.clone());
    assert!(answer.warnings().iter().any(|warning| warning.contains("[nginx-not-found]")), "{answer:?}");
    options["state"] = json!("absent");
    host.accepts(options);
}

/// Runs the module in a mount namespace of its own, after `prepare` has mounted
/// something in it; `afterwards` looks at the folder before all of it is gone.
fn mounted(host: &Host, prepare: &str, options: &Value, afterwards: &str) -> Answered {
    let script = format!("set -e; cd \"$1\"; {prepare}; s=0; \"$2\" - || s=$?; {afterwards}; exit $s");
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", &script, "sh"]).arg(&host.folder.0).arg(*BINARY);
    let output = run(&mut command, host.options(options.clone()).to_string().as_bytes());
    assert!(
        !output.stdout.is_empty(),
        "this test mounts file systems, for which it must be root: {output:?}"
    );
    answered(output)
}

#[test]
fn a_read_only_file_system_is_told_and_nothing_is_lost() {
    let host = Host::new();
    host.accepts(basic());
    let before = host.all_touched();
    let read_only = "mount --bind . . && mount -o remount,ro,bind . . && cd \"$1\"";
    let again = mounted(&host, read_only, &basic(), ":");
    assert!(again.is_accepted() && !changed(&again), "{again:?}");
    for options in [json!({"username": "alloy", "password": OTHER_PASSWORD}), open(), shut(), absent()] {
        let answer = mounted(&host, read_only, &options, ":");
        assert_eq!((answer.code(), changed(&answer)), ("replace-failed", false), "{answer:?}");
        let msg = answer.keys["msg"].as_str().expect("a message");
        assert!(msg.contains("(os error 30), the old one is unchanged; mount"), "{msg}");
        assert_eq!(host.all_touched(), before);
    }
}

#[test]
fn a_full_disk_is_told_and_the_old_file_stays_whole() {
    let host = Host::new();
    host.accepts(basic());
    let old = host.text("htpasswd");
    let full = "mkdir full; mount -t tmpfs -o size=16k none full; cp -p htpasswd include full; \
                head -c 1000000 /dev/zero >full/filler 2>/dev/null || :";
    let look = "cp -p full/htpasswd after; ls -A full >names; rm -f full/filler";
    let mut options = json!({"username": "alloy", "password": OTHER_PASSWORD});
    options["htpasswd_path"] = json!(host.path("full/htpasswd"));
    options["include_path"] = json!(host.path("full/include"));
    let answer = mounted(&host, full, &options, look);
    assert_eq!((answer.code(), changed(&answer)), ("replace-failed", false), "{answer:?}");
    let msg = answer.keys["msg"].as_str().expect("a message");
    assert!(msg.contains("(os error 28), the old one is unchanged; make room"), "{msg}");
    assert_eq!(host.text("after"), old);
    assert_eq!(host.text("names"), "filler\nhtpasswd\ninclude\n", "no temporary file is left");
}

/// The module as nobody, from a copy that nobody may start.
fn as_nobody(host: &Host, options: &Value) -> Answered {
    let binary = host.path("binary");
    if !binary.exists() {
        copy_binary(&binary);
    }
    let mut command = Command::new(&binary);
    command.arg("-").uid(NOBODY).gid(NOBODY);
    answered(run(&mut command, host.options(options.clone()).to_string().as_bytes()))
}

#[test]
fn what_is_roots_needs_root() {
    let host = Host::new();
    fs::set_permissions(&host.folder.0, Permissions::from_mode(0o755)).expect("our own folder");
    for options in [basic(), open()] {
        let answer = as_nobody(&host, &options);
        assert_eq!((answer.code(), changed(&answer)), ("needs-root", false), "{answer:?}");
        assert_eq!(host.folder.names(), ["binary"]);
    }
    host.accepts(basic());
    fs::set_permissions(&host.folder.0, Permissions::from_mode(0o777)).expect("our own folder");
    for options in [basic(), open(), absent()] {
        let answer = as_nobody(&host, &options);
        assert_eq!((answer.code(), changed(&answer)), ("needs-root", false), "{answer:?}");
        assert_eq!(host.folder.names(), ["binary", "htpasswd", "include"]);
    }
}

#[test]
fn who_is_not_root_may_have_files_of_their_own() {
    let host = Host::new();
    chown(&host.folder.0, Some(NOBODY), Some(NOBODY)).expect("root's");
    fs::set_permissions(&host.folder.0, Permissions::from_mode(0o755)).expect("our own folder");
    let answer = as_nobody(&host, &basic());
    assert!(answer.is_accepted() && changed(&answer), "{answer:?}");
    assert!(!changed(&as_nobody(&host, &basic())));
    assert!(as_nobody(&host, &absent()).is_accepted());
    assert_eq!(host.folder.names(), ["binary"]);
}

#[test]
fn a_folder_of_roots_that_anybody_may_write_to_needs_no_root() {
    let host = Host::new();
    fs::set_permissions(&host.folder.0, Permissions::from_mode(0o1777)).expect("our own folder");
    let answer = as_nobody(&host, &basic());
    assert!(answer.is_accepted() && changed(&answer), "{answer:?}");
    assert_eq!(host.folder.names(), ["binary", "htpasswd", "include"]);
}

/// As nobody nginx cannot open its logs and keys, and says that it rejects them.
#[test]
fn who_is_not_root_does_not_ask_nginx() {
    let host = Host::new();
    chown(&host.folder.0, Some(NOBODY), Some(NOBODY)).expect("root's");
    let called = host.path("called");
    let program = host.folder.script("nginx", format!("#!/bin/sh\n: >{}\nexit 1\n", called.display()));
    let mut options = basic();
    options["nginx"] = json!(program);
    let answer = as_nobody(&host, &options);
    assert!(answer.is_accepted() && changed(&answer), "{answer:?}");
    assert!(answer.warnings().iter().any(|warning| warning.contains("[nginx-not-asked]")), "{answer:?}");
    assert!(!called.exists(), "it was started");
    // It is one that can be started.
    host.module(options);
    assert!(called.exists());
}

/// Without more the kernel ends whoever writes past its limit.
#[test]
fn a_limit_on_the_size_of_files_is_told_and_the_old_file_stays_whole() {
    let host = Host::new();
    host.accepts(basic());
    let before = host.all_touched();
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -f 0; exec \"$1\" -", "sh"]).arg(*BINARY);
    let options = json!({"username": "alloy", "password": OTHER_PASSWORD});
    let answer = answered(run(&mut command, host.options(options).to_string().as_bytes()));
    assert_eq!((answer.code(), changed(&answer)), ("replace-failed", false), "{answer:?}");
    let msg = answer.keys["msg"].as_str().expect("a message");
    assert!(msg.contains("(os error 27), the old one is unchanged; "), "{msg}");
    assert_eq!(host.all_touched(), before);
}
