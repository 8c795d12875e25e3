//! Who is let in → the text that nginx includes in the guarded location.
//!
//! Pure. Both directives of basic auth always stand together: nginx lets
//! everybody in when one of them is missing, and `nginx -t` passes.

use std::path::Path;

/// The first line of every include that is ours. Never changed: a file without
/// it is somebody else's and is left alone.
const HEADER: &str = "# Written by remote-write-auth, which replaces this file as a whole.\n";

const WHERE: &str = "# Include it in the guarded location, and in nothing around it.\n";
const BASIC: &str = "# Only who has a login is let in.\n";
const OPEN: &str = "# Open: anybody may write. The auth type is none, said explicitly.\n";
const SHUT: &str = "\
# Shut: the receiver is off, and nobody said who may write.
# To open it, give a username and a password, or the auth type none.
";
/// nginx drops the headers that a location inherits as soon as it sets one.
const STRIP: &str = "\
# Prometheus never sees the login. The location repeats the other headers it needs.
proxy_set_header Authorization \"\";
";

/// What the include says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Include<'a> {
    /// Nothing passes.
    Shut,
    /// A login of the htpasswd file passes.
    Basic {
        /// Printable ASCII without double quote, backslash and dollar sign; not `off`.
        realm: &'a str,
        /// An absolute path that nginx takes as it stands.
        htpasswd: &'a Path,
        /// Whether the Authorization header stays here.
        strip_authorization: bool,
    },
    /// Everybody passes.
    Open,
}

impl Include<'_> {
    /// The whole text of the include.
    pub(crate) fn text(&self) -> String {
        match self {
            Include::Shut => format!("{HEADER}{WHERE}{SHUT}return 404;\n"),
            Include::Open => format!("{HEADER}{WHERE}{OPEN}"),
            Include::Basic { realm, htpasswd, strip_authorization } => {
                let file = htpasswd.display();
                let strip = if *strip_authorization { STRIP } else { "" };
                format!(
                    "{HEADER}{WHERE}{BASIC}satisfy all;\nauth_basic \"{realm}\";\nauth_basic_user_file {file};\n{strip}"
                )
            }
        }
    }
}

/// Whether a text was written by us.
pub(crate) fn is_ours(text: &[u8]) -> bool {
    text.starts_with(header())
}

/// How a text that was written by us begins.
pub(crate) fn header() -> &'static [u8] {
    HEADER.as_bytes()
}

/// Whether a text of ours asks for the logins of this file.
pub(crate) fn asks_with(text: &[u8], htpasswd: &Path) -> bool {
    let line = format!("auth_basic_user_file {};", htpasswd.display());
    text.split(|byte| *byte == b'\n').any(|other| other == line.as_bytes())
}

/// How far an include opens the location; the higher, the more are let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Openness {
    /// Nobody is let in.
    Shut,
    /// Who has a login.
    Logins,
    /// Everybody, or nobody knows: it was edited.
    Everybody,
}

/// How far a text of ours opens the location.
pub(crate) fn openness(text: &[u8]) -> Openness {
    if text == Include::Shut.text().as_bytes() {
        return Openness::Shut;
    }
    let has = |line: &[u8]| text.split(|byte| *byte == b'\n').any(|other| other.starts_with(line));
    let asks = has(b"satisfy all;") && has(b"auth_basic \"") && has(b"auth_basic_user_file /");
    if asks { Openness::Logins } else { Openness::Everybody }
}

/// The text with every line that we never write replaced by words: who edits
/// an include may have put a secret in it.
pub(crate) fn shown(text: &[u8]) -> String {
    let known = format!("{HEADER}{WHERE}{BASIC}{OPEN}{SHUT}{STRIP}return 404;\nsatisfy all;\n");
    let is_known = |line: &str| {
        known.lines().any(|other| other == line)
            || line.starts_with("auth_basic \"")
            || line.starts_with("auth_basic_user_file /")
    };
    let text = String::from_utf8_lossy(text);
    text.lines()
        .map(|line| if is_known(line) { format!("{line}\n") } else { "<another line>\n".into() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(strip_authorization: bool) -> Include<'static> {
        Include::Basic { realm: "Prometheus", htpasswd: Path::new("/etc/nginx/h"), strip_authorization }
    }

    #[test]
    fn both_directives_of_basic_stand_together() {
        let text = basic(true).text();
        let directives: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        let mut expected = vec![
            "satisfy all;",
            "auth_basic \"Prometheus\";",
            "auth_basic_user_file /etc/nginx/h;",
            "proxy_set_header Authorization \"\";",
        ];
        assert_eq!(directives, expected);
        expected.pop();
        let text = basic(false).text();
        assert_eq!(text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_file_of_the_logins_is_read_from_it() {
        let text = basic(true).text();
        let asks = |path: &str| asks_with(text.as_bytes(), Path::new(path));
        assert!(asks("/etc/nginx/h") && !asks("/etc/nginx/") && !asks("/etc/nginx/h2"));
        assert!(!asks_with(Include::Open.text().as_bytes(), Path::new("/etc/nginx/h")));
    }

    #[test]
    fn every_text_is_ours_and_shown_as_it_is() {
        for include in [Include::Shut, Include::Open, basic(true), basic(false)] {
            let text = include.text();
            assert!(is_ours(text.as_bytes()), "{text}");
            assert!(text.ends_with('\n'));
            assert_eq!(shown(text.as_bytes()), text);
            let expected = match include {
                Include::Shut => Openness::Shut,
                Include::Basic { .. } => Openness::Logins,
                Include::Open => Openness::Everybody,
            };
            assert_eq!(openness(text.as_bytes()), expected, "{text}");
        }
        for other in ["", "# Written by", "satisfy all;\n", "\n# Written by remote-write-auth"] {
            assert!(!is_ours(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn an_edited_text_counts_as_open_and_does_not_show_what_was_added() {
        // Without satisfy all an address that is let in around the include needs no login.
        for line in ["satisfy all", "auth_basic \"", "auth_basic_user_file /"] {
            let without = basic(true).text().replace(line, "#");
            assert_eq!(openness(without.as_bytes()), Openness::Everybody, "{line}");
        }
        let edited = format!("{}proxy_set_header X-Token hunter2;\n# hunter2\n", Include::Open.text());
        assert!(!shown(edited.as_bytes()).contains("hunter2"));
    }
}
