//! The names that options and logins have → refusals for all others.
//!
//! Only a name that is a plain word is ever shown: what stands where a name
//! should may be a piece of a password.

use crate::nearest::{self, nearest};
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
    "receiver_address",
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
    let advice = match meant(name, known) {
        Some(near) => format!("write {near}, the nearest name there is, or leave it out"),
        None => format!("leave it out, or write one of {}", known.join(", ")),
    };
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
    let message = format!("{what} is unknown; {advice}");
    Refusal::new(Code::OptionUnknown, message, at)
}

/// A known name that has this one in it or the other way round, or that is at
/// most a third of its letters away; of a far name none was meant.
fn meant<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let near = nearest(name, known)?;
    let small = name.to_ascii_lowercase();
    let shares = small.len() >= 3
        && (near.contains(&small) || near.split('_').any(|part| part.len() >= 4 && small.contains(part)));
    (shares || nearest::distance_of(&small, near) * 3 <= near.len().max(small.len())).then_some(near)
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
            assert_eq!(super::meant(name, OPTIONS), Some(meant), "{name}");
        }
    }

    #[test]
    fn a_name_that_is_near_to_none_gets_the_list() {
        for name in ["frobnicate", "xyz", "vhost", "letsencrypt_email"] {
            assert_eq!(super::meant(name, OPTIONS), None, "{name}");
            let message = refusal(name, OPTIONS, None).message;
            assert!(message.contains("write one of receiver, auth_type, username, "), "{message}");
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
