//! What the policy says, at this endpoint's places; `other_users` by the same policy.

use serde_json::{Value, json};
use test_support::call::{call_with, validate};

fn at(code: &str, place: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), place.to_owned())]
}

#[test]
fn access_is_what_was_chosen() {
    for (options, access) in [
        (json!({"auth_type": "none"}), "open"),
        (json!({"auth_type": "none", "receiver": false}), "open"),
        (json!({"auth_type": "basic", "username": "a", "password": "p"}), "basic"),
        (json!({"username": "a", "password": "p"}), "basic"),
        (json!({"username": "a", "password": "p", "receiver": "no"}), "basic"),
        (json!({"receiver": false}), "receiver-off"),
        (json!({"receiver": "off", "auth_type": "", "username": null, "password": ""}), "receiver-off"),
    ] {
        let answer = validate(options.clone());
        assert!(answer.is_accepted(), "{options}: {answer:?}");
        assert_eq!(answer.keys["access"], access, "{options}");
        assert_eq!(answer.keys["changed"], false);
        assert_eq!(answer.keys["reload_owed"], false);
        assert!(answer.warnings().is_empty(), "{answer:?}");
    }
}

#[test]
fn each_of_the_policys_refusals_names_an_option() {
    let long = "p".repeat(73);
    for (options, code, place) in [
        (json!({}), "auth-not-chosen", "auth_type"),
        (json!({"receiver": "yes", "auth_type": ""}), "auth-not-chosen", "auth_type"),
        (json!({"auth_type": "digest"}), "auth-type-unknown", "auth_type"),
        (json!({"auth_type": "digest", "receiver": false}), "auth-type-unknown", "auth_type"),
        (json!({"username": "a"}), "password-missing", "password"),
        (json!({"password": "p"}), "username-missing", "username"),
        (json!({"auth_type": false, "username": "a", "password": "p"}), "value-has-wrong-type", "auth_type"),
        (json!({"username": 83, "password": "p"}), "value-has-wrong-type", "username"),
        (json!({"username": "a", "password": 12_345_678}), "value-has-wrong-type", "password"),
        (json!({"username": "a", "password": ["p"]}), "value-has-wrong-type", "password"),
        (json!({"username": "a:b", "password": "p"}), "username-not-portable", "username"),
        (json!({"username": "a", "password": "p\n"}), "password-not-portable", "password"),
        (json!({"username": "a", "password": long}), "password-too-long", "password"),
        (json!({"username": "a", "password": "$2y$05$hunter2"}), "password-looks-hashed", "password"),
        (
            json!({"username": "a", "password": "p", "other_users": [{"username": "b", "password": "{SHA}x="}]}),
            "password-looks-hashed",
            "other_users[0].password",
        ),
    ] {
        let answer = validate(options.clone());
        assert_eq!(answer.refusals(), at(code, place), "{options}");
        // Advice for who calls Helm is none here.
        assert!(!answer.keys["msg"].to_string().contains("--set-string"), "{answer:?}");
    }
}

#[test]
fn the_message_is_the_policys_word_for_word() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/helm-schema/values.schema.json");
    let policy = std::fs::read_to_string(path).expect("the policy");
    for options in [
        json!({}),
        json!({"auth_type": "digest"}),
        json!({"username": "a", "other_users": [{"password": "p"}]}),
        json!({"username": "ä", "password": "ö", "other_users": [{"username": "#", "password": " "}]}),
    ] {
        let answer = validate(options.clone());
        for refusal in answer.keys["refusals"].as_array().expect("a list") {
            let msg = refusal["msg"].as_str().expect("a text");
            assert!(policy.contains(&format!("{msg:?}")), "{options}: {msg}");
        }
    }
}

#[test]
fn other_users_are_judged_by_the_same_policy() {
    for (entry, code, place) in [
        (json!({}), "username-missing", "other_users[1].username"),
        (json!({"username": "b"}), "password-missing", "other_users[1].password"),
        (json!({"password": "p"}), "username-missing", "other_users[1].username"),
        (json!({"username": "b", "password": null}), "password-missing", "other_users[1].password"),
        (json!({"username": "b", "password": 7}), "value-has-wrong-type", "other_users[1].password"),
        (json!({"username": "b:", "password": "p"}), "username-not-portable", "other_users[1].username"),
        (json!({"username": "b", "password": "p "}), "password-not-portable", "other_users[1].password"),
        (
            json!({"username": "b", "password": "p".repeat(73)}),
            "password-too-long",
            "other_users[1].password",
        ),
        (json!({"username": "b", "password": "p", "passwd": "p"}), "option-unknown", "other_users[1].passwd"),
        (json!({"username": "b", "password": "p", "a b": "p"}), "option-unknown", "other_users[1]"),
        (json!({"username": "b", "password": "p", "type": "none"}), "option-unknown", "other_users[1].type"),
        (
            json!({"username": "b", "password": "p", "_ansible_diff": 1}),
            "option-unknown",
            "other_users[1]._ansible_diff",
        ),
        (json!("b:p"), "option-has-wrong-type", "other_users[1]"),
        (json!(null), "option-has-wrong-type", "other_users[1]"),
        (json!(["b", "p"]), "option-has-wrong-type", "other_users[1]"),
        (json!({"username": "a", "password": "p"}), "username-twice", "other_users[1].username"),
        (json!({"username": "c", "password": "q"}), "username-twice", "other_users[1].username"),
    ] {
        let others = json!([{"username": "c", "password": "p"}, entry]);
        let answer = validate(json!({"username": "a", "password": "p", "other_users": others}));
        let found = answer.refusals();
        assert_eq!(found.first(), at(code, place).first(), "{entry}: {found:?}");
        let both_halves = entry == json!({});
        assert_eq!(found.len(), if both_halves { 2 } else { 1 }, "{entry}: {found:?}");
    }
}

