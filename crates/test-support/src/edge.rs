//! An nginx with a folder of its own, a Prometheus that it proxies to and all tests
//! share, and requests to the write path.

use crate::call::{Answered, call_with, merge};
use crate::folder::Folder;
use crate::port::free_port;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

/// Longer than a busy machine takes, shorter than anybody waits.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub const WRITE_PATH: &str = "/prometheus/api/v1/write";
/// The unprivileged user of the workers, and its group.
pub const GROUP: &str = "nogroup";
/// Long and random enough for the cheapest hash.
pub const PASSWORD: &str = "mFvGq4wUe8Zx1TbLs7Ro3Ny6";
pub const USERNAME: &str = "alloy";

/// Of the system; Debian's `PATH` of a normal login lacks its folder.
pub const NGINX: &str = "/usr/sbin/nginx";

/// A program that ends when this process does, however that ends.
pub struct Daemon {
    shell: Child,
    leash: Option<ChildStdin>,
}

impl Daemon {
    /// `litter` is a path that is removed at the end; it may be empty.
    pub fn start(command: &[&str], log: &Path, litter: &str) -> Self {
        let script = r#""$@" & read -r _; kill -TERM $!; wait; rm -rf "$0""#;
        let log = fs::File::create(log).expect("a log in our own folder");
        let mut shell = Command::new("sh")
            .args(["-c", script, litter])
            .args(command)
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("a descriptor"))
            .stderr(log)
            .spawn()
            .expect("a shell");
        let leash = shell.stdin.take();
        Self { shell, leash }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.leash.take());
        let _ = self.shell.wait();
    }
}

/// Waits until it holds; a test that waits in vain fails here.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < end, "in vain: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Longer than the steps in which files and processes are dated.
pub fn pause() {
    thread::sleep(Duration::from_millis(50));
}

/// The port of a Prometheus with its receiver on, below `/prometheus`.
pub fn prometheus() -> u16 {
    static STARTED: OnceLock<(u16, Daemon, Folder)> = OnceLock::new();
    STARTED.get_or_init(|| (0..5).find_map(|_| start_prometheus()).expect("a Prometheus that starts")).0
}

/// `None`: somebody else took the port in between.
fn start_prometheus() -> Option<(u16, Daemon, Folder)> {
    let folder = Folder::new();
    let port = free_port();
    let configuration = folder.file("prometheus.yml", "global: {scrape_interval: 1h}\n");
    let flag = |name: &str, value: &str| format!("--{name}={value}");
    let mut daemon = Daemon::start(
        &[
            "prometheus",
            &flag("config.file", &configuration.display().to_string()),
            &flag("storage.tsdb.path", &folder.0.join("data").display().to_string()),
            &flag("web.listen-address", &format!("127.0.0.1:{port}")),
            &flag("web.route-prefix", "/prometheus"),
            "--web.enable-remote-write-receiver",
        ],
        &folder.0.join("log"),
        &folder.0.display().to_string(),
    );
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        let log = fs::read_to_string(folder.0.join("log")).unwrap_or_default();
        if log.contains("address already in use") {
            return None;
        }
        assert!(daemon.shell.try_wait().expect("our own child").is_none(), "no Prometheus: {log}");
        if ready(port) {
            return Some((port, daemon, folder));
        }
        thread::sleep(Duration::from_millis(20));
    }
    None
}

fn ready(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok_and(|stream| {
        let request = "GET /prometheus/-/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        exchange(stream, request.as_bytes()).starts_with("HTTP/1.1 200")
    })
}

fn exchange(mut stream: impl Read + Write, request: &[u8]) -> String {
    let mut answer = Vec::new();
    let done = stream.write_all(request).and_then(|()| stream.read_to_end(&mut answer));
    // A peer that resets the connection after its answer has answered.
    let _ = done;
    String::from_utf8_lossy(&answer).into_owned()
}

/// An nginx, started or not, and the options of the module for it.
pub struct Edge {
    pub folder: Folder,
    daemon: Option<Daemon>,
    pid_file: &'static str,
}

/// The guarded location as the README shows it.
pub const GUARDED: &str = "include INCLUDE; proxy_pass http://127.0.0.1:PORT;";

