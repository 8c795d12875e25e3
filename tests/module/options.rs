//! What each option takes, and what is said of all else.

use serde_json::{Value, json};
use test_support::call::{call_with, merge, validate};
use test_support::folder::Folder;

/// A choice that the policy accepts, so that options alone are judged.
fn with_none(options: Value) -> Value {
    let mut all = json!({"auth_type": "none"});
    merge(&mut all, options);
    all
}

#[test]
fn null_and_empty_mean_the_default_for_every_option() {
    let names = [
        "receiver",
        "username",
        "password",
        "other_users",
        "htpasswd_path",
        "include_path",
        "realm",
        "strip_authorization",
        "group",
        "bcrypt_cost",
        "nginx",
        "reload",
    ];
    for empty in [json!(null), json!("")] {
        let mut options = json!({});
        for name in names {
            merge(&mut options, json!({name: empty}));
        }
        let answer = validate(with_none(options));
        assert!(answer.is_accepted() && answer.warnings().is_empty(), "{answer:?}");
        assert_eq!(answer.keys["access"], "open");
    }
}

/// A null state is `present`: shown where presence is refused before anything
/// is looked at.
#[test]
fn a_null_state_is_present() {
    for empty in [json!(null), json!("")] {
        let answer = call_with(&json!({"state": empty, "realm": "off"}));
        assert_eq!(answer.refusals().last().map(|last| last.0.clone()), Some("realm-not-portable".into()));
    }
}

#[test]
fn every_value_that_an_option_takes_is_accepted() {
    for options in [
        json!({"receiver": "Yes", "strip_authorization": "off", "reload": 0}),
        json!({"receiver": " True", "strip_authorization": 1, "reload": "f"}),
        json!({"bcrypt_cost": 4}),
        json!({"bcrypt_cost": "15"}),
        json!({"bcrypt_cost": " 10 "}),
        json!({"bcrypt_cost": "auto"}),
        json!({"group": 0}),
        json!({"group": "65534"}),
        json!({"group": "domain users"}),
        json!({"group": "no-such-group-anywhere"}),
        json!({"nginx": "/usr/sbin/nginx"}),
        json!({"nginx": "openresty"}),
        json!({"realm": "Trento's metrics; {keep} out #1"}),
        json!({"realm": "Off"}),
        json!({"realm": "x".repeat(256)}),
        json!({"htpasswd_path": "/srv/a-B_1.2/passwords", "include_path": "/srv/include"}),
        json!({"other_users": []}),
    ] {
        let answer = validate(with_none(options.clone()));
        assert!(answer.is_accepted(), "{options}: {answer:?}");
    }
}

#[test]
fn every_other_value_is_refused_at_its_option() {
    const WRONG: &str = "option-has-wrong-type";
    const RANGE: &str = "option-out-of-range";
    const PATH: &str = "path-not-portable";
    const REALM: &str = "realm-not-portable";
    let long = "x".repeat(257);
    let cases = [
        ("receiver", json!("perhaps"), WRONG),
        ("receiver", json!(2), WRONG),
        ("receiver", json!([]), WRONG),
        ("receiver", json!({}), WRONG),
        ("strip_authorization", json!("none"), WRONG),
        ("reload", json!(0.5), WRONG),
        ("bcrypt_cost", json!(3), RANGE),
        ("bcrypt_cost", json!(16), RANGE),
        ("bcrypt_cost", json!(-5), RANGE),
        ("bcrypt_cost", json!("31"), RANGE),
        ("bcrypt_cost", json!(u64::MAX), RANGE),
        ("bcrypt_cost", json!(1e30), RANGE),
        ("bcrypt_cost", json!("99999999999999999999999"), RANGE),
        ("bcrypt_cost", json!(5.5), WRONG),
        ("bcrypt_cost", json!("five"), WRONG),
        ("bcrypt_cost", json!(true), WRONG),
        ("bcrypt_cost", json!([5]), WRONG),
        ("group", json!(-1), RANGE),
        ("group", json!(1e30), RANGE),
        ("group", json!(1.5), WRONG),
        ("group", json!(4_294_967_295_u32), RANGE),
        ("group", json!(" "), RANGE),
        ("group", json!("-s"), RANGE),
        ("group", json!("a:b"), RANGE),
        ("group", json!("a\u{0}b"), RANGE),
        ("group", json!(true), WRONG),
        ("group", json!(["nginx"]), WRONG),
        ("nginx", json!("./nginx"), RANGE),
        ("nginx", json!("sbin/nginx"), RANGE),
        ("nginx", json!("nginx -p /tmp"), RANGE),
        ("nginx", json!("-V"), RANGE),
        ("nginx", json!(" "), RANGE),
        ("nginx", json!(false), WRONG),
        ("nginx", json!([]), WRONG),
        ("realm", json!("off"), REALM),
        ("realm", json!("a\"b"), REALM),
        ("realm", json!("a\\b"), REALM),
        ("realm", json!("$host"), REALM),
        ("realm", json!("a\nb"), REALM),
        ("realm", json!("Zürich"), REALM),
        ("realm", json!(long), REALM),
        ("realm", json!(false), WRONG),
        ("realm", json!(83), WRONG),
        ("state", json!("Present"), RANGE),
        ("state", json!("gone"), RANGE),
        ("state", json!(true), WRONG),
        ("other_users", json!({"username": "a"}), WRONG),
        ("other_users", json!("a:b"), WRONG),
        ("other_users", json!(0), WRONG),
        ("htpasswd_path", json!("prometheus.htpasswd"), PATH),
        ("htpasswd_path", json!("/etc/nginx/$arg_a"), PATH),
        ("htpasswd_path", json!("/etc/nginx/"), PATH),
        ("htpasswd_path", json!("/etc/../etc/passwd"), PATH),
        ("htpasswd_path", json!("/etc/./passwd"), PATH),
        ("htpasswd_path", json!("/"), PATH),
        ("htpasswd_path", json!("~/htpasswd"), PATH),
        ("htpasswd_path", json!("/a b"), PATH),
        ("htpasswd_path", json!("/a\u{0}"), PATH),
        ("htpasswd_path", json!(5), WRONG),
        ("include_path", json!("/etc/nginx/a;b"), PATH),
        ("include_path", json!("/etc/nginx/prometheus.htpasswd"), PATH),
        ("include_path", json!("/etc/nginx//prometheus.htpasswd"), PATH),
        ("include_path", json!("/etc/nginx/prometheus.htpasswd.before"), PATH),
        ("include_path", json!("/etc/nginx/.prometheus.htpasswd.remote-write-auth"), PATH),
        ("include_path", json!(["/a"]), WRONG),
    ];
    for (name, value, code) in cases {
        let answer = validate(with_none(json!({name: value})));
        let expected = [(code.to_owned(), name.to_owned())];
        assert_eq!(answer.refusals(), expected, "{name}: {value}");
        assert_eq!(answer.keys["changed"], false);
    }
}

