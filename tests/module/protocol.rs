//! Ansible's binary module protocol: what comes in, what stays, what goes out.

use serde_json::json;
use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use test_support::call::{answered, call, call_with, run, wait};
use test_support::folder::Folder;
use test_support::program::{BINARY, copy_binary};

const NOBODY: u32 = 65534;
const FROM_ANSIBLE: &str = r#"{"state": "validated", "auth_type": "none", "_ansible_version": "2.18.19"}"#;

#[test]
fn two_arguments_are_not_a_call_of_the_module() {
    let folder = Folder::new();
    let path = folder.file("args", FROM_ANSIBLE);
    let calls: [Vec<&std::ffi::OsStr>; 3] =
        [vec![path.as_os_str(), path.as_os_str()], vec!["-".as_ref(), path.as_os_str()], vec![]];
    for arguments in calls {
        let output = run(Command::new(*BINARY).args(arguments), b"{}");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(!output.stdout.starts_with(b"{"), "{output:?}");
    }
    assert_eq!(folder.names(), ["args"]);
}

#[test]
fn a_relative_path_is_not_a_call_of_the_module() {
    let folder = Folder::new();
    folder.file("args", FROM_ANSIBLE);
    let output = run(Command::new(*BINARY).arg("args").current_dir(&folder.0), b"");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(folder.names(), ["args"]);
}

