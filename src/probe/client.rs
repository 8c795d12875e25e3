//! One request → its answer, within the limits of a request and of the probe.
//!
//! Each request has a connection of its own: nothing that was answered before
//! changes what is answered next. Redirects are not followed: they would take
//! the login somewhere else. Where a server puts requests off (429, 503), it is
//! asked again after the time it names, and not for ever.

use super::address::Address;
use super::ask_error::{ALL_REQUESTS, AskError, ONE_REQUEST};
use super::findings::Shown;
use super::http::{self, Answer};
use super::login::Credential;
use super::tls;
use super::wire::{self, Wire};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How often a request is repeated that was put off.
const REPEATS: u64 = 2;

/// What is sent.
pub(super) struct Ask<'a> {
    /// POST writes, GET reads a page.
    pub(super) method: &'static str,
    /// The path, sent as it is.
    pub(super) path: &'a str,
    /// What the body is coded with; OTLP has none.
    pub(super) snappy: bool,
    /// What is written.
    pub(super) body: &'a [u8],
    /// As whom.
    pub(super) credential: Option<&'a Credential>,
}

/// Whoever asks.
pub(super) struct Client {
    pub(super) address: Address,
    /// What was asked, in order.
    pub(super) shown: Vec<Shown>,
    sockets: Vec<SocketAddr>,
    tls: Option<tls::Settings>,
    end: Instant,
}

impl Client {
    pub(super) fn new(address: Address, tls: Option<tls::Settings>) -> Self {
        let end = Instant::now() + ALL_REQUESTS;
        Self { address, shown: Vec::new(), sockets: Vec::new(), tls, end }
    }

    /// Whether there is time for one more.
    pub(super) fn has_time(&self) -> bool {
        wire::left(self.end).is_some()
    }

    /// Asks, and once more where the server puts it off.
    pub(super) fn ask(&mut self, ask: &Ask) -> Result<Answer, AskError> {
        for repeat in 1..=REPEATS {
            let answer = self.ask_once(ask)?;
            let is_put_off = matches!(answer.status, 429 | 503);
            match pause(answer.retry_after, repeat, wire::left(self.end)).filter(|_| is_put_off) {
                Some(pause) => thread::sleep(pause),
                None => return Ok(answer),
            }
        }
        self.ask_once(ask)
    }

    fn ask_once(&mut self, ask: &Ask) -> Result<Answer, AskError> {
        let answer = self.exchange(ask);
        self.shown.push(Shown {
            method: ask.method,
            path: ask.path.to_owned(),
            login: ask.credential.map_or("without a login", Credential::shown),
            answer: answer.as_ref().map(|answer| answer.status).map_err(ToString::to_string),
        });
        answer
    }

    fn exchange(&mut self, ask: &Ask) -> Result<Answer, AskError> {
        if !self.has_time() {
            return Err(AskError::OutOfTime);
        }
        let end = self.end.min(Instant::now() + ONE_REQUEST);
        if self.sockets.is_empty() {
            self.sockets = wire::resolve(self.address.host(), self.address.port(), end)?;
        }
        let mut wire = Wire::connect(&mut self.sockets, end)?;
        let head = head(&self.address, ask);
        match &self.tls {
            Some(tls) => converse(&mut tls.wrap(wire, ask.credential)?, &head, ask.body),
            None => converse(&mut wire, &head, ask.body),
        }
    }
}

/// How long to wait for the next of some repeats: as long as the server wants, within reason.
/// `None`: there is not twice as much time left, which the answer may take.
fn pause(wanted_seconds: Option<u64>, repeat: u64, left: Option<Duration>) -> Option<Duration> {
    let pause = Duration::from_secs(wanted_seconds.unwrap_or(repeat).clamp(1, 10));
    left.is_some_and(|left| left >= pause * 2).then_some(pause)
}

/// What a server says before it closes is read even where it did not wait for
/// the whole request.
fn converse(stream: &mut (impl Read + Write), head: &[u8], body: &[u8]) -> Result<Answer, AskError> {
    let sent = stream.write_all(head).and_then(|()| stream.write_all(body)).and_then(|()| stream.flush());
    let answer = http::read(stream);
    match (sent, answer) {
        (Err(error), Err(AskError::Closed | AskError::Broken(_))) => Err(error.into()),
        (_, answer) => answer,
    }
}

fn head(address: &Address, ask: &Ask) -> Zeroizing<Vec<u8>> {
    let (target, host) = (address.target(ask.path), address.authority());
    let mut head = Zeroizing::new(Vec::with_capacity(4096 + target.len()));
    let mut push = |text: &str| head.extend_from_slice(text.as_bytes());
    push(&format!(
        "{} {target} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {}\r\nConnection: close\r\n",
        ask.method,
        concat!("remote-write-auth/", env!("CARGO_PKG_VERSION"))
    ));
    if ask.method == "POST" {
        push(&format!("Content-Length: {}\r\nContent-Type: application/x-protobuf\r\n", ask.body.len()));
    }
    if ask.snappy {
        push("Content-Encoding: snappy\r\nX-Prometheus-Remote-Write-Version: 0.1.0\r\n");
    }
    match ask.credential {
        Some(Credential::Basic { username, password }) => {
            let login = Zeroizing::new(format!("{username}:{}", password.as_str()));
            push("Authorization: Basic ");
            push(&Zeroizing::new(STANDARD.encode(login.as_bytes())));
            push("\r\n");
        }
        Some(Credential::Bearer(token)) => {
            push("Authorization: Bearer ");
            push(token);
            push("\r\n");
        }
        Some(Credential::Certificate(_)) | None => (),
    }
    push("\r\n");
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_is_put_off_waits_as_the_server_wants_and_within_its_time() {
        let seconds = Duration::from_secs;
        for (wanted, repeat, left, expected) in [
            (None, 1, 60, Some(1)),
            (None, 2, 60, Some(2)),
            (Some(0), 1, 60, Some(1)),
            (Some(7), 1, 60, Some(7)),
            (Some(3600), 1, 60, Some(10)),
            (Some(10), 1, 20, Some(10)),
            (Some(10), 1, 19, None),
        ] {
            assert_eq!(pause(wanted, repeat, Some(seconds(left))), expected.map(seconds), "{wanted:?}");
        }
        assert_eq!(pause(None, 1, None), None);
    }
}
