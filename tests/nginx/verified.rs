//! `state: verified`: what it says of a configuration, and what nginx answers to
//! a client without a login.

use serde_json::{Value, json};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::Duration;
use test_support::call::{Answered, with};
use test_support::edge::{Edge, GUARDED, WRITE_PATH, basic, pause};

const P: &str = "proxy_pass http://127.0.0.1:PORT;";

/// An nginx with this in its server, `P` for the receiver, and our include.
fn served(server: &str) -> Edge {
    let mut edge = Edge::new();
    edge.configure_server(&server.replace("P;", P));
    let answer = edge.module(basic());
    assert!(answer.is_accepted(), "{answer:?}");
    edge.start();
    edge
}

fn codes(answer: &Answered) -> Vec<String> {
    answer.refusals().into_iter().map(|(code, _)| code).collect()
}

fn accesses(answer: &Answered) -> Vec<String> {
    let endpoints = answer.keys["endpoints"].as_array().expect("a list").iter();
    endpoints.map(|endpoint| endpoint["access"].as_str().expect("a text").to_owned()).collect()
}

#[test]
fn a_guarded_endpoint_is_verified_and_nothing_is_touched() {
    let edge = Edge::started(basic());
    let (files, workers) = (edge.folder.names(), edge.workers());
    for options in [basic(), with(basic(), json!({"_ansible_check_mode": true}))] {
        let answer = edge.verify(options);
        assert!(answer.is_accepted() && answer.warnings().is_empty(), "{answer:?}");
        assert_eq!((&answer.keys["changed"], &answer.keys["access"]), (&json!(false), &json!("basic")));
        let line = fs::read_to_string(edge.path("nginx.conf")).expect("our own file");
        let line = line.lines().position(|line| line.contains("location")).expect("a location") + 1;
        let expected = json!([{
            "server": format!("unix:{}", edge.path("socket").display()), "location": format!("^~ {WRITE_PATH}"),
            "file": edge.path("nginx.conf"), "line": line, "access": "basic",
        }]);
        assert_eq!(answer.keys["endpoints"], expected);
    }
    assert_eq!((edge.folder.names(), edge.workers(), edge.write(None)), (files, workers, 401));
}

/// Each leads a write to the receiver past the login, by the path in front.
const BYPASSES: &[(&str, &str)] = &[
    (WRITE_PATH, "location ^~ /prometheus/ { include INCLUDE; P; } location /prometheus/api/v1/write { P; }"),
    (WRITE_PATH, "location /prometheus/ { include INCLUDE; P; } location ~ write$ { P; }"),
    (WRITE_PATH, "location /prometheus/ { include INCLUDE; P; } location ~* ^/PROMETHEUS { P; }"),
    (
        WRITE_PATH,
        "location ^~ /prometheus/ { include INCLUDE; P; location ^~ /prometheus/api/ { auth_basic off; P; } }",
    ),
    (WRITE_PATH, "location ^~ /prometheus/ { include INCLUDE; P; location ~ write { auth_basic off; P; } }"),
    (
        "/in/api/v1/write",
        "location ^~ /prometheus/ { include INCLUDE; P; } location /in/ { rewrite ^/in/(.*)$ /out/$1; } \
         location /out/ { proxy_pass http://127.0.0.1:PORT/prometheus/; }",
    ),
    (WRITE_PATH, "location ^~ /prometheus/ { include INCLUDE; P; error_page 401 = @o; } location @o { P; }"),
    (
        WRITE_PATH,
        "location ^~ /prometheus/ { include INCLUDE; P; location = /prometheus/api/v1/write { \
         auth_basic off; try_files /none @o; } } location @o { P; }",
    ),
    (
        WRITE_PATH,
        "location ^~ /guarded/ { include INCLUDE; P; } location /prometheus/ { proxy_pass http://localhost:PORT; }",
    ),
    (
        WRITE_PATH,
        "location ^~ /guarded/ { include INCLUDE; P; } location /prometheus/ { proxy_pass http://unix:FOLDER/inner:; } } \
         server { listen unix:FOLDER/inner; location / { P; }",
    ),
];

