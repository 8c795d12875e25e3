//! A real nginx for one configuration after another, a receiver that counts who
//! came through, and requests without a login.

use nginx_configuration::{Address, Configuration, Disk, Peer, Request};
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use test_support::port::free_port;

/// Of the system; Debian's `PATH` of a normal login lacks its folder.
const NGINX: &str = "/usr/sbin/nginx";
/// Longer than a busy machine takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// A header of the receiver's alone.
const MARK: &str = "X-Reached: receiver";

/// A configuration: the main file's contexts but for the head, and other files.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files {
    /// `FOLDER` and `PORT` stand for those of the world.
    pub main: String,
    pub others: Vec<(String, String)>,
}

/// One request, as the generator or a case writes it.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub method: &'static str,
    /// `s0`, `s1` for a socket, else an address without its port.
    pub to: String,
    pub host: String,
    pub target: String,
}

/// What nginx did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    Reached,
    /// 401, and a login is asked for.
    Asked,
    Answered(u16),
}

pub(crate) struct World {
    pub folder: PathBuf,
    pub port: u16,
    came: Arc<AtomicUsize>,
}

impl World {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("rwa-reading-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).expect("a new folder");
        fs::write(folder.join("users"), "alloy:{PLAIN}x\n").expect("our own folder");
        let port = free_port();
        let came = Arc::new(AtomicUsize::new(0));
        let receiver = UnixListener::bind(folder.join("receiver")).expect("a socket in our own folder");
        let counter = Arc::clone(&came);
        thread::spawn(move || receive(&receiver, &counter));
        Self { folder, port, came }
    }

    pub(crate) fn receiver(&self) -> Address {
        Address::Unix(self.folder.join("receiver"))
    }

    pub(crate) fn main(&self) -> PathBuf {
        self.folder.join("nginx.conf")
    }

    /// Puts the files in place of those of the last configuration.
    pub(crate) fn write(&self, files: &Files) {
        for folder in ["inc", "sites"] {
            let _ = fs::remove_dir_all(self.folder.join(folder));
            fs::create_dir(self.folder.join(folder)).expect("our own folder");
        }
        let folder = self.folder.display().to_string();
        let fill = |text: &str| text.replace("FOLDER", &folder).replace("PORT", &self.port.to_string());
        let head = "error_log FOLDER/error.log;\npid FOLDER/pid;\nevents { worker_connections 64; }\n";
        fs::write(self.main(), fill(&[head, &files.main].concat())).expect("our own folder");
        for (name, text) in &files.others {
            fs::write(self.folder.join(name), fill(text)).expect("our own folder");
        }
    }

    pub(crate) fn read(&self) -> Configuration {
        Configuration::load(&self.main(), &Disk).expect("nginx reads it, too")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(NGINX);
        command
            .arg("-p")
            .arg(&self.folder)
            .arg("-c")
            .arg(self.main())
            .arg("-e")
            .arg(self.folder.join("error.log"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    pub(crate) fn dump(&self) -> Vec<u8> {
        let done = self.command().args(["-T", "-q"]).stdout(Stdio::piped()).output().expect("nginx");
        done.stdout
    }

    /// `None`: nginx refuses the configuration.
    pub(crate) fn start(&self) -> Option<Served<'_>> {
        for name in ["s0", "s1"] {
            let _ = fs::remove_file(self.folder.join(name));
        }
        let child = self.command().args(["-g", "daemon off; master_process off;"]).spawn().expect("nginx");
        let mut served = Served { world: self, child };
        let end = Instant::now() + PATIENCE;
        loop {
            if UnixStream::connect(self.folder.join("s0")).is_ok() {
                return Some(served);
            }
            if served.child.try_wait().expect("our own child").is_some() {
                return None;
            }
            assert!(Instant::now() < end, "nginx neither starts nor ends");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Why nginx refused the last configuration, without its place.
    pub(crate) fn last_error(&self) -> String {
        let log = fs::read(self.folder.join("error.log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let line = log.lines().rev().find(|line| line.contains("[emerg]")).unwrap_or_default();
        line.split("[emerg]").nth(1).unwrap_or_default().split(" in /").next().unwrap_or_default().to_owned()
    }

    /// How many requests have come to the receiver.
    pub(crate) fn came(&self) -> usize {
        self.came.load(Ordering::SeqCst)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::env::var_os("KEEP").is_none() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// A running nginx.
pub(crate) struct Served<'a> {
    world: &'a World,
    child: Child,
}

impl Drop for Served<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served<'_> {
    pub(crate) fn ask(&self, ask: &Ask) -> Seen {
        let answer = if ask.to.starts_with('s') {
            let stream = connected(|| UnixStream::connect(self.world.folder.join(&ask.to)));
            stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
            exchange(stream, ask)
        } else {
            let stream = connected(|| TcpStream::connect((ask.to.as_str(), self.world.port)));
            stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
            exchange(stream, ask)
        };
        let head = answer.split("\r\n\r\n").next().unwrap_or_default();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        if answer.contains(MARK) {
            Seen::Reached
        } else if status == 401 && head.contains("WWW-Authenticate") {
            Seen::Asked
        } else {
            Seen::Answered(status)
        }
    }
}

/// nginx opens its sockets one after the other.
fn connected<T>(connect: impl Fn() -> std::io::Result<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        match connect() {
            Ok(stream) => return stream,
            Err(error) => assert!(Instant::now() < end, "nginx does not listen: {error}"),
        }
        thread::sleep(Duration::from_millis(1));
    }
}

fn exchange(mut stream: impl Read + Write, ask: &Ask) -> String {
    let Ask { method, host, target, .. } = ask;
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"
    );
    let mut answer = Vec::new();
    // A peer that closes early has answered all the same.
    let _ = stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

/// The same request, for the reader.
pub(crate) fn request<'a>(world: &World, ask: &'a Ask) -> Request<'a> {
    let (local, peer) = if ask.to.starts_with('s') {
        (Address::Unix(world.folder.join(&ask.to)), Peer::Unix)
    } else {
        let address = ask.to.parse().expect("a number");
        (Address::Ip(address, world.port), Peer::Ip(std::net::Ipv4Addr::LOCALHOST.into()))
    };
    Request { local, peer, host: &ask.host, target: &ask.target, method: ask.method }
}

/// Answers every request with 204, until the process ends.
fn receive(listener: &UnixListener, came: &AtomicUsize) {
    loop {
        match listener.accept() {
            Ok((stream, _)) => answer(stream, came),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// As soon as the head is there: a subrequest announces a body and sends none.
fn answer(mut stream: UnixStream, came: &AtomicUsize) {
    let _ = stream.set_read_timeout(Some(PATIENCE));
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return,
            Ok(count) => request.extend_from_slice(&chunk[..count]),
        }
    }
    came.fetch_add(1, Ordering::SeqCst);
    let head = format!("HTTP/1.1 200 OK\r\n{MARK}\r\nContent-Type: text/html\r\nContent-Length: 3\r\n");
    let _ = stream.write_all(format!("{head}Connection: close\r\n\r\nyes").as_bytes());
    // Until nginx has read it all: an end before would be a reset.
    while stream.read(&mut chunk).is_ok_and(|count| count > 0) {}
}
