//! Prometheus of three ages itself: open, and shut by its own means.

use crate::world::{LET_IN, PASSWORD, SHUT, certificate, probe, with_certificate};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use test_support::edge::{Daemon, WRITE_PATH, wait_until};
use test_support::folder::Folder;
use test_support::port::free_port;

fn cache() -> PathBuf {
    let install = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tools/install");
    let output = Command::new(install).arg("--cache").output().expect("it runs");
    PathBuf::from(String::from_utf8(output.stdout).expect("a path").trim())
}

/// The distribution's 2.42, and what is built beside it.
fn programs() -> [String; 3] {
    let built =
        |version: &str| cache().join(format!("prometheus-{version}/prometheus")).display().to_string();
    ["prometheus".to_owned(), built("2.53.3"), built("3.8.1")]
}

struct Prometheus {
    port: u16,
    _daemon: Daemon,
    _folder: Folder,
}

impl Prometheus {
    fn new(program: &str, flags: &[&str], web: &str) -> Self {
        let folder = Folder::new();
        let (configuration, web) = (folder.file("prometheus.yml", ""), folder.file("web.yml", web));
        let port = free_port();
        let all = [
            program.to_owned(),
            format!("--config.file={}", configuration.display()),
            format!("--web.config.file={}", web.display()),
            format!("--storage.tsdb.path={}", folder.0.join("data").display()),
            format!("--web.listen-address=127.0.0.1:{port}"),
            "--web.route-prefix=/prometheus".to_owned(),
        ];
        let all: Vec<&str> = all.iter().map(String::as_str).chain(flags.iter().copied()).collect();
        let daemon = Daemon::start(&all, &folder.0.join("log"), "");
        wait_until(&format!("{program}, see {}", folder.0.join("log").display()), || {
            fs::read_to_string(folder.0.join("log")).is_ok_and(|log| log.contains("Server is ready"))
        });
        Self { port, _daemon: daemon, _folder: folder }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}{WRITE_PATH}", self.port)
    }

    fn https(&self) -> String {
        format!("https://localhost:{}{WRITE_PATH}", self.port)
    }
}

const RECEIVER: &str = "--web.enable-remote-write-receiver";

#[test]
fn an_open_receiver_of_any_age_is_open() {
    for program in programs() {
        let on = Prometheus::new(&program, &[RECEIVER], "");
        probe(&[&on.url()]).is_refused("receiver-open", "was answered with 204");
        let stoppable = Prometheus::new(&program, &[RECEIVER, "--web.enable-lifecycle"], "");
        let outcome = probe(&[&stoppable.url()]);
        assert!(
            outcome.code == 1
                && outcome.out.contains("/prometheus/api/v1/status/flags: anyone may reload or stop"),
            "{program}: {outcome:?}"
        );
        let off = Prometheus::new(&program, &[], "");
        probe(&[&off.url()]).is_refused("receiver-open", "was answered with 404");
    }
}

/// Its configuration for one login, in the words that it reads.
fn one_login() -> String {
    let made = Command::new("htpasswd").args(["-nbBC4", "agent", PASSWORD]).output().expect("htpasswd runs");
    let line = String::from_utf8(made.stdout).expect("a line");
    let hash = line.trim().split_once(':').expect("a hash").1.replace("$2y$", "$2a$");
    format!("basic_auth_users: {{agent: '{hash}'}}\n")
}

/// The same for TLS, with the certificate of that name and what is to be added.
fn encrypted_by(name: &str, more: &str) -> String {
    let (certificate, key) = (certificate(&format!("{name}.crt")), certificate(&format!("{name}.key")));
    format!("tls_server_config: {{cert_file: {certificate}, key_file: {key}{more}}}\n")
}

fn secret() -> Folder {
    Folder::with(&[("username", "agent"), ("password", PASSWORD)])
}

#[test]
fn the_login_of_prometheus_itself_is_a_guard() {
    let (web, secret) = (one_login(), secret());
    let secret = secret.0.display().to_string();
    for program in programs() {
        let on = Prometheus::new(&program, &[RECEIVER], &web);
        probe(&[&on.url(), "--secret", &secret]).is(0, LET_IN, "");
        let off = Prometheus::new(&program, &[], &web);
        let outcome = probe(&[&off.url(), "--secret", &secret]);
        assert!(outcome.code == 0 && outcome.out.contains("[receiver-off]"), "{program}: {outcome:?}");
    }
}

