//! Who gets through to Prometheus, for each thing that can be said.

use serde_json::json;
use test_support::edge::{Edge, PASSWORD, USERNAME, WRITE_PATH, basic};

#[test]
fn basic_lets_in_who_has_a_login_and_nobody_else() {
    let edge = Edge::started(basic());
    assert_eq!(edge.write(None), 401);
    assert_eq!(edge.write(Some((USERNAME, "another"))), 401);
    assert_eq!(edge.write(Some(("another", PASSWORD))), 401);
    assert_eq!(edge.write(Some((USERNAME, ""))), 401);
    assert_eq!(edge.write_with_login(), 204);
}

#[test]
fn every_other_spelling_of_the_write_path_is_shut_too() {
    let edge = Edge::started(basic());
    for path in
        ["/prometheus/api/v1%2Fwrite", "/prometheus/api/v1/%77rite", "//prometheus/./api/v1/write?a=b"]
    {
        assert_eq!(edge.write_to(path, None), 401, "{path}");
        assert_eq!(edge.write_to(path, Some((USERNAME, "another"))), 401, "{path}");
    }
}

#[test]
fn other_users_are_let_in_beside() {
    let other = ("second", "kd83JsQ0xPzW72bvTRm5LcYh");
    let edge = Edge::started(json!({
        "username": USERNAME, "password": PASSWORD,
        "other_users": [{"username": other.0, "password": other.1}],
    }));
    assert_eq!(edge.write_with_login(), 204);
    assert_eq!(edge.write(Some(other)), 204);
    let answer = edge.module(basic());
    assert!(answer.is_accepted(), "{answer:?}");
    assert_eq!(edge.write(Some(other)), 401);
    assert_eq!(edge.write_with_login(), 204);
}

#[test]
fn none_opens_it() {
    let edge = Edge::started(json!({"auth_type": "none"}));
    assert_eq!(edge.write(None), 204);
    assert_eq!(edge.write_with_login(), 204);
}

#[test]
fn a_receiver_that_is_off_is_not_there() {
    let edge = Edge::started(json!({"receiver": false}));
    assert_eq!(edge.write(None), 404);
    assert_eq!(edge.write_with_login(), 404);
}

#[test]
fn a_receiver_that_is_off_with_a_login_is_guarded() {
    let mut options = basic();
    options["receiver"] = json!(false);
    let edge = Edge::started(options);
    assert_eq!(edge.write(None), 401);
    assert_eq!(edge.write_with_login(), 204);
}

#[test]
fn a_second_run_changes_nothing_and_leaves_the_workers_alone() {
    for options in [basic(), json!({"auth_type": "none"}), json!({"receiver": false})] {
        let edge = Edge::started(options.clone());
        let workers = edge.workers();
        for _ in 0..2 {
            let again = edge.module(options.clone());
            assert!(again.is_accepted() && again.warnings().is_empty(), "{again:?}");
            assert_eq!((&again.keys["changed"], &again.keys["reload_owed"]), (&json!(false), &json!(false)));
            assert_eq!(edge.workers(), workers);
        }
    }
}

#[test]
fn each_way_from_one_to_another_holds_at_once() {
    let ways = [
        (basic(), 401, 204),
        (json!({"auth_type": "none"}), 204, 204),
        (json!({"receiver": false}), 404, 404),
    ];
    let edge = Edge::started(basic());
    for (at, to) in [(0, 1), (1, 2), (2, 0), (0, 2), (2, 1), (1, 0)] {
        let (options, without, with) = &ways[to];
        let answer = edge.module(options.clone());
        assert!(answer.is_accepted(), "{at} to {to}: {answer:?}");
        assert_eq!(answer.keys["changed"], true, "{at} to {to}");
        assert_eq!((edge.write(None), edge.write_with_login()), (*without, *with), "{at} to {to}");
        assert_eq!(edge.htpasswd().exists(), to == 0, "{at} to {to}");
        let again = edge.module(options.clone());
        assert_eq!(again.keys["changed"], false, "{at} to {to}: {again:?}");
    }
}

#[test]
fn a_new_password_works_at_once_without_a_reload() {
    let edge = Edge::started(basic());
    let workers = edge.workers();
    let new = "Yt6LnUe2ZqGx8RbKw0HsVd4J";
    let answer = edge.module(json!({"username": USERNAME, "password": new}));
    assert!(answer.is_accepted(), "{answer:?}");
    assert_eq!((&answer.keys["changed"], &answer.keys["reload_owed"]), (&json!(true), &json!(false)));
    assert_eq!(edge.write(Some((USERNAME, new))), 204);
    assert_eq!(edge.write_with_login(), 401);
    assert_eq!(edge.workers(), workers);
}

#[test]
fn prometheus_never_sees_the_login_unless_it_shall() {
    let echo = "proxy_pass http://unix:FOLDER/echo:; } } \
         server { listen unix:FOLDER/echo; location / { return 200 \"<$http_authorization>\";";
    for (strip, seen) in [(true, false), (false, true)] {
        let mut edge = Edge::new();
        edge.configure(&format!("include INCLUDE; {echo}"));
        let mut options = basic();
        options["strip_authorization"] = json!(strip);
        let answer = edge.module(options);
        assert!(answer.is_accepted(), "{answer:?}");
        edge.start();
        let (status, body) = edge.ask(WRITE_PATH, Some((USERNAME, PASSWORD)));
        assert_eq!(status, 200);
        assert_eq!(body.contains("<Basic "), seen, "{body}");
        assert_eq!(body.contains("<>"), !seen, "{body}");
    }
}

#[test]
fn an_include_that_nginx_reads_is_not_taken_away() {
    let edge = Edge::started(basic());
    let answer = edge.module(json!({"state": "absent"}));
    assert_eq!(answer.code(), "include-in-use", "{answer:?}");
    assert!(edge.include().exists() && edge.htpasswd().exists());
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
    edge.configure("proxy_pass http://127.0.0.1:PORT;");
    edge.reload();
    let answer = edge.module(json!({"state": "absent"}));
    assert!(answer.is_accepted(), "{answer:?}");
    assert!(!edge.include().exists() && !edge.htpasswd().exists());
}
