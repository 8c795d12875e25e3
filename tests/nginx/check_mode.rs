//! Check mode on a host that is not ready yet: nothing is written, by us or by
//! a program that we start. A test by nginx would make its logs, its pid file
//! and its folders for temporary files.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use test_support::call::{Answered, answered, run};
use test_support::edge::{Edge, PASSWORD, USERNAME, basic};
use test_support::program::BINARY;

/// Calls that change a file system, where they succeed; opening is looked at more closely.
const WRITING: &str = "open,openat,openat2,creat,mkdir,mkdirat,mknod,mknodat,unlink,unlinkat,rmdir,rename,renameat,\
    renameat2,link,linkat,symlink,symlinkat,truncate,ftruncate,chmod,fchmod,fchmodat,chown,fchown,fchownat,lchown,\
    utimensat,bind";

fn checked(mut options: Value) -> Value {
    options["_ansible_check_mode"] = json!(true);
    options
}

fn all_options() -> [Value; 4] {
    [basic(), json!({"auth_type": "none"}), json!({"receiver": false}), json!({"state": "absent"})]
}

/// All that a change of anything below a folder would change.
fn tree(folder: &Path) -> BTreeMap<PathBuf, [i64; 7]> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(path) = folders.pop() {
        let stat = fs::symlink_metadata(&path).expect("our own file");
        if stat.is_dir() {
            folders.extend(fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("one").path()));
        }
        let owner = i64::from(stat.uid()) << 32 | i64::from(stat.gid());
        let size = i64::try_from(stat.size()).expect("a small file");
        let node = i64::try_from(stat.ino()).expect("a small number");
        let facts =
            [node, i64::from(stat.mode()), owner, size, stat.mtime(), stat.ctime(), stat.ctime_nsec()];
        found.insert(path, facts);
    }
    found
}

#[test]
fn checking_a_host_whose_nginx_never_ran_leaves_no_trace_of_it() {
    let edge = Edge::new();
    let empty = tree(&edge.folder.0);
    for options in all_options() {
        let answer = edge.module(checked(options));
        assert!(answer.is_accepted(), "{answer:?}");
        assert_eq!(tree(&edge.folder.0), empty);
        // Who gets in by what is not written yet nobody can see.
        assert!(!answer.keys.contains_key("include_used"), "{answer:?}");
    }
    // Both files as they should be: still nothing has run.
    let mut untested = basic();
    untested["nginx"] = json!("");
    assert!(edge.module(untested).is_accepted());
    let written = tree(&edge.folder.0);
    for options in all_options() {
        let answer = edge.module(checked(options));
        assert!(answer.is_accepted(), "{answer:?}");
        assert_eq!(tree(&edge.folder.0), written);
    }
}

/// Also outside the folder: whatever is called, nothing is opened for writing.
#[test]
fn checking_calls_nothing_that_writes() {
    let edge = Edge::new();
    let mut untested = basic();
    untested["nginx"] = json!("");
    for _ in 0..2 {
        for nginx in [edge.program(), "nginx".to_owned()] {
            let mut options = checked(edge.options(basic()));
            options["nginx"] = json!(nginx);
            let (answer, calls) = traced(&edge, &options);
            assert!(answer.is_accepted(), "{answer:?}");
            assert!(calls.iter().any(|call| call.contains("/nginx\"")), "it asks nginx: {calls:#?}");
            assert_eq!(writing(&calls), Vec::<&str>::new());
        }
        assert!(edge.module(untested.clone()).is_accepted());
    }
}

#[test]
fn what_is_refused_or_only_validated_calls_nothing_that_writes_and_no_program() {
    let edge = Edge::started(json!({"auth_type": "none"}));
    let login = |username: &str, password: &str| json!({"username": username, "password": password});
    let validated = json!({"state": "validated", "auth_type": "none"});
    for (options, is_accepted) in [
        (json!({}), false),
        (login(USERNAME, ""), false),
        (login("a:b", PASSWORD), false),
        (json!({"auth_type": "bearer"}), false),
        (json!({"auth_type": "none", "realm": "off"}), false),
        (json!({"auth_type": "none", "strip": true}), false),
        (validated, true),
    ] {
        let (answer, calls) = traced(&edge, &edge.options(options));
        assert_eq!(answer.is_accepted(), is_accepted, "{answer:?}");
        assert_eq!(writing(&calls), Vec::<&str>::new());
        let programs = calls.iter().filter(|call| call.contains("execve(")).count();
        assert_eq!(programs, 1, "{calls:#?}");
        assert_eq!(edge.write(None), 204, "as before");
    }
}

/// What a run came to, and each call of it and of its children that starts a
/// program or may write.
fn traced(edge: &Edge, options: &Value) -> (Answered, Vec<String>) {
    let log = edge.path("strace");
    let mut command = Command::new("strace");
    command.args(["-f", "-y", "-e", &format!("trace=execve,{WRITING}"), "-o"]).arg(&log);
    let answer = answered(run(command.args([*BINARY, "-"]), options.to_string().as_bytes()));
    let calls = fs::read_to_string(&log).expect("strace's own file");
    fs::remove_file(log).expect("strace's own file");
    (answer, calls.lines().map(str::to_owned).collect())
}

fn writing(calls: &[String]) -> Vec<&str> {
    calls.iter().map(String::as_str).filter(|call| writes(call)).collect()
}

fn writes(line: &str) -> bool {
    let is_done = !line.contains(" = -1 ") && line.contains(" = ");
    let is_open = ["open(", "openat(", "openat2("].iter().any(|call| line.contains(call));
    let for_writing = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].iter().any(|flag| line.contains(flag));
    let is_other = line.contains("execve(") || line.contains("+++") || line.contains("---");
    is_done && !is_other && (!is_open || for_writing) && !line.contains("\"/dev/null\"")
}

#[test]
fn checking_tells_whether_the_include_is_used_as_a_run_would() {
    let edge = Edge::new();
    assert!(edge.module(basic()).is_accepted());
    let warned =
        |answer: &Answered| answer.warnings().iter().any(|warning| warning.contains("[include-not-used]"));
    for (location, is_used) in [
        (test_support::edge::GUARDED, true),
        ("include FOLDER/inc*; proxy_pass http://127.0.0.1:PORT;", true),
        ("proxy_pass http://127.0.0.1:PORT; # include INCLUDE;\n", false),
    ] {
        edge.configure(location);
        let (previewed, done) = (edge.module(checked(basic())), edge.module(basic()));
        assert_eq!(
            (warned(&previewed), warned(&done)),
            (!is_used, !is_used),
            "{location}: {previewed:?} {done:?}"
        );
    }
    // Not whole, so nobody can tell.
    edge.configure("proxy_pass http://127.0.0.1:PORT; {");
    assert!(!warned(&edge.module(checked(basic()))));
}

#[test]
fn a_verification_asks_nginx_but_not_in_check_mode() {
    let mut edge = Edge::started(basic());
    let asked = edge.path("asked");
    edge.do_before_nginx(&format!("[ \"$1\" != -T ] || : >{}", asked.display()));
    let answer = edge.verify(checked(basic()));
    assert!(answer.is_accepted() && !asked.exists(), "{answer:?}");
    let answer = edge.verify(basic());
    assert!(answer.is_accepted() && asked.exists(), "{answer:?}");
    // Whoever runs may be in a container that a script leads into.
    fs::remove_file(&asked).expect("our own file");
    edge.stop();
    let answer = edge.verify(basic());
    assert!(!answer.is_accepted() && asked.exists(), "{answer:?}");
}
