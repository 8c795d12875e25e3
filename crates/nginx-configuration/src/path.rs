//! A request's target → the path that nginx compares, and the arguments.

/// What a target is to nginx.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    Path {
        path: Vec<u8>,
        arguments: Vec<u8>,
    },
    /// Answered with 400 before any location.
    Refused,
    /// Not decided here.
    Unclear,
}

/// Decoded, dot segments taken out, slashes merged (`ngx_http_parse_complex_uri`).
pub(super) fn normalize(target: &[u8], merge_slashes: bool) -> Target {
    if !target.starts_with(b"/") {
        return Target::Unclear;
    }
    let target = target.split(|byte| *byte == b'#').next().unwrap_or_default();
    let (raw, arguments) = split(target);
    if raw.iter().any(|byte| *byte <= b' ' || *byte == 0x7f) {
        return Target::Refused;
    }
    let decoded = match decode(raw) {
        Ok(decoded) => decoded,
        Err(target) => return target,
    };
    let has_dots = decoded.windows(2).any(|pair| pair == b"/.");
    if !merge_slashes && has_dots {
        return Target::Unclear;
    }
    let mut path: Vec<u8> = Vec::with_capacity(decoded.len());
    let mut segments = decoded[1..].split(|byte| *byte == b'/').peekable();
    path.push(b'/');
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            b"" if merge_slashes => {}
            b"." => {}
            b".." => {
                // The path ends with a slash here.
                path.pop();
                match path.iter().rposition(|byte| *byte == b'/') {
                    Some(slash) => path.truncate(slash + 1),
                    None => return Target::Refused,
                }
            }
            _ => {
                path.extend_from_slice(segment);
                if !is_last {
                    path.push(b'/');
                }
            }
        }
    }
    Target::Path { path, arguments: arguments.to_vec() }
}

/// At the first question mark.
pub(super) fn split(target: &[u8]) -> (&[u8], &[u8]) {
    match target.iter().position(|byte| *byte == b'?') {
        Some(at) => (&target[..at], &target[at + 1..]),
        None => (target, b""),
    }
}

fn decode(raw: &[u8]) -> Result<Vec<u8>, Target> {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'%' {
            decoded.push(*byte);
            continue;
        }
        let digit = |index: usize| char::from(*after.get(index)?).to_digit(16);
        let (Some(high), Some(low)) = (digit(0), digit(1)) else { return Err(Target::Refused) };
        rest = &after[2..];
        match u8::try_from(high * 16 + low).unwrap_or_default() {
            0 => return Err(Target::Refused),
            b'?' | b'#' | b'%' => return Err(Target::Unclear),
            byte => decoded.push(byte),
        }
    }
    Ok(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_compared_as_nginx_compares_them() {
        for (target, expected) in [
            ("/a/b?c=d", Some("/a/b|c=d")),
            ("/", Some("/|")),
            ("//a///b/", Some("/a/b/|")),
            ("/a/./b/../c", Some("/a/c|")),
            ("/a/..", Some("/|")),
            ("/a/.", Some("/a/|")),
            ("/%61%2Fb/%2e%2e/c", Some("/a/c|")),
            ("/a/..b/...", Some("/a/..b/...|")),
            ("/a?b/../c", Some("/a|b/../c")),
            ("/..", None),
            ("/a/../..", None),
            ("/%zz", None),
            ("/%0", None),
            ("/%00", None),
        ] {
            let found = match normalize(target.as_bytes(), true) {
                Target::Path { path, arguments } => {
                    Some([path, arguments].map(|text| String::from_utf8(text).expect("text")).join("|"))
                }
                Target::Refused => None,
                Target::Unclear => panic!("{target}"),
            };
            assert_eq!(found.as_deref(), expected, "{target}");
        }
        assert_eq!(normalize(b"/a%3fb", true), Target::Unclear);
        assert_eq!(normalize(b"http://a/", true), Target::Unclear);
    }
}
