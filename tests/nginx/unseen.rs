//! An nginx that cannot be looked at: without /proc, from another process
//! namespace, in a container, or with another main file than the program reads.
//! The command to reload goes through the program, and nothing is promised.

use serde_json::{Value, json};
use std::fs;
use std::os::unix::net::UnixStream;
use std::process::Command;
use test_support::call::{Answered, answered, run, with};
use test_support::edge::{Daemon, Edge, NGINX, basic, wait_until};
use test_support::program::BINARY;

fn open() -> Value {
    json!({"auth_type": "none"})
}

fn codes(answer: &Answered) -> Vec<String> {
    let findings = answer.keys.get("findings").and_then(Value::as_array).into_iter().flatten();
    findings.map(|finding| finding["code"].as_str().expect("a text").to_owned()).collect()
}

/// One call of the module in namespaces of its own, after this preparation of them.
fn within(edge: &Edge, namespaces: &[&str], preparation: &str, options: Value) -> Answered {
    let script = format!("{preparation}\nexec {} -", *BINARY);
    let mut command = Command::new("unshare");
    command.args(namespaces).args(["sh", "-ec", &script]);
    answered(run(&mut command, edge.options(options).to_string().as_bytes()))
}

fn is_promised(answer: &Answered) -> bool {
    assert!(answer.is_accepted(), "{answer:?}");
    let is_told = codes(answer) == ["nginx-not-seen"];
    assert!(is_told || codes(answer).is_empty(), "{answer:?}");
    !is_told
}

/// What a change says that may have come to nothing.
fn says_nothing_is_known(answer: &Answered) {
    assert!(!is_promised(answer), "{answer:?}");
    assert_eq!((&answer.keys["changed"], &answer.keys["reload_owed"]), (&json!(true), &json!(true)));
}

const NO_PROC: &str = "mount -t tmpfs none /proc";

#[test]
fn without_proc_the_reload_goes_through_the_program() {
    let edge = Edge::started(open());
    says_nothing_is_known(&within(&edge, &["--mount"], NO_PROC, basic()));
    wait_until("it has reloaded", || edge.write(None) == 401);
    assert_eq!(edge.write_with_login(), 204);
    let verified = within(&edge, &["--mount"], NO_PROC, with(basic(), json!({"state": "verified"})));
    assert_eq!(verified.code(), "nginx-not-seen", "{verified:?}");
    assert!(is_promised(&edge.module(basic())), "with /proc it is seen");
}

#[test]
fn without_proc_and_without_its_pid_file_each_run_says_that_nothing_is_known() {
    let edge = Edge::started(open());
    fs::rename(edge.path("pid"), edge.path("kept")).expect("our own file");
    says_nothing_is_known(&within(&edge, &["--mount"], NO_PROC, basic()));
    assert_eq!(edge.write(None), 204, "which is why");
    let again = within(&edge, &["--mount"], NO_PROC, basic());
    assert!(!is_promised(&again), "{again:?}");
    fs::rename(edge.path("kept"), edge.path("pid")).expect("our own file");
    let seen = edge.module(basic());
    assert!(is_promised(&seen) && seen.keys["reloaded"] == true, "{seen:?}");
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
}

/// The pid file is of the other namespace, where this one has no such process.
#[test]
fn from_another_process_namespace_nothing_is_promised() {
    let edge = Edge::started(open());
    let apart = ["--mount", "--pid", "--fork", "--mount-proc", "--kill-child"];
    for reload in [true, false] {
        says_nothing_is_known(&within(&edge, &apart, "", with(basic(), json!({"reload": reload}))));
        assert_eq!(edge.write(None), 204, "which is why");
        assert!(!is_promised(&within(&edge, &apart, "", basic())));
        assert!(edge.module(basic()).is_accepted());
        assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
        assert!(edge.module(open()).is_accepted());
        assert_eq!(edge.write(None), 204);
    }
}

/// A root, processes and mounts of its own; both files at the same path, and the
/// main file inside.
struct Container {
    _nginx: Daemon,
    program: String,
}

