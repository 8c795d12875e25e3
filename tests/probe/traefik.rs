//! Traefik before the real Prometheus, in clear text and over TLS.

use crate::world::{LET_IN, Nginx, Outcome, PASSWORD, SHUT, certificate, probe, with_certificate};
use std::net::TcpStream;
use std::process::Command;
use std::sync::LazyLock;
use test_support::edge::{Daemon, WRITE_PATH, prometheus, wait_until};
use test_support::folder::Folder;
use test_support::port::free_port;

static PROGRAM: LazyLock<String> = LazyLock::new(|| {
    let output = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cluster/traefik"))
        .output()
        .expect("it runs");
    let text = String::from_utf8(output.stdout).expect("paths");
    let program = text.lines().next();
    program.unwrap_or_else(|| panic!("no Traefik: {}", String::from_utf8_lossy(&output.stderr))).to_owned()
});

const WHOLE_PREFIX: &str =
    "    all: {rule: 'PathPrefix(`/prometheus`)', service: receiver, middlewares: [MIDDLEWARES]}\n";

struct Traefik {
    port: u16,
    secret: Folder,
    _daemon: Daemon,
    _folder: Folder,
}

impl Traefik {
    fn new(routers: &str, middlewares: &str) -> Self {
        Self::speaking("http", routers, middlewares, "")
    }

    /// One router before the whole prefix, with these middlewares.
    fn before_all(names: &str, middlewares: &str) -> Self {
        Self::new(&WHOLE_PREFIX.replace("MIDDLEWARES", names), middlewares)
    }

    /// Over TLS with the certificate of that name; `options` are those of its TLS.
    fn encrypted(name: &str, options: &str) -> Self {
        let store = format!(
            "tls:\n  stores: {{default: {{defaultCertificate: {{certFile: {}, keyFile: {}}}}}}}\n{options}",
            certificate(&format!("{name}.crt")),
            certificate(&format!("{name}.key"))
        );
        let routers = WHOLE_PREFIX.replace("middlewares: [MIDDLEWARES]", "middlewares: [login], tls: {}");
        let routers =
            if options.is_empty() { routers } else { routers.replace("middlewares: [login], ", "") };
        Self::speaking("https", &routers, "", &store)
    }

    /// `tls` is that section of its file; the service `receiver` is the shared Prometheus.
    fn speaking(scheme: &str, routers: &str, middlewares: &str, tls: &str) -> Self {
        let folder = Folder::new();
        let port = free_port();
        let made =
            Command::new("htpasswd").args(["-nbBC4", "agent", PASSWORD]).output().expect("htpasswd runs");
        let login = String::from_utf8(made.stdout).expect("a line");
        let encrypted = if scheme == "https" { ", tls: {}" } else { "" };
        let dynamic = format!(
            "http:\n  routers:\n    ready: {{rule: 'Path(`/ready`)', service: noop@internal{encrypted}}}\n{routers}  middlewares:\n    login: {{basicAuth: {{users: ['{}']}}}}\n{middlewares}  services:\n    receiver: {{loadBalancer: {{servers: [{{url: 'http://127.0.0.1:{}'}}]}}}}\n    dead: {{loadBalancer: {{servers: [{{url: 'http://127.0.0.1:{}'}}]}}}}\n{tls}",
            login.trim(),
            prometheus(),
            free_port()
        );
        let dynamic = folder.file("dynamic.yaml", dynamic);
        let file = folder.file("static.yaml", format!("entryPoints: {{web: {{address: '127.0.0.1:{port}'}}}}\nproviders: {{file: {{filename: {}}}}}\nlog: {{level: INFO}}\n", dynamic.display()));
        let daemon = Daemon::start(
            &[&PROGRAM, &format!("--configfile={}", file.display())],
            &folder.0.join("log"),
            "",
        );
        // The routers come a moment after the port.
        wait_until(&format!("Traefik, see {}", folder.0.join("log").display()), || {
            TcpStream::connect(("127.0.0.1", port)).is_ok() && {
                let url = format!("{scheme}://localhost:{port}/ready");
                let (cert, key) = (certificate("client.crt"), certificate("client.key"));
                let output = Command::new("curl")
                    .args([
                        "-sk",
                        "-o",
                        "/dev/null",
                        "-w",
                        "%{http_code}",
                        "--cert",
                        &cert,
                        "--key",
                        &key,
                        &url,
                    ])
                    .output()
                    .expect("curl runs");
                output.stdout == b"418"
            }
        });
        let secret = Folder::with(&[("username", "agent"), ("password", PASSWORD)]);
        Self { port, secret, _daemon: daemon, _folder: folder }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}{WRITE_PATH}", self.port)
    }

    fn https(&self) -> String {
        format!("https://localhost:{}{WRITE_PATH}", self.port)
    }

    fn probe(&self) -> Outcome {
        probe(&[&self.url(), "--secret", &self.secret.0.display().to_string()])
    }
}

