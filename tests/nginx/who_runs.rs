//! Which nginx runs, however it was started, and what it still serves.

use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Instant;
use test_support::call::{Answered, merge, with};
use test_support::edge::{
    Daemon, Edge, NGINX, PASSWORD, USERNAME, WRITE_PATH, base64, basic, pause, wait_until,
};
use test_support::program::copy_program;

fn open() -> Value {
    json!({"auth_type": "none"})
}

fn codes(answer: &Answered) -> Vec<String> {
    let findings = answer.keys.get("findings").and_then(Value::as_array).into_iter().flatten();
    findings.map(|finding| finding["code"].as_str().expect("a text").to_owned()).collect()
}

/// The include is written, then nginx started by this command, then shut.
fn shuts_what_was_started_as(edge: &mut Edge, command: &[&str], pid_file: &'static str) {
    assert!(edge.module(open()).is_accepted());
    edge.start_as(command, pid_file);
    assert_eq!(edge.write(None), 204);
    let answer = edge.module(basic());
    assert!(answer.is_accepted() && codes(&answer).is_empty(), "{command:?} {answer:?}");
    assert_eq!((&answer.keys["reloaded"], &answer.keys["reload_owed"]), (&json!(true), &json!(false)));
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204), "{command:?}");
    assert!(edge.verify(basic()).is_accepted());
}

/// The pid file that the configuration does not know of.
#[test]
fn an_nginx_with_a_pid_file_of_its_own_is_reloaded() {
    let mut edge = Edge::new();
    edge.edit("pid FOLDER/pid;", "");
    let pid = format!("daemon off; pid {};", edge.path("other.pid").display());
    let program = edge.program();
    shuts_what_was_started_as(&mut edge, &[&program, "-g", &pid], "other.pid");
}

#[test]
fn an_nginx_whose_pid_file_is_lost_is_reloaded() {
    let mut edge = Edge::new();
    assert!(edge.module(open()).is_accepted());
    edge.start();
    fs::rename(edge.path("pid"), edge.path("kept")).expect("our own file");
    let answer = edge.module(basic());
    assert!(answer.is_accepted() && answer.keys["reloaded"] == true, "{answer:?}");
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
    fs::rename(edge.path("kept"), edge.path("pid")).expect("our own file");
}

#[test]
fn an_nginx_with_a_prefix_and_relative_paths_is_reloaded() {
    let mut edge = Edge::new();
    edge.edit("pid FOLDER/pid;", "pid pid;");
    let folder = edge.folder.0.display().to_string();
    let script = format!("#!/bin/sh\nexec {NGINX} -p {folder} -c nginx.conf \"$@\"\n");
    edge.folder.file("nginx", script);
    let program = edge.program();
    shuts_what_was_started_as(&mut edge, &[&program, "-g", "daemon off;"], "pid");
}

/// One nginx' pid file holds the number of another.
#[test]
fn another_nginx_is_never_taken_for_this_one() {
    let mut edge = Edge::new();
    assert!(edge.module(open()).is_accepted());
    edge.start();
    let other = Edge::started(open());
    let workers = other.workers();
    let own = fs::read_to_string(edge.path("pid")).expect("our own file");
    fs::copy(other.path("pid"), edge.path("pid")).expect("our own file");
    pause();
    let answer = edge.module(basic());
    assert!(answer.is_accepted() && answer.keys["reloaded"] == true, "{answer:?}");
    assert_eq!((edge.write(None), other.write(None)), (401, 204));
    assert_eq!(other.workers(), workers, "the other was left alone");
    fs::write(edge.path("pid"), own).expect("our own file");
}

/// Calls of the module beside a process with this title and nginx' name, started through
/// `way`: whether it is left alone, and what the second call says. `MAIN` stands for this nginx'
/// main file, `OTHER` for one that includes the same file.
fn beside(title: &str, way: &[&str]) -> (bool, Vec<String>) {
    let edge = Edge::new();
    let [main, other, own] =
        ["nginx.conf", "other.conf", "own"].map(|name| edge.path(name).display().to_string());
    fs::copy(&main, &other).expect("our own file");
    fs::create_dir(edge.path("bin")).expect("our own folder");
    let nginx = edge.path("bin/nginx").display().to_string();
    // A hangup ends it.
    copy_program("/bin/sleep", Path::new(&nginx));
    let filled = |text: &str| text.replace("MAIN", &main).replace("OTHER", &other);
    let (begin, end) = (format!("echo $$ >{own} && exec \"$@\""), "exec -a \"$@\"");
    let (title, way): (_, Vec<String>) = (filled(title), way.iter().map(|word| filled(word)).collect());
    let mut command = vec!["bash", "-c", &begin, "bash"];
    command.extend(way.iter().map(String::as_str));
    command.extend(["bash", "-c", end, "bash", &title, &nginx, "600"]);
    let _process = Daemon::start(&command, &edge.path("log"), "");
    let is_there = || {
        let number = fs::read_to_string(&own).unwrap_or_default();
        let shown = fs::read_to_string(format!("/proc/{}/cmdline", number.trim()));
        shown.is_ok_and(|shown| shown.starts_with(&title))
    };
    wait_until("it has its title", is_there);
    let answer = edge.module(basic());
    let is_left_alone = is_there();
    assert_eq!(answer.is_accepted(), is_left_alone, "{answer:?}");
    (is_left_alone, codes(&edge.module(basic())))
}