/// A run clears the temporary name of each file and writes its backup: neither may
/// be the other file, whichever of the two is named first.
#[test]
fn no_path_is_a_file_that_stands_beside_the_other() {
    let refused = [("path-not-portable".to_owned(), "include_path".to_owned())];
    for name in ["include", "include.before", ".include.remote-write-auth"] {
        for (htpasswd, include) in [(name, "include"), ("include", name)] {
            let paths = json!({"htpasswd_path": format!("/srv/{htpasswd}"), "include_path": format!("/srv/{include}")});
            assert_eq!(validate(with_none(paths)).refusals(), refused, "{htpasswd} {include}");
        }
        let elsewhere = json!({"htpasswd_path": format!("/srv/{name}"), "include_path": "/etc/include"});
        assert!(validate(with_none(elsewhere)).is_accepted(), "{name}");
    }
}

#[test]
fn all_refusals_are_told_at_once_in_the_order_of_their_codes() {
    let answer = validate(json!({
        "usernme": "a", "receiver": "perhaps", "bcrypt_cost": 99, "realm": "off", "include_path": "x",
        "username": "a", "password": "p",
        "other_users": [{"username": "a", "password": "p"}, 5, {"username": 5, "passwort": "p"}],
    }));
    let places: Vec<String> =
        answer.refusals().iter().map(|(code, place)| format!("{code} {place}")).collect();
    assert_eq!(
        places,
        [
            "password-missing other_users[2].password",
            "value-has-wrong-type other_users[2].username",
            "realm-not-portable realm",
            "option-unknown usernme",
            "option-unknown other_users[2].passwort",
            "option-has-wrong-type receiver",
            "option-has-wrong-type other_users[1]",
            "option-out-of-range bcrypt_cost",
            "username-twice other_users[0].username",
            "path-not-portable include_path",
        ]
    );
}

#[test]
fn an_unknown_option_is_refused_with_the_nearest_name() {
    for (name, nearest) in
        [("usernme", "username"), ("passwd", "password"), ("type", "auth_type"), ("users", "other_users")]
    {
        let answer = validate(with_none(json!({name: "x"})));
        assert_eq!(answer.refusals(), [("option-unknown".to_owned(), name.to_owned())]);
        let msg = answer.keys["msg"].as_str().expect("a message");
        assert!(msg.contains(&format!("option {name} is unknown; write {nearest}, ")), "{msg}");
    }
}

#[test]
fn an_option_of_null_is_as_unknown_as_any() {
    let answer = validate(with_none(json!({"existingSecret": null})));
    assert_eq!(answer.code(), "option-unknown");
}

#[test]
fn nothing_is_written_when_options_are_refused_or_only_validated() {
    let folder = Folder::new();
    let file = |name: &str| folder.0.join(name).display().to_string();
    let paths = json!({"htpasswd_path": file("htpasswd"), "include_path": file("include"), "nginx": "", "group": "0"});
    for (more, accepted) in [
        (json!({"auth_type": "none", "state": "validated"}), true),
        (json!({"username": "a", "password": "p", "state": "validated"}), true),
        (json!({"auth_type": "none", "realm": "off"}), false),
        (json!({"auth_type": "none", "unheard": 1}), false),
        (json!({"auth_type": "none", "state": "absent", "unheard": 1}), false),
        (json!({}), false),
    ] {
        let mut options = paths.clone();
        merge(&mut options, more);
        let answer = call_with(&options);
        assert_eq!(answer.is_accepted(), accepted, "{answer:?}");
        assert_eq!(answer.keys["changed"], false);
        assert!(folder.names().is_empty(), "{:?}", folder.names());
    }
}

#[test]
fn the_address_of_the_receiver_has_a_port_and_is_of_plain_letters() {
    let with = |address: Value| validate(json!({"auth_type": "none", "receiver_address": address}));
    for address in [
        json!("127.0.0.1:9090"),
        json!(["[::1]:9090", "prometheus.example.com:80"]),
        json!("unix:/run/p-1.sock"),
        json!([]),
    ] {
        let answer = with(address.clone());
        assert!(answer.is_accepted(), "{address}: {answer:?}");
    }
    for address in [
        json!("127.0.0.1"),
        json!("a b:9090"),
        json!(["127.0.0.1:9090", "a$:9090"]),
        json!("127.0.0.1:0"),
        json!(9090),
    ] {
        assert_eq!(with(address.clone()).code(), "option-out-of-range", "{address}");
    }
}
