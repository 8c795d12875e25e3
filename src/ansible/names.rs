//! The names that options and logins have → refusals for all others.
//!
//! Only a name that is a plain word is ever shown: what stands where a name
//! should may be a piece of a password.

use crate::nearest::nearest;
use crate::policy::refusal::{At, Code, OptionPath, Refusal};
use serde_json::{Map, Value};

/// Every option of the module.
pub(crate) const OPTIONS: &[&str] = &[
    "receiver",
    "auth_type",
    "username",
    "password",
    "other_users",
    "htpasswd_path",
    "include_path",
    "realm",
    "strip_authorization",
    "group",
    "bcrypt_cost",
    "nginx",
    "reload",
    "state",
];

/// Every key of a login in `other_users`.
pub(crate) const LOGIN: &[&str] = &["username", "password"];

/// A refusal for each name in `given` that is not in `known`; `item` is the item
/// of an option that the names stand in.
pub(crate) fn unknown(given: &Map<String, Value>, known: &[&str], item: Option<&OptionPath>) -> Vec<Refusal> {
    let unknown = given.keys().filter(|name| !known.contains(&name.as_str()));
    unknown.map(|name| refusal(name, known, item)).collect()
}

fn refusal(name: &str, known: &[&str], item: Option<&OptionPath>) -> Refusal {
    let nearest = nearest(name, known).expect("a list of names is never empty");
    let plain = is_plain(name);
    let what = if plain {
        format!("the option {name}")
    } else {
        "an option whose name is not a plain word".to_owned()
    };
    let at = match (plain, item) {
        (true, None) => OptionPath::new(name).into(),
        (true, Some(item)) => item.key(name).into(),
        (false, None) => At::Nowhere,
        (false, Some(item)) => item.clone().into(),
    };
    let message = format!("{what} is unknown; write {nearest}, the nearest name there is, or leave it out");
    Refusal::new(Code::OptionUnknown, message, at)
}

fn is_plain(name: &str) -> bool {
    let word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    word && (1..=40).contains(&name.len()) && !name.starts_with(|first: char| first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_the_one_that_was_meant() {
        for (name, meant) in [
            ("usernme", "username"),
            ("user", "username"),
            ("passwrod", "password"),
            ("passwd", "password"),
            ("type", "auth_type"),
            ("auth-type", "auth_type"),
            ("path", "htpasswd_path"),
            ("bcrypt_rounds", "bcrypt_cost"),
            ("users", "other_users"),
            ("Realm", "realm"),
            ("relaod", "reload"),
            ("stat", "state"),
        ] {
            assert_eq!(nearest(name, OPTIONS), Some(meant), "{name}");
        }
    }

    #[test]
    fn a_name_that_is_not_a_plain_word_is_not_shown() {
        for name in
            ["s3cret canary", "canary-x", "päss", "9canary", "", "canary\n", "canary=", &"canary".repeat(9)]
        {
            let refusal = refusal(name, OPTIONS, None);
            assert!(
                !refusal.message.contains("canary") && !refusal.message.contains("päss"),
                "{}",
                refusal.message
            );
            assert_eq!(refusal.at, At::Nowhere);
        }
    }
}
