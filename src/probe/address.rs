//! `http[s]://HOST[:PORT]/PATH[?QUERY]` → where to ask, and in which spellings.
//!
//! A path is sent byte for byte as it is spelled: a library of addresses would
//! tidy up the very paths that are to be tried. The query is sent and never
//! shown, since it can hold a token.

use std::fmt;

/// Where the receiver is.
#[derive(Clone, Debug)]
pub(super) struct Address {
    https: bool,
    /// As it stands in the address, with the brackets of IPv6.
    host: String,
    port: Option<u16>,
    /// What is asked for, from its first slash on.
    path: String,
    /// From its question mark on.
    query: String,
}

/// Why a text is not an address; it is never repeated, since it can hold a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AddressError {
    SchemeUnknown,
    HoldsLogin,
    HasWrongForm,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SchemeUnknown => {
                "begins neither with https:// nor with http://; write the address that agents write to"
            }
            Self::HoldsLogin => "holds a login; name the login by an option or a setting of its own",
            Self::HasWrongForm => {
                "is not of the form https://HOST:PORT/PATH; write the address that agents write to"
            }
        })
    }
}

impl std::error::Error for AddressError {}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, AddressError> {
        let begins =
            |scheme: &str| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        let (https, rest) = match (begins("https://"), begins("http://")) {
            (true, _) => (true, &url[8..]),
            (_, true) => (false, &url[7..]),
            _ => return Err(AddressError::SchemeUnknown),
        };
        let (authority, target) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(AddressError::HoldsLogin);
        }
        let (path, query) = target.split_at(target.find('?').unwrap_or(target.len()));
        let (host, port) = host_and_port(authority).ok_or(AddressError::HasWrongForm)?;
        let is_sendable = target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
        if path.len() < 2 || !is_sendable {
            return Err(AddressError::HasWrongForm);
        }
        Ok(Self { https, host, port, path: path.to_owned(), query: query.to_owned() })
    }

    pub(super) fn is_https(&self) -> bool {
        self.https
    }

    /// The host without the brackets of IPv6: for the resolver and the certificate.
    pub(super) fn host(&self) -> &str {
        self.host.trim_matches(['[', ']'])
    }

    pub(super) fn port(&self) -> u16 {
        self.port.unwrap_or(if self.https { 443 } else { 80 })
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// For the header `Host`.
    pub(super) fn authority(&self) -> String {
        self.port.map_or_else(|| self.host.clone(), |port| format!("{}:{port}", self.host))
    }

    /// `path` as it is asked for, with the query of the address.
    pub(super) fn target(&self, path: &str) -> String {
        format!("{path}{}", self.query)
    }

    /// The same server, another path; its query is left out.
    pub(super) fn with_path(&self, target: &str) -> Self {
        let path = target.split(['?', '#']).next().unwrap_or_default().to_owned();
        Self { path, query: String::new(), ..self.clone() }
    }

    /// The address without what it can hold of a credential.
    pub(super) fn shown(&self) -> String {
        let scheme = if self.https { "https" } else { "http" };
        format!("{scheme}://{}{}", self.authority(), self.path)
    }

    /// The path of Prometheus itself: what stands before `/api/v1/`.
    pub(super) fn prefix(&self) -> Option<&str> {
        self.path.find("/api/v1/").map(|at| &self.path[..at])
    }
}

fn host_and_port(authority: &str) -> Option<(String, Option<u16>)> {
    let has_port = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
    let (host, port) = match has_port {
        Some(at) => (&authority[..at], Some(authority[at + 1..].parse().ok().filter(|port| *port > 0)?)),
        None => (authority, None),
    };
    let of = |text: &str, more: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    let is_host = match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').is_some_and(|inner| of(inner, ":.")),
        None => of(host, ".-_"),
    };
    is_host.then(|| (host.to_owned(), port))
}

/// The path as it is, and in the forms that reach the same handler while some
/// edge takes them for another path. Traefik up to 3.6 matches `%2F` as it is
/// spelled and Prometheus decodes it; an nginx that passes `$uri` on decodes twice.
pub(super) fn spellings(path: &str) -> Vec<String> {
    let mut targets = vec![path.to_owned()];
    if let Some((before, last)) = path.rsplit_once('/') {
        for joint in ["%2F", "%252F", "//", "/./", "/x/../"] {
            targets.push(format!("{before}{joint}{last}"));
        }
        if let Some(byte) = last.bytes().next().filter(u8::is_ascii_alphanumeric) {
            targets.push(format!("{before}/%{byte:02X}{}", &last[1..]));
            targets.push(format!("{before}/%25{byte:02X}{}", &last[1..]));
        }
        let joined = path.find("/api/v1/").filter(|at| *at > 0);
        targets.extend(joined.map(|at| path[..at].to_owned() + &path[at + 1..]));
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_path_without_a_login() {
        let shown = |url| Address::parse(url).map(|address| (address.shown(), address.port()));
        assert_eq!(shown("http://a/b"), Ok(("http://a/b".into(), 80)));
        assert_eq!(shown("HTTPS://a:1/b?token=x"), Ok(("https://a:1/b".into(), 1)));
        assert_eq!(shown("https://[::1]/b"), Ok(("https://[::1]/b".into(), 443)));
        for url in [
            "http:///b",
            "http://a",
            "http://a/",
            "http://a/b c",
            "http://a/b#c",
            "http://a:0/b",
            "http://a:x/b",
            "http://[a/b",
            "http://a\r\n/b",
        ] {
            assert_eq!(shown(url), Err(AddressError::HasWrongForm), "{url}");
        }
        assert_eq!(shown("http://u:p@a/b"), Err(AddressError::HoldsLogin));
        for url in ["ftp://a/b", "a/b", "", "é"] {
            assert_eq!(shown(url), Err(AddressError::SchemeUnknown), "{url}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_address() {
        for (url, says) in [
            ("ftp://canary/b", "begins neither with"),
            ("http://canary@a/b", "holds a login; "),
            ("http://canary", "is not of the form "),
        ] {
            let said = Address::parse(url).expect_err("no address").to_string();
            assert!(said.contains(says) && !said.contains("canary"), "{said}");
        }
    }

    #[test]
    fn another_path_of_the_server_leaves_the_query_behind() {
        let address = Address::parse("https://a:1/b?token=x").expect("an address");
        assert_eq!((address.path(), address.target("/b").as_str()), ("/b", "/b?token=x"));
        for target in ["/c", "/c?d", "/c#d"] {
            let other = address.with_path(target);
            assert_eq!((other.path(), other.target("/c").as_str()), ("/c", "/c"), "{target}");
            assert_eq!((other.host(), other.port(), other.is_https()), ("a", 1, true));
        }
    }

    #[test]
    fn a_path_is_asked_for_in_every_form_that_was_seen_to_pass_an_edge() {
        assert_eq!(
            spellings("/p/api/v1/write"),
            [
                "/p/api/v1/write",
                "/p/api/v1%2Fwrite",
                "/p/api/v1%252Fwrite",
                "/p/api/v1//write",
                "/p/api/v1/./write",
                "/p/api/v1/x/../write",
                "/p/api/v1/%77rite",
                "/p/api/v1/%2577rite",
                "/papi/v1/write"
            ]
        );
        // Without a prefix there is nothing to join with.
        assert!(spellings("/api/v1/write").iter().all(|target| target.starts_with("/api/v1")));
    }
}
