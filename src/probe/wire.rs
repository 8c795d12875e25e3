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

/// How long the address at this place of so many may take: the last one all that is left.
fn limit(left: Duration, at: usize, count: usize) -> Duration {
    if at + 1 < count { left.min(ONE_OF_MANY) } else { left }
}

impl Wire {
    /// Connects to the first of `sockets` that answers, and moves it to the front.
    pub(super) fn connect(sockets: &mut [SocketAddr], end: Instant) -> Result<Self, AskError> {
        let mut last = AskError::HostNotFound;
        for at in 0..sockets.len() {
            let limit = limit(left(end).ok_or(AskError::TimedOut)?, at, sockets.len());
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn an_address_before_others_does_not_take_their_time() {
        let seconds = Duration::from_secs;
        for (left, at, count, expected) in
            [(10, 0, 1, 10), (10, 0, 2, 3), (10, 1, 2, 10), (2, 0, 3, 2), (10, 1, 3, 3)]
        {
            assert_eq!(limit(seconds(left), at, count), seconds(expected), "{left}, {at} of {count}");
        }
    }

    #[test]
    fn the_address_that_answers_comes_first_from_then_on() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let here = listener.local_addr().expect("its address");
        // Nobody listens there: the first port is only root's to take.
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 1));
        let end = Instant::now() + Duration::from_secs(10);
        let mut sockets = [nowhere, here];
        assert!(Wire::connect(&mut sockets, end).is_ok());
        assert_eq!(sockets, [here, nowhere]);
        assert!(matches!(Wire::connect(&mut [nowhere], end), Err(AskError::NotReached(_))));
        assert!(matches!(Wire::connect(&mut [], end), Err(AskError::HostNotFound)));
        assert!(matches!(Wire::connect(&mut [here], Instant::now()), Err(AskError::TimedOut)));
        // Nobody accepts, so its queue is full soon, and what comes then is not answered.
        let soon = Duration::from_millis(200);
        let queue: Vec<TcpStream> =
            std::iter::from_fn(|| TcpStream::connect_timeout(&here, soon).ok()).take(10_000).collect();
        let connected = Wire::connect(&mut [here], Instant::now() + soon);
        assert!(matches!(connected, Err(AskError::TimedOut)), "{} wait", queue.len());
    }
}
