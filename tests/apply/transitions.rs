//! Who is let in before and after: check, run, check, run for each pair.

use crate::host::{Host, OTHER_PASSWORD, PASSWORD, absent, basic, changed, open, shut};
use serde_json::{Value, json};
use std::fs;

fn states() -> Vec<(&'static str, Value)> {
    vec![
        ("absent", absent()),
        ("basic", basic()),
        ("another password", json!({"username": "alloy", "password": OTHER_PASSWORD})),
        ("two users", two_users()),
        ("open", open()),
        ("shut", shut()),
    ]
}

fn two_users() -> Value {
    let second = json!({"username": "second", "password": OTHER_PASSWORD});
    json!({"username": "alloy", "password": PASSWORD, "other_users": [second]})
}

#[test]
fn every_change_is_foretold_done_once_and_then_left_alone() {
    for (from, first) in states() {
        for (to, then) in states() {
            let host = Host::new();
            host.accepts(first.clone());
            let before = host.all_touched();
            let foretold = host.check(then.clone());
            assert!(foretold.is_accepted(), "{from} to {to}: {foretold:?}");
            assert_eq!(host.all_touched(), before, "{from} to {to}: checking touches nothing");

            let done = host.accepts(then.clone());
            assert_eq!(changed(&foretold), changed(&done), "{from} to {to}");
            assert_eq!(changed(&done), from != to, "{from} to {to}");
            assert_eq!(foretold.keys["diff"], done.keys["diff"], "{from} to {to}");
            assert_eq!(foretold.keys.get("warnings"), done.keys.get("warnings"), "{from} to {to}");

            let after = host.all_touched();
            assert!(!changed(&host.check(then.clone())), "{from} to {to}");
            assert!(!changed(&host.accepts(then)), "{from} to {to}");
            assert_eq!(host.all_touched(), after, "{from} to {to}: the second run touches nothing");
        }
    }
}

#[test]
fn each_state_has_its_two_files() {
    for (name, options) in states() {
        let host = Host::new();
        host.accepts(basic());
        host.accepts(options);
        let (files, directives): (&[&str], &[&str]) = match name {
            "absent" => (&[], &[]),
            "open" => (&["include"], &[]),
            "shut" => (&["include"], &["return 404;"]),
            _ => (
                &["htpasswd", "include"],
                &[
                    "satisfy all;",
                    "auth_basic \"Prometheus\";",
                    "auth_basic_user_file HTPASSWD;",
                    "proxy_set_header Authorization \"\";",
                ],
            ),
        };
        assert_eq!(host.folder.names(), files, "{name}");
        let include = host.text("include").replace(&host.htpasswd().display().to_string(), "HTPASSWD");
        let found: Vec<&str> = include.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(found, directives, "{name}");
    }
}

#[test]
fn htpasswd_takes_each_login_and_no_other() {
    let host = Host::new();
    host.accepts(two_users());
    assert!(host.proves("alloy", PASSWORD) && host.proves("second", OTHER_PASSWORD));
    assert!(!host.proves("alloy", OTHER_PASSWORD) && !host.proves("second", PASSWORD));
    host.accepts(json!({"username": "alloy", "password": OTHER_PASSWORD}));
    assert!(host.proves("alloy", OTHER_PASSWORD));
    assert!(!host.proves("alloy", PASSWORD) && !host.proves("second", OTHER_PASSWORD));
}

#[test]
fn every_character_that_the_policy_takes_can_log_in() {
    let host = Host::new();
    let all: String = (' '..='~').filter(|c| !matches!(c, '"' | '\\')).collect();
    let (left, right) = all.trim().split_at(46);
    for password in [left, right, &PASSWORD.repeat(3), "-x", "$x$05$2y"] {
        host.accepts(json!({"username": "a$b #{}", "password": password, "bcrypt_cost": 4}));
        assert!(host.proves("a$b #{}", password), "{password}");
    }
}

