//! Files that others use, too, and what fits the host by itself.

use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::MetadataExt;
use test_support::call::{Answered, with};
use test_support::edge::{Edge, WRITE_PATH, basic};

fn warns(answer: &Answered, code: &str) -> bool {
    answer.warnings().iter().any(|warning| warning.ends_with(&format!("[{code}]")))
}

#[test]
fn logins_that_another_location_asks_for_stay() {
    let mut edge = Edge::new();
    let own = "location /own/ { auth_basic own; auth_basic_user_file FOLDER/htpasswd; proxy_pass http://127.0.0.1:PORT/prometheus/; }";
    edge.configure_server(&format!(
        "location ^~ {WRITE_PATH} {{ include INCLUDE; proxy_pass http://127.0.0.1:PORT; }} {own}"
    ));
    assert!(edge.module(basic()).is_accepted());
    edge.start();
    let logins = fs::read(edge.htpasswd()).expect("our own file");
    for more in [json!({"_ansible_check_mode": true}), json!({})] {
        let answer = edge.module(with(json!({"auth_type": "none"}), more));
        assert!(answer.is_accepted() && warns(&answer, "htpasswd-in-use"), "{answer:?}");
        assert_eq!(fs::read(edge.htpasswd()).expect("it stays"), logins);
    }
    let login = Some((test_support::edge::USERNAME, test_support::edge::PASSWORD));
    let write = "/own/api/v1/write";
    assert_eq!((edge.write(None), edge.write_to(write, None), edge.write_to(write, login)), (204, 401, 204));
    edge.configure_server(own);
    edge.reload();
    let answer = edge.module(json!({"state": "absent"}));
    assert_eq!(answer.code(), "htpasswd-in-use", "{answer:?}");
    assert!(edge.htpasswd().exists() && edge.include().exists());
    edge.configure_server("location / { return 404; }");
    edge.reload();
    assert!(edge.module(json!({"state": "absent"})).is_accepted());
    assert!(!edge.htpasswd().exists() && !edge.include().exists());
}

#[test]
fn two_includes_with_one_file_of_logins_must_want_the_same() {
    let edge = Edge::started(basic());
    let second = |options: Value| with(options, json!({"include_path": edge.path("second")}));
    let answer = edge.module(second(basic()));
    assert!(answer.is_accepted(), "{answer:?}");
    let before = fs::read(edge.htpasswd()).expect("our own file");
    let other = json!({"username": "second", "password": "kd83JsQ0xPzW72bvTRm5LcYh"});
    for options in [other.clone(), with(basic(), json!({"other_users": [other]}))] {
        let answer = edge.module(second(options));
        assert_eq!(answer.code(), "htpasswd-shared", "{answer:?}");
        assert_eq!(fs::read(edge.htpasswd()).expect("our own file"), before);
    }
    // Opening the second does not take the logins of the first away.
    let answer = edge.module(second(json!({"auth_type": "none"})));
    assert!(answer.is_accepted() && warns(&answer, "htpasswd-in-use"), "{answer:?}");
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
    // Whose it is may change it, and an owner that is gone owns nothing.
    assert!(edge.module(with(basic(), json!({"bcrypt_cost": 4}))).is_accepted());
    edge.configure("return 404;");
    edge.reload();
    fs::remove_file(edge.include()).expect("our own file");
    assert!(
        edge.module(second(json!({"username": "x", "password": "kd83JsQ0xPzW72bvTRm5LcYh"}))).is_accepted()
    );
}

#[test]
fn an_include_that_a_pattern_takes_in_outside_of_a_location_is_not_written() {
    let mut edge = Edge::new();
    fs::create_dir(edge.path("conf.d")).expect("our own folder");
    edge.edit(" access_log off;", " access_log off; include FOLDER/conf.d/*.conf;");
    fs::write(edge.include(), "").expect("our own file");
    edge.start();
    let at = |name: &str| json!({"include_path": edge.path(name)});
    for more in [json!({"_ansible_check_mode": true}), json!({})] {
        for options in [basic(), json!({"auth_type": "none"})] {
            let answer = edge.module(with(with(options, at("conf.d/auth.conf")), more.clone()));
            assert_eq!(answer.code(), "include-outside-location", "{answer:?}");
            assert!(!edge.path("conf.d/auth.conf").exists() && !edge.htpasswd().exists());
        }
    }
    let place = fs::read_to_string(edge.path("nginx.conf")).expect("our own file");
    let line = place.lines().position(|line| line.contains("conf.d")).expect("a line") + 1;
    assert_eq!(edge.write(None), 204, "as before");
    let answer = edge.module(with(basic(), at("conf.d/auth.conf")));
    assert_eq!(answer.keys["where"], format!("{}:{line}", edge.path("nginx.conf").display()));
    assert!(edge.module(with(basic(), at("conf.d/auth.include"))).is_accepted(), "no pattern fits it");
}