fn container(edge: &Edge) -> Container {
    let folder = edge.folder.0.display();
    let inner = fs::read_to_string(edge.path("nginx.conf")).expect("our own file");
    let pid = format!("pid {folder}/pid;");
    edge.folder.file("root/etc/nginx/nginx.conf", inner.replace(&pid, "pid /run/nginx.pid;"));
    for name in ["run", "proc", "dev", "tmp", &edge.folder.0.display().to_string()[1..]] {
        fs::create_dir_all(edge.path("root").join(name)).expect("our own folder");
    }
    for name in ["passwd", "group", "nsswitch.conf"] {
        fs::copy(format!("/etc/{name}"), edge.path("root/etc").join(name)).expect("a file of the system");
    }
    let inside = format!(
        "cd {folder}/root; for name in bin lib lib64 usr; do [ ! -e /$name ] || {{ mkdir -p $name; mount --bind /$name $name; }}; done\n\
         mount --bind /dev dev; mount --bind {folder} .{folder}; mount -t proc none proc\n\
         read -r number _ </proc/self/stat; echo $number >{folder}/first\n\
         exec chroot . {NGINX} -g \"daemon off;\""
    );
    edge.folder.file("inside", inside);
    let outside = format!(
        "trap 'kill $(cat {folder}/first)' TERM; unshare --mount --pid --fork sh -e {folder}/inside & wait; wait"
    );
    let nginx = Daemon::start(&["sh", "-c", &outside], &edge.path("output"), "");
    wait_until("nginx serves", || UnixStream::connect(edge.path("socket")).is_ok());
    // As podman exec: only what the program prints and its exit code come through.
    let enter = format!(
        "#!/bin/sh\nexec nsenter --target $(cat {folder}/first) --mount --pid --root --wdns=/ {NGINX} \"$@\"\n"
    );
    let program = edge.folder.script("enter", enter);
    Container { _nginx: nginx, program: program.display().to_string() }
}

#[test]
fn an_nginx_in_a_container_is_reloaded_through_its_script_and_each_run_says_that_it_cannot_be_seen() {
    let edge = Edge::new();
    assert!(edge.module(open()).is_accepted());
    let container = container(&edge);
    fs::remove_file(edge.path("nginx.conf")).expect("our own file");
    assert_eq!(edge.write(None), 204);
    let options = |more: Value| with(with(basic(), json!({"nginx": container.program})), more);
    let answer = within(&edge, &["--mount"], "", options(json!({"reload": false})));
    says_nothing_is_known(&answer);
    assert_eq!(edge.write(None), 204, "nobody has reloaded");
    let again = edge.module(options(json!({})));
    assert!(!is_promised(&again), "{again:?}");
    assert!(edge.module(options(open())).is_accepted());
    says_nothing_is_known(&edge.module(options(json!({}))));
    wait_until("it has reloaded", || edge.write(None) == 401);
    assert_eq!(edge.write_with_login(), 204);
    let verified = edge.module(options(json!({"state": "verified"})));
    assert_eq!(verified.code(), "nginx-not-seen", "{verified:?}");
}

/// One that runs here and reads a main file of the same path is another one: its workers
/// tell nothing of those of the container. Its socket says that it runs; it goes when it ends.
#[test]
fn an_nginx_of_the_host_is_not_taken_for_the_one_of_a_container() {
    let edge = Edge::new();
    assert!(edge.module(open()).is_accepted());
    let container = container(&edge);
    let folder = edge.folder.0.display().to_string();
    let inner = fs::read_to_string(edge.path("root/etc/nginx/nginx.conf")).expect("our own file");
    edge.folder
        .file("etc/nginx.conf", inner.replace(&format!("{folder}/socket"), &format!("{folder}/own-socket")));
    let start = format!(
        "mount --bind {folder}/etc /etc/nginx; mount -t tmpfs none /run; {NGINX} >/dev/null 2>&1\n\
         trap 'kill $(cat /run/nginx.pid)' EXIT\n\
         test -S {folder}/own-socket\n\
         {} -",
        *BINARY
    );
    let options = with(with(basic(), json!({"nginx": container.program})), json!({"reload": false}));
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-ec", &start]);
    let answer = answered(run(&mut command, edge.options(options).to_string().as_bytes()));
    says_nothing_is_known(&answer);
}

