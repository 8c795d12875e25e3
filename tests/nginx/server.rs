//! What is known of a real nginx: does it take its configuration, does it run,
//! do its workers know what a file says now.

use remote_write_auth::nginx::server::{Moment, ReloadError, Running, Server, TestError};
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use test_support::edge::{Daemon, Edge, PATIENCE, WRITE_PATH, pause, wait_until};

/// Nothing to wait for: one look.
const NO_TIME: Duration = Duration::ZERO;

fn server(edge: &Edge) -> Server {
    Server::find(&edge.program()).expect("the program is there")
}

fn who_runs(server: &Server) -> Option<Running> {
    server.running().expect("a pid file that can be read, or none")
}

fn change_of(path: &Path) -> Moment {
    let metadata = fs::metadata(path).expect("a file");
    Moment::from_ctime(metadata.ctime(), metadata.ctime_nsec())
}

/// An include that says nothing, so that nginx starts without the module.
fn edge() -> Edge {
    let edge = Edge::new();
    fs::write(edge.include(), "# nothing\n").expect("our own file");
    edge
}

fn started() -> Edge {
    let mut edge = edge();
    edge.start();
    edge
}

#[test]
fn a_test_tells_which_files_are_included() {
    let edge = edge();
    let configuration = server(&edge).test().expect("nginx takes it");
    assert_eq!(configuration.includes(&edge.include()), Some(true));
    assert_eq!(configuration.includes(&edge.htpasswd()), Some(false));
    edge.configure("return 204;");
    let configuration = server(&edge).test().expect("nginx takes it");
    assert_eq!(configuration.includes(&edge.include()), Some(false));
}

#[test]
fn an_include_is_known_through_a_link_and_a_pattern() {
    let edge = edge();
    std::os::unix::fs::symlink("include", edge.path("linked.conf")).expect("our own folder");
    edge.configure("include FOLDER/lin*.conf; return 204;");
    let configuration = server(&edge).test().expect("nginx takes it");
    assert_eq!(configuration.includes(&edge.include()), Some(true));
}

#[test]
fn a_broken_configuration_is_rejected() {
    let edge = edge();
    fs::write(edge.include(), "nonsense;\n").expect("our own file");
    assert!(matches!(server(&edge).test(), Err(TestError::Rejected(_))));
}

#[test]
fn a_test_leaves_no_empty_pid_file_and_takes_no_other_away() {
    let edge = edge();
    assert!(server(&edge).test().is_ok());
    assert!(!edge.path("pid").exists());
    fs::write(edge.path("pid"), "").expect("our own file");
    pause();
    assert!(server(&edge).test().is_ok());
    assert!(edge.path("pid").exists());
}

#[test]
fn nothing_runs_before_a_start_and_after_a_stop() {
    let mut edge = edge();
    let server = server(&edge);
    assert_eq!(who_runs(&server), None);
    assert!(matches!(server.reload(Moment::now()), Err(ReloadError::Refused)));
    edge.start();
    assert!(who_runs(&server).is_some());
    edge.stop();
    assert_eq!(who_runs(&server), None);
}

#[test]
fn a_pid_file_that_names_another_program_is_nobody() {
    let edge = edge();
    fs::write(edge.path("pid"), format!("{}\n", std::process::id())).expect("our own file");
    assert_eq!(who_runs(&server(&edge)), None);
    fs::write(edge.path("pid"), "no number\n").expect("our own file");
    assert_eq!(who_runs(&server(&edge)), None);
}

/// A folder in its place is nobody's pid file; a link that leads nowhere in a circle is an error.
#[test]
fn a_pid_file_that_cannot_be_read_is_not_taken_for_nobody() {
    let edge = edge();
    std::os::unix::fs::symlink("pid", edge.path("pid")).expect("our own folder");
    let server = server(&edge);
    let error = server.running().expect_err("nobody can tell");
    assert!(error.to_string().starts_with(&edge.path("pid").display().to_string()), "{error}");
}

#[test]
fn two_nginx_are_told_apart() {
    let (one, other) = (started(), edge());
    assert!(who_runs(&server(&one)).is_some());
    assert_eq!(who_runs(&server(&other)), None);
}

#[test]
fn a_worker_knows_what_was_written_before_it_and_a_reload_makes_it_younger() {
    let edge = started();
    let server = server(&edge);
    let running = who_runs(&server).expect("it runs");
    assert!(!running.is_older_than(change_of(&edge.include())));
    for _ in 0..5 {
        let before = edge.workers();
        fs::write(edge.include(), "# changed\n").expect("our own file");
        let change = change_of(&edge.include());
        assert!(running.is_older_than(change));
        assert!(running.wait_until_younger(change, NO_TIME).is_err());
        server.reload(change).expect("nginx reloads");
        assert!(running.wait_until_younger(change, PATIENCE).is_ok());
        assert!(!running.is_older_than(change));
        assert!(running.wait_until_old_are_gone(change, PATIENCE));
        assert!(edge.workers().iter().all(|worker| !before.contains(worker)));
    }
}