#[test]
fn a_location_that_leads_past_the_login_is_named_with_its_line() {
    for (path, server) in BYPASSES {
        let edge = served(server);
        assert_eq!(edge.write_to(path, None), 204, "nginx lets it in: {server}");
        let answer = edge.verify(basic());
        assert_eq!(codes(&answer).first().map(String::as_str), Some("auth-bypassed"), "{server}: {answer:?}");
        let place = format!("{}:", edge.path("nginx.conf").display());
        assert!(answer.refusals().iter().all(|(_, place_of)| place_of.starts_with(&place)), "{answer:?}");
        assert!(accesses(&answer).contains(&"open".to_owned()), "{answer:?}");
        // A run that writes warns of the same, in words and for programs.
        let warned = edge.module(basic());
        assert!(warned.is_accepted(), "{warned:?}");
        let findings = warned.keys["findings"].as_array().expect("a list").clone();
        let refusals = answer.keys["refusals"].as_array().expect("a list").clone();
        assert_eq!(findings, refusals, "{server}");
    }
}

#[test]
fn another_server_of_the_same_nginx_is_judged_too() {
    let edge = served(&format!(
        "location ^~ {WRITE_PATH} {{ include INCLUDE; P; }} }} \
         server {{ listen unix:FOLDER/other; server_name other; location / {{ P; }}"
    ));
    assert_eq!((edge.write(None), edge.ask_at("other", WRITE_PATH, None).0), (401, 204));
    let answer = edge.verify(basic());
    assert_eq!(codes(&answer), ["auth-bypassed"], "{answer:?}");
    assert_eq!(accesses(&answer), ["basic", "open"]);
    assert_eq!(answer.keys["endpoints"][1]["server"], "other");
    // It decides itself, so no other place is named.
    let message = answer.keys["msg"].as_str().expect("a text");
    assert!(message.contains(" and asks nobody for a login; include "), "{message}");
}

#[test]
fn an_include_in_the_server_is_told_with_the_location_that_switches_it_off() {
    let edge = served("include INCLUDE; location / { auth_basic off; P; }");
    assert_eq!(edge.write(None), 204);
    let answer = edge.verify(with(basic(), json!({"receiver_address": [receiver(&edge)]})));
    assert_eq!(codes(&answer), ["include-outside-location", "auth-bypassed"], "{answer:?}");
}

/// What the configuration passes requests to.
fn receiver(_: &Edge) -> String {
    format!("127.0.0.1:{}", test_support::edge::prometheus())
}

#[test]
fn an_include_that_is_not_used_is_refused_and_where_the_receiver_is_can_be_said() {
    let edge = served(&format!("location ^~ {WRITE_PATH} {{ P; }}"));
    assert_eq!(edge.write(None), 204);
    let answer = edge.verify(basic());
    assert_eq!(codes(&answer), ["include-not-used"], "{answer:?}");
    assert_eq!(answer.keys["include_used"], false);
    let answer = edge.verify(with(basic(), json!({"receiver_address": [receiver(&edge)]})));
    assert_eq!(codes(&answer), ["include-not-used", "auth-bypassed"], "{answer:?}");
    let answer = edge.verify(with(basic(), json!({"receiver_address": "127.0.0.1:1"})));
    assert_eq!(codes(&answer), ["include-not-used"], "{answer:?}");
}

/// `nginx -T` shows it as if it were another file's heading.
#[test]
fn a_comment_that_looks_like_a_heading_does_not_count() {
    let edge = served(&format!("location ^~ {WRITE_PATH} {{ P; }}"));
    let heading = format!("# configuration file {}:\nworker_processes 1;", edge.include().display());
    edge.edit("worker_processes 1;", &heading);
    edge.reload();
    assert_eq!(edge.write(None), 204);
    let answer = edge.verify(basic());
    assert!(codes(&answer).contains(&"include-not-used".to_owned()), "{answer:?}");
    let answer = edge.module(basic());
    assert!(answer.warnings().iter().any(|warning| warning.contains("[include-not-used]")), "{answer:?}");
    edge.configure(GUARDED);
    edge.edit("worker_processes 1;", &heading);
    edge.reload();
    let answer = edge.verify(basic());
    assert!(answer.is_accepted(), "{answer:?}");
    assert_eq!(edge.write(None), 401);
}