/// The program's own main file and that of the nginx that runs (`-c`) both
/// include the file: no test of the first tells what the second serves.
#[test]
fn an_nginx_that_runs_with_another_main_file_is_not_passed_over_in_silence() {
    let edge = Edge::started(open());
    let text = fs::read_to_string(edge.path("nginx.conf")).expect("our own file");
    let pid = format!("pid {}/pid;", edge.folder.0.display());
    for own_pid in ["pid /run/nobody-has-this.pid;", &pid] {
        edge.folder.file("etc/nginx.conf", text.replace(&pid, own_pid));
        let etc = format!("mount --bind {}/etc /etc/nginx", edge.folder.0.display());
        let here = |more: Value| with(with(basic(), json!({"nginx": NGINX})), more);
        let answer = within(&edge, &["--mount"], &etc, here(json!({"reload": false})));
        says_nothing_is_known(&answer);
        assert_eq!(edge.write(None), 204, "nobody has reloaded");
        let again = within(&edge, &["--mount"], &etc, here(json!({"reload": false})));
        assert!(!is_promised(&again), "{again:?}");
        let verified = within(&edge, &["--mount"], &etc, here(json!({"state": "verified"})));
        assert_eq!(verified.code(), "nginx-not-seen", "{verified:?}");
        let right = edge.module(basic());
        assert!(is_promised(&right) && right.keys["reloaded"] == true, "{right:?}");
        assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
        assert!(edge.module(open()).is_accepted());
    }
}

/// One that has nothing to do with the file is no reason for a word.
#[test]
fn another_nginx_that_does_not_include_the_file_is_passed_over() {
    let other = Edge::started(open());
    let edge = Edge::new();
    let answer = edge.module(basic());
    assert!(is_promised(&answer) && answer.keys["reload_owed"] == false, "{answer:?}");
    edge.folder.file("etc/nginx.conf", fs::read_to_string(edge.path("nginx.conf")).expect("our own file"));
    let etc = format!("mount --bind {}/etc /etc/nginx", edge.folder.0.display());
    let options = with(basic(), json!({"nginx": NGINX, "realm": "Another"}));
    let answer = within(&edge, &["--mount"], &etc, options);
    assert!(is_promised(&answer) && answer.keys["reload_owed"] == false, "{answer:?}");
    assert_eq!(other.write(None), 204);
}

/// Both main files are of one program, and only the second includes the file.
#[test]
fn a_program_whose_own_main_file_does_not_include_the_file_says_so() {
    let edge = Edge::started(open());
    edge.folder.file("etc/nginx.conf", "pid /run/nobody-has-this.pid; events {}\n");
    let etc = format!("mount --bind {}/etc /etc/nginx", edge.folder.0.display());
    let answer = within(&edge, &["--mount"], &etc, with(basic(), json!({"nginx": NGINX})));
    assert!(answer.is_accepted(), "{answer:?}");
    assert!(codes(&answer).contains(&"include-not-used".to_owned()), "{answer:?}");
    assert_eq!(edge.write(None), 204, "which is why");
}

/// Only a script may lead to one that nobody sees: where a plain program is given and none runs,
/// nothing is owed to it.
#[test]
fn a_reload_is_owed_to_an_unseen_nginx_of_a_script_alone() {
    let edge = Edge::new();
    let main_file = format!("mount --bind {} /etc/nginx/nginx.conf", edge.path("nginx.conf").display());
    let kept = with(basic(), json!({"reload": false}));
    let plain = within(&edge, &["--mount"], &main_file, with(kept.clone(), json!({"nginx": NGINX})));
    assert!(is_promised(&plain) && plain.keys["reload_owed"] == false, "{plain:?}");
    says_nothing_is_known(&Edge::new().module(kept));
}