#[test]
fn an_answer_that_nobody_reads_is_exit_code_1_and_no_signal() {
    let mut child = Command::new(*BINARY)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(FROM_ANSIBLE.as_bytes()).expect("it reads");
    drop(stdin);
    wait(&mut child);
    let output = child.wait_with_output().expect("its output");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn a_standard_output_on_a_full_disk_is_exit_code_1() {
    let script = r#"exec "$1" - >/dev/full"#;
    let mut command = Command::new("sh");
    let output = run(command.args(["-c", script, "sh", *BINARY]), FROM_ANSIBLE.as_bytes());
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn without_any_standard_streams_it_ends_all_the_same() {
    let folder = Folder::new();
    let path = folder.file("args", FROM_ANSIBLE);
    let script = r#""$1" "$2" <&- >&- 2>&-"#;
    let output = run(Command::new("sh").args(["-c", script, "sh", *BINARY]).arg(&path), b"");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(folder.names().is_empty());
}

#[test]
fn without_memory_to_judge_in_there_is_still_an_answer() {
    let limited = |limit: &str, arguments: &str| {
        let script = format!(r#"ulimit {limit}; exec "$1" -"#);
        answered(run(Command::new("sh").args(["-c", &script, "sh", *BINARY]), arguments.as_bytes()))
    };
    let deep = nested(30);
    assert_eq!(limited("-v 50000", &deep).code(), "internal-error");
    // What is flat needs no stack of its own.
    assert!(limited("-v 50000", FROM_ANSIBLE).is_accepted());
    for levels in 19..23 {
        assert_eq!(limited("-s 128", &nested(levels)).code(), "value-has-wrong-type", "{levels}");
    }
}

fn nested(levels: usize) -> String {
    let value = format!("{}{}", "[".repeat(levels - 1), "]".repeat(levels - 1));
    format!(r#"{{"username": "a", "password": {value}}}"#)
}

#[test]
fn arguments_may_be_ten_thousand_levels_deep() {
    let deep = call("-", nested(10_000).as_bytes());
    assert_eq!(deep.code(), "value-has-wrong-type");
    let answer = call("-", nested(10_001).as_bytes());
    assert!(answer.keys["msg"].to_string().contains("over 10000 levels deep; "), "{answer:?}");
    assert_eq!(call("-", "[".repeat(1 << 20).as_bytes()).code(), "arguments-unreadable");
    assert_eq!(call("-", r#"{"a":"#.repeat(200_000).as_bytes()).code(), "arguments-unreadable");
}

#[test]
fn odd_json_is_answered() {
    for (text, code) in [
        (r#"{"password": 123456789012345678901234567890}"#, "value-has-wrong-type"),
        (r#"{"bcrypt_cost": 123456789012345678901234567890}"#, "option-out-of-range"),
        (r#"{"bcrypt_cost": 1e999}"#, "arguments-unreadable"),
        (r#"{"bcrypt_cost": NaN}"#, "arguments-unreadable"),
        (r#"{"password": "\udcff"}"#, "arguments-unreadable"),
        (r#"{"password": "\ud83d"}"#, "arguments-unreadable"),
        (r#"{"password": "\ud83dx"}"#, "arguments-unreadable"),
        ("\u{feff}{}", "arguments-unreadable"),
        (r#"{"realm": "a\u0000b"}"#, "realm-not-portable"),
        (r#"{"realm": "\ud83d\ude00"}"#, "realm-not-portable"),
        (r#"{"realm": "off", "realm": "Prometheus"}"#, "auth-not-chosen"),
        (r#"{"realm": "Prometheus", "realm": "off"}"#, "auth-not-chosen, realm-not-portable"),
    ] {
        let answer = call("-", text.as_bytes());
        let codes: Vec<String> = answer.refusals().into_iter().map(|(code, _)| code).collect();
        let expected: Vec<&str> = code.split(", ").collect();
        assert!(expected.iter().all(|code| codes.iter().any(|has| has == code)), "{text}: {codes:?}");
        assert_eq!(codes.iter().any(|code| code == "realm-not-portable"), code.contains("realm"), "{text}");
    }
}

#[test]
fn text_that_is_not_utf_8_is_told_apart_from_broken_json() {
    for text in [r#"{"password": "\udcff"}"#, r#"{"password": "\ud83d"}"#, r#"{"password": "\ud83d\ud83d"}"#]
    {
        let answer = call("-", text.as_bytes());
        assert!(answer.keys["msg"].to_string().contains("a text that is not UTF-8; "), "{text}: {answer:?}");
    }
}

#[test]
fn keys_of_ansible_are_known_or_ignored() {
    let answer = call_with(&json!({
        "state": "validated", "auth_type": "none",
        "_ansible_check_mode": false, "_ansible_no_log": false, "_ansible_debug": false, "_ansible_diff": false,
        "_ansible_verbosity": 0, "_ansible_version": "2.19.14", "_ansible_module_name": "trento.prometheus.remote_write_auth",
        "_ansible_syslog_facility": "LOG_USER", "_ansible_selinux_special_fs": ["fuse", "nfs"], "_ansible_string_conversion_action": "warn",
        "_ansible_socket": null, "_ansible_shell_executable": "/bin/sh", "_ansible_keep_remote_files": false,
        "_ansible_tmpdir": null, "_ansible_remote_tmp": "~/.ansible/tmp", "_ansible_ignore_unknown_opts": false,
        "_ansible_target_log_info": null, "_ansible_tracebacks_for": [], "_ansible_inject_invocation": true,
        "_ansible_of_tomorrow": {"a": [1]}
    }));
    assert!(answer.is_accepted(), "{answer:?}");
}

#[test]
fn a_check_mode_that_nobody_understands_stops_everything() {
    for key in ["_ansible_check_mode", "_ansible_diff", "_ansible_keep_remote_files"] {
        let answer = call_with(&json!({"state": "validated", "auth_type": "none", key: "perhaps"}));
        assert_eq!(answer.refusals(), [("option-has-wrong-type".to_owned(), key.to_owned())]);
    }
}

/// Whose files below /proc a process has shows whether it may be dumped.
#[test]
fn the_process_cannot_be_dumped() {
    let folder = Folder::new();
    let binary = folder.0.join("binary");
    copy_binary(&binary);
    fs::set_permissions(&folder.0, Permissions::from_mode(0o755)).expect("our own folder");
    let owner_of = |program: &std::path::Path| {
        let mut command = Command::new(program);
        if rustix::process::geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        let mut child =
            command.arg("-").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
        let environ = format!("/proc/{}/environ", child.id());
        let end = Instant::now() + Duration::from_secs(5);
        let mut owner = u32::MAX;
        while owner != 0 && Instant::now() < end {
            owner = fs::metadata(&environ).expect("a running process").uid();
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(child.stdin.take());
        wait(&mut child);
        owner
    };
    assert_eq!(owner_of(&binary), 0);
}
