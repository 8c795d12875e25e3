//! A request → what was answered, by HTTP/1.1 in clear text.
//!
//! Targets are sent as they are spelled: a library would tidy up the very
//! paths that are to be tried. Redirects are not followed: they would take the
//! login somewhere else.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;
use zeroize::Zeroizing;

const PATIENCE: Duration = Duration::from_secs(10);
/// Prometheus' list of flags takes a few KiB.
const ENOUGH: u64 = 1 << 20;

/// Where the receiver is.
pub(super) struct Address {
    host: String,
    /// What is asked for, from its first slash on.
    pub(super) path: String,
}

/// One write request.
pub(super) struct Request<'a> {
    /// The path, sent as it is.
    pub(super) target: &'a str,
    /// Username and password.
    pub(super) login: Option<(&'a str, &'a str)>,
    /// What is written.
    pub(super) body: &'a [u8],
}

/// What was answered.
pub(super) struct Answer {
    /// The code.
    pub(super) status: u16,
    text: String,
}

impl Answer {
    /// Whether the body holds `word`.
    pub(super) fn says(&self, word: &str) -> bool {
        self.text.contains(word)
    }
}

impl Address {
    /// Reads `http://HOST[:PORT]/PATH`. The address itself is never repeated: it can hold a login.
    pub(super) fn parse(url: &str) -> Result<Self, String> {
        let rest = url.strip_prefix("http://").ok_or(
            "the address does not begin with http://; this probe speaks clear text alone, inside the cluster or the host",
        )?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if host.is_empty()
            || host.contains('@')
            || path.len() < 2
            || !rest.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err("the address is not of the form http://HOST:PORT/PATH, without a login in it".into());
        }
        Ok(Self { host: host.to_owned(), path: path.to_owned() })
    }

    fn socket(&self) -> String {
        let has_port = self
            .host
            .rsplit_once(':')
            .is_some_and(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
        if has_port { self.host.clone() } else { format!("{}:80", self.host) }
    }
}

/// Sends a write request.
pub(super) fn send(address: &Address, request: &Request) -> Result<Answer, String> {
    let mut head = Zeroizing::new(format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\nContent-Type: application/x-protobuf\r\nContent-Encoding: snappy\r\nX-Prometheus-Remote-Write-Version: 0.1.0\r\n",
        request.target,
        address.host,
        request.body.len()
    ));
    if let Some((username, password)) = request.login {
        let login = Zeroizing::new(format!("{username}:{password}"));
        head.push_str("Authorization: Basic ");
        head.push_str(&Zeroizing::new(base64(login.as_bytes())));
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    exchange(address, head.as_bytes(), request.body)
}

/// Asks for a page.
pub(super) fn get(address: &Address, target: &str) -> Result<Answer, String> {
    let head = format!("GET {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", address.host);
    exchange(address, head.as_bytes(), b"")
}

fn exchange(address: &Address, head: &[u8], body: &[u8]) -> Result<Answer, String> {
    let bytes =
        transfer(address, head, body).map_err(|error| format!("cannot ask {}: {error}", address.host))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status =
        text.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| format!("{} does not answer in HTTP", address.host))?;
    Ok(Answer { status, text })
}

fn transfer(address: &Address, head: &[u8], body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut last = std::io::ErrorKind::NotFound.into();
    for socket in address.socket().to_socket_addrs()? {
        match TcpStream::connect_timeout(&socket, PATIENCE) {
            Ok(stream) => return converse(stream, head, body),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn converse(mut stream: TcpStream, head: &[u8], body: &[u8]) -> std::io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(head)?;
    stream.write_all(body)?;
    let mut bytes = Vec::new();
    stream.take(ENOUGH).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let number = three.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte))
            << (8 * (3 - three.len()));
        for digit in 0..4 {
            let at = (number >> (18 - 6 * digit)) & 63;
            text.push(if digit <= three.len() { char::from(DIGITS[at as usize]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_as_everyone_writes_it() {
        for (bytes, text) in
            [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("user:p~?", "dXNlcjpwfj8=")]
        {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn an_address_is_a_host_and_a_path_without_a_login() {
        let socket = |url| Address::parse(url).map(|address| address.socket()).ok();
        assert_eq!(socket("http://a/b"), Some("a:80".into()));
        assert_eq!(socket("http://a:1/b"), Some("a:1".into()));
        for url in
            ["https://a/b", "http://u:p@a/b", "http:///b", "http://a", "http://a/", "http://a/b c", "a/b"]
        {
            assert!(socket(url).is_none(), "{url}");
        }
    }
}
