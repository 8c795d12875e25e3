//! The file of arguments: what is read, what is removed, what stays.

use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::json;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::process::Command;
use test_support::call::{answered, call, run};
use test_support::folder::Folder;
use test_support::program::copy_binary;

const NOBODY: u32 = 65534;
const FROM_ANSIBLE: &str = r#"{"state": "validated", "auth_type": "none", "_ansible_version": "2.18.19"}"#;

#[test]
fn the_file_of_arguments_is_gone_after_it_was_read() {
    let folder = Folder::new();
    let path = folder.file("args", FROM_ANSIBLE);
    assert!(call(&path, b"").is_accepted());
    assert!(folder.names().is_empty());
}

#[test]
fn the_file_of_arguments_is_gone_after_a_refusal_too() {
    let folder = Folder::new();
    let path = folder.file("args", r#"{"stat": 1, "auth_type": "none", "_ansible_diff": false}"#);
    assert_eq!(call(&path, b"").code(), "option-unknown");
    assert!(folder.names().is_empty());
}

#[test]
fn the_file_of_arguments_stays_where_ansible_keeps_remote_files() {
    let folder = Folder::new();
    for keep in [json!(true), json!("yes")] {
        let options = json!({"state": "validated", "auth_type": "none", "_ansible_keep_remote_files": keep});
        let path = folder.file("args", options.to_string());
        assert!(call(&path, b"").is_accepted());
        assert_eq!(folder.names(), ["args"]);
    }
}

#[test]
fn a_file_that_is_not_ansibles_is_never_removed() {
    let folder = Folder::new();
    let cases: [(&[u8], &str); 10] = [
        (br#"{"state": "validated", "auth_type": "none"}"#, ""),
        (br#"{"prometheus": {"server": {}}}"#, "auth-not-chosen"),
        (b"prometheus:\n  server: {}\n", "arguments-unreadable"),
        (br#"[{"_ansible_diff": true}]"#, "arguments-unreadable"),
        (br#""_ansible_diff""#, "arguments-unreadable"),
        (br#"{"_ansible_diff": true} {"#, "arguments-unreadable"),
        (br#"{"_ansible_diff": true}{"_ansible_diff": true}"#, "arguments-unreadable"),
        (br#"{"_ansible_diff": tru"#, "arguments-unreadable"),
        (b"{\"_ansible_diff\": \"\xff\"}", "arguments-unreadable"),
        (b"", "arguments-unreadable"),
    ];
    for (content, code) in cases {
        let path = folder.file("values.yaml", content);
        let text = String::from_utf8_lossy(content);
        assert_eq!(call(&path, b"").code(), code, "{text}");
        assert_eq!(fs::read(&path).expect("the file is still there"), content, "{text}");
    }
}

#[test]
fn a_link_is_not_followed() {
    let folder = Folder::new();
    let target = folder.file("target", FROM_ANSIBLE);
    let link = folder.0.join("args");
    symlink(&target, &link).expect("a link in our own folder");
    let answer = call(&link, b"");
    assert_eq!(answer.code(), "arguments-unreadable");
    assert!(answer.keys["msg"].to_string().contains("is a symbolic link; "), "{answer:?}");
    assert_eq!(folder.names(), ["args", "target"]);
}

#[test]
fn a_folder_on_the_way_may_be_a_link() {
    let folder = Folder::new();
    fs::create_dir(folder.0.join("real")).expect("a folder");
    symlink("real", folder.0.join("home")).expect("a link");
    folder.file("real/args", FROM_ANSIBLE);
    assert!(call(folder.0.join("home/args"), b"").is_accepted());
    assert!(!folder.0.join("real/args").exists());
}

#[test]
fn what_is_no_regular_file_is_refused_at_once() {
    let folder = Folder::new();
    let pipe = folder.0.join("pipe");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RWXU, 0).expect("a pipe in our own folder");
    for path in [pipe.as_path(), folder.0.as_path(), "/".as_ref(), "/dev/zero".as_ref(), "/tmp/..".as_ref()] {
        let answer = call(path, b"");
        assert_eq!(answer.code(), "arguments-unreadable", "{answer:?}");
        assert!(answer.keys["msg"].to_string().contains("is not a regular file; "), "{answer:?}");
    }
    assert_eq!(folder.names(), ["pipe"]);
}

#[test]
fn an_absent_file_is_named_with_the_systems_number() {
    let folder = Folder::new();
    for name in ["args", "no/args"] {
        let path = folder.0.join(name);
        let msg = call(&path, b"").keys["msg"].to_string();
        assert!(msg.contains(path.to_str().expect("ASCII")) && msg.contains("(os error 2)"), "{msg}");
    }
}

#[test]
fn a_path_with_odd_characters_does_not_break_the_message() {
    let folder = Folder::new();
    let answer = call(folder.0.join("it's \"a\\\n name"), b"");
    assert_eq!(answer.code(), "arguments-unreadable");
}

#[test]
fn one_mebibyte_is_read_and_one_byte_more_is_not() {
    let folder = Folder::new();
    let mut content = FROM_ANSIBLE.as_bytes().to_vec();
    content.resize(1 << 20, b' ');
    assert!(call("-", &content).is_accepted());
    let path = folder.file("args", &content);
    assert!(call(&path, b"").is_accepted());
    assert!(folder.names().is_empty());

    content.push(b' ');
    assert_eq!(call("-", &content).code(), "arguments-unreadable");
    let path = folder.file("args", &content);
    let answer = call(&path, b"");
    assert!(answer.keys["msg"].to_string().contains("is over 1 MiB; "), "{answer:?}");
    assert_eq!(folder.names(), ["args"]);
}

#[test]
fn a_file_that_cannot_be_removed_is_no_error() {
    let folder = Folder::new();
    let binary = folder.0.join("binary");
    copy_binary(&binary);
    let place = folder.0.join("place");
    fs::create_dir(&place).expect("a folder");
    let path = folder.file("place/args", FROM_ANSIBLE);
    fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("our own file");
    fs::set_permissions(&folder.0, Permissions::from_mode(0o755)).expect("our own folder");
    // One that can be listed, and one that can only be passed through.
    for mode in [0o555, 0o111] {
        fs::set_permissions(&place, Permissions::from_mode(mode)).expect("our own folder");
        let mut command = Command::new(&binary);
        if rustix::process::geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        let answer = answered(run(command.arg(&path), b""));
        assert!(answer.is_accepted(), "{answer:?}");
        assert!(path.exists());
    }
    fs::set_permissions(&place, Permissions::from_mode(0o755)).expect("our own folder");
}
