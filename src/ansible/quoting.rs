//! A password → whether it survives a YAML line without quotes.
//!
//! Trento's playbook writes the agents' password into agent.yaml as it is, and
//! YAML reads some texts as a number, a comment or nothing at all: the agents
//! then log in with another password than the one in the htpasswd file. Only a
//! warning, since that file is not written here; the password is not repeated.

use crate::apply::Notice;
use crate::policy::refusal::{OptionPath, WarningCode};
use helm_values::survives_without_quotes;

/// The warning about the password at `place`, if `password` needs quotes.
pub(crate) fn warning(password: &str, place: &OptionPath) -> Option<Notice> {
    let statement = format!(
        "{place} is read as something else, or not at all, where a YAML file has it without quotes, as agent.yaml may; write it there with to_json, or choose another, as of openssl rand -hex 24"
    );
    (!survives(password)).then(|| Notice::new(WarningCode::PasswordNeedsQuoting, statement, place.clone()))
}

/// Whether `key: TEXT` has exactly this text as its value, once a reader has made text of it.
fn survives(text: &str) -> bool {
    is_plain(text) && is_read_as_itself(text)
}

/// YAML 1.1's rules for a plain scalar in one line, outside of brackets.
fn is_plain(text: &str) -> bool {
    let begins_with_indicator = match text.as_bytes() {
        [] => true,
        [b'-' | b'?' | b':', rest @ ..] => rest.first().is_none_or(|next| *next == b' '),
        [first, ..] => b"#&*!|>'\"%@`[]{}, ".contains(first),
    };
    !begins_with_indicator && !text.contains(": ") && !text.contains(" #") && !text.ends_with([':', ' '])
}

/// The agent makes text again of what its reader has resolved: 7 is still 7, 1.50 is not.
fn is_read_as_itself(text: &str) -> bool {
    // Its reader (yaml.v3) leaves these as they are; Helm's does not.
    let only_helms = ["y", "n", "yes", "no", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word));
    if only_helms {
        return true;
    }
    // yaml.v3 makes a time of a date, as is asked there.
    survives_without_quotes(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_yaml_reads_otherwise_needs_quotes() {
        for text in [
            "#a",
            "a #b",
            "a: b",
            "a:",
            "%a",
            "@a",
            "`a",
            "*a",
            "&a",
            "!a",
            "|",
            ">a",
            "'a",
            "[a]",
            "{a}",
            "]",
            ",a",
            "-",
            "- a",
            "? a",
            "~",
            "null",
            "Null",
            "0123",
            "1e5",
            "1_000",
            "0x1F",
            "0b11",
            "0o17",
            "1.50",
            ".5",
            "+1",
            "True",
            "FALSE",
            ".inf",
            ".nan",
            "2026-11-24",
            "2026-1-2T03:04:05Z",
            "123456789012345678901234",
            " a",
            "a ",
        ] {
            assert!(!survives(text), "{text}");
        }
    }

    #[test]
    fn what_yaml_reads_as_it_stands_needs_none() {
        for text in [
            "a",
            "a#b",
            "a:b",
            "-a",
            "?a",
            ":a",
            "a,b",
            "a]b",
            "a'b",
            "a%b",
            "7",
            "-7",
            "1.5",
            "true",
            "yes",
            "off",
            "1:30",
            "2026-11",
            "20261124",
            "6f1b8c02d94e7a35c8d10f6e52ab9437e0c4d8a1729b563f",
            "correct horse battery staple",
            "a~",
            "=",
        ] {
            assert!(survives(text), "{text}");
        }
    }
}
