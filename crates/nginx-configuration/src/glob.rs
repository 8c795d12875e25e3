//! One name against one pattern, as `glob` of the C library matches it.
//!
//! Linear in the name for each star: a pattern is untrusted input, too.

pub(super) fn is_pattern(text: &[u8]) -> bool {
    text.iter().any(|byte| b"*?[".contains(byte))
}

/// Character classes (`[[:alpha:]]`) depend on the locale: not judged.
pub(super) fn is_locale_dependent(pattern: &[u8]) -> bool {
    pattern.windows(2).any(|pair| pair[0] == b'[' && b":.=".contains(&pair[1]))
}

/// Neither the pattern nor the name holds a slash.
pub(super) fn fits(pattern: &[u8], name: &[u8]) -> bool {
    if name.starts_with(b".") && !pattern.starts_with(b".") && !pattern.starts_with(b"\\.") {
        return false;
    }
    let (mut at, mut read) = (0, 0);
    // Where the last star stands, and how much of the name it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while read < name.len() {
        if pattern.get(at) == Some(&b'*') {
            star = Some((at, read));
            at += 1;
        } else if let Some(length) = fits_one(&pattern[at..], name[read]) {
            at += length;
            read += 1;
        } else if let Some((star_at, taken)) = star {
            star = Some((star_at, taken + 1));
            (at, read) = (star_at + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// How much of the pattern this byte uses up; `None` where it does not fit.
fn fits_one(pattern: &[u8], byte: u8) -> Option<usize> {
    match pattern {
        [] => None,
        [b'?', ..] => Some(1),
        [b'\\', escaped, ..] => (*escaped == byte).then_some(2),
        [b'[', set @ ..] => match set_length(set) {
            Some(length) => in_set(&set[..length - 1], byte).then_some(length + 1),
            None => (byte == b'[').then_some(1),
        },
        [first, ..] => (*first == byte).then_some(1),
    }
}

/// With the `]` that ends it, which cannot be its first member.
fn set_length(set: &[u8]) -> Option<usize> {
    let mut at = usize::from(matches!(set.first(), Some(b'!' | b'^')));
    at += usize::from(set.get(at) == Some(&b']'));
    loop {
        match set.get(at)? {
            b']' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn in_set(set: &[u8], byte: u8) -> bool {
    let negated = matches!(set.first(), Some(b'!' | b'^'));
    let mut members = &set[usize::from(negated)..];
    let mut found = false;
    while let Some((first, rest)) = member(members) {
        members = rest;
        let mut last = first;
        if let [b'-', range @ ..] = members
            && let Some((end, rest)) = member(range)
        {
            (last, members) = (end, rest);
        }
        found |= (first..=last).contains(&byte);
    }
    found != negated
}

fn member(set: &[u8]) -> Option<(u8, &[u8])> {
    match set {
        [b'\\', escaped, rest @ ..] => Some((*escaped, rest)),
        [first, rest @ ..] => Some((*first, rest)),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_as_the_c_library_has_it() {
        for (pattern, name, expected) in [
            ("*.conf", "a.conf", true),
            ("*.conf", ".conf", false),
            ("*.conf", "a.confx", false),
            (".*", ".a", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("includ[e]", "include", true),
            ("[a-c]x", "bx", true),
            ("[a-c]x", "dx", false),
            ("[!a-c]x", "dx", true),
            ("[^a]x", "ax", false),
            ("[]]x", "]x", true),
            ("[a-]x", "-x", true),
            ("[a", "[a", true),
            ("\\*a", "*a", true),
            ("\\*a", "ba", false),
            ("[\\]]a", "]a", true),
            ("**b*", "aabbaa", true),
            ("*a*b", "aab", true),
            ("", "", true),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn a_pattern_of_many_stars_ends() {
        assert!(!fits(&[&b"*a".repeat(1000)[..], b"b"].concat(), &b"a".repeat(4000)));
    }
}
