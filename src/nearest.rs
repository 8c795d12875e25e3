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
/// showing `name` shows nothing that was not meant to be that name.
pub(crate) fn slip_of<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let near = known.iter().copied().filter(|other| least_distance(name, other) <= 2);
    let distance = |other: &str| osa_distance(&name.to_ascii_lowercase(), &other.to_ascii_lowercase());
    let (cost, other) = near.map(|other| (distance(other), other)).min()?;
    (cost <= 2 && cost * 2 < other.len()).then_some(other)
}

/// What the distance of two names is at least, whatever their case: a keystroke adds a
/// character, takes one away or does both. Characters that share a place can only make it
/// less.
fn least_distance(one: &str, other: &str) -> usize {
    const PLACES: usize = 64;
    let longer = one.chars().count().abs_diff(other.chars().count());
    if longer > 2 {
        return longer;
    }
    let mut more = [0_isize; PLACES];
    let place = |c: char| c.to_ascii_lowercase() as usize % PLACES;
    one.chars().for_each(|c| more[place(c)] += 1);
    other.chars().for_each(|c| more[place(c)] -= 1);
    let in_one: usize = more.iter().filter(|count| **count > 0).map(|count| count.unsigned_abs()).sum();
    let in_other: usize = more.iter().filter(|count| **count < 0).map(|count| count.unsigned_abs()).sum();
    in_one.max(in_other)
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
    fn no_distance_is_smaller_than_the_least() {
        let names = [
            "",
            "a",
            "auth",
            "Auth",
            "ahtu",
            "a€th",
            "aüüth",
            "basic",
            "extraArgs",
            "extraFlags",
            "EXTRAargs!",
        ];
        for (one, other) in names.iter().flat_map(|one| names.iter().map(move |other| (one, other))) {
            let distance = osa_distance(&one.to_ascii_lowercase(), &other.to_ascii_lowercase());
            assert!(least_distance(one, other) <= distance, "{one} {other}");
        }
        assert_eq!((least_distance("service", "extraArgs"), least_distance("ahtu", "auth")), (6, 0));
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
