//! The addresses that `listen`, `server` and `proxy_pass` name.

use std::fmt::{self, Display, Formatter};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

/// Where a program listens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// By number.
    Ip(IpAddr, u16),
    /// By a name that is looked up when nginx starts; in lower case.
    Name(String, u16),
    /// A socket in the file system.
    Unix(PathBuf),
}

impl Address {
    /// `HOST:PORT`, `[::1]:PORT`, `unix:/PATH`; a host alone has `port`.
    pub fn parse(text: &str, port: u16) -> Option<Self> {
        if let Some(path) = text.strip_prefix("unix:") {
            return (!path.is_empty()).then(|| Self::Unix(PathBuf::from(path)));
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, number)) if !number.contains(']') => (host, number.parse().ok()?),
            _ => (text, port),
        };
        if let Some(host) = host.strip_prefix('[') {
            let address: Ipv6Addr = host.strip_suffix(']')?.parse().ok()?;
            return Some(Self::Ip(address.to_canonical(), port));
        }
        let host = host.to_ascii_lowercase();
        if host == "localhost" {
            return Some(Self::Ip(Ipv4Addr::LOCALHOST.into(), port));
        }
        if let Some(address) = short_ipv4(&host) {
            return Some(Self::Ip(address.into(), port));
        }
        (!host.is_empty() && !host.contains(':')).then_some(Self::Name(host, port))
    }

    /// Whether a request to one reaches what listens on the other, on this
    /// host; `None` where a name decides it.
    pub fn reaches(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Ip(one, port), Self::Ip(other, other_port)) => {
                Some(port == other_port && (one == other || (is_this_host(*one) && is_this_host(*other))))
            }
            (Self::Name(one, port), Self::Name(other, other_port)) if one == other => {
                Some(port == other_port)
            }
            (Self::Name(_, port), Self::Ip(_, other_port) | Self::Name(_, other_port))
            | (Self::Ip(_, port), Self::Name(_, other_port)) => (port != other_port).then_some(false),
            (Self::Unix(one), Self::Unix(other)) => Some(one == other),
            (Self::Unix(_), _) | (_, Self::Unix(_)) => Some(false),
        }
    }
}

impl Display for Address {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(IpAddr::V4(address), port) => write!(formatter, "{address}:{port}"),
            Self::Ip(IpAddr::V6(address), port) => write!(formatter, "[{address}]:{port}"),
            Self::Name(name, port) => write!(formatter, "{name}:{port}"),
            Self::Unix(path) => write!(formatter, "unix:{}", path.display()),
        }
    }
}

/// A program that listens on every address is reached by each of these.
fn is_this_host(address: IpAddr) -> bool {
    address.is_loopback() || address.is_unspecified()
}

/// `127.1` is 127.0.0.1 to the C library, which nginx asks.
fn short_ipv4(text: &str) -> Option<Ipv4Addr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    let numbers: Vec<u32> = text.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let (last, leading) = numbers.split_last()?;
    let bits_left = 32 - 8 * u32::try_from(leading.len()).ok().filter(|count| *count < 4)?;
    if u64::from(*last) >= 1 << bits_left || leading.iter().any(|number| *number > 255) {
        return None;
    }
    let leading = leading.iter().enumerate().map(|(index, number)| number << (24 - 8 * index)).sum::<u32>();
    Some(Ipv4Addr::from(leading | last))
}

/// One address of a `listen` directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Listen {
    Any4(u16),
    Any6 { port: u16, also_4: bool },
    One(Address),
}

impl Listen {
    /// A range of ports is one for each; `None` where it is not understood.
    pub(super) fn parse(text: &str, also_4: bool) -> Option<Vec<Self>> {
        if text.starts_with("unix:") {
            return Some(vec![Self::One(Address::parse(text, 0)?)]);
        }
        let (host, ports) = match text.rsplit_once(':') {
            Some((host, ports)) if !ports.contains(']') => (host, ports),
            _ if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => ("*", text),
            _ => (text, "80"),
        };
        let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
        let ports = first.parse::<u16>().ok()?..=last.parse::<u16>().ok()?;
        ports.map(|port| Self::with_port(host, port, also_4)).collect()
    }