#[test]
fn a_line_that_proves_its_password_stays_when_another_login_changes() {
    let host = Host::new();
    host.accepts(two_users());
    let old = host.logins();
    let new = json!({"username": "second", "password": "new but short", "bcrypt_cost": 5});
    host.accepts(json!({"username": "alloy", "password": PASSWORD, "other_users": [{"username": "second", "password": new["password"]}]}));
    assert_eq!(old.lines().next(), host.logins().lines().next());
    assert!(host.proves("second", "new but short"));
}

#[test]
fn another_cost_is_a_change_and_what_it_carries_is_told() {
    let host = Host::new();
    let with = |cost: Value| json!({"username": "alloy", "password": PASSWORD, "bcrypt_cost": cost});
    for (cost, factor) in [(json!("auto"), 4), (json!(6), 6), (json!(5), 5), (json!("auto"), 4)] {
        let answer = host.accepts(with(cost.clone()));
        assert!(changed(&answer), "{cost}");
        assert_eq!(answer.keys["bcrypt_cost"], factor);
        assert!(host.logins().starts_with(&format!("alloy:$2y$0{factor}$")));
        assert!(!changed(&host.accepts(with(cost))));
    }
    let answer = host.accepts(with(json!("auto")));
    assert_eq!(answer.keys["capacity"], json!({"requests_per_second": 768.0, "agents_at_15s": 5760}));
    assert!(!host.accepts(open()).keys.contains_key("capacity"));
}

#[test]
fn a_password_that_does_not_look_generated_is_slow_and_warned_about() {
    let host = Host::new();
    let answer = host.accepts(json!({"username": "alloy", "password": "summer"}));
    assert_eq!(answer.keys["bcrypt_cost"], 10);
    assert!(answer.warnings().iter().any(|warning| warning.contains("openssl rand -hex 24")), "{answer:?}");
    let answer = host.accepts(json!({"username": "alloy", "password": "summer", "bcrypt_cost": 5}));
    assert!(answer.warnings().is_empty(), "{answer:?}");
}

#[test]
fn a_planted_cost_does_not_hang_the_run() {
    let host = Host::new();
    host.accepts(basic());
    let planted = format!("alloy:$2y$31${}\n", ".".repeat(53));
    fs::write(host.htpasswd(), planted).expect("our own file");
    assert!(changed(&host.accepts(basic())));
    assert!(host.proves("alloy", PASSWORD));
}

#[test]
fn the_diff_has_words_in_place_of_hashes() {
    let host = Host::new();
    host.accepts(json!({"username": "alloy", "password": PASSWORD, "bcrypt_cost": 5}));
    let answer = host.accepts(two_users());
    let diff = answer.keys["diff"].as_array().expect("a list");
    assert_eq!(diff.len(), 1);
    let owner = host.owner_line();
    assert_eq!(diff[0]["before"], format!("{owner}alloy:<bcrypt 5>\n"));
    assert_eq!(diff[0]["after"], format!("{owner}alloy:<bcrypt 4, new>\nsecond:<bcrypt 4, new>\n"));
    assert_eq!(diff[0]["before_header"], host.htpasswd().display().to_string());
    assert!(!serde_json::to_string(&answer.keys).expect("JSON").contains("$2y$"));
}

#[test]
fn logins_that_go_are_named_also_when_checking() {
    let host = Host::new();
    host.accepts(two_users());
    for options in [basic(), open(), shut(), absent()] {
        let answer = host.check(options);
        assert!(answer.warnings().iter().any(|warning| warning.contains("second")), "{answer:?}");
    }
}

#[test]
fn what_was_there_before_the_first_run_is_kept_once() {
    for options in [basic(), open(), shut(), absent()] {
        let host = Host::new();
        fs::write(host.htpasswd(), "old:$apr1$x$y\n").expect("our own file");
        let answer = host.accepts(options.clone());
        assert_eq!(host.text("htpasswd.before"), "old:$apr1$x$y\n", "{options}");
        assert!(answer.warnings().iter().any(|warning| warning.contains("htpasswd.before")), "{answer:?}");
        host.accepts(json!({"username": "alloy", "password": OTHER_PASSWORD}));
        assert_eq!(host.text("htpasswd.before"), "old:$apr1$x$y\n", "{options}");
    }
}

