//! Three answers, in clear text: shut, open, could not tell.

use crate::world::{GUARD, LET_IN, Nginx, PASSWORD, SHUT, WHOLE, probe};
use std::time::Duration;
use test_support::edge::WRITE_PATH;
use test_support::port::free_port;

/// What programs are told: of the login and of the whole.
fn login_and_verdict(url: &str, nginx: &Nginx) -> (String, String) {
    let document = probe(&[url, "--secret", &nginx.file("secret"), "-o", "json"]).document();
    let text = |key: &str| document[key].as_str().unwrap_or_default().to_owned();
    (text("login"), text("verdict"))
}

/// The rest of the prefix is open, as a chart left it.
const FLAGS: &str =
    "location = /prometheus/api/v1/status/flags { return 200 '{\"web.enable-lifecycle\":\"true\"}'; }";

#[test]
fn a_guard_before_the_whole_prefix_is_shut() {
    let nginx = Nginx::new(WHOLE);
    probe(&[&nginx.url()]).is(0, SHUT, "");
    nginx.probe().is(0, LET_IN, "");
    // By address, without a login.
    let others = Nginx::new("location /prometheus { deny all; proxy_pass RECEIVER; }");
    probe(&[&others.url()]).is(0, SHUT, "");
}

#[test]
fn no_guard_is_open() {
    let nginx = Nginx::new("location / { proxy_pass RECEIVER; }");
    nginx.probe().is_refused(
        "receiver-open",
        "/prometheus/api/v1/write: a write without a login reached the receiver and was answered with 204",
    );
}

#[test]
fn a_spelling_that_passes_for_another_path_is_open() {
    // What Traefik does: the guard is on the path as it is spelled.
    let nginx = Nginx::new(
        "if ($request_uri = /prometheus/api/v1/write) { return 401; } location / { proxy_pass RECEIVER; }",
    );
    let outcome = probe(&[&nginx.url()]);
    assert!(
        outcome.code == 1 && outcome.out.starts_with("/prometheus/api/v1%2Fwrite: a write"),
        "{outcome:?}"
    );
    // An nginx that passes on what it decoded.
    let twice = Nginx::new(&format!(
        "location = {WRITE_PATH} {{ {GUARD} proxy_pass RECEIVER; }} location / {{ proxy_pass RECEIVER$uri; }}"
    ));
    let outcome = probe(&[&twice.url()]);
    assert!(
        outcome.code == 1 && outcome.out.starts_with("/prometheus/api/v1%252Fwrite: a write"),
        "{outcome:?}"
    );
}

/// An edge lets just one of them pass: each is asked for by itself.
#[test]
fn each_spelling_that_passes_alone_is_open() {
    for spelled in [
        "/prometheus/api/v1%2Fwrite",
        "/prometheus/api/v1%252Fwrite",
        "/prometheus/api/v1//write",
        "/prometheus/api/v1/./write",
        "/prometheus/api/v1/x/../write",
        "/prometheus/api/v1/%77rite",
        "/prometheus/api/v1/%2577rite",
        "/prometheusapi/v1/write",
    ] {
        let open = format!("if ($request_uri = {spelled}) {{ return 204; }} return 401;");
        let outcome = probe(&[&Nginx::new(&open).url()]);
        let refused: Vec<&str> =
            outcome.out.lines().filter(|line| line.ends_with(" [receiver-open]")).collect();
        assert!(
            outcome.code == 1 && refused.len() == 1 && refused[0].starts_with(&format!("{spelled}: a write")),
            "{spelled}: {outcome:?}"
        );
    }
}

#[test]
fn a_guard_before_the_write_path_alone_leaves_prometheus_to_be_stopped() {
    let nginx = Nginx::new(&format!(
        "client_max_body_size 2m; location {WRITE_PATH} {{ {GUARD} proxy_pass RECEIVER; }} {FLAGS} location / {{ proxy_pass RECEIVER; }}"
    ));
    nginx.probe().is_refused("receiver-open", "/prometheus/api/v1/status/flags: anyone may reload or stop");
    let broken = Nginx::new(&format!("location = /prometheus/api/v1/status/flags {{ return 500; }} {WHOLE}"));
    broken.probe().is_unclear("/prometheus/api/v1/status/flags: the answer is 500");
}

