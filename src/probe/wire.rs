//! A host and a port → a connection that keeps to a point in time.
//!
//! The operating system's own limits are per read and per write: a server that
//! sends a byte every three seconds never meets one. So each read and write gets
//! what is left until the end. Nothing here knows HTTP or TLS.

use super::ask_error::AskError;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// For one address, where others remain to be tried.
const ONE_OF_MANY: Duration = Duration::from_secs(3);

/// A connection, until `end`.
pub(super) struct Wire {
    stream: TcpStream,
    end: Instant,
}

/// What is left until `end`.
pub(super) fn left(end: Instant) -> Option<Duration> {
    end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
}

/// The addresses of `host`. In a thread: the resolver keeps to limits of its own.
pub(super) fn resolve(host: &str, port: u16, end: Instant) -> Result<Vec<SocketAddr>, AskError> {
    let (sender, receiver) = mpsc::channel();
    let name = host.to_owned();
    thread::spawn(move || {
        let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        // Nobody waits any more where it took too long.
        let _ = sender.send(found);
    });
    let found = receiver.recv_timeout(left(end).unwrap_or_default()).map_err(|_| AskError::TimedOut)?;
    found.ok().filter(|list| !list.is_empty()).ok_or(AskError::HostNotFound)
}

impl Wire {
    /// Connects to the first of `sockets` that answers, and moves it to the front.
    pub(super) fn connect(sockets: &mut [SocketAddr], end: Instant) -> Result<Self, AskError> {
        let mut last = AskError::HostNotFound;
        for at in 0..sockets.len() {
            let limit = left(end).ok_or(AskError::TimedOut)?;
            let limit = if at + 1 < sockets.len() { limit.min(ONE_OF_MANY) } else { limit };
            match TcpStream::connect_timeout(&sockets[at], limit) {
                Ok(stream) => {
                    sockets.swap(0, at);
                    // A refusal to do so costs milliseconds, no more.
                    let _ = stream.set_nodelay(true);
                    return Ok(Self { stream, end });
                }
                Err(error) if error.kind() == ErrorKind::TimedOut => last = AskError::TimedOut,
                Err(error) => last = AskError::NotReached(error),
            }
        }
        Err(last)
    }

    fn left(&self) -> io::Result<Duration> {
        left(self.end).ok_or_else(|| ErrorKind::TimedOut.into())
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(self.left()?))?;
        self.stream.read(buffer)
    }
}

impl Write for Wire {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(self.left()?))?;
        self.stream.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