#[test]
fn a_run_that_was_killed_before_its_include_does_not_lose_what_was_kept() {
    let host = Host::new();
    fs::write(host.htpasswd(), "old:x\n").expect("our own file");
    host.accepts(basic());
    fs::remove_file(host.include()).expect("our own file");
    host.accepts(json!({"username": "alloy", "password": OTHER_PASSWORD}));
    assert_eq!(host.text("htpasswd.before"), "old:x\n");
}

#[test]
fn an_earlier_copy_is_never_replaced() {
    for (earlier, is_warned) in [("old:x\n", false), ("older:x\n", true)] {
        let host = Host::new();
        fs::write(host.htpasswd(), "old:x\n").expect("our own file");
        let copy = host.path("htpasswd.before");
        fs::write(&copy, earlier).expect("our own file");
        let answer = host.accepts(basic());
        let warned = answer.warnings().iter().any(|warning| warning.contains("[backup-not-made]"));
        assert_eq!(warned, is_warned, "{earlier}: {answer:?}");
        assert!(!answer.keys.contains_key("backup_file"), "{answer:?}");
        assert_eq!(fs::read_to_string(&copy).expect("the copy"), earlier);
    }
}

#[test]
fn an_include_that_is_not_ours_is_left_alone_with_everything_else() {
    for options in [basic(), open(), shut(), absent()] {
        let host = Host::new();
        for text in ["", "auth_basic off;\n", "# Written by somebody else\n"] {
            fs::write(host.include(), text).expect("our own file");
            let before = host.all_touched();
            let answer = host.module(options.clone());
            assert_eq!((answer.code(), changed(&answer)), ("include-not-ours", false), "{answer:?}");
            assert_eq!(answer.keys["where"], host.include().display().to_string());
            assert_eq!(host.all_touched(), before);
        }
    }
}

#[test]
fn the_include_says_what_the_options_say() {
    let host = Host::new();
    let mut options = basic();
    options["realm"] = json!("Who's there? {x} #1");
    options["strip_authorization"] = json!(false);
    host.accepts(options);
    let include = host.text("include");
    assert!(include.contains("\nauth_basic \"Who's there? {x} #1\";\n"), "{include}");
    assert!(!include.contains("proxy_set_header"), "{include}");
}

#[test]
fn of_the_names_that_are_dropped_twenty_are_shown_and_the_rest_counted() {
    for (count, said) in [(20, ", name19; "), (21, ", name19 and 1 more; ")] {
        let host = Host::new();
        let old: Vec<String> = (0..count).map(|number| format!("name{number}:x\n")).collect();
        fs::write(host.htpasswd(), old.concat()).expect("our own file");
        let answer = host.accepts(basic());
        let warned = answer.warnings().into_iter().find(|warning| warning.contains("[logins-dropped]"));
        assert!(warned.is_some_and(|warning| warning.contains(said)), "{answer:?}");
    }
}

#[test]
fn an_answer_has_the_keys_of_what_was_asked() {
    let host = Host::new();
    let applied = host.accepts(basic());
    assert_eq!((&applied.keys["access"], &applied.keys["reloaded"]), (&json!("basic"), &json!(false)));
    let mut verified = basic();
    verified["state"] = json!("verified");
    let verified = host.module(verified);
    assert_eq!(verified.code(), "nginx-not-seen");
    assert!(verified.keys["access"] == "basic" && !verified.keys.contains_key("reloaded"), "{verified:?}");
    // Who is let in where nothing is written is not known.
    let removed = host.accepts(absent());
    assert!(!removed.keys.contains_key("access") && removed.keys["reloaded"] == false, "{removed:?}");
}