impl Edge {
    /// A configuration that includes the module's file; nothing runs yet.
    pub fn new() -> Self {
        let folder = Folder::new();
        fs::set_permissions(&folder.0, Permissions::from_mode(0o711)).expect("our own folder");
        let edge = Self { folder, daemon: None, pid_file: "pid" };
        let script = format!("#!/bin/sh\nexec {NGINX} -c {} \"$@\"\n", edge.path("nginx.conf").display());
        edge.folder.script("nginx", script);
        edge.configure(GUARDED);
        edge
    }

    /// The same, with its include written by the module, and started.
    pub fn started(options: Value) -> Self {
        let mut edge = Self::new();
        let first = edge.module(options);
        assert!(first.is_accepted(), "{first:?}");
        edge.start();
        edge
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.0.join(name)
    }

    pub fn include(&self) -> PathBuf {
        self.path("include")
    }

    pub fn htpasswd(&self) -> PathBuf {
        self.path("htpasswd")
    }

    /// Puts this into the location of the write path; `INCLUDE` and `PORT` stand for ours.
    pub fn configure(&self, location: &str) {
        self.configure_server(&format!("location ^~ {WRITE_PATH} {{ {location} }}"));
    }

    pub fn configure_server(&self, server: &str) {
        let mut text = String::from(
            "user nobody nogroup;\nworker_processes 1;\npid FOLDER/pid;\nerror_log FOLDER/error.log;\n\
             events { worker_connections 64; }\nhttp {\n access_log off;\n",
        );
        for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            writeln!(text, " {kind}_temp_path FOLDER/{kind};").expect("memory");
        }
        writeln!(text, " server {{\n  listen unix:FOLDER/socket;\n  {server}\n }}\n}}").expect("memory");
        let text = text.replace("INCLUDE", &self.include().display().to_string());
        let text = text.replace("FOLDER", &self.folder.0.display().to_string());
        self.folder.file("nginx.conf", text.replace("PORT", &prometheus().to_string()));
    }

    pub fn program(&self) -> String {
        self.path("nginx").display().to_string()
    }

    /// The module's options: where everything is, and `more`.
    pub fn options(&self, more: Value) -> Value {
        let mut options = json!({
            "htpasswd_path": self.htpasswd(), "include_path": self.include(),
            "nginx": self.program(), "group": GROUP,
        });
        merge(&mut options, more);
        options
    }

    /// One call of the module.
    pub fn module(&self, more: Value) -> Answered {
        call_with(&self.options(more))
    }

    /// `state: verified`, with the same options as a call before.
    pub fn verify(&self, more: Value) -> Answered {
        let mut options = more;
        merge(&mut options, json!({"state": "verified"}));
        self.module(options)
    }

    /// Replaces a piece of the main file; `FOLDER` stands for ours in both.
    pub fn edit(&self, old: &str, new: &str) {
        let [old, new] = [old, new].map(|text| text.replace("FOLDER", &self.folder.0.display().to_string()));
        let text = fs::read_to_string(self.path("nginx.conf")).expect("our own file");
        assert!(text.contains(&old), "{old} is in {text}");
        self.folder.file("nginx.conf", text.replace(&old, &new));
    }

    /// Has its program do this first, whatever it is called with.
    pub fn do_before_nginx(&self, line: &str) {
        let own = fs::read_to_string(self.program()).expect("our own file");
        self.folder.script("nginx", own.replace("exec", &format!("{line}\nexec")));
    }

    /// Not in the same hundredth of a second as a write before: a worker that
    /// may be older than its include counts as older.
    pub fn start(&mut self) {
        let program = self.program();
        self.start_as(&[&program, "-g", "daemon off;"], "pid");
    }

    /// The same by another command, which must keep nginx in the foreground, and
    /// with its pid file of this name.
    pub fn start_as(&mut self, command: &[&str], pid_file: &'static str) {
        pause();
        self.pid_file = pid_file;
        self.daemon = Some(Daemon::start(command, &self.path("output"), ""));
        wait_until("nginx serves", || {
            UnixStream::connect(self.path("socket")).is_ok() && !self.workers().is_empty()
        });
    }

    pub fn stop(&mut self) {
        self.daemon = None;
    }

    pub fn signal(&self, signal: &str) {
        let signalled = Command::new(self.program()).args(["-s", signal]).output().expect("nginx");
        assert!(signalled.status.success(), "nginx -s {signal}: {signalled:?}");
    }

    /// A reload by hand, until no worker from before takes requests. Not in the same
    /// hundredth of a second as a write before, as in `start`.
    pub fn reload(&self) {
        pause();
        let before = self.workers();
        self.signal("reload");
        wait_until("new workers alone", || {
            let now = self.workers();
            !now.is_empty() && now.iter().all(|worker| !before.contains(worker))
        });
    }

    /// The master, by its pid file.
    pub fn master(&self) -> Option<u32> {
        fs::read_to_string(self.path(self.pid_file)).ok()?.trim().parse().ok()
    }

    /// The workers that take requests, as `ps` sees them.
    pub fn workers(&self) -> Vec<u32> {
        self.children("nginx: worker process")
    }

    /// The workers that only end what they have begun.
    pub fn leaving_workers(&self) -> Vec<u32> {
        self.children("nginx: worker process is shutting down")
    }

    fn children(&self, title: &str) -> Vec<u32> {
        let Some(master) = self.master() else { return Vec::new() };
        let seen = Command::new("ps").args(["-o", "pid=,args=", "--ppid", &master.to_string()]).output();
        let seen = String::from_utf8(seen.expect("ps").stdout).expect("text");
        let named = seen.lines().filter(|line| line.trim_end().ends_with(title));
        named
            .map(|line| line.split_whitespace().next().expect("a number").parse().expect("a number"))
            .collect()
    }

    /// The status of one write without a sample: 204 when Prometheus took it.
    pub fn write(&self, login: Option<(&str, &str)>) -> u16 {
        self.write_to(WRITE_PATH, login)
    }

    pub fn write_to(&self, path: &str, login: Option<(&str, &str)>) -> u16 {
        self.ask(path, login).0
    }

    /// Status and all that came.
    pub fn ask(&self, path: &str, login: Option<(&str, &str)>) -> (u16, String) {
        self.ask_at("socket", path, login)
    }

    /// The same at another socket in the folder.
    pub fn ask_at(&self, socket: &str, path: &str, login: Option<(&str, &str)>) -> (u16, String) {
        let stream = UnixStream::connect(self.path(socket)).expect("nginx listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        let answer = exchange(stream, &request(path, login, "close"));
        (status_of(&answer).unwrap_or_else(|| panic!("no answer: {answer}")), answer)
    }

    /// A connection that is kept.
    pub fn connect(&self) -> Connection {
        let stream = UnixStream::connect(self.path("socket")).expect("nginx listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        Connection(BufReader::new(stream))
    }

    pub fn write_with_login(&self) -> u16 {
        self.write(Some((USERNAME, PASSWORD)))
    }
}

/// One that agents keep between two requests.
pub struct Connection(BufReader<UnixStream>);

impl Connection {
    /// `None`: it was closed before an answer came.
    pub fn write(&mut self, login: Option<(&str, &str)>) -> Option<u16> {
        self.0.get_mut().write_all(&request(WRITE_PATH, login, "keep-alive")).ok()?;
        let mut line = String::new();
        self.0.read_line(&mut line).ok()?;
        let status = status_of(&line)?;
        let mut length = 0;
        loop {
            let mut header = String::new();
            self.0.read_line(&mut header).expect("the rest of an answer");
            if header.trim().is_empty() {
                break;
            }
            if let Some(value) = header.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("the body of an answer");
        Some(status)
    }
}

fn request(path: &str, login: Option<(&str, &str)>, connection: &str) -> Vec<u8> {
    let mut head = format!(
        "POST {path} HTTP/1.1\r\nHost: edge\r\nConnection: {connection}\r\nContent-Length: 1\r\n\
         Content-Type: application/x-protobuf\r\nContent-Encoding: snappy\r\n\
         X-Prometheus-Remote-Write-Version: 0.1.0\r\n"
    );
    if let Some((username, password)) = login {
        let login = base64(format!("{username}:{password}").as_bytes());
        write!(head, "Authorization: Basic {login}\r\n").expect("memory");
    }
    [head.as_bytes(), b"\r\n\0"].concat()
}

fn status_of(answer: &str) -> Option<u16> {
    answer.split(' ').nth(1)?.parse().ok()
}

/// Basic, with the login that [`Edge::write_with_login`] uses.
pub fn basic() -> Value {
    json!({"username": USERNAME, "password": PASSWORD})
}

pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(*chunk.get(at).unwrap_or(&0)));
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at)) as usize & 63];
            text.push(if at > chunk.len() { '=' } else { char::from(digit) });
        }
    }
    text
}
