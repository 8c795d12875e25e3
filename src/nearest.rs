//! A name that is not known → the known one that was probably meant.
//!
//! Near is what few insertions, removals, replacements and swaps of neighbours
//! lead to (optimal string alignment). Whether the name itself may be shown is for the caller to say: what stands
//! where a name should may be a piece of a password.

use strsim::osa_distance;

/// Beyond this many characters no name is near, and the comparison takes long.
const LONGEST: usize = 40;

/// The known name that takes the fewest keystrokes; the first of equals.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let name: String = name.to_ascii_lowercase().chars().take(LONGEST).collect();
    known.iter().copied().min_by_key(|other| distance(&name, other))
}

/// The known name that `name` is a slip of the keyboard away from, so that
/// showing `name` shows nothing that was not meant to be that name. No distance is
/// smaller than what the lengths differ by.
pub(crate) fn slip_of<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let small = name.to_ascii_lowercase();
    let near = known.iter().copied().filter(|other| small.len().abs_diff(other.len()) <= 2);
    let (cost, other) = near.map(|other| (osa_distance(&small, &other.to_ascii_lowercase()), other)).min()?;
    (cost <= 2 && cost * 2 < other.len()).then_some(other)
}

/// How many keystrokes one name is away from another.
pub(crate) fn distance_of(name: &str, other: &str) -> usize {
    osa_distance(name.get(..LONGEST).unwrap_or(name), other)
}

fn distance(name: &str, other: &str) -> usize {
    let other = other.to_ascii_lowercase();
    let inside = name.len() >= 3 && (other.contains(name) || name.contains(&other));
    if inside { 2 } else { osa_distance(name, &other) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &[&str] = &["username", "password", "existingSecret", "type", "basic"];

    #[test]
    fn the_nearest_name_is_the_one_that_was_meant() {
        for (name, meant) in
            [("usernme", "username"), ("passwrod", "password"), ("secret", "existingSecret"), ("typ", "type")]
        {
            assert_eq!(nearest(name, KEYS), Some(meant), "{name}");
        }
        assert_eq!(nearest("usernme", &[]), None);
    }

    #[test]
    fn only_a_slip_of_the_keyboard_is_a_slip() {
        for (name, meant) in [
            ("usernme", Some("username")),
            ("Password", Some("password")),
            ("passwd", Some("password")),
            ("existingsecret", Some("existingSecret")),
            ("typ", Some("type")),
            ("hunter2", None),
            ("passwordhunter2", None),
            ("", None),
            ("ab", None),
        ] {
            assert_eq!(slip_of(name, KEYS), meant, "{name}");
        }
    }
}