    fn with_port(host: &str, port: u16, also_4: bool) -> Option<Self> {
        if host == "*" {
            return Some(Self::Any4(port));
        }
        Some(match Address::parse(host, port)? {
            Address::Ip(address, port) if address.is_unspecified() && address.is_ipv4() => Self::Any4(port),
            Address::Ip(address, port) if address.is_unspecified() => Self::Any6 { port, also_4 },
            address => Self::One(address),
        })
    }

    pub(super) fn is_exactly(&self, local: &Address) -> bool {
        matches!(self, Self::One(address) if address == local)
    }

    pub(super) fn is_any_for(&self, local: &Address) -> bool {
        match (self, local) {
            (Self::Any4(port), Address::Ip(IpAddr::V4(_), local_port)) => port == local_port,
            (Self::Any6 { port, also_4 }, Address::Ip(address, local_port)) => {
                port == local_port && (address.is_ipv6() || *also_4)
            }
            _ => false,
        }
    }

    /// Whether what is sent to this address may arrive here.
    pub(super) fn may_take(&self, sent_to: &Address) -> bool {
        match (self, sent_to) {
            (Self::Any4(port) | Self::Any6 { port, .. }, Address::Ip(address, sent_port)) => {
                port == sent_port && is_this_host(*address)
            }
            (Self::Any4(_) | Self::Any6 { .. }, Address::Name(..) | Address::Unix(_)) => false,
            (Self::One(address), _) => sent_to.reaches(address) == Some(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_receiver_has_many_addresses() {
        let receiver = Address::parse("127.0.0.1:9090", 80).expect("an address");
        for (text, expected) in [
            ("127.0.0.1:9090", Some(true)),
            ("127.1:9090", Some(true)),
            ("127.0.0.5:9090", Some(true)),
            ("0.0.0.0:9090", Some(true)),
            ("LOCALHOST:9090", Some(true)),
            ("[::1]:9090", Some(true)),
            ("[::]:9090", Some(true)),
            ("[::ffff:127.0.0.1]:9090", Some(true)),
            ("127.0.0.1", Some(false)),
            ("127.0.0.1:9091", Some(false)),
            ("10.0.0.1:9090", Some(false)),
            ("unix:/run/x", Some(false)),
            ("prometheus:9090", None),
            ("prometheus:9091", Some(false)),
        ] {
            let address = Address::parse(text, 80).expect(text);
            assert_eq!(address.reaches(&receiver), expected, "{text}");
        }
        for text in ["", "a:b", "[::1", "[x]:1", "::1", "unix:", "a:99999"] {
            assert_eq!(Address::parse(text, 80), None, "{text}");
        }
    }

    #[test]
    fn listen_is_read_as_nginx_reads_it() {
        let one = |text| Listen::One(Address::parse(text, 80).expect("an address"));
        for (text, expected) in [
            ("80", Some(vec![Listen::Any4(80)])),
            ("*:81", Some(vec![Listen::Any4(81)])),
            ("0.0.0.0:80", Some(vec![Listen::Any4(80)])),
            ("127.0.0.1", Some(vec![one("127.0.0.1:80")])),
            ("127.0.0.1:8080", Some(vec![one("127.0.0.1:8080")])),
            ("localhost:8080", Some(vec![one("127.0.0.1:8080")])),
            ("[::]:80", Some(vec![Listen::Any6 { port: 80, also_4: false }])),
            ("[::1]", Some(vec![one("[::1]:80")])),
            ("8000-8002", Some(vec![Listen::Any4(8000), Listen::Any4(8001), Listen::Any4(8002)])),
            ("unix:/run/x", Some(vec![one("unix:/run/x")])),
            ("*:x", None),
            ("", None),
        ] {
            assert_eq!(Listen::parse(text, false), expected, "{text}");
        }
    }
}
