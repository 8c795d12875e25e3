//! A reload that is owed is done, once, and by whoever comes next.

use serde_json::{Value, json};
use std::process::Command;
use std::time::Instant;
use test_support::call::run;
use test_support::edge::{Edge, NGINX, basic};
use test_support::program::BINARY;

fn open() -> Value {
    json!({"auth_type": "none"})
}

fn with(mut options: Value, key: &str, value: Value) -> Value {
    options[key] = value;
    options
}

#[test]
fn a_reload_that_is_left_to_a_handler_is_owed_until_it_is_done() {
    let edge = Edge::started(open());
    let left = with(basic(), "reload", json!(false));
    for _ in 0..2 {
        let answer = edge.module(left.clone());
        assert!(answer.is_accepted(), "{answer:?}");
        assert_eq!((&answer.keys["changed"], &answer.keys["reload_owed"]), (&json!(true), &json!(true)));
        assert_eq!(edge.write(None), 204, "nobody has reloaded");
    }
    edge.reload();
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
    let answer = edge.module(left);
    assert_eq!((&answer.keys["changed"], &answer.keys["reload_owed"]), (&json!(false), &json!(false)));
}

#[test]
fn a_run_that_was_left_owing_is_made_good_by_the_next() {
    let edge = Edge::started(open());
    assert!(edge.module(with(basic(), "reload", json!(false))).is_accepted());
    assert_eq!(edge.write(None), 204);
    let answer = edge.module(basic());
    assert!(answer.is_accepted() && answer.keys["changed"] == true, "{answer:?}");
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
    assert_eq!(edge.module(basic()).keys["changed"], false);
}

/// Killed where the folder is flushed after the include got its name: it is
/// there, and nginx does not know of it.
#[test]
fn a_run_that_was_killed_between_write_and_reload_is_made_good_by_the_next() {
    let edge = Edge::started(open());
    let input = edge.options(basic()).to_string();
    let killed = run(
        Command::new("strace").args(["-o", "/dev/null", "-e", "trace=fsync"]).args([
            "-e",
            "inject=fsync:signal=KILL:when=4",
            *BINARY,
            "-",
        ]),
        input.as_bytes(),
    );
    assert!(killed.stdout.is_empty(), "{killed:?}");
    let include = std::fs::read_to_string(edge.include()).expect("our own file");
    assert!(include.contains("auth_basic \""), "{include}");
    assert_eq!(edge.write(None), 204, "nobody has reloaded");
    let answer = edge.module(basic());
    assert!(answer.is_accepted() && answer.keys["changed"] == true, "{answer:?}");
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
    assert_eq!(edge.module(basic()).keys["changed"], false);
}

#[test]
fn where_no_nginx_runs_nothing_is_owed() {
    let edge = Edge::new();
    let answer = edge.module(basic());
    assert!(answer.is_accepted() && answer.warnings().is_empty(), "{answer:?}");
    assert_eq!((&answer.keys["changed"], &answer.keys["reload_owed"]), (&json!(true), &json!(false)));
    let answer = edge.module(basic());
    assert_eq!((&answer.keys["changed"], &answer.keys["reload_owed"]), (&json!(false), &json!(false)));
    assert!(!edge.path("pid").exists());
}

#[test]
fn check_mode_tells_what_is_owed_and_does_nothing() {
    let edge = Edge::started(open());
    let checked = with(basic(), "_ansible_check_mode", json!(true));
    let workers = edge.workers();
    let answer = edge.module(checked.clone());
    assert!(answer.is_accepted() && answer.keys["changed"] == true, "{answer:?}");
    assert!(edge.module(with(basic(), "reload", json!(false))).is_accepted());
    let answer = edge.module(checked.clone());
    assert!(answer.is_accepted(), "{answer:?}");
    assert_eq!((&answer.keys["changed"], &answer.keys["reload_owed"]), (&json!(true), &json!(false)));
    let answer = edge.module(with(checked.clone(), "reload", json!(false)));
    assert_eq!((&answer.keys["changed"], &answer.keys["reload_owed"]), (&json!(true), &json!(true)));
    assert_eq!((edge.workers(), edge.write(None)), (workers, 204));
    assert!(edge.module(basic()).is_accepted());
    assert_eq!(edge.module(checked).keys["changed"], false);
}

/// Somebody stops it at that moment.
#[test]
fn an_nginx_that_ends_in_place_of_a_reload_is_told() {
    let edge = Edge::started(open());
    let stop = format!("{NGINX} -c {} -s stop", edge.path("nginx.conf").display());
    edge.do_before_nginx(&format!("case \"$*\" in *reload*) exec {stop} ;; esac"));
    let start = Instant::now();
    let answer = edge.module(basic());
    assert_eq!(answer.code(), "reload-not-taken", "{answer:?}");
    let message = "nginx ended when it was told to reload, and takes no requests, while both files are as they should be; look into its error log, and start it again";
    assert!(answer.keys["msg"].as_str().expect("a text").starts_with(message), "{answer:?}");
    assert!(start.elapsed().as_secs() < 20, "nobody waits for it");
    let again = edge.module(basic());
    assert!(again.is_accepted() && again.keys["reload_owed"] == false, "{again:?}");
}

/// Its new workers know the files.
#[test]
fn an_nginx_that_is_restarted_in_place_of_a_reload_has_taken_it() {
    let edge = Edge::started(open());
    let own = format!("{NGINX} -c {}", edge.path("nginx.conf").display());
    let restart = format!("{own} -s stop; (sleep 1; exec {own}) >/dev/null 2>&1 & exit 0");
    edge.do_before_nginx(&format!("case \"$*\" in *reload*) {restart} ;; esac"));
    let answer = edge.module(basic());
    assert!(answer.is_accepted() && answer.keys["reloaded"] == true, "{answer:?}");
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
    edge.signal("stop");
}

/// A test takes a port that is in use, a reload does not.
#[test]
fn a_reload_that_nginx_does_not_take_is_told() {
    let edge = Edge::started(open());
    edge.configure_server(
        "listen 127.0.0.1:PORT; \
         location ^~ /prometheus/api/v1/write { include INCLUDE; proxy_pass http://127.0.0.1:PORT; }",
    );
    let answer = edge.module(basic());
    assert_eq!(answer.code(), "reload-not-taken", "{answer:?}");
    let message = "nginx was told to reload, and 30 seconds later its old workers still take requests";
    assert!(answer.keys["msg"].as_str().expect("a text").starts_with(message), "{answer:?}");
    assert_eq!(answer.keys["changed"], true);
    assert_eq!(edge.write(None), 204, "as before");
    edge.configure(test_support::edge::GUARDED);
    let answer = edge.module(basic());
    assert!(answer.is_accepted() && answer.keys["changed"] == true, "{answer:?}");
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
}
