//! Folders and files that others move, exchange or could exchange, also in the middle of a run.

use crate::host::{Host, OTHER_PASSWORD, absent, basic, changed, open};
use crate::together::{hold, roots_lock, start};
use serde_json::{Value, json};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use test_support::call::{Answered, answered, merge};
use test_support::program::BINARY;

const NOBODY: u32 = 65534;

/// Options for both files in a folder below the host's.
fn below(host: &Host, folder: &str, more: Value) -> Value {
    let mut options = json!({
        "htpasswd_path": host.path(folder).join("htpasswd"), "include_path": host.path(folder).join("include"),
    });
    merge(&mut options, more);
    options
}

/// The places of the warning, without repetitions.
fn exchangeable(answer: &Answered) -> Vec<PathBuf> {
    let findings = answer.keys.get("findings").and_then(Value::as_array);
    let of_folders =
        findings.into_iter().flatten().filter(|finding| finding["code"] == "folder-writable-by-others");
    let mut places: Vec<PathBuf> =
        of_folders.map(|finding| finding["where"].as_str().expect("a place").into()).collect();
    places.dedup();
    places
}

#[test]
fn a_folder_on_the_way_that_others_may_write_to_is_warned_of() {
    for (mode, owner, group) in [(0o755, NOBODY, 0), (0o775, 0, NOBODY), (0o757, 0, 0), (0o1777, NOBODY, 0)] {
        let host = Host::new();
        let above = host.path("above");
        fs::create_dir_all(above.join("between/folder")).expect("folders");
        chown(&above, Some(owner), Some(group)).expect("root");
        fs::set_permissions(&above, Permissions::from_mode(mode)).expect("our own folder");
        let options = below(&host, "above/between/folder", basic());
        for answer in [host.check(options.clone()), host.accepts(options)] {
            assert_eq!(exchangeable(&answer), std::slice::from_ref(&above), "{mode:o}");
            let warnings = answer.warnings().concat();
            assert!(
                warnings.contains(&format!("exchange in {} what leads to", above.display())),
                "{warnings}"
            );
        }
    }
}

#[test]
fn what_the_kernel_keeps_from_others_is_not_warned_of() {
    for (mode, group) in [(0o755, NOBODY), (0o775, 0), (0o1777, 0), (0o1775, NOBODY)] {
        let host = Host::new();
        fs::create_dir_all(host.path("above/folder")).expect("folders");
        chown(host.path("above"), Some(0), Some(group)).expect("root");
        fs::set_permissions(host.path("above"), Permissions::from_mode(mode)).expect("our own folder");
        let options = below(&host, "above/folder", basic());
        assert_eq!(exchangeable(&host.accepts(options.clone())), Vec::<PathBuf>::new(), "{mode:o}");
        // Of a sticky folder's names, their owners may exchange theirs.
        chown(host.path("above/folder"), Some(NOBODY), Some(NOBODY)).expect("root");
        assert_eq!(exchangeable(&host.accepts(options)), [host.path("above/folder")], "{mode:o}");
    }
}

#[test]
fn both_ends_of_a_link_on_the_way_count() {
    for weak in ["links", "real"] {
        let host = Host::new();
        fs::create_dir_all(host.path("links")).expect("a folder");
        fs::create_dir_all(host.path("real/etc/folder")).expect("folders");
        symlink(host.path("real/etc"), host.path("links/etc")).expect("a link");
        fs::set_permissions(host.path(weak), Permissions::from_mode(0o777)).expect("our own folder");
        let answer = host.accepts(below(&host, "links/etc/folder", basic()));
        assert_eq!(exchangeable(&answer), [host.path(weak)]);
    }
}

/// Moves a folder away and puts another one in its place, which lets another password in.
fn exchange(folder: &Path) -> PathBuf {
    let away = folder.with_extension("away");
    fs::rename(folder, &away).expect("our own folder");
    fs::create_dir(folder).expect("another one");
    fs::write(folder.join("htpasswd"), "alloy:planted\n").expect("our own folder");
    away
}

