//! nginx' regexes, where they mean the same to PCRE and to `regex-automata`.
//!
//! What one of them knows and the other does not is not compiled: look-around,
//! references back, verbs, sets within sets, possessive repeats, boundaries of
//! words by `\<`.

use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_automata::{PatternID, Span};

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
        let syntax = syntax::Config::new().unicode(false).utf8(false).case_insensitive(caseless);
        let limits = Regex::config().utf8_empty(false).nfa_size_limit(Some(1 << 20));
        let regex = Regex::builder().syntax(syntax).configure(limits).build(text);
        Some(Self { regex: regex.ok()?, has_end: text.contains('$') })
    }

    /// `None`: not decided; `Some(None)`: it does not match.
    #[expect(clippy::option_option, reason = "not decided is not the same as not matched")]
    pub(super) fn captures(&self, subject: &[u8]) -> Option<Option<Captures>> {
        if self.has_end && subject.ends_with(b"\n") {
            return None;
        }
        let mut found = self.regex.create_captures();
        self.regex.captures(subject, &mut found);
        if !found.is_match() {
            return Some(None);
        }
        let text = |group: Option<Span>| group.map_or_else(Vec::new, |span| subject[span.range()].to_vec());
        let names = found.group_info().pattern_names(PatternID::ZERO).flatten();
        Some(Some(Captures {
            groups: found.iter().map(text).collect(),
            named: names
                .map(|name| (name.to_ascii_lowercase().into_bytes(), text(found.get_group_by_name(name))))
                .collect(),
        }))
    }
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
    fn groups_are_told() {
        let pattern = Pattern::parse(b"^/(?<First>[a-z]+)/(x)?", true).expect("plain");
        let found = pattern.captures(b"/AB/").expect("decided").expect("matches");
        assert_eq!(found.groups, [b"/AB/".to_vec(), b"AB".to_vec(), Vec::new()]);
        assert_eq!(found.named, [(b"first".to_vec(), b"AB".to_vec())]);
        assert_eq!(Pattern::parse(b"a$", false).expect("plain").captures(b"a\n"), None);
    }
}
