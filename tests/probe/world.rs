//! An nginx before the real Prometheus, certificates, and a call of the probe.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};
use test_support::edge::{Daemon, NGINX, WRITE_PATH, prometheus, wait_until};
use test_support::folder::Folder;
use test_support::port::free_port;
use test_support::program::BINARY;

pub(crate) const PASSWORD: &str = "canary-77c0-in-no-output";
pub(crate) const GUARD: &str = "auth_basic p; auth_basic_user_file htpasswd;";
/// A guard before the whole prefix, with room for a full batch.
pub(crate) const WHOLE: &str = "client_max_body_size 2m; location /prometheus { auth_basic p; auth_basic_user_file htpasswd; proxy_pass RECEIVER; }";
pub(crate) const SHUT: &str = "the endpoint is shut to clients without a login\n";
pub(crate) const LET_IN: &str = "the endpoint is shut to clients without a login\nthe login is let in\n";

/// An nginx with the login `agent`; it ends with the test.
pub(crate) struct Nginx {
    pub folder: Folder,
    pub port: u16,
    _daemon: Daemon,
}

impl Nginx {
    pub(crate) fn new(server: &str) -> Self {
        Self::listening("", server, "")
    }

    /// `listen` is what stands after the port, `http` beside the server. `RECEIVER`
    /// is a Prometheus, `DEAD` where nobody listens, `CERTIFICATES` their folder.
    pub(crate) fn listening(listen: &str, server: &str, http: &str) -> Self {
        let folder = Folder::new();
        let made = Command::new("htpasswd")
            .args(["-cbBC4"])
            .arg(folder.0.join("htpasswd"))
            .args(["agent", PASSWORD])
            .output();
        assert!(made.expect("htpasswd runs").status.success());
        folder.file("secret/username", "agent");
        folder.file("secret/password", PASSWORD);
        folder.file("password", format!("{PASSWORD}\n"));
        let port = free_port();
        let text = format!(
            "daemon off; user root; pid pid; error_log stderr; worker_processes 1; events {{}}\n\
             http {{ access_log off; client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;\n\
             {http} server {{ listen 127.0.0.1:{port} {listen}; server_name localhost; {server} }} }}\n",
        );
        let text = text
            .replace("RECEIVER", &format!("http://127.0.0.1:{}", prometheus()))
            .replace("DEAD", &format!("http://127.0.0.1:{}", free_port()))
            .replace("CERTIFICATES", &CERTIFICATES.display().to_string());
        let (configuration, log) = (folder.file("nginx.conf", text), folder.0.join("log"));
        let (configuration, place) = (configuration.display().to_string(), folder.0.display().to_string());
        let daemon = Daemon::start(&[NGINX, "-e", "stderr", "-c", &configuration, "-p", &place], &log, "");
        // It writes this when it has the port, and answers from then on.
        wait_until(&format!("nginx, see {}", log.display()), || folder.0.join("pid").exists());
        Self { folder, port, _daemon: daemon }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}{WRITE_PATH}", self.port)
    }

    pub(crate) fn file(&self, name: &str) -> String {
        self.folder.0.join(name).display().to_string()
    }

    /// With the login that it has.
    pub(crate) fn probe(&self) -> Outcome {
        probe(&[&self.url(), "--secret", &self.file("secret")])
    }
}

/// What a call came to.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub code: i32,
    pub out: String,
    pub err: String,
    pub took: Duration,
    /// The largest resident memory that was seen, in KiB.
    pub peak_kib: u64,
}

impl Outcome {
    #[track_caller]
    pub(crate) fn is(&self, code: i32, out: &str, err: &str) {
        assert_eq!((self.code, self.out.as_str(), self.err.as_str()), (code, out, err));
    }

    /// What programs get, by `-o json`.
    pub(crate) fn document(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).expect("JSON")
    }

    /// Could not tell, with these words.
    #[track_caller]
    pub(crate) fn is_unclear(&self, words: &str) {
        assert!(self.code == 2 && self.out.is_empty() && self.err.contains(words), "{words}: {self:?}");
    }

    /// Refused in one line, that ends with the code and has these words.
    #[track_caller]
    pub(crate) fn is_refused(&self, code: &str, words: &str) {
        let is_one = self.out.lines().count() == 1 && self.out.ends_with(&format!(" [{code}]\n"));
        assert!(self.code == 1 && is_one && self.out.contains(words), "{code}, {words}: {self:?}");
    }
}

pub(crate) fn probe(arguments: &[&str]) -> Outcome {
    probe_with(arguments, &[])
}

pub(crate) fn probe_with(arguments: &[&str], environment: &[(&str, &str)]) -> Outcome {
    let start = Instant::now();
    let mut child = Command::new(*BINARY)
        .arg("probe")
        .args(arguments)
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let status = format!("/proc/{}/status", child.id());
    let mut peak_kib = 0;
    while child.try_wait().expect("our own child").is_none() {
        peak_kib = peak_kib.max(resident_kib(&status));
        thread::sleep(Duration::from_millis(3));
        assert!(start.elapsed() < Duration::from_secs(100), "it hangs: {arguments:?}");
    }
    let took = start.elapsed();
    let output = child.wait_with_output().expect("its output");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert!(!out.contains("canary") && !err.contains("canary"), "a credential is shown: {out}{err}");
    Outcome { code: output.status.code().expect("it ends by itself"), out, err, took, peak_kib }
}

/// With the client certificate and the key of these names.
pub(crate) fn with_certificate(url: &str, name: &str, key: &str) -> Outcome {
    probe(&[
        url,
        "--ca-file",
        &certificate("ours.crt"),
        "--client-cert",
        &certificate(&format!("{name}.crt")),
        "--client-key",
        &certificate(&format!("{key}.key")),
    ])
}

fn resident_kib(status: &str) -> u64 {
    let text = fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// A folder of certificates by names; made once, by openssl.
pub(crate) static CERTIFICATES: LazyLock<PathBuf> = LazyLock::new(|| {
    // As long as the process: a static is not dropped.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("certificates-{}", std::process::id()));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/probe/certificates.sh");
    let made = Command::new("bash").arg(script).arg(&folder).output().expect("bash runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    folder
});

pub(crate) fn certificate(name: &str) -> String {
    CERTIFICATES.join(name).display().to_string()
}

/// An nginx over TLS with the certificate of that name.
pub(crate) fn encrypted(name: &str, more: &str) -> Nginx {
    let server = format!(
        "ssl_certificate CERTIFICATES/{name}.crt; ssl_certificate_key CERTIFICATES/{name}.key; {more}"
    );
    Nginx::listening("ssl", &server, "")
}

impl Nginx {
    pub(crate) fn https(&self) -> String {
        format!("https://localhost:{}{WRITE_PATH}", self.port)
    }

    /// Over TLS, with the login and these authorities.
    pub(crate) fn probe_by(&self, authorities: &str) -> Outcome {
        probe(&[&self.https(), "--ca-file", &certificate(authorities), "--secret", &self.file("secret")])
    }
}