#[test]
fn names_that_differ_in_case_are_two_logins() {
    let others = json!([{"username": "A", "password": "p"}]);
    let answer = validate(json!({"username": "a", "password": "p", "other_users": others}));
    assert!(answer.is_accepted(), "{answer:?}");
}

#[test]
fn others_are_judged_beside_a_first_login_that_is_refused() {
    let others = json!([{"username": "b"}]);
    let answer = validate(json!({"username": 5, "password": "p", "other_users": others}));
    let expected =
        [at("password-missing", "other_users[0].password"), at("value-has-wrong-type", "username")].concat();
    assert_eq!(answer.refusals(), expected);
}

#[test]
fn an_unknown_type_judges_no_credentials() {
    let others = json!([{"username": "b:"}, 5]);
    let answer = validate(json!({"auth_type": "digest", "username": 5, "other_users": others}));
    assert_eq!(answer.refusals(), at("auth-type-unknown", "auth_type"));
}

#[test]
fn credentials_that_are_not_used_are_named_in_a_warning() {
    let others = json!([{"username": 5}, "not even a table"]);
    for (options, named) in [
        (json!({"auth_type": "none", "username": "a", "password": "p"}), "username, password"),
        (json!({"auth_type": "none", "username": 5}), "username"),
        (json!({"auth_type": "none", "other_users": others}), "other_users"),
        (json!({"auth_type": "none", "password": "p", "other_users": others}), "password, other_users"),
        (json!({"receiver": false, "other_users": others}), "other_users"),
    ] {
        let answer = validate(options.clone());
        assert!(answer.is_accepted(), "{options}: {answer:?}");
        let [warning] = answer.warnings()[..] else { panic!("{options}: {answer:?}") };
        assert!(warning.contains(&format!(" are not used: {named}; ")), "{warning}");
    }
}

#[test]
fn absent_needs_no_choice() {
    for options in [json!({}), json!({"auth_type": "digest"}), json!({"username": 5, "other_users": [5]})] {
        let mut all = json!({"state": "absent", "realm": "off"});
        test_support::call::merge(&mut all, options.clone());
        let answer = call_with(&all);
        assert_eq!(answer.refusals(), at("realm-not-portable", "realm"), "{options}");
    }
    let answer = call_with(&json!({"state": "absent", "other_users": Value::Bool(true)}));
    assert_eq!(answer.refusals(), at("option-has-wrong-type", "other_users"));
}

#[test]
fn a_password_that_yaml_would_change_is_named_and_not_shown() {
    let others = json!([{"username": "b", "password": "plain"}, {"username": "c", "password": "#hunter2"}]);
    let answer = validate(json!({"username": "a", "password": "2026-11-24", "other_users": others}));
    assert!(answer.is_accepted(), "{answer:?}");
    let warnings = answer.warnings();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    for (warning, place) in warnings.iter().zip(["password is", "other_users[1].password is"]) {
        assert!(warning.starts_with(place) && warning.ends_with("[password-needs-quoting]"), "{warning}");
        assert!(!warning.contains("hunter2") && !warning.contains("2026"), "{warning}");
    }
}

#[test]
fn a_password_that_nobody_filled_in_is_named_and_not_shown() {
    let others = json!([{"username": "b", "password": "Kq7"}, {"username": "c", "password": "${hunter2}"}]);
    let answer = validate(json!({"username": "a", "password": "changeme", "other_users": others}));
    assert!(answer.is_accepted(), "{answer:?}");
    let warnings = answer.warnings();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    for (warning, place) in warnings.iter().zip(["password: the", "other_users[1].password: the"]) {
        assert!(warning.starts_with(place) && warning.ends_with("[password-is-a-placeholder]"), "{warning}");
        assert!(!warning.contains("hunter2") && !warning.contains("changeme"), "{warning}");
    }
}
