//! The probe against real nginx: endpoints that are shut, open, half open and broken.
//!
//! needs: nginx htpasswd

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use test_support::program::BINARY;

const PASSWORD: &str = "canary-77c0-in-no-output";
const PATIENCE: Duration = Duration::from_secs(60);
const GUARD: &str = "auth_basic p; auth_basic_user_file htpasswd;";

/// nginx before a receiver that is nginx as well; both end with the test.
struct Endpoint {
    folder: PathBuf,
    port: u16,
    nginx: Child,
}

impl Endpoint {
    /// `server` is what the endpoint's server block says beside its port.
    fn new(name: &str, server: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("rwa-probe-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("secret")).expect("a folder for the test");
        let port = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let endpoint = port.local_addr().expect("it has one").port();
        drop(port);
        let behind = folder.join("behind");
        let text = format!(
            "daemon off; pid {pid}; error_log stderr; worker_processes 1; events {{}}\n\
             http {{ access_log off; client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;\n\
             server {{ listen unix:{behind}; \
               location = /prometheus/api/v1/write {{ return 204; }} \
               location = /prometheus/api/v1/status/flags {{ return 200 '{{\"web.enable-lifecycle\":\"true\"}}'; }} \
               location / {{ return 404; }} }}\n\
             server {{ listen 127.0.0.1:{endpoint}; {server} }} }}\n",
            pid = folder.join("pid").display(),
            behind = behind.display(),
            server = server.replace("BEHIND", &format!("http://unix:{}:", behind.display())),
        );
        fs::write(folder.join("nginx.conf"), text).expect("its configuration");
        let log = fs::File::create(folder.join("log")).expect("a log");
        let nginx = Command::new("/usr/sbin/nginx")
            .args(["-e", "stderr", "-c"])
            .arg(folder.join("nginx.conf"))
            .arg("-p")
            .arg(&folder)
            .stdin(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("nginx starts");
        let made = Self { folder, port: endpoint, nginx };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", made.port)).is_err() {
            assert!(start.elapsed() < PATIENCE, "{:?}", fs::read_to_string(made.folder.join("log")));
            thread::sleep(Duration::from_millis(20));
        }
        made
    }

    fn with_login(self, password: &str) -> Self {
        fs::write(self.folder.join("secret/username"), "agent").expect("a key");
        fs::write(self.folder.join("secret/password"), password).expect("a key");
        let file = self.folder.join("htpasswd");
        let made = Command::new("htpasswd").arg("-cbBC4").arg(&file).args(["agent", PASSWORD]).output();
        assert!(made.expect("htpasswd runs").status.success());
        Command::new("chmod").args(["-R", "a+rX"]).arg(&self.folder).status().expect("chmod runs");
        self
    }

    fn probe(&self) -> (i32, String) {
        probe(&format!("http://127.0.0.1:{}/prometheus/api/v1/write", self.port), &self.folder.join("secret"))
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.nginx.id().to_string()).status();
        let _ = self.nginx.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn probe(url: &str, secret: &std::path::Path) -> (i32, String) {
    let output =
        Command::new(*BINARY).args(["probe", url, "--secret"]).arg(secret).output().expect("it runs");
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(!text.contains("canary"), "{text}");
    (output.status.code().expect("it ends by itself"), text)
}

#[test]
fn a_door_before_the_whole_prefix_is_shut() {
    let endpoint = Endpoint::new("whole", &format!("location /prometheus {{ {GUARD} proxy_pass BEHIND; }}"))
        .with_login(PASSWORD);
    assert_eq!(endpoint.probe(), (0, "the endpoint is shut to those without a login\n".into()));
}

#[test]
fn no_door_is_open() {
    let (code, text) =
        Endpoint::new("none", "location / { proxy_pass BEHIND; }").with_login(PASSWORD).probe();
    assert!(
        code == 1 && text.starts_with("/prometheus/api/v1/write: a write without a login came"),
        "{text}"
    );
    assert!(text.lines().all(|line| line.ends_with(" [receiver-open]")), "{text}");
}

#[test]
fn a_door_that_takes_one_spelling_for_another_path_is_open() {
    // What Traefik does: the guard is on the path as it is spelled.
    let server = format!(
        "if ($request_uri = /prometheus/api/v1/write) {{ return 401; }} location / {{ proxy_pass BEHIND; }} location /x {{ {GUARD} }}"
    );
    let (code, text) = Endpoint::new("spelled", &server).with_login(PASSWORD).probe();
    assert!(code == 1 && text.starts_with("/prometheus/api/v1%2Fwrite: "), "{text}");
}

#[test]
fn a_door_before_the_write_path_alone_leaves_prometheus_to_be_stopped() {
    let server = format!(
        "location /prometheus/api/v1/write {{ {GUARD} proxy_pass BEHIND; }} location / {{ proxy_pass BEHIND; }}"
    );
    let (code, text) = Endpoint::new("path", &server).with_login(PASSWORD).probe();
    assert!(
        code == 1 && text.starts_with("/prometheus/api/v1/status/flags: anyone may reload or stop"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[test]
fn a_door_without_its_logins_or_with_others_is_told() {
    let guarded = format!("location / {{ {GUARD} proxy_pass BEHIND; }}");
    let endpoint = Endpoint::new("file", &guarded).with_login(PASSWORD);
    fs::remove_file(endpoint.folder.join("htpasswd")).expect("it was there");
    let (code, text) = endpoint.probe();
    assert!(code == 1 && text.contains("the endpoint cannot look up a login, it answers with 403"), "{text}");
    let (code, text) = Endpoint::new("other", &guarded).with_login("canary-another").probe();
    assert!(code == 1 && text.contains("the login of the Secret is not let in, the answer is 401"), "{text}");
}

#[test]
fn an_address_that_does_not_answer_is_not_a_shut_door() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("it has one");
    let nowhere = PathBuf::from("/nothing");
    let (code, text) = probe(&format!("http://{free}/prometheus/api/v1/write"), &nowhere);
    assert!(code == 2 && text.contains("Connection refused"), "{text}");
    for url in ["https://h/w", "http://u:canary-77c0@h/w", "http://h", "canary"] {
        assert_eq!(probe(url, &nowhere).0, 2, "{url}");
    }
}
