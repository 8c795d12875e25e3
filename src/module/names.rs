//! The names that options and logins have → refusals for all others.
//!
//! Only a name that is a plain word is ever shown: what stands where a name
//! should may be a piece of a password.

use crate::refusal::{Code, Refusal};
use serde_json::{Map, Value};

/// Every option of the module.
pub const OPTIONS: &[&str] = &[
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
pub const LOGIN: &[&str] = &["username", "password"];

/// A refusal for each name in `given` that is not in `known`; `prefix` is the
/// place that the names stand in.
pub fn unknown(given: &Map<String, Value>, known: &[&str], prefix: &str) -> Vec<Refusal> {
    let strangers = given.keys().filter(|name| !known.contains(&name.as_str()));
    strangers.map(|name| refusal(name, known, prefix)).collect()
}

fn refusal(name: &str, known: &[&str], prefix: &str) -> Refusal {
    let nearest = nearest(name, known);
    let plain = is_plain(name);
    let what = if plain {
        format!("the option {name}")
    } else {
        "an option whose name is not a plain word".to_owned()
    };
    let place = if plain { format!("{prefix}{name}") } else { prefix.trim_end_matches('.').to_owned() };
    let sentence = format!("{what} is unknown; write {nearest}, the nearest name there is, or leave it out");
    Refusal::new(Code::OptionUnknown, sentence, place)
}

fn is_plain(name: &str) -> bool {
    let word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    word && name.len() <= 40 && !name.starts_with(|first: char| first.is_ascii_digit())
}

/// The known name that takes the fewest keystrokes; the first of equals.
fn nearest<'a>(name: &str, known: &[&'a str]) -> &'a str {
    // Beyond this no name is near, and the table below is square.
    let name: String = name.to_ascii_lowercase().chars().take(40).collect();
    let cost = |other: &&&str| {
        let inside = name.len() >= 3 && (other.contains(&name) || name.contains(**other));
        if inside { 2 } else { keystrokes(&name, other) }
    };
    known.iter().min_by_key(cost).expect("a list of names is never empty")
}

/// Insertions, removals, replacements and swaps of neighbours from `a` to `b`.
fn keystrokes(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
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
            assert_eq!(nearest(name, OPTIONS), meant, "{name}");
        }
    }

    #[test]
    fn a_name_that_is_no_plain_word_is_not_shown() {
        for name in
            ["s3cret canary", "canary-x", "päss", "9canary", "", "canary\n", "canary=", &"canary".repeat(9)]
        {
            let refusal = refusal(name, OPTIONS, "");
            assert!(!refusal.msg.contains("canary") && !refusal.msg.contains("päss"), "{}", refusal.msg);
            assert_eq!(refusal.place, "");
        }
    }
}