#[test]
fn a_guard_that_compares_nothing_is_open() {
    let nginx =
        Nginx::new("if ($http_authorization = \"\") { return 401; } location / { proxy_pass RECEIVER; }");
    probe(&[&nginx.url()]).is_refused("receiver-open", "with a login that nobody has reached the receiver");
}

#[test]
fn logins_that_cannot_be_read_and_others_are_refused() {
    let nginx = Nginx::new(WHOLE);
    std::fs::remove_file(nginx.folder.0.join("htpasswd")).expect("it was there");
    nginx.probe().is_refused("login-not-taken", "the edge cannot look up a login, it answers with 403");
    let other = Nginx::new(WHOLE);
    other.folder.file("secret/password", "canary-another");
    other.probe().is_refused("login-not-taken", "the login is not let in, the answer is 401");
    assert_eq!(login_and_verdict(&other.url(), &other), ("not-let-in".into(), "refused".into()));
    let forbidden = Nginx::new(&format!("if ($remote_user = agent) {{ return 403; }} {WHOLE}"));
    forbidden.probe().is_refused("login-not-taken", "the login is turned away, the answer is 403");
}

#[test]
fn a_redirect_is_named_and_not_followed() {
    let nginx = Nginx::new("return 301 https://trento.example.com$request_uri;");
    probe(&[&format!("{}?token=canary-query", nginx.url())]).is_unclear(
        "redirects (301) to https://trento.example.com/prometheus/api/v1/write, and a write does not survive a redirect; ask there: remote-write-auth probe https://trento.example.com/prometheus/api/v1/write",
    );
    let odd = Nginx::new("return 302 'https://a/;id';");
    probe(&[&odd.url()]).is_unclear("redirects (302) to where it does not say in a plain way");
}

#[test]
fn a_path_where_nothing_is_found_is_not_shut() {
    let nginx = Nginx::new("location / { proxy_pass RECEIVER; }");
    let forgotten = nginx.url().replace("/prometheus/", "/");
    probe(&[&forgotten]).is_unclear("nothing is found at this path, the answer is 404");
    let plain = Nginx::new("location / { return 404; }");
    probe(&[&plain.url()])
        .is_unclear("nothing is found at this path, the answer is 404; see that the path has the prefix");
    probe(&[&plain.url(), "--expect-404"]).is(0, SHUT, "");
    let prefix = nginx.url().replace("/api/v1/write", "/api/v1/wrote");
    probe(&[&prefix, "--expect-404"]).is_unclear("404 of Prometheus or of Traefik");
    let page = Nginx::new("default_type text/html; location / { return 200 hello; }");
    probe(&[&page.url()]).is_unclear("a web page answers at this path");
}

#[test]
fn what_an_edge_or_its_upstream_does_wrong_is_not_shut() {
    let dead = Nginx::new("location / { proxy_pass DEAD; }");
    probe(&[&dead.url()])
        .is_unclear("nobody answers after the edge, and no login was asked for before, the answer is 502");
    let guarded = Nginx::new(&format!("location / {{ {GUARD} proxy_pass DEAD; }}"));
    guarded.probe().is_unclear("the login is let in, and nobody answers after the edge, the answer is 502");
    assert_eq!(login_and_verdict(&guarded.url(), &guarded), ("unknown".into(), "unknown".into()));
    let broken = Nginx::new("location / { return 500; }");
    probe(&[&broken.url()]).is_unclear("the answer is 500, which says nothing about a login");
    let other = Nginx::new("location / { return 405; }");
    probe(&[&other.url()]).is_unclear("nothing takes writes at this path, the answer is 405");
}

#[test]
fn a_login_that_is_let_in_to_the_wrong_path_is_refused() {
    let nginx = Nginx::new(&format!("location / {{ {GUARD} proxy_pass RECEIVER; }}"));
    let wrong = nginx.url().replace("/write", "/wrote");
    probe(&[&wrong, "--secret", &nginx.file("secret")]).is_refused(
        "writes-not-taken",
        "the login is let in, and nothing takes writes at this path, the answer is 404",
    );
    assert_eq!(login_and_verdict(&wrong, &nginx), ("let-in".into(), "refused".into()));
}

