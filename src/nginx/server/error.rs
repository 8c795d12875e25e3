//! Why nginx did not pass a test or take a reload.

use std::error::Error;
use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// Why a test of the configuration did not pass.
#[derive(Debug)]
pub enum TestError {
    /// nginx would not run with it.
    Rejected(Rejection),
    /// It took it, and printed none: this is another program.
    NotNginx,
    /// It took over 30 s and was ended.
    TimedOut,
    /// The program could not be run.
    CannotStart(io::Error),
}

/// What nginx says of a configuration that it rejects: where, and why where its
/// words repeat no value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejection {
    /// File and line.
    pub at: Option<(PathBuf, u32)>,
    /// One of nginx' own sentences, known here word by word, with the name of a
    /// directive at most.
    pub words: Option<String>,
}

/// Sentences of nginx with the name of a directive in the middle. Others repeat
/// values, which can be credentials.
const SENTENCES: [(&str, &str); 7] = [
    ("unknown directive ", ""),
    ("", " directive is duplicate"),
    ("", " directive is not allowed here"),
    ("invalid number of arguments in ", " directive"),
    ("unexpected ", ""),
    ("no ", " section in configuration"),
    ("no servers are inside upstream", ""),
];

impl Rejection {
    /// nginx' first message of the level `emerg` is the reason.
    pub(super) fn parse(stderr: &[u8]) -> Self {
        let mut lines = stderr.split(|byte| *byte == b'\n');
        let Some(line) = lines.find_map(said) else {
            return Self::default();
        };
        let at =
            line.windows(4).rposition(|part| part == b" in ").and_then(|found| place(&line[found + 4..]));
        let words = String::from_utf8_lossy(line);
        let words = words.split(" in /").next().unwrap_or_default();
        Self { at, words: sentence(words) }
    }
}

/// What stands after the level, and after the process' number where there is one.
fn said(line: &[u8]) -> Option<&[u8]> {
    const LEVEL: &[u8] = b"[emerg] ";
    let at = line.windows(LEVEL.len()).position(|part| part == LEVEL)?;
    let said = &line[at + LEVEL.len()..];
    let is_process = |byte: &u8| byte.is_ascii_digit() || *byte == b'#';
    let end = said.iter().position(|byte| !is_process(byte)).unwrap_or(said.len());
    Some(said[end..].strip_prefix(b": ").unwrap_or(said))
}

fn place(text: &[u8]) -> Option<(PathBuf, u32)> {
    let colon = text.iter().rposition(|byte| *byte == b':')?;
    let line = std::str::from_utf8(&text[colon + 1..]).ok()?.parse().ok()?;
    text.starts_with(b"/").then(|| (PathBuf::from(OsStr::from_bytes(&text[..colon])), line))
}

/// The sentence without the quotes around its name, if it is a known one and
/// the name has the form of a directive's, a brace or a semicolon.
fn sentence(words: &str) -> Option<String> {
    SENTENCES.iter().find_map(|(before, after)| {
        let name = words.strip_prefix(before)?.strip_suffix(after)?.trim();
        let name = name.trim_matches('"');
        let is_name = name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let is_sign = matches!(name, "}" | "{" | ";");
        // What stands where a directive should may be anything.
        let is_unknown = *before == "unknown directive ";
        match (is_unknown, is_name || is_sign) {
            (true, _) => Some("unknown directive".to_owned()),
            (false, true) => Some(format!("{before}{name}{after}")),
            (false, false) => None,
        }
    })
}

/// Why no new workers take the requests.
#[derive(Debug)]
pub enum ReloadError {
    /// nginx refused: its configuration or its pid file is not in order.
    Refused,
    /// The command took over 30 s and was ended.
    TimedOut,
    /// The program could not be run.
    CannotStart(io::Error),
    /// It was told, and 30 s later the workers from before are there.
    OldWorkersStay,
    /// No process of it is left.
    Ended,
}

impl fmt::Display for TestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TestError::Rejected(_) => f.write_str("nginx rejects its configuration"),
            TestError::NotNginx => f.write_str("the program printed no configuration, as nginx does"),
            TestError::TimedOut => f.write_str("nginx did not finish the test of its configuration in time"),
            TestError::CannotStart(error) => write!(f, "the nginx program could not be started: {error}"),
        }
    }
}

impl fmt::Display for ReloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReloadError::Refused => f.write_str("refused to reload, and its old workers still take requests"),
            ReloadError::TimedOut => f.write_str("did not accept the reload command within 30 seconds"),
            ReloadError::CannotStart(error) => write!(f, "could not be started to reload it: {error}"),
            ReloadError::OldWorkersStay => {
                f.write_str("was told to reload, and 30 seconds later its old workers still take requests")
            }
            ReloadError::Ended => f.write_str("ended when it was told to reload, and takes no requests"),
        }
    }
}

impl Error for TestError {}
impl Error for ReloadError {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn each_error_says_what_happened() {
        let gone = || io::Error::from(io::ErrorKind::NotFound);
        let started = TestError::CannotStart(gone()).to_string();
        assert!(started.starts_with("the nginx program could not be started: "), "{started}");
        assert!(
            TestError::TimedOut.to_string().ends_with("did not finish the test of its configuration in time")
        );
        let reloaded = ReloadError::CannotStart(gone()).to_string();
        assert!(reloaded.starts_with("could not be started to reload it: "), "{reloaded}");
        assert!(ReloadError::Refused.to_string().starts_with("refused to reload, "));
        assert!(ReloadError::OldWorkersStay.to_string().starts_with("was told to reload, and 30 seconds "));
        assert!(ReloadError::Ended.to_string().starts_with("ended when it was told to reload, "));
    }

    #[test]
    fn a_rejection_has_its_place_and_its_words_where_they_hold_no_value() {
        for (said, words) in [
            (
                r#""auth_basic" directive is duplicate in /etc/nginx/a b:7"#,
                Some("auth_basic directive is duplicate"),
            ),
            (r#"unknown directive "hunter2" in /etc/nginx/a b:7"#, Some("unknown directive")),
            (r#""hunter2" directive is duplicate in /etc/nginx/a b:7"#, None),
            (
                r#""a_name_that_is_longer_than_any_directive_has" directive is duplicate in /etc/nginx/a b:7"#,
                None,
            ),
            (r#"unexpected "}" in /etc/nginx/a b:7"#, Some("unexpected }")),
            (r#"directive "server" has no opening "{" in /etc/nginx/a b:7"#, None),
            (
                r#"invalid number of arguments in "listen" directive in /etc/nginx/a b:7"#,
                Some("invalid number of arguments in listen directive"),
            ),
            (r#"host not found in upstream "hunter2" in /etc/nginx/a b:7"#, None),
            (r#"invalid parameter "hunter2" in /etc/nginx/a b:7"#, None),
        ] {
            for before in ["nginx: [emerg] ", "2026/11/28 17:13:53 [emerg] 15752#15752: "] {
                let said =
                    format!("nginx: [warn] x\n{before}{said}\nnginx: configuration file /x test failed\n");
                let found = Rejection::parse(said.as_bytes());
                assert_eq!(found.at, Some((Path::new("/etc/nginx/a b").to_owned(), 7)), "{said}");
                assert_eq!(found.words.as_deref(), words, "{said}");
            }
        }
        assert_eq!(Rejection::parse(b"nginx: [emerg] bind() to 0.0.0.0:80 failed\n"), Rejection::default());
        assert_eq!(Rejection::parse(b""), Rejection::default());
    }
}