#[test]
fn logins_that_workers_cannot_read_are_told_before_an_agent_meets_them() {
    let folder_for_root = |edge: &Edge| {
        fs::create_dir(edge.path("closed")).expect("our own folder");
        fs::set_permissions(edge.path("closed"), Permissions::from_mode(0o700)).expect("our own folder");
        json!({"htpasswd_path": edge.path("closed/htpasswd")})
    };
    // The workers are nobody of nogroup.
    let of_group = |group: Value| move |_: &Edge| json!({"group": group});
    let (unknown, of_others) = (of_group(json!(54321)), of_group(json!("www-data")));
    for more in [&unknown, &of_others, &folder_for_root as &dyn Fn(&Edge) -> Value] {
        let mut edge = Edge::new();
        let options = with(basic(), more(&edge));
        let first = edge.module(options.clone());
        let warned =
            |answer: &Answered| answer.warnings().iter().any(|text| text.contains("[worker-cannot-read]"));
        assert!(first.is_accepted() && warned(&first), "{first:?}");
        edge.start();
        assert!(edge.write_with_login() >= 403, "every login gets an error");
        let answer = edge.verify(options.clone());
        assert_eq!(codes(&answer), ["worker-cannot-read"], "{answer:?}");
        assert!(warned(&edge.module(options)));
    }
}

/// As a handler orders it at the end of a play.
#[test]
fn a_reload_that_comes_in_a_moment_is_waited_for() {
    let edge = Edge::started(basic());
    pause();
    edge.edit("http {", "http {\n # edited");
    let answer = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(500));
            edge.signal("reload");
        });
        edge.verify(basic())
    });
    assert!(answer.is_accepted(), "{answer:?}");
}

/// It cannot open its log, which says nothing of who gets in.
#[test]
fn a_stopped_nginx_that_would_not_start_is_judged_by_its_files() {
    let edge = Edge::new();
    assert!(edge.module(with(basic(), json!({"nginx": ""}))).is_accepted());
    edge.edit("error_log FOLDER/error.log;", "error_log /nowhere/log;");
    let answer = edge.verify(basic());
    assert_eq!(codes(&answer), ["nginx-not-seen"], "{answer:?}");
    assert_eq!(accesses(&answer), ["basic"]);
    assert_eq!(answer.keys["include_used"], true);
}

/// The configuration would have them read by root, and those that run are nobody.
#[test]
fn logins_are_read_by_the_workers_that_run_and_not_by_those_that_would() {
    let mut edge = Edge::new();
    let options = with(basic(), json!({"group": 54321}));
    assert!(edge.module(options.clone()).is_accepted());
    edge.start();
    edge.edit("user nobody nogroup;", "user root;");
    let unreadable = |answer: &Answered| codes(answer).contains(&"worker-cannot-read".to_owned());
    let answer = edge.verify(options.clone());
    assert!(unreadable(&answer), "{answer:?}");
    edge.reload();
    assert_eq!(edge.write_with_login(), 204);
    let answer = edge.verify(options);
    assert!(answer.is_accepted(), "{answer:?}");
}

#[test]
fn workers_that_do_not_know_the_files_as_they_are_owe_a_reload() {
    let mut edge = Edge::new();
    edge.configure(P);
    assert!(edge.module(basic()).is_accepted());
    edge.start();
    edge.configure(GUARDED);
    assert_eq!(edge.write(None), 204, "nobody has reloaded");
    let answer = edge.verify(basic());
    assert_eq!(codes(&answer), ["reload-owed"], "{answer:?}");
    assert_eq!(answer.refusals()[0].1, edge.path("nginx.conf").display().to_string());
    assert_eq!((&answer.keys["changed"], &answer.keys["reload_owed"]), (&json!(false), &json!(true)));
    assert_eq!(edge.write(None), 204, "nothing was touched");
    edge.reload();
    assert!(edge.verify(basic()).is_accepted());
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
}