#[test]
fn a_folder_that_is_exchanged_during_a_run_is_refused_and_the_other_one_is_left_alone() {
    let host = Host::new();
    for check in [false, true] {
        for options in [basic(), open(), json!({"username": "alloy", "password": OTHER_PASSWORD}), absent()] {
            let folder = host.path("folder");
            fs::create_dir(&folder).expect("a folder");
            host.accepts(below(&host, "folder", basic()));
            let before = fs::read(folder.join("htpasswd")).expect("our own file");
            let held = hold(&roots_lock(&folder));
            let mut more = below(&host, "folder", options.clone());
            merge(&mut more, json!({"_ansible_check_mode": check}));
            // It has opened the folder before it waits for its lock.
            let child = start(&host, more);
            waits_in(child.id());
            let away = exchange(&folder);
            drop(held);
            let answer = answered(child.wait_with_output().expect("its output"));
            assert_eq!(answer.code(), "folder-exchanged", "{options}: {answer:?}");
            assert_eq!(answer.keys["where"], folder.display().to_string());
            assert_eq!(fs::read(folder.join("htpasswd")).expect("it is there"), b"alloy:planted\n");
            assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 1);
            if check {
                assert_eq!(fs::read(away.join("htpasswd")).expect("our own file"), before);
            }
            fs::remove_dir_all(&folder).expect("our own folder");
            fs::remove_dir_all(&away).expect("our own folder");
        }
    }
}

/// Until the process sleeps between two tries to get the lock.
fn waits_in(process: u32) {
    until(|| fs::read_to_string(format!("/proc/{process}/syscall")).is_ok_and(|call| sleeps(&call)));
}

/// Number 230 is `clock_nanosleep` on `x86_64`, 115 on aarch64; 35 and 101 the older `nanosleep`.
fn sleeps(call: &str) -> bool {
    ["230", "115", "35", "101"].contains(&call.split(' ').next().unwrap_or_default())
}

fn until(mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < end, "it does not come to that");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_file_that_is_exchanged_after_it_was_read_gets_no_attributes() {
    for (mode, is_same) in [(0o600, false), (0o604, true)] {
        let host = Host::new();
        host.accepts(basic());
        fs::set_permissions(host.htpasswd(), Permissions::from_mode(0o604)).expect("our own file");
        // Long enough for all that stands between, after the first file was read.
        let mut command = Command::new("strace");
        command.args(["-e", "trace=fgetxattr", "-e", "inject=fgetxattr:delay_exit=1500000:when=1", "-o"]);
        command.arg(host.path("trace")).arg(*BINARY);
        let child = crate::together::start_by(command, &host, basic());
        until(|| host.text("trace").contains("fgetxattr("));
        host.folder.file("other", fs::read_to_string(host.htpasswd()).expect("our own file"));
        fs::set_permissions(host.path("other"), Permissions::from_mode(mode)).expect("our own file");
        if is_same {
            // The same file, touched by somebody else.
            chown(host.htpasswd(), Some(NOBODY), None).expect("root");
        } else {
            fs::rename(host.path("other"), host.htpasswd()).expect("our own file");
        }
        let answer = answered(child.wait_with_output().expect("its output"));
        assert_eq!((answer.code(), changed(&answer)), ("replace-failed", false), "{answer:?}");
        let msg = answer.keys["msg"].as_str().expect("a message");
        assert!(msg.contains("changed or exchanged it meanwhile"), "{msg}");
        assert_eq!(fs::metadata(host.htpasswd()).expect("a file").mode() & 0o777, mode);
    }
}

#[test]
fn the_watchers_file_is_not_written_into_another_folder() {
    let host = Host::new();
    for folder in ["secret", "out"] {
        fs::create_dir(host.path(folder)).expect("a folder");
    }
    host.folder.file("secret/username", "alloy");
    host.folder.file("secret/password", OTHER_PASSWORD);
    let mut command = Command::new("strace");
    command.args(["-e", "trace=fsync", "-e", "inject=fsync:delay_enter=1500000:when=1", "-o"]);
    command.arg(host.path("trace")).arg(*BINARY).args(["htpasswd", "--secret"]).arg(host.path("secret"));
    command.arg("--out").arg(host.path("out/htpasswd")).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("strace is installed");
    until(|| host.text("trace").contains("fsync("));
    let away = exchange(&host.path("out"));
    let output = child.wait_with_output().expect("its output");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("moved away or exchanged"), "{output:?}");
    assert!(!said.contains(OTHER_PASSWORD));
    assert_eq!(host.text("out/htpasswd"), "alloy:planted\n");
    assert!(away.join("htpasswd").exists());
}