#[test]
fn a_rate_limit_is_waited_for_and_then_not_told() {
    let limit_by = |status: u16, rate: &str| {
        Nginx::listening(
            "",
            &format!("limit_req zone=z; limit_req_status {status}; {WHOLE}"),
            &format!("limit_req_zone $server_name zone=z:1m rate={rate};"),
        )
    };
    let outcome = limit_by(429, "2r/s").probe();
    assert!(outcome.code == 0 || outcome.err.contains("60 s together"), "{outcome:?}");
    assert!(outcome.took > Duration::from_secs(2) && outcome.took < Duration::from_secs(63), "{outcome:?}");
    // nginx' own choice is 503.
    for (status, words) in [
        (429, "limits how often it is asked, the answer is 429"),
        (503, "puts requests off, the answer is 503"),
    ] {
        let strict = limit_by(status, "1r/m");
        probe(&[&strict.url()]);
        let outcome = probe(&[&strict.url()]);
        outcome.is_unclear(words);
        assert!(outcome.took < Duration::from_secs(10), "{outcome:?}");
    }
}

#[test]
fn a_full_batch_that_is_turned_away_is_refused() {
    let nginx = Nginx::new(&WHOLE.replace("client_max_body_size 2m;", ""));
    nginx.probe().is_refused("body-too-large", "bytes is turned away with 413, and agents drop a batch on that; raise client_max_body_size of nginx, or maxRequestBodyBytes");
    let broken = Nginx::new(&format!("if ($http_content_length ~ ^.......$) {{ return 500; }} {WHOLE}"));
    broken.probe().is_unclear("bytes is answered with 500; see the log of the edge and of Prometheus");
}

#[test]
fn an_address_that_does_not_answer_is_not_shut() {
    let url = format!("http://127.0.0.1:{}{WRITE_PATH}", free_port());
    probe(&[&url]).is_unclear("Connection refused");
    probe(&["http://no-such-host.invalid/w"]).is_unclear("the host of the address is not found");
    for url in ["ftp://h/w", "http://u:canary-77c0@h/w", "http://h", "canary"] {
        probe(&[url]).is_unclear("the address ");
    }
    probe(&[]).is_unclear("is missing");
    probe(&["http://h/w", "--username", "canary-77"]).is_unclear("is missing");
}

#[test]
fn programs_get_one_object_and_people_each_request() {
    let nginx = Nginx::new(WHOLE);
    let document = probe(&[&nginx.url(), "--secret", &nginx.file("secret"), "-o", "json", "-v"]).document();
    assert_eq!(document["verdict"], "accepted");
    assert_eq!((&document["endpoint"], &document["login"]), (&"shut".into(), &"let-in".into()));
    let requests = document["requests"].as_array().expect("a list");
    assert!(
        requests.iter().any(|one| one["as"] == "with a login that nobody has" && one["status"] == 401),
        "{document}"
    );
    let outcome =
        probe(&[&nginx.url(), "--username", "agent", "--password-file", &nginx.file("password"), "-v"]);
    assert!(
        outcome.code == 0 && outcome.out.starts_with("POST /prometheus/api/v1/write without a login: 401\n"),
        "{outcome:?}"
    );
    assert!(outcome.out.contains("POST /prometheus/api/v1/write with the login: 204\n"), "{outcome:?}");
    assert!(
        outcome.out.contains("warning: ") && outcome.out.contains("[credential-readable]"),
        "{outcome:?}"
    );
    let open = Nginx::new("location / { proxy_pass RECEIVER; }");
    let document = probe(&[&open.url(), "-o", "json"]).document();
    assert_eq!((&document["verdict"], &document["endpoint"]), (&"refused".into(), &"open".into()));
    assert_eq!(document["refusals"][0]["code"], "receiver-open");
    let document = probe(&["ftp://x", "-o", "json"]).document();
    assert_eq!(document["verdict"], "unknown");
}

#[test]
fn standard_input_can_hold_the_password() {
    use std::io::Write;
    let nginx = Nginx::new(WHOLE);
    let mut child = std::process::Command::new(*test_support::program::BINARY)
        .args(["probe", &nginx.url(), "--username", "agent", "--password-file", "-"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("it runs");
    child.stdin.take().expect("a pipe").write_all(format!("{PASSWORD}\n").as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("its output");
    assert_eq!(String::from_utf8_lossy(&output.stdout), LET_IN);
}