/// Who may call a process what they like.
const OF_ANOTHER_USER: [&str; 3] = ["setpriv", "--reuid=65534", "--clear-groups"];

/// Another file at the path of the first one, for this process alone.
fn with_another_file<'a>(path: &'a str, file: &'a str) -> [&'a str; 7] {
    ["unshare", "--mount", "bash", "-c", "mount --bind \"$1\" \"$0\" && exec \"${@:2}\"", path, file]
}

/// A title is what a process says of itself.
#[test]
fn what_calls_itself_this_nginx_is_left_alone_where_it_cannot_be() {
    let ours = "nginx: master process nginx -c MAIN";
    assert!(!beside(ours, &[]).0, "it cannot be told from this nginx");
    assert!(beside(ours, &OF_ANOTHER_USER).0, "of another user");
    assert!(beside(ours, &with_another_file("MAIN", "OTHER")).0, "another file is at that path");
    // The program is a script that names another.
    assert!(beside("nginx: master process /usr/sbin/nginx", &[]).0, "it reads its default");
}

/// Nor is it another one that serves the file.
#[test]
fn what_calls_itself_another_nginx_is_none_where_it_cannot_be() {
    let other = "nginx: master process nginx -c OTHER";
    assert_eq!(beside(other, &[]), (true, vec!["nginx-not-seen".to_owned()]));
    assert_eq!(beside(other, &OF_ANOTHER_USER), (true, vec![]), "of another user");
    assert_eq!(beside(other, &with_another_file("OTHER", "MAIN")), (true, vec![]), "another file is there");
}

/// It began after the change, and ends by a reload of somebody else.
#[test]
fn a_worker_that_leaves_and_knows_the_files_is_no_old_one() {
    let edge = Edge::started(basic());
    let _silent = UnixStream::connect(edge.path("socket")).expect("nginx listens");
    edge.write(None);
    edge.reload();
    assert_eq!(edge.leaving_workers().len(), 1, "it waits for a request");
    let answer = edge.module(basic());
    assert!(answer.is_accepted() && codes(&answer).is_empty(), "{answer:?}");
}

/// As in a container: the program answers from another root and other processes,
/// and only its exit code comes through.
#[test]
fn an_nginx_that_cannot_be_seen_is_told_to_reload_and_nothing_is_promised() {
    let mut edge = Edge::new();
    assert!(edge.module(open()).is_accepted());
    edge.start();
    let hidden = format!(
        "#!/bin/sh\ncase \"$*\" in *-s*) exit 0 ;; esac\nexec {NGINX} -c {} \"$@\"\n",
        edge.path("hidden.conf").display()
    );
    let text = fs::read_to_string(edge.path("nginx.conf")).expect("our own file");
    let pid = format!("pid {}/pid;", edge.folder.0.display());
    edge.folder.file("hidden.conf", text.replace(&pid, &pid.replace("/pid;", "/none;")));
    let program = edge.folder.script("hidden", hidden);
    let mut options = basic();
    merge(&mut options, json!({"nginx": program}));
    let answer = edge.module(options.clone());
    assert!(answer.is_accepted(), "{answer:?}");
    assert_eq!(codes(&answer), ["nginx-not-seen"], "{answer:?}");
    assert_eq!((&answer.keys["changed"], &answer.keys["reload_owed"]), (&json!(true), &json!(true)));
    assert_eq!(edge.write(None), 204, "which is why");
    let answer = edge.verify(options);
    assert_eq!(answer.code(), "nginx-not-seen", "{answer:?}");
}