/// A vhost that was taken away is served until a reload.
#[test]
fn a_file_that_was_taken_out_of_a_folder_owes_a_reload_too() {
    let mut edge = Edge::new();
    fs::create_dir(edge.path("sites")).expect("our own folder");
    let vhost = format!("server {{ listen unix:FOLDER/other; location / {{ {P} }} }}");
    let vhost = vhost.replace("FOLDER", &edge.folder.0.display().to_string());
    edge.folder.file("sites/a.conf", vhost.replace("PORT", &test_support::edge::prometheus().to_string()));
    edge.edit(" access_log off;", " access_log off; include FOLDER/sites/*.conf;");
    assert!(edge.module(basic()).is_accepted());
    edge.start();
    assert_eq!(codes(&edge.verify(basic())), ["auth-bypassed"]);
    fs::remove_file(edge.path("sites/a.conf")).expect("our own file");
    assert_eq!(edge.ask_at("other", WRITE_PATH, None).0, 204, "still served");
    assert_eq!(codes(&edge.verify(basic())), ["reload-owed"]);
    edge.reload();
    assert!(edge.verify(basic()).is_accepted());
}

#[test]
fn an_nginx_that_does_not_run_is_not_called_shut() {
    let edge = Edge::new();
    assert!(edge.module(basic()).is_accepted());
    let answer = edge.verify(basic());
    assert_eq!(codes(&answer), ["nginx-not-seen"], "{answer:?}");
    assert_eq!(accesses(&answer), ["basic"]);
    let answer = edge.verify(with(basic(), json!({"nginx": ""})));
    assert_eq!(codes(&answer), ["nginx-not-seen"], "{answer:?}");
}

#[test]
fn what_is_not_understood_is_never_called_shut() {
    for (server, status) in [
        (
            "location ^~ /prometheus/ { include INCLUDE; P; } location /x/ { if ($http_x) { return 404; } \
          proxy_pass http://127.0.0.1:PORT/prometheus/; }",
            204,
        ),
        ("location ^~ /prometheus/ { include INCLUDE; P; } location /x/ { proxy_pass http://$arg_to; }", 500),
        (
            "set $to 127.0.0.1:PORT; location ^~ /prometheus/ { include INCLUDE; P; } location /x/ { \
          rewrite ^/x/(.*)$ /prometheus/$1 break; allow 10.0.0.0/8; deny all; P; }",
            403,
        ),
    ] {
        let edge = served(server);
        assert_eq!(edge.write_to("/x/api/v1/write", None), status, "{server}");
        let answer = edge.verify(basic());
        assert_eq!(codes(&answer), ["nginx-not-understood"], "{server} {answer:?}");
        assert_eq!(accesses(&answer), ["basic", "not-judged"], "{server}");
    }
}

#[test]
fn under_none_it_is_open_as_chosen() {
    let open = json!({"auth_type": "none"});
    let edge = Edge::started(open.clone());
    let answer = edge.verify(open.clone());
    assert!(answer.is_accepted(), "{answer:?}");
    assert_eq!((&answer.keys["access"], accesses(&answer)), (&json!("open"), vec!["open".to_owned()]));
    assert_eq!(edge.write(None), 204);
    // The choice is other than what is there.
    let answer = edge.verify(basic());
    assert!(codes(&answer).contains(&"files-differ".to_owned()), "{answer:?}");
    assert!(codes(&answer).contains(&"auth-bypassed".to_owned()), "{answer:?}");
}

#[test]
fn another_login_than_the_files_have_is_told() {
    let edge = Edge::started(basic());
    let answer = edge.verify(json!({"username": "alloy", "password": "Yt6LnUe2ZqGx8RbKw0HsVd4J"}));
    assert_eq!(codes(&answer), ["files-differ"], "{answer:?}");
    assert_eq!(edge.write_with_login(), 204, "nothing was touched");
}

#[test]
fn a_configuration_that_is_broken_now_is_told_with_its_line() {
    let edge = Edge::started(basic());
    edge.configure(&format!("{GUARDED} nonsense;"));
    let answer = edge.verify(basic());
    assert!(codes(&answer).contains(&"nginx-already-broken".to_owned()), "{answer:?}");
    let place = format!("{}:", edge.path("nginx.conf").display());
    assert!(answer.keys["refusals"].to_string().contains(&place), "{answer:?}");
}
