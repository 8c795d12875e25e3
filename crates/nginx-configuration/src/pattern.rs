//! nginx' regexes, where they mean the same to PCRE and to `regex-lite`.
//!
//! nginx matches bytes, `regex-lite` characters: each byte is given to it as the
//! character of that number, so that `.` and `[^/]` take one byte. Its classes and its
//! letters without case are those of ASCII, as PCRE's are without UTF.
//!
//! What one of them knows and the other does not is not compiled: look-around,
//! references back, verbs, sets within sets, possessive repeats, boundaries of
//! words by `\<`.

use regex_lite::{Match, Regex, RegexBuilder};

#[derive(Debug)]
pub(super) struct Pattern {
    regex: Regex,
    /// `$` also stands before a line feed at the end, to PCRE alone.
    has_end: bool,
}

/// What a pattern took: its groups, the whole one first, and those with names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Captures {
    pub(super) groups: Vec<Vec<u8>>,
    pub(super) named: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Pattern {
    /// `None` where the two engines may differ.
    pub(super) fn parse(text: &[u8], caseless: bool) -> Option<Self> {
        let text = std::str::from_utf8(text).ok().filter(|text| text.is_ascii() && text.len() <= 1000)?;
        if !is_common(text.as_bytes()) {
            return None;
        }
        let regex = RegexBuilder::new(text).case_insensitive(caseless).size_limit(1 << 20).build();
        Some(Self { regex: regex.ok()?, has_end: text.contains('$') })
    }

    /// `None`: not decided; `Some(None)`: it does not match.
    #[expect(clippy::option_option, reason = "not decided is not the same as not matched")]
    pub(super) fn captures(&self, subject: &[u8]) -> Option<Option<Captures>> {
        if self.has_end && subject.ends_with(b"\n") {
            return None;
        }
        let subject: String = subject.iter().copied().map(char::from).collect();
        let Some(found) = self.regex.captures(&subject) else { return Some(None) };
        let names = self.regex.capture_names().flatten();
        Some(Some(Captures {
            groups: found.iter().map(taken).collect(),
            named: names
                .map(|name| (name.to_ascii_lowercase().into_bytes(), taken(found.name(name))))
                .collect(),
        }))
    }
}

/// The bytes of a group; none where it took no part.
fn taken(group: Option<Match>) -> Vec<u8> {
    let text = group.map_or("", |group| group.as_str());
    text.chars().map(|character| u8::try_from(character).expect("each character was a byte")).collect()
}

fn is_common(text: &[u8]) -> bool {
    let mut rest = text;
    let mut after_repeat = false;
    loop {
        let repeats = matches!(rest.first(), Some(b'*' | b'+' | b'?' | b'}'));
        rest = match rest {
            [] => return true,
            [b'\\', escaped, rest @ ..] if is_common_escape(*escaped) => rest,
            [b'(', b'?', b':', rest @ ..] => rest,
            [b'(', b'?', b'<', next, rest @ ..] | [b'(', b'?', b'P', b'<', next, rest @ ..]
                if next.is_ascii_alphabetic() =>
            {
                rest
            }
            [b'\\' | b'*' | b'+' | b'?', ..] if after_repeat && rest[0] == b'+' => return false,
            [b'\\', ..] | [b'(', b'?' | b'*', ..] => return false,
            [b'[', set @ ..] => match past_set(set) {
                Some(rest) => rest,
                None => return false,
            },
            [byte, rest @ ..] if (b' '..=b'~').contains(byte) => rest,
            [..] => return false,
        };
        after_repeat = repeats;
    }
}

fn is_common_escape(byte: u8) -> bool {
    b"dDwWsS".contains(&byte) || (byte.is_ascii_punctuation() && !b"<>".contains(&byte))
}

/// After the `]` of a plain set.
fn past_set(set: &[u8]) -> Option<&[u8]> {
    let mut rest = set.strip_prefix(b"^").unwrap_or(set);
    if rest.first() == Some(&b']') {
        return None;
    }
    loop {
        rest = match rest {
            [b']', rest @ ..] => return Some(rest),
            [b'\\', escaped, rest @ ..] if is_common_escape(*escaped) => rest,
            [b'\\' | b'[', ..] | [b'&', b'&', ..] | [b'-', b'-', ..] | [b'~', b'~', ..] | [] => return None,
            [byte, rest @ ..] if (b' '..=b'~').contains(byte) => rest,
            [..] => return None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_both_engines_know_is_compiled() {
        for text in [
            "^/a",
            "\\.php$",
            "^/(a|b)/(.*)$",
            "[a-z0-9_-]+",
            "(?<x>\\d{2,3})",
            "(?:a)?b*",
            "a\\/b",
            "[^/]+",
            "a+?",
        ] {
            assert!(Pattern::parse(text.as_bytes(), false).is_some(), "{text}");
        }
        for text in [
            "(?!a)",
            "(?<!a)b",
            "(a)\\1",
            "a++",
            "a*+",
            "[[:alpha:]]",
            "[]a]",
            "[a&&b]",
            "\\Aa",
            "\\<a",
            "(*UTF8)a",
            "é",
            "(",
            "(?i)a",
            "\\",
        ] {
            assert!(Pattern::parse(text.as_bytes(), false).is_none(), "{text}");
        }
    }

    #[test]
    fn a_byte_is_one_character_whatever_it_is() {
        let pattern = Pattern::parse(b"^/(.)([^/])(\\w?)$", true).expect("plain");
        let found = pattern.captures(b"/\xc3\xa9").expect("decided").expect("matches");
        assert_eq!(found.groups, [b"/\xc3\xa9".to_vec(), b"\xc3".to_vec(), b"\xa9".to_vec(), Vec::new()]);
        assert_eq!(pattern.captures(b"/\xc3\xa9\xe9"), Some(None));
    }

    #[test]
    fn groups_are_told() {
        let pattern = Pattern::parse(b"^/(?<First>[a-z]+)/(x)?", true).expect("plain");
        let found = pattern.captures(b"/AB/").expect("decided").expect("matches");
        assert_eq!(found.groups, [b"/AB/".to_vec(), b"AB".to_vec(), Vec::new()]);
        assert_eq!(found.named, [(b"first".to_vec(), b"AB".to_vec())]);
        assert_eq!(Pattern::parse(b"a$", false).expect("plain").captures(b"a\n"), None);
    }
}