/// One that has accepted a connection waits for its first request.
#[test]
fn workers_that_still_serve_the_open_configuration_are_told() {
    let edge = Edge::started(open());
    let mut silent = UnixStream::connect(edge.path("socket")).expect("nginx listens");
    // The worker takes what came first before what comes now.
    edge.write(None);
    let start = Instant::now();
    let answer = edge.module(basic());
    assert!(answer.is_accepted(), "{answer:?}");
    assert_eq!(codes(&answer), ["old-workers-remain"], "{answer:?}");
    assert!(start.elapsed().as_secs() >= 9, "they are waited for");
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
    let again = edge.module(basic());
    assert_eq!(
        (codes(&again), &again.keys["changed"]),
        (vec!["old-workers-remain".to_owned()], &json!(false))
    );
    let verified = edge.verify(basic());
    assert!(verified.is_accepted(), "{verified:?}");
    assert_eq!(codes(&verified), ["old-workers-remain"]);
    let request =
        format!("POST {WRITE_PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\n\0");
    silent.write_all(request.as_bytes()).expect("the old worker reads");
    let mut reply = String::new();
    silent.read_to_string(&mut reply).expect("it answers");
    assert!(reply.starts_with("HTTP/1.1 204"), "the old configuration lets it in: {reply}");
    wait_until("they have ended", || codes(&edge.module(basic())).is_empty());
}

#[test]
fn workers_that_ask_for_the_same_logins_may_answer_to_the_end() {
    let edge = Edge::started(basic());
    let _silent = UnixStream::connect(edge.path("socket")).expect("nginx listens");
    edge.write(None);
    let start = Instant::now();
    let answer = edge.module(with(basic(), json!({"realm": "Others"})));
    assert!(answer.is_accepted() && answer.keys["reloaded"] == true, "{answer:?}");
    assert!(codes(&answer).is_empty() && start.elapsed().as_secs() < 9, "{answer:?}");
}

/// Without the file nginx answers a valid login with 403, and an agent drops its samples on that.
#[test]
fn logins_stay_for_as_long_as_an_old_worker_asks_for_them() {
    let edge = Edge::started(basic());
    let start = Instant::now();
    let unreloaded = edge.module(json!({"auth_type": "none", "reload": false}));
    assert!(unreloaded.is_accepted() && unreloaded.keys["reload_owed"] == true, "{unreloaded:?}");
    assert_eq!(codes(&unreloaded), ["logins-dropped", "old-workers-remain"]);
    assert!(start.elapsed().as_secs() < 20, "nobody waits for a reload that is left to others");
    assert_eq!(edge.write_with_login(), 204, "nobody has reloaded");
    let mut silent = UnixStream::connect(edge.path("socket")).expect("nginx listens");
    edge.write(None);
    let answer = edge.module(open());
    assert!(answer.is_accepted() && answer.keys["reloaded"] == true, "{answer:?}");
    assert_eq!(codes(&answer), ["logins-dropped", "old-workers-remain"], "{answer:?}");
    assert!(edge.htpasswd().exists());
    let login = base64(format!("{USERNAME}:{PASSWORD}").as_bytes());
    let request = format!(
        "POST {WRITE_PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {login}\r\nConnection: close\r\nContent-Length: 1\r\n\r\n\0"
    );
    silent.write_all(request.as_bytes()).expect("the old worker reads");
    let mut reply = String::new();
    silent.read_to_string(&mut reply).expect("it answers");
    assert!(reply.starts_with("HTTP/1.1 204"), "the old configuration asks for the login: {reply}");
    wait_until("they have ended", || codes(&edge.module(open())).is_empty());
    assert!(!edge.htpasswd().exists());
}

/// The vhost came, and the play died before its handler.
#[test]
fn a_reload_that_a_play_died_before_is_found_by_the_next_run() {
    let mut edge = Edge::new();
    edge.configure("proxy_pass http://127.0.0.1:PORT;");
    assert!(edge.module(basic()).is_accepted());
    edge.start();
    pause();
    edge.configure(test_support::edge::GUARDED);
    assert_eq!(edge.write(None), 204, "nobody has reloaded");
    let mut checked = basic();
    merge(&mut checked, json!({"_ansible_check_mode": true}));
    let previewed = edge.module(checked);
    assert_eq!(previewed.keys["changed"], true, "{previewed:?}");
    let answer = edge.module(basic());
    assert!(answer.is_accepted(), "{answer:?}");
    assert_eq!((&answer.keys["changed"], &answer.keys["reloaded"]), (&json!(true), &json!(true)));
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
    assert_eq!(edge.module(basic()).keys["changed"], false);
}