#[test]
fn traefik_before_the_whole_prefix_is_shut_and_before_the_path_is_open() {
    Traefik::before_all("login", "").probe().is(0, LET_IN, "");
    let split = "    write: {rule: 'PathPrefix(`/prometheus/api/v1/write`)', service: receiver, middlewares: [login]}\n    rest: {rule: 'PathPrefix(`/prometheus`)', service: receiver}\n";
    let outcome = Traefik::new(split, "").probe();
    assert!(
        outcome.code == 1
            && outcome
                .out
                .starts_with("/prometheus/api/v1%2Fwrite: a write without a login reached the receiver"),
        "{outcome:?}"
    );
    Traefik::before_all("", "").probe().is_refused("receiver-open", "was answered with 204");
}

#[test]
fn traefik_that_turns_a_full_batch_away_is_named() {
    Traefik::before_all("login, small", "    small: {buffering: {maxRequestBodyBytes: 500000}}\n")
        .probe()
        .is_refused("body-too-large", "maxRequestBodyBytes");
}

#[test]
fn what_traefik_answers_in_place_of_a_guard_is_not_shut() {
    let limited =
        Traefik::before_all("limit, login", "    limit: {rateLimit: {average: 1, period: 1m, burst: 1}}\n");
    limited.probe().is_unclear("limits how often it is asked, the answer is 429");
    let redirecting =
        Traefik::before_all("away", "    away: {redirectScheme: {scheme: https, permanent: true}}\n");
    redirecting
        .probe()
        .is_unclear("to https://127.0.0.1/prometheus/api/v1/write, and a write does not survive");
    let none = Traefik::new("", "");
    none.probe().is_unclear("nothing is found at this path, the answer is 404");
    probe(&[&none.url(), "--expect-404"]).is_unclear("a 404 of Prometheus or of Traefik");
    let dead = |names: &str| {
        let routers = WHOLE_PREFIX.replace("receiver", "dead").replace("MIDDLEWARES", names);
        Traefik::new(&routers, "").probe()
    };
    dead("")
        .is_unclear("nobody answers after the edge, and no login was asked for before, the answer is 502");
    dead("login").is_unclear("the login is let in, and nobody answers after the edge, the answer is 502");
}

#[test]
fn traefik_that_turns_addresses_away_is_shut() {
    let listed =
        Traefik::before_all("listed", "    listed: {ipAllowList: {sourceRange: ['192.0.2.0/24']}}\n");
    probe(&[&listed.url()]).is(0, SHUT, "");
    listed.probe().is_refused("login-not-taken", "the login is turned away, the answer is 403");
}

#[test]
fn a_token_that_traefik_has_checked_is_let_in_and_another_is_not() {
    let judge = Nginx::new(
        "if ($http_authorization != 'Bearer canary-5f3') { return 401; } location / { return 200; }",
    );
    let traefik = Traefik::before_all(
        "token",
        &format!("    token: {{forwardAuth: {{address: 'http://127.0.0.1:{}/'}}}}\n", judge.port),
    );
    let ask = |name: &str, token: &str| {
        let file = judge.folder.file(name, token);
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(&file, mode).expect("our own file");
        probe(&[&traefik.url(), "--bearer-token-file", &file.display().to_string()])
    };
    ask("right", "canary-5f3").is(0, LET_IN, "");
    ask("wrong", "canary-5f4").is_refused("login-not-taken", "the login is not let in, the answer is 401");
}

#[test]
fn traefik_is_asked_over_tls_and_its_certificate_is_checked() {
    let ca = certificate("ours.crt");
    let ask = |traefik: &Traefik| {
        let secret = traefik.secret.0.display().to_string();
        probe(&[&traefik.https(), "--ca-file", &ca, "--secret", &secret])
    };
    ask(&Traefik::encrypted("server", "")).is(0, LET_IN, "");
    ask(&Traefik::encrypted("expired", "")).is_unclear("the certificate of the server expired ");
    ask(&Traefik::encrypted("named", "")).is_unclear("is for other names than that of the address");
    // It answers clear text at the same port, where no router is.
    Traefik::encrypted("server", "").probe().is_unclear("nothing is found at this path, the answer is 404");
}

#[test]
fn a_client_certificate_is_what_traefik_asks_for() {
    let options = format!(
        "  options: {{default: {{clientAuth: {{caFiles: [{}], clientAuthType: RequireAndVerifyClientCert}}}}}}\n",
        certificate("ours.crt")
    );
    let traefik = Traefik::encrypted("server", &options);
    probe(&[&traefik.https(), "--ca-file", &certificate("ours.crt")]).is(0, SHUT, "");
    with_certificate(&traefik.https(), "client", "client").is(0, LET_IN, "");
    with_certificate(&traefik.https(), "foreign", "foreign")
        .is_refused("login-not-taken", "the server does not take the certificate of the client");
}