fn number_of(group: &str) -> u32 {
    let found = std::process::Command::new("getent").args(["group", group]).output().expect("getent").stdout;
    let fields = String::from_utf8(found).expect("text");
    fields.split(':').nth(2).expect("a number").parse().expect("a number")
}

#[test]
fn the_group_is_that_of_the_workers_where_none_is_given() {
    for (user, group) in
        [("nobody nogroup", "nogroup"), ("nobody www-data", "www-data"), ("www-data", "www-data")]
    {
        let mut edge = Edge::new();
        edge.edit("user nobody nogroup;", &format!("user {user};"));
        let options = with(basic(), json!({"group": null}));
        let answer = edge.module(options.clone());
        assert!(answer.is_accepted() && answer.warnings().is_empty(), "{answer:?}");
        let owner = fs::metadata(edge.htpasswd()).expect("our own file").gid();
        assert_eq!(owner, number_of(group), "{user}");
        edge.start();
        assert_eq!((edge.write(None), edge.write_with_login()), (401, 204), "{user}");
        assert!(edge.verify(options).is_accepted());
    }
}

/// Nothing runs, and its configuration names no user.
#[test]
fn the_group_is_the_one_nginx_was_built_with_where_nothing_else_says() {
    for (built, name) in [("--user=mail --group=www-data", "www-data"), ("--user=mail", "mail")] {
        let edge = Edge::new();
        edge.edit("user nobody nogroup;", "");
        edge.do_before_nginx(&format!(
            "[ \"$1\" != -V ] || {{ echo 'configure arguments: {built}' >&2; exit; }}"
        ));
        let answer = edge.module(with(basic(), json!({"group": null})));
        assert!(answer.is_accepted(), "{answer:?}");
        let owner = fs::metadata(edge.htpasswd()).expect("our own file").gid();
        assert_eq!(owner, number_of(name), "{built}");
    }
}

#[test]
fn what_nginx_says_is_repeated_where_it_holds_no_value() {
    let edge = Edge::started(json!({"auth_type": "none"}));
    edge.configure("auth_basic left; include INCLUDE; proxy_pass http://127.0.0.1:PORT;");
    let answer = edge.module(basic());
    assert_eq!(answer.code(), "nginx-rejects-configuration", "{answer:?}");
    let msg = answer.keys["msg"].as_str().expect("a text");
    assert!(msg.contains(&format!("{}:", edge.include().display())), "{msg}");
    assert!(
        msg.contains("auth_basic directive is duplicate") && msg.contains("take the other auth_basic out"),
        "{msg}"
    );
    edge.configure("hunter2canary; include INCLUDE; proxy_pass http://127.0.0.1:PORT;");
    let answer = edge.module(basic());
    let msg = answer.keys["msg"].as_str().expect("a text");
    assert!(msg.contains(&format!("{}:", edge.path("nginx.conf").display())), "{msg}");
    assert!(msg.contains("unknown directive") && !msg.contains("hunter2"), "{msg}");
}

/// The example of the collection's page.
#[test]
fn two_locations_that_include_the_same_file_are_both_guarded() {
    let page = include_str!("../../ansible/README.md");
    let (_, rest) = page.split_once("### Several locations").expect("the section");
    let (_, rest) = rest.split_once("```nginx\n").expect("an example");
    let (example, _) = rest.split_once("```").expect("its end");
    let mut edge = Edge::new();
    let example = example.replace("/etc/nginx/prometheus-auth.conf", "INCLUDE");
    edge.configure_server(&example.replace("http://127.0.0.1:9090/", "http://127.0.0.1:PORT/prometheus/"));
    assert!(edge.module(basic()).is_accepted());
    edge.start();
    let login = Some((test_support::edge::USERNAME, test_support::edge::PASSWORD));
    for path in [WRITE_PATH, "/metrics-in/api/v1/write"] {
        assert_eq!((edge.write_to(path, None), edge.write_to(path, login)), (401, 204), "{path}");
    }
    let answer = edge.verify(basic());
    assert!(answer.is_accepted(), "{answer:?}");
    assert_eq!(answer.keys["endpoints"].as_array().expect("a list").len(), 2);
}
