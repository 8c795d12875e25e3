//! Endpoints that look shut and are open, or would be.

use serde_json::{Value, json};
use std::fs;
use test_support::edge::{Edge, PASSWORD, USERNAME, basic};

fn open() -> Value {
    json!({"auth_type": "none"})
}

#[test]
fn a_realm_that_nginx_reads_as_something_else_is_refused_and_the_endpoint_stays() {
    let edge = Edge::started(basic());
    for realm in ["off", "a\"; auth_basic off; #", "a\"b", "$realm", "a\\", "a\nauth_basic off;"] {
        let mut options = basic();
        options["realm"] = json!(realm);
        assert_eq!(edge.module(options).code(), "realm-not-portable", "{realm}");
        assert_eq!((edge.write(None), edge.write_with_login()), (401, 204), "{realm}");
    }
}

#[test]
fn a_realm_that_only_resembles_off_guards() {
    for realm in ["OFF", "Off", " ", "off;", "o f f", "#", "{}", "'", "a;b"] {
        let mut options = basic();
        options["realm"] = json!(realm);
        let edge = Edge::new();
        let answer = edge.module(options.clone());
        if answer.is_accepted() {
            drop(edge);
            let edge = Edge::started(options);
            assert_eq!((edge.write(None), edge.write_with_login()), (401, 204), "{realm}");
        } else {
            assert_eq!(answer.code(), "realm-not-portable", "{realm}");
        }
    }
}

#[test]
fn a_file_name_that_the_client_could_choose_is_refused() {
    let edge = Edge::started(basic());
    for path in ["/tmp/$arg_file", "/tmp/${uri}", "/tmp/a b", "relative", "/tmp/a;b"] {
        let mut options = basic();
        options["htpasswd_path"] = json!(path);
        assert_eq!(edge.module(options).code(), "path-not-portable", "{path}");
    }
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
}

#[test]
fn satisfy_any_around_the_include_does_not_open_it() {
    let mut edge = Edge::new();
    edge.configure_server(
        "satisfy any; allow all; \
         location ^~ /prometheus/api/v1/write { include INCLUDE; proxy_pass http://127.0.0.1:PORT; }",
    );
    assert!(edge.module(basic()).is_accepted());
    edge.start();
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
}

#[test]
fn satisfy_any_in_the_location_is_refused() {
    let edge = Edge::started(open());
    edge.configure("satisfy any; allow all; include INCLUDE; proxy_pass http://127.0.0.1:PORT;");
    let answer = edge.module(basic());
    assert_eq!(answer.code(), "nginx-rejects-configuration", "{answer:?}");
}

#[test]
fn auth_basic_off_in_the_location_is_refused() {
    let edge = Edge::started(open());
    edge.configure("auth_basic off; include INCLUDE; proxy_pass http://127.0.0.1:PORT;");
    let answer = edge.module(basic());
    assert_eq!(answer.code(), "nginx-rejects-configuration", "{answer:?}");
}

/// Verifying it would take weeks, here and in nginx.
#[test]
fn a_planted_line_of_cost_31_hangs_nobody_and_is_gone() {
    let edge = Edge::started(basic());
    let planted = format!("$2y$31${}", "a".repeat(53));
    for lines in [
        format!("{USERNAME}:{planted}\n"),
        format!("mallory:{planted}\n{USERNAME}:{planted}\n"),
        format!("{USERNAME}:{planted}:comment\r\n"),
    ] {
        fs::write(edge.htpasswd(), lines).expect("our own file");
        let answer = edge.module(basic());
        assert!(answer.is_accepted(), "{answer:?}");
        assert_eq!(answer.keys["changed"], true);
        assert_eq!(edge.write(Some(("mallory", PASSWORD))), 401);
        assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
    }
}

/// nginx takes the first line of a name.
#[test]
fn a_planted_line_before_ours_lets_nobody_in() {
    let edge = Edge::started(basic());
    let ours = fs::read_to_string(edge.htpasswd()).expect("our own file");
    for line in
        ["alloy:{PLAIN}theirs", "mallory:{PLAIN}theirs", "alloy:{PLAIN}theirs\r", "#", ":{PLAIN}theirs"]
    {
        fs::write(edge.htpasswd(), format!("{line}\n{ours}")).expect("our own file");
        let answer = edge.module(basic());
        assert!(answer.is_accepted(), "{answer:?}");
        assert_eq!(answer.keys["changed"], true, "{line}");
        for username in ["alloy", "mallory", ""] {
            assert_eq!(edge.write(Some((username, "theirs"))), 401, "{line}");
        }
        assert_eq!(edge.write_with_login(), 204);
    }
}

#[test]
fn an_include_that_nothing_includes_is_told() {
    let mut edge = Edge::new();
    edge.configure("proxy_pass http://127.0.0.1:PORT;");
    let answer = edge.module(basic());
    assert!(answer.is_accepted(), "{answer:?}");
    edge.start();
    assert_eq!(edge.write(None), 204, "nobody guards it");
    for answer in [answer, edge.module(basic())] {
        assert!(answer.warnings().iter().any(|warning| warning.contains("[include-not-used]")), "{answer:?}");
    }
    let guarded = Edge::started(basic());
    assert!(guarded.module(basic()).warnings().is_empty());
}

#[test]
fn a_worker_that_still_serves_the_open_configuration_is_replaced() {
    let edge = Edge::started(open());
    let mut by_hand = basic();
    by_hand["nginx"] = json!("");
    assert!(edge.module(by_hand).is_accepted());
    assert_eq!(edge.write(None), 204, "the worker knows nothing of it");
    let answer = edge.module(basic());
    assert!(answer.is_accepted(), "{answer:?}");
    assert_eq!(answer.keys["changed"], true);
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
    assert_eq!(edge.module(basic()).keys["changed"], false);
}

#[test]
fn an_include_of_somebody_else_is_left_alone() {
    let edge = Edge::new();
    fs::write(edge.include(), "auth_basic off;\n").expect("our own file");
    let answer = edge.module(basic());
    assert_eq!(answer.code(), "include-not-ours", "{answer:?}");
    assert_eq!(fs::read(edge.include()).expect("their file"), b"auth_basic off;\n");
    assert!(!edge.htpasswd().exists());
}

#[test]
fn an_include_of_ours_that_was_edited_is_put_right() {
    let edge = Edge::started(basic());
    let text = fs::read_to_string(edge.include()).expect("our own file");
    for edited in [
        text.replace("auth_basic \"", "# \""),
        text.replace("auth_basic_user_file", "# "),
        text.replace("satisfy all", "satisfy any") + "allow all;\n",
    ] {
        fs::write(edge.include(), &edited).expect("our own file");
        edge.reload();
        let answer = edge.module(basic());
        assert!(answer.is_accepted(), "{answer:?}");
        assert_eq!((edge.write(None), edge.write_with_login()), (401, 204), "{edited}");
    }
}