#[test]
fn a_running_nginx_is_found_when_its_configuration_is_broken() {
    let edge = started();
    fs::write(edge.include(), "nonsense;\n").expect("our own file");
    let server = server(&edge);
    assert!(matches!(server.test(), Err(TestError::Rejected(_))));
    let running = who_runs(&server).expect("it still runs");
    let change = change_of(&edge.include());
    assert!(matches!(server.reload(change), Err(ReloadError::Refused)));
    assert!(running.is_older_than(change));
}

/// A signal that is sent always arrives; whether the master takes what it then
/// reads is another matter.
#[test]
fn a_reload_that_the_master_does_not_take_is_seen() {
    let edge = started();
    let server = server(&edge);
    fs::write(edge.include(), "nonsense;\n").expect("our own file");
    let change = change_of(&edge.include());
    let master = edge.master().expect("it runs");
    kill("-HUP", master);
    assert!(who_runs(&server).expect("it runs").wait_until_younger(change, Duration::from_secs(1)).is_err());
}

#[test]
fn a_worker_that_still_answers_somebody_is_leaving_and_not_gone() {
    let edge = edge();
    edge.configure("include INCLUDE; client_body_timeout 600; proxy_pass http://127.0.0.1:PORT;");
    let mut edge = edge;
    edge.start();
    let mut upload = UnixStream::connect(edge.path("socket")).expect("nginx listens");
    let head = format!("POST {WRITE_PATH} HTTP/1.1\r\nHost: edge\r\nContent-Length: 9\r\n\r\nhalf");
    upload.write_all(head.as_bytes()).expect("nginx reads");
    // The worker takes what came first before what comes now.
    edge.write(None);
    let server = server(&edge);
    fs::write(edge.include(), "# changed\n").expect("our own file");
    let change = change_of(&edge.include());
    server.reload(change).expect("nginx reloads");
    let running = who_runs(&server).expect("it runs");
    assert!(running.wait_until_younger(change, PATIENCE).is_ok());
    assert!(!running.wait_until_old_are_gone(change, NO_TIME));
    upload.write_all(b"-done").expect("nginx reads on");
    let mut answer = String::new();
    upload.read_to_string(&mut answer).expect("it answers and closes");
    assert!(running.wait_until_old_are_gone(change, PATIENCE));
}

/// nginx takes the signal only where it has left its parent.
#[test]
fn an_old_master_beside_an_upgraded_one_still_counts() {
    let edge = edge();
    let start = Command::new(edge.program()).status().expect("nginx");
    assert!(start.success());
    wait_until("nginx serves", || !edge.workers().is_empty());
    let old = edge.master().expect("it runs");
    let server = server(&edge);
    fs::write(edge.include(), "# changed\n").expect("our own file");
    let change = change_of(&edge.include());
    pause();
    kill("-USR2", old);
    wait_until("an upgraded one serves", || {
        edge.master().is_some_and(|new| new != old) && !edge.workers().is_empty()
    });
    let running = who_runs(&server).expect("both run");
    assert!(running.is_older_than(change));
    kill("-QUIT", old);
    assert!(running.wait_until_old_are_gone(change, PATIENCE));
    assert!(!who_runs(&server).expect("the new one runs").is_older_than(change));
    edge.signal("quit");
    wait_until("it ends", || who_runs(&server).is_none());
}

fn kill(signal: &str, process: u32) {
    let sent = Command::new("kill").args([signal, &process.to_string()]).status();
    assert!(sent.expect("kill").success());
}

/// `master_process off` is for debugging: it takes a reload, but nobody can tell.
#[test]
fn an_nginx_without_workers_is_as_old_as_its_process() {
    let edge = edge();
    let text = fs::read_to_string(edge.path("nginx.conf")).expect("our own file");
    edge.folder.file("nginx.conf", format!("master_process off;\n{text}"));
    pause();
    let single = Daemon::start(&[&edge.program(), "-g", "daemon off;"], &edge.path("output"), "");
    wait_until("nginx serves", || UnixStream::connect(edge.path("socket")).is_ok());
    let server = server(&edge);
    assert!(!who_runs(&server).expect("it runs").is_older_than(change_of(&edge.include())));
    fs::write(edge.include(), "# changed\n").expect("our own file");
    let change = change_of(&edge.include());
    assert!(who_runs(&server).expect("it runs").is_older_than(change));
    server.reload(change).expect("nginx reloads");
    assert!(who_runs(&server).expect("it runs").wait_until_younger(change, NO_TIME).is_err());
    drop(single);
    assert_eq!(who_runs(&server), None);
}
