//! Check mode on a host that is not ready yet: nothing is written, by us or by
//! a program that we start. A test by nginx would make its logs, its pid file
//! and its folders for temporary files.

use crate::call::{BINARY, answered, run};
use crate::edge::{Edge, basic};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

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
            let log = edge.path("strace");
            let mut command = Command::new("strace");
            command.args(["-f", "-y", "-e", &format!("trace=execve,{WRITING}"), "-o"]).arg(&log);
            let answer = answered(run(command.args([BINARY, "-"]), options.to_string().as_bytes()));
            assert!(answer.is_accepted(), "{answer:?}");
            let log = fs::read_to_string(log).expect("strace's own file");
            assert!(log.contains("/nginx\""), "it asks nginx: {log}");
            let writing: Vec<&str> = log.lines().filter(|line| writes(line)).collect();
            assert!(writing.is_empty(), "{writing:#?}");
        }
        assert!(edge.module(untested.clone()).is_accepted());
    }
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
    let warned = |answer: &crate::call::Answered| {
        answer.warnings().iter().any(|warning| warning.contains("[include-not-used]"))
    };
    for (location, is_used) in [
        (crate::edge::GUARDED, true),
        ("include FOLDER/inc*; proxy_pass http://127.0.0.1:PORT;", true),
        ("proxy_pass http://127.0.0.1:PORT; # include INCLUDE;\n", false),
    ] {
        edge.configure(location);
        let (foretold, told) = (edge.module(checked(basic())), edge.module(basic()));
        assert_eq!(
            (warned(&foretold), warned(&told)),
            (!is_used, !is_used),
            "{location}: {foretold:?} {told:?}"
        );
    }
    // Not whole, so nobody can tell.
    edge.configure("proxy_pass http://127.0.0.1:PORT; {");
    assert!(!warned(&edge.module(checked(basic()))));
}
