//! Which texts may be printed.
//!
//! Nobody can list all that is a credential, so a text is printed only where it is
//! known to be none: a word that charts choose between, or a flag of a receiver.
//! Whoever asks for the rest gets all but what looks like a credential.

use crate::policy::FEATURES;

/// Parts of names whose values are nobody's business, in small letters.
const NAMES: &[&str] = &[
    "accesskey",
    "access_key",
    "access-key",
    "api-key",
    "api_key",
    "apikey",
    "authorization",
    "bindpw",
    "cookie",
    "credential",
    "dsn",
    "encryptionkey",
    "htpasswd",
    "pass",
    "private-key",
    "private_key",
    "privatekey",
    "pwd",
    "secret",
    "signingkey",
    "token",
    "username",
];

/// What a credential begins with, whatever its name: keys, hashes, headers.
const BEGINNINGS: &[&str] = &[
    "$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$apr1$", "$argon2", "$y$", "{sha}", "{ssha}", "bearer ",
    "basic ", "digest ", "eyj", "ghp_", "glpat-", "ssh-",
];

/// Words that charts choose between. None of them is a password that anybody keeps.
const WORDS: &[&str] = &[
    "Always",
    "ClusterIP",
    "DoNotSchedule",
    "Exact",
    "IfNotPresent",
    "ImplementationSpecific",
    "LoadBalancer",
    "Never",
    "NodePort",
    "OrderedReady",
    "Parallel",
    "Prefix",
    "ReadWriteMany",
    "ReadWriteOnce",
    "Recreate",
    "RollingUpdate",
    "RuntimeDefault",
    "ScheduleAnyway",
    "TCP",
    "UDP",
    "basic",
    "debug",
    "error",
    "external",
    "false",
    "info",
    "nginx",
    "no",
    "none",
    "off",
    "on",
    "traefik",
    "true",
    "warn",
    "yes",
];

/// What the names of flags begin with that a verdict depends on, and their like.
const FLAGS: &str = "web.enable-";

/// Whether what stands under this name is nobody's business.
pub(super) fn is_secret_name(name: &str) -> bool {
    let name = name.to_lowercase();
    NAMES.iter().any(|part| name.contains(part))
}

/// Whether a text is surely no credential.
pub(super) fn is_harmless(text: &str) -> bool {
    let flag = text.trim_start_matches('-');
    let (name, value) = flag.split_once('=').unwrap_or((flag, "true"));
    WORDS.contains(&text)
        || is_flag(name) && matches!(value, "true" | "false" | "")
        || is_features(text)
        || name == "enable-feature" && (value == "true" || is_features(value))
}

fn is_flag(name: &str) -> bool {
    let rest = name.strip_prefix(FLAGS);
    rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'))
}

fn is_features(list: &str) -> bool {
    list.split(',').all(|feature| FEATURES.contains(&feature.trim()))
}

/// Whether a text looks like a credential, or like something with one in it.
pub(super) fn looks_like_one(text: &str) -> bool {
    let small = text.trim_start().to_lowercase();
    BEGINNINGS.iter().any(|beginning| small.starts_with(beginning))
        || small.contains("-----begin")
        || has_login(text)
        || names_one(&small)
}

/// An address with a login before the host, with a scheme or without.
fn has_login(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        let rest = word.split_once("://").map_or(word, |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        authority.contains('@') && (rest.len() < word.len() || authority.contains(':'))
    })
}

/// A setting with such a name in a longer text: `password=…`, `"token": …`.
fn names_one(small: &str) -> bool {
    NAMES.iter().any(|name| {
        small.match_indices(name).any(|(at, _)| {
            let after = small[at + name.len()..]
                .trim_start_matches(|c: char| c.is_alphanumeric() || "_-".contains(c));
            after.trim_start_matches(['"', '\'', ' ']).starts_with([':', '='])
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_words_and_flags_are_harmless() {
        for text in [
            "none",
            "ClusterIP",
            "--web.enable-remote-write-receiver",
            "web.enable-lifecycle",
            "web.enable-otlp-receiver=false",
            "enable-feature=remote-write-receiver,otlp-write-receiver",
            "remote-write-receiver",
        ] {
            assert!(is_harmless(text), "{text}");
        }
        for text in
            ["hunter2", "None", "enable-feature=hunter2", "web.enable-otlp-receiver=hunter2", "9090", ""]
        {
            assert!(!is_harmless(text), "{text}");
        }
    }

    #[test]
    fn what_looks_like_a_credential_is_known_in_many_forms() {
        for text in [
            "$2y$05$abc",
            "{SSHA}abc",
            "Bearer abc",
            "-----BEGIN PRIVATE KEY-----\nabc",
            "https://me:abc@host/",
            "postgres://me@host/",
            "me:abc@tcp(host)/base",
            "host=a password=abc",
            "a:\n  db_password: abc\n",
            "{\"apiToken\": \"abc\"}",
            "--storage.secret-key=abc",
        ] {
            assert!(looks_like_one(text), "{text}");
        }
        for text in [
            "https://host/a@b",
            "me@example.org",
            "quay.io/prometheus/prometheus:v3.1.0",
            "a passage",
            "10Gi",
        ] {
            assert!(!looks_like_one(text), "{text}");
        }
    }
}
