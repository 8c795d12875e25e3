//! Why a request has no answer, and the limits that end one.

use super::tls::reason::TlsError;
use std::fmt;
use std::io::{self, ErrorKind};
use std::time::Duration;

/// How long one request may take.
pub(super) const ONE_REQUEST: Duration = Duration::from_secs(10);
/// How long all of them may take together.
pub(super) const ALL_REQUESTS: Duration = Duration::from_secs(60);

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum AskError {
    HostNotFound,
    NotReached(io::Error),
    TimedOut,
    OutOfTime,
    Closed,
    Broken(io::Error),
    NotHttp,
    EndlessHead,
    EndlessBody,
    Tls(TlsError),
}

impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HostNotFound => f.write_str("the host of the address is not found; see that its name is right and that this host can resolve it"),
            Self::NotReached(error) => write!(f, "nothing answers at this host and port: {error}; see that the edge runs and that this host may reach it"),
            Self::TimedOut => write!(f, "no whole answer came within {} s; see that the edge runs and that this host may reach it", ONE_REQUEST.as_secs()),
            Self::OutOfTime => write!(f, "the answers took more than {} s together; ask again when the edge is less busy", ALL_REQUESTS.as_secs()),
            Self::Closed => f.write_str("the connection was closed without an answer; see the log of the edge"),
            Self::Broken(error) => write!(f, "the connection broke before an answer: {error}; see the log of the edge"),
            Self::NotHttp => f.write_str("what answers does not speak HTTP/1.1; see that host and port are those of the edge, and whether they want https"),
            Self::EndlessHead => f.write_str("the head of the answer does not end; see that host and port are those of the edge"),
            Self::EndlessBody => f.write_str(
                "the body of the answer does not end; see that host and port are those of the edge",
            ),
            Self::Tls(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AskError {}

impl From<io::Error> for AskError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Self::TimedOut,
            ErrorKind::UnexpectedEof => Self::Closed,
            _ => match TlsError::from_io(&error) {
                Some(reason) => Self::Tls(reason),
                None => Self::Broken(error),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_connection_ends_by_is_told_apart() {
        let says = |kind: ErrorKind| AskError::from(io::Error::from(kind)).to_string();
        for kind in [ErrorKind::TimedOut, ErrorKind::WouldBlock] {
            assert!(says(kind).starts_with("no whole answer came within 10 s; "), "{kind}");
        }
        assert!(says(ErrorKind::UnexpectedEof).starts_with("the connection was closed without an answer; "));
        assert!(says(ErrorKind::ConnectionReset).starts_with("the connection broke before an answer: "));
    }
}
