//! An nginx that is missing, broken, or breaks, and what is still guarded then.

use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use test_support::call::{Answered, with};
use test_support::edge::{Edge, GUARDED, PASSWORD, USERNAME, basic};

fn open() -> Value {
    json!({"auth_type": "none"})
}

#[test]
fn an_nginx_that_is_not_there_is_told_before_anything_is_written() {
    let edge = Edge::new();
    for nginx in ["/nowhere/nginx", "no-such-nginx"] {
        let mut options = basic();
        options["nginx"] = json!(nginx);
        let answer = edge.module(options.clone());
        assert_eq!(answer.refusals(), [("nginx-not-found".to_owned(), "nginx".to_owned())], "{answer:?}");
        assert!(!edge.include().exists() && !edge.htpasswd().exists());
        options["_ansible_check_mode"] = json!(true);
        let answer = edge.module(options);
        assert!(answer.is_accepted() && !answer.warnings().is_empty(), "{answer:?}");
    }
}

#[test]
fn a_configuration_that_our_include_breaks_gets_the_old_include_back() {
    let edge = Edge::started(open());
    fs::write(edge.path("own"), "own:{PLAIN}secret\n").expect("our own file");
    fs::set_permissions(edge.path("own"), fs::Permissions::from_mode(0o644)).expect("our own file");
    edge.configure(&format!("auth_basic own; auth_basic_user_file FOLDER/own; {GUARDED}"));
    edge.reload();
    let before = fs::read(edge.include()).expect("our own file");
    let answer = edge.module(basic());
    assert_eq!(answer.code(), "nginx-rejects-configuration", "{answer:?}");
    let msg = |answer: &Answered| answer.keys["msg"].as_str().expect("a message").to_owned();
    let is_new = "the old include is back, and the htpasswd file is already the new one";
    assert!(msg(&answer).contains(is_new), "{answer:?}");
    assert_eq!(fs::read(edge.include()).expect("our own file"), before);
    assert_eq!((edge.write(None), edge.write(Some(("own", "secret")))), (401, 204));
    edge.reload();
    assert_eq!((edge.write(None), edge.write(Some(("own", "secret")))), (401, 204));
    let again = edge.module(basic());
    assert_eq!(again.code(), "nginx-rejects-configuration", "{again:?}");
    // Which it was before this run, too.
    assert!(msg(&again).contains("the old include is back") && !msg(&again).contains("already"), "{again:?}");
}

#[test]
fn a_running_nginx_that_is_broken_elsewhere_keeps_the_stricter_include() {
    let edge = Edge::started(open());
    edge.configure(&format!("nonsense; {GUARDED}"));
    let answer = edge.module(basic());
    assert_eq!(answer.code(), "nginx-already-broken", "{answer:?}");
    assert_eq!(answer.keys["changed"], true);
    let include = fs::read_to_string(edge.include()).expect("our own file");
    assert!(include.contains("auth_basic \""), "{include}");
    assert_eq!(edge.write(None), 204, "as before");
    edge.configure(GUARDED);
    let answer = edge.module(basic());
    assert!(answer.is_accepted() && answer.keys["changed"] == true, "{answer:?}");
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
}

#[test]
fn a_running_nginx_that_is_broken_elsewhere_is_not_opened() {
    let edge = Edge::started(basic());
    edge.configure(&format!("nonsense; {GUARDED}"));
    let answer = edge.module(open());
    assert_eq!(answer.code(), "nginx-already-broken", "{answer:?}");
    let include = fs::read_to_string(edge.include()).expect("our own file");
    assert!(include.contains("auth_basic \""), "{include}");
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
    edge.configure(GUARDED);
    edge.reload();
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
    assert!(edge.module(open()).is_accepted());
    assert_eq!(edge.write(None), 204);
}

#[test]
fn a_running_nginx_that_is_broken_elsewhere_keeps_an_include_that_is_no_more_open() {
    let edge = Edge::started(basic());
    edge.configure(&format!("nonsense; {GUARDED}"));
    let answer = edge.module(with(basic(), json!({"realm": "Others"})));
    assert_eq!(answer.code(), "nginx-already-broken", "{answer:?}");
    let include = fs::read_to_string(edge.include()).expect("our own file");
    assert!(include.contains("auth_basic \"Others\""), "{include}");
}

#[test]
fn what_a_broken_nginx_includes_stays_for_as_long_as_that_runs() {
    let mut edge = Edge::started(basic());
    edge.configure(&format!("nonsense; {GUARDED}"));
    let absent = json!({"state": "absent"});
    let answer = edge.module(absent.clone());
    assert_eq!(answer.code(), "nginx-already-broken", "{answer:?}");
    assert!(edge.include().exists() && edge.htpasswd().exists());
    edge.stop();
    let answer = edge.module(absent);
    assert!(answer.is_accepted(), "{answer:?}");
    assert!(!edge.include().exists() && !edge.htpasswd().exists());
}

#[test]
fn a_stopped_nginx_that_is_broken_elsewhere_is_a_warning() {
    let mut edge = Edge::new();
    edge.configure(&format!("nonsense; {GUARDED}"));
    let answer = edge.module(basic());
    assert!(answer.is_accepted(), "{answer:?}");
    assert!(answer.warnings().iter().any(|warning| warning.contains("[nginx-already-broken]")), "{answer:?}");
    edge.configure(GUARDED);
    edge.start();
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
    assert_eq!(edge.module(basic()).keys["changed"], false);
}

#[test]
fn a_test_that_never_ends_is_ended_and_the_old_include_is_not_opened() {
    let edge = Edge::started(basic());
    let own = fs::read_to_string(edge.program()).expect("our own file");
    edge.do_before_nginx("[ \"$1\" != -T ] || sleep 600");
    let answer = edge.module(open());
    assert_eq!(answer.code(), "nginx-test-timed-out", "{answer:?}");
    edge.folder.file("nginx", own);
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
    let answer = edge.module(basic());
    assert!(answer.is_accepted(), "{answer:?}");
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
}

/// The include stays as it is, so nothing depends on what nginx says of it.
#[test]
fn a_password_is_changed_where_nginx_cannot_be_asked() {
    let edge = Edge::started(basic());
    edge.folder.script("nginx", "#!/bin/sh\necho something else\n");
    let answer = edge.module(json!({"username": USERNAME, "password": "Another-password-of-32-letters-xyz"}));
    assert_eq!(answer.keys["changed"], true, "{answer:?}");
    let entered = |password: &str| edge.write(Some((USERNAME, password)));
    assert_eq!((entered(PASSWORD), entered("Another-password-of-32-letters-xyz")), (401, 204), "{answer:?}");
}

#[test]
fn a_program_that_is_no_program_is_told() {
    let edge = Edge::started(open());
    edge.folder.file("nginx", "#!/nowhere/sh\n");
    let answer = edge.module(basic());
    assert!(!answer.is_accepted(), "{answer:?}");
    assert_eq!(answer.refusals()[0].1, "nginx", "{answer:?}");
}
