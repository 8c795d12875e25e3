//! Prometheus of three ages itself, and Traefik before it.

use crate::world::{LET_IN, PASSWORD, free_port, probe};
use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use test_support::edge::{Daemon, WRITE_PATH, prometheus, wait_until};
use test_support::folder::Folder;

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

#[test]
fn the_login_of_prometheus_itself_is_a_guard() {
    let made = Command::new("htpasswd").args(["-nbBC4", "agent", PASSWORD]).output().expect("htpasswd runs");
    let line = String::from_utf8(made.stdout).expect("a line");
    let hash = line.trim().split_once(':').expect("a hash").1.replace("$2y$", "$2a$");
    let web = format!("basic_auth_users: {{agent: '{hash}'}}\n");
    let secret = Folder::with(&[("username", "agent"), ("password", PASSWORD)]);
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
fn the_other_receiver_is_asked_as_well() {
    let [_, _, newest] = programs();
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

/// Traefik with these routers before the shared Prometheus.
struct Traefik {
    port: u16,
    _daemon: Daemon,
    _folder: Folder,
}

impl Traefik {
    fn new(routers: &str, middlewares: &str) -> Self {
        let output = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cluster/traefik"))
            .output()
            .expect("it runs");
        let text = String::from_utf8(output.stdout).expect("paths");
        let program = text
            .lines()
            .next()
            .unwrap_or_else(|| panic!("no Traefik: {}", String::from_utf8_lossy(&output.stderr)));
        let folder = Folder::new();
        let port = free_port();
        let made =
            Command::new("htpasswd").args(["-nbBC4", "agent", PASSWORD]).output().expect("htpasswd runs");
        let login = String::from_utf8(made.stdout).expect("a line");
        let dynamic = format!(
            "http:\n  routers:\n{routers}  middlewares:\n    login: {{basicAuth: {{users: ['{}']}}}}\n{middlewares}  services:\n    receiver: {{loadBalancer: {{servers: [{{url: 'http://127.0.0.1:{}'}}]}}}}\n",
            login.trim(),
            prometheus()
        );
        let dynamic = folder.file("dynamic.yaml", dynamic);
        let file = folder.file("static.yaml", format!("entryPoints: {{web: {{address: '127.0.0.1:{port}'}}}}\nproviders: {{file: {{filename: {}}}}}\nlog: {{level: INFO}}\n", dynamic.display()));
        let daemon =
            Daemon::start(&[program, &format!("--configfile={}", file.display())], &folder.0.join("log"), "");
        // The routers come a moment after the port.
        wait_until(&format!("Traefik, see {}", folder.0.join("log").display()), || {
            TcpStream::connect(("127.0.0.1", port)).is_ok() && {
                let url = format!("http://127.0.0.1:{port}{WRITE_PATH}");
                let output = Command::new("curl")
                    .args(["-s", "-o", "/dev/null", "-w", "%{http_code}", &url])
                    .output()
                    .expect("curl runs");
                matches!(output.stdout.as_slice(), b"401" | b"405" | b"204")
            }
        });
        Self { port, _daemon: daemon, _folder: folder }
    }

    fn probe(&self) -> crate::world::Outcome {
        let secret = Folder::with(&[("username", "agent"), ("password", PASSWORD)]);
        probe(&[
            &format!("http://127.0.0.1:{}{WRITE_PATH}", self.port),
            "--secret",
            &secret.0.display().to_string(),
        ])
    }
}

const WHOLE_PREFIX: &str =
    "    all: {rule: 'PathPrefix(`/prometheus`)', service: receiver, middlewares: [MIDDLEWARES]}\n";

#[test]
fn traefik_before_the_whole_prefix_is_shut_and_before_the_path_is_open() {
    Traefik::new(&WHOLE_PREFIX.replace("MIDDLEWARES", "login"), "").probe().is(0, LET_IN, "");
    let split = "    write: {rule: 'PathPrefix(`/prometheus/api/v1/write`)', service: receiver, middlewares: [login]}\n    rest: {rule: 'PathPrefix(`/prometheus`)', service: receiver}\n";
    let outcome = Traefik::new(split, "").probe();
    assert!(
        outcome.code == 1
            && outcome
                .out
                .starts_with("/prometheus/api/v1%2Fwrite: a write without a login reached the receiver"),
        "{outcome:?}"
    );
}

#[test]
fn traefik_that_turns_a_full_batch_away_is_named() {
    let routers = WHOLE_PREFIX.replace("MIDDLEWARES", "login, small");
    Traefik::new(&routers, "    small: {buffering: {maxRequestBodyBytes: 500000}}\n")
        .probe()
        .is_refused("body-too-large", "maxRequestBodyBytes");
}
