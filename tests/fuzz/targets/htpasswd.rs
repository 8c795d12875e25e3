//! Any bytes as an htpasswd file: the names are those for which nginx' own loop, written
//! down here once more, finds a password; what is shown has no hash; a file that was
//! brought to a login is left alone when it is brought to it again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use remote_write_auth::internals;

fuzz_target!(|bytes: &[u8]| {
    let mut found: Vec<String> = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = named(&line[..colon]);
        if colon > 0 && password(bytes, &line[..colon]).is_some() && !found.contains(&name) {
            found.push(name);
        }
    }
    assert!(internals::names(bytes) == found, "{found:?}");
    let shown = internals::shown(bytes);
    assert!(
        shown.is_ascii()
            && shown.lines().all(|line| line.is_empty() || line.ends_with('>') || line.starts_with('#'))
    );
    // bcrypt takes a thousand times longer than all else.
    if bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>() % 512 == 0 {
        let new = internals::renew(bytes, "alloy", "canary").expect("the policy takes it");
        assert!(internals::names(&new) == ["alloy"]);
        assert!(internals::renew(&new, "alloy", "canary").as_ref() == Some(&new), "written twice");
    }
});

/// A name as it is shown.
fn named(name: &[u8]) -> String {
    let is_plain =
        name.len() <= 64 && name.iter().all(|byte| byte.is_ascii_graphic() && !b"\"'`\\".contains(byte));
    let shown =
        if is_plain { std::str::from_utf8(name).expect("ASCII") } else { "<a name with odd characters>" };
    shown.to_owned()
}

/// What nginx compares with for this name.
fn password<'a>(file: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut at = 0;
    while at < file.len() {
        let rest = &file[at..];
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let line = &rest[..end];
        if !matches!(line.first(), None | Some(b'#' | b'\r'))
            && line.starts_with(name)
            && line.get(name.len()) == Some(&b':')
        {
            let password = &line[name.len() + 1..];
            let ends = password.iter().position(|byte| b"\r:".contains(byte)).unwrap_or(password.len());
            return Some(&password[..ends]);
        }
        at += end + 1;
    }
    None
}