#[test]
fn each_age_is_asked_over_tls_and_its_certificate_is_checked() {
    let (ca, secret) = (certificate("ours.crt"), secret());
    let secret = secret.0.display().to_string();
    for program in programs() {
        let on = Prometheus::new(&program, &[RECEIVER], &(encrypted_by("server", "") + &one_login()));
        probe(&[&on.https(), "--ca-file", &ca, "--secret", &secret]).is(0, LET_IN, "");
        probe(&[&on.url()]).is_unclear("this is a port of https and was asked in clear text");
        for (name, words) in [
            ("expired", "the certificate of the server expired "),
            ("named", "is for other names than that of the address (elsewhere.example.com)"),
        ] {
            let wrong = Prometheus::new(&program, &[RECEIVER], &encrypted_by(name, ""));
            probe(&[&wrong.https(), "--ca-file", &ca]).is_unclear(words);
        }
        let open = Prometheus::new(&program, &[RECEIVER], &encrypted_by("server", ""));
        probe(&[&open.https(), "--ca-file", &ca]).is_refused("receiver-open", "was answered with 204");
    }
}

/// Prometheus itself says by alerts what nginx says by a 400.
#[test]
fn the_wish_of_prometheus_for_a_certificate_is_a_guard() {
    let authorities = certificate("ours.crt");
    for program in programs() {
        for versions in ["min_version: TLS12, max_version: TLS12", "min_version: TLS13"] {
            let wish = format!(
                ", client_auth_type: RequireAndVerifyClientCert, client_ca_file: {authorities}, {versions}"
            );
            let on = Prometheus::new(&program, &[RECEIVER], &encrypted_by("server", &wish));
            probe(&[&on.https(), "--ca-file", &authorities]).is(0, SHUT, "");
            with_certificate(&on.https(), "client", "client").is(0, LET_IN, "");
            with_certificate(&on.https(), "foreign", "foreign")
                .is_refused("login-not-taken", "the server does not take the certificate of the client");
        }
    }
}

#[test]
fn the_other_receiver_is_asked_as_well() {
    // 2.42 has none yet.
    let [_, older, newest] = programs();
    let older = Prometheus::new(&older, &["--enable-feature=otlp-write-receiver"], "");
    let nginx = crate::world::Nginx::new(&format!(
        "location {WRITE_PATH} {{ return 401; }} location / {{ proxy_pass http://127.0.0.1:{}; }}",
        older.port
    ));
    probe(&[&nginx.url()]).is_refused("receiver-open", "/prometheus/api/v1/otlp/v1/metrics: a write");
    let on = Prometheus::new(&newest, &["--web.enable-otlp-receiver"], "");
    // An nginx that guards the write path and leaves the rest.
    let nginx = crate::world::Nginx::new(&format!(
        "location {WRITE_PATH} {{ return 401; }} location / {{ proxy_pass http://127.0.0.1:{}; }}",
        on.port
    ));
    probe(&[&nginx.url()]).is_refused(
        "receiver-open",
        "/prometheus/api/v1/otlp/v1/metrics: a write without a login reached the receiver",
    );
    let spelled = crate::world::Nginx::new(&format!(
        "location {WRITE_PATH} {{ return 401; }} if ($request_uri = /prometheus/api/v1/otlp/v1/metrics) {{ return 401; }} location / {{ proxy_pass http://127.0.0.1:{}; }}",
        on.port
    ));
    probe(&[&spelled.url()]).is_refused("receiver-open", "/prometheus/api/v1/otlp/v1%2Fmetrics: a write");
}

/// Nothing of what is sent, the large write included, becomes a series.
#[test]
fn nothing_is_stored() {
    for program in programs() {
        let on = Prometheus::new(&program, &[RECEIVER], "");
        let nginx = crate::world::Nginx::new(
            &crate::world::WHOLE.replace("RECEIVER", &format!("http://127.0.0.1:{}", on.port)),
        );
        nginx.probe().is(0, LET_IN, "");
        let url = format!("http://127.0.0.1:{}/prometheus/api/v1/status/tsdb", on.port);
        let output = Command::new("curl").args(["-sS", &url]).output().expect("curl runs");
        let status: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(status["data"]["headStats"]["numSeries"], 0, "{program}: {status}");
    }
}
