//! An old htpasswd text and the wanted logins → the new text.
//!
//! Pure but for the salt. A line stays byte for byte while its hash has the
//! wanted form and cost and proves the password; every other is written anew.
//! Only `crypt` and the libraries behind it know bcrypt: no hash is read here
//! beyond its form.

use super::cost::{self, Cost};
use crate::policy::Credentials;
use bcrypt::{BcryptError, Version};
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What the file should say, and what that means for who logs in.
#[derive(Debug)]
pub(crate) struct Renewed {
    /// The whole text; one line a login.
    pub(crate) text: Vec<u8>,
    /// The same with words in place of hashes.
    pub(crate) shown: String,
    /// The highest cost among the logins.
    pub(crate) highest_cost: u32,
    /// At least one cost is a precaution against a guessable password.
    pub(crate) has_precaution: bool,
}

/// Brings `old` to the logins in `wanted`, in their order. Errors: the system
/// has no random numbers for a salt.
pub(crate) fn renew(
    old: &[u8],
    wanted: &[&Credentials],
    bcrypt_cost: Option<u32>,
) -> Result<Renewed, BcryptError> {
    let mut new = Renewed { text: Vec::new(), shown: String::new(), highest_cost: 0, has_precaution: false };
    for login in wanted {
        let Cost { factor, is_precaution } = cost::choose(login.password.expose(), bcrypt_cost);
        new.highest_cost = new.highest_cost.max(factor);
        new.has_precaution |= is_precaution;
        let kept = first_line_of(old, login.username.as_bytes()).filter(|line| proves(line, login, factor));
        if let Some(line) = kept {
            new.text.extend_from_slice(line);
            new.shown.push_str(&shown_line(line));
        } else {
            let hash = bcrypt::hash_with_result(login.password.expose(), factor)?;
            let hash = hash.format_for_version(Version::TwoY);
            new.text.extend_from_slice(format!("{}:{hash}", login.username).as_bytes());
            // Writing to a text cannot fail.
            let _ = write!(new.shown, "{}:<bcrypt {factor}, new>", login.username);
        }
        new.text.push(b'\n');
        new.shown.push('\n');
    }
    Ok(new)
}

const OWNER: &str = "# Of remote-write-auth, for the include ";

/// The comment that says whose file it is: two includes with other logins must
/// not name one.
pub(crate) fn owner_line(include: &Path) -> String {
    format!("{OWNER}{}\n", include.display())
}

/// The include whose file it is, where it says so.
pub(crate) fn owner(text: &[u8]) -> Option<PathBuf> {
    let line = text.split(|byte| *byte == b'\n').next()?.strip_prefix(OWNER.as_bytes())?;
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-".contains(byte);
    (line.starts_with(b"/") && line.iter().all(is_plain)).then(|| PathBuf::from(OsStr::from_bytes(line)))
}

/// The text but for that comment.
pub(crate) fn without_owner(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| *byte == b'\n').map_or(text.len(), |end| end + 1);
    if owner(text).is_some() { &text[end..] } else { text }
}

/// Names in `old` that can log in and are not in `wanted`.
pub(crate) fn dropped(old: &[u8], wanted: &[&Credentials]) -> Vec<String> {
    let wanted: HashSet<&[u8]> = wanted.iter().map(|login| login.username.as_bytes()).collect();
    let mut seen = HashSet::new();
    let names = lines(old).filter_map(login_of).map(|(name, _)| name);
    names
        .filter(|name| !wanted.contains(name))
        .map(shown_name)
        .filter(|name| seen.insert(name.clone()))
        .collect()
}

/// The text with words in place of hashes and of everything that is not a login.
pub(crate) fn shown(text: &[u8]) -> String {
    lines(text).map(|line| shown_line(line) + "\n").collect()
}

/// Lines without their ends; none after the last end.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let body = text.strip_suffix(b"\n").unwrap_or(text);
    let is_empty = text.is_empty();
    body.split(|byte| *byte == b'\n').filter(move |_| !is_empty)
}

/// A line's name and what follows its first colon, as nginx reads it: `#` and a
/// carriage return at the beginning make it a comment.
fn login_of(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let is_comment = matches!(line.first(), Some(b'#' | b'\r'));
    (colon > 0 && !is_comment).then(|| (&line[..colon], &line[colon + 1..]))
}

/// The line that nginx takes: the first with exactly this name.
fn first_line_of<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    lines(text).find(|line| login_of(line).is_some_and(|(other, _)| other == name))
}

/// Whether a line is one that we would write for the login. The cost is
/// compared first: verifying a planted `$2y$31$` takes days.
fn proves(line: &[u8], login: &Credentials, factor: u32) -> bool {
    let Some((_, hash)) = login_of(line) else {
        return false;
    };
    let Some((scheme, cost, hash)) = bcrypt_of(hash) else {
        return false;
    };
    scheme == "2y" && cost == factor && bcrypt::verify(login.password.expose(), hash).unwrap_or(false)
}

/// A well-formed bcrypt hash: its scheme, its cost, itself. The library below
/// accepts more (a sign before the cost) and has panicked on other bytes.
fn bcrypt_of(hash: &[u8]) -> Option<(&str, u32, &str)> {
    let text = std::str::from_utf8(hash).ok().filter(|text| text.len() == 60)?;
    let fields: Vec<&str> = text.split('$').collect();
    let ["", scheme, cost, rest] = fields[..] else {
        return None;
    };
    let in_alphabet = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/');
    // Of 60 characters two are left for the cost then.
    let has_form = matches!(scheme, "2a" | "2b" | "2x" | "2y")
        && cost.bytes().all(|byte| byte.is_ascii_digit())
        && rest.len() == 53
        && rest.bytes().all(in_alphabet);
    let cost = cost.parse().ok().filter(|cost| (4..=31).contains(cost))?;
    has_form.then_some((scheme, cost, text))
}

fn shown_line(line: &[u8]) -> String {
    match login_of(line) {
        Some((name, hash)) => format!("{}:<{}>", shown_name(name), kind_of(hash)),
        None if line.is_empty() => String::new(),
        None if owner(line).is_some() => String::from_utf8_lossy(line).into_owned(),
        None if line.starts_with(b"#") => "# <a comment>".to_owned(),
        None => "<a line that is not a login>".to_owned(),
    }
}

fn kind_of(hash: &[u8]) -> String {
    if let Some((scheme, cost, _)) = bcrypt_of(hash) {
        return if scheme == "2y" { format!("bcrypt {cost}") } else { format!("bcrypt {cost}, {scheme}") };
    }
    let kinds: [(&[u8], &str); 7] = [
        (b"$apr1$", "apr1"),
        (b"$1$", "md5"),
        (b"$5$", "sha256"),
        (b"$6$", "sha512"),
        (b"$y$", "yescrypt"),
        (b"{SHA}", "sha1"),
        (b"{SSHA}", "salted sha1"),
    ];
    let known = kinds.iter().find(|(prefix, _)| hash.starts_with(prefix));
    known.map_or("another hash", |(_, kind)| kind).to_owned()
}

/// A name fit for a message; one with odd characters is not worth the risk.
fn shown_name(name: &[u8]) -> String {
    let is_odd = |byte: &u8| !byte.is_ascii_graphic() || b"\"'`\\".contains(byte);
    if name.len() > 64 || name.iter().any(is_odd) {
        return "<a name with odd characters>".to_owned();
    }
    String::from_utf8_lossy(name).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{self, Access};
    use serde_json::json;

    const FIVE: &str = "$2y$05$mIYnpoCoDMuazf4UfkQEB.s5294AGXpbUFe9O5dHAl3Uv9mv0kR4K"; // of "password"

    #[test]
    fn what_has_not_the_form_of_a_hash_is_none() {
        assert_eq!(bcrypt_of(FIVE.as_bytes()), Some(("2y", 5, FIVE)));
        let (_, rest) = FIVE.split_at(7);
        for hash in [
            format!("$2z$05${rest}"),
            format!("$2y$+5${rest}"),
            format!("$2y$5$x{rest}"),
            format!("$2y$05$!{}", &rest[1..]),
            format!("$2y$05$\u{e4}{}", &rest[2..]),
            format!("$2y$05${rest}x"),
            format!("$2y$05${}", &rest[1..]),
            format!("$2y$03${rest}"),
            format!("$2y$32${rest}"),
            format!("$2y$05${}${}", &rest[..20], &rest[21..]),
        ] {
            assert_eq!(bcrypt_of(hash.as_bytes()), None, "{hash}");
        }
    }

    fn login(username: &str, password: &str) -> Credentials {
        let basic = json!({"username": username, "password": password});
        let document = json!({"prometheus": {"server": {"extraFlags": ["web.enable-remote-write-receiver"], "auth": {"basic": basic}}}});
        match policy::judge(&document).map(|verdict| verdict.access) {
            Ok(Access::Basic(credentials)) => credentials,
            other => panic!("{other:?}"),
        }
    }

    fn renewed(old: &str, wanted: &[&Credentials], cost: u32) -> String {
        let new = renew(old.as_bytes(), wanted, Some(cost)).expect("random numbers");
        String::from_utf8(new.text).expect("ASCII")
    }

    #[test]
    fn a_proven_line_stays_byte_for_byte() {
        let a = login("a", "password");
        let old = format!("a:{FIVE}\n");
        assert_eq!(renewed(&old, &[&a], 5), old);
        assert_eq!(renewed(&old[..old.len() - 1], &[&a], 5), old, "the last line had no end");
    }

    #[test]
    fn a_file_says_whose_it_is() {
        let (include, lines) = (Path::new("/etc/nginx/a.conf"), format!("a:{FIVE}\n"));
        let text = owner_line(include) + &lines;
        assert_eq!(owner(text.as_bytes()).as_deref(), Some(include));
        assert_eq!(without_owner(text.as_bytes()), lines.as_bytes());
        assert_eq!(without_owner(lines.as_bytes()), lines.as_bytes());
        assert_eq!(shown(text.as_bytes()), format!("{}a:<bcrypt 5>\n", owner_line(include)));
        for other in ["", "\n", "# x\n", "a:b\n", &owner_line(Path::new("/a b")), &owner_line(Path::new("a"))]
        {
            assert_eq!(owner(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn a_line_that_is_not_just_as_we_write_it_is_written_anew() {
        let a = login("a", "password");
        let cases = [
            format!("a:{FIVE}:more\n"),
            format!("a:{FIVE}\r\n"),
            format!("a:{FIVE} \n"),
            format!("a: {FIVE}\n"),
            format!("A:{FIVE}\n"),
            format!("#a:{FIVE}\n"),
            format!("\u{feff}a:{FIVE}\n"),
            format!("a:{}\n", FIVE.replace("$2y$", "$2b$")),
            format!("a:{}\n", FIVE.replace("$05$", "$+5$")),
            format!("a:{}\n", FIVE.replace("$05$", "$31$")),
            format!("a:{}\n", FIVE.replace("$05$", "$99$")),
            format!("a:{}\n", FIVE.replace("kR4K", "kR4L")),
            format!("a:{}\n", FIVE.replace("kR4K", "kR\u{e9}")),
            format!("a:$2y$31${}\na:{FIVE}\n", ".".repeat(53)),
            "a:password\n".into(),
            "a:\n".into(),
            "a\n".into(),
            "\0\n".into(),
        ];
        for old in cases {
            let new = renewed(&old, &[&a], 5);
            assert!(new.starts_with("a:$2y$05$") && new.len() == 63 && !new.contains(FIVE), "{old:?}: {new}");
        }
        let ten = renewed(&format!("a:{FIVE}\n"), &[&a], 6);
        assert!(ten.starts_with("a:$2y$06$"), "{ten}");
        let other = login("a", "passwore");
        assert!(!renewed(&format!("a:{FIVE}\n"), &[&other], 5).contains(FIVE));
    }

    #[test]
    fn bytes_that_are_not_text_are_no_login_of_ours() {
        let a = login("a", "password");
        let new = renew(b"\xff\xfe:\xff\na:\xff\n\n:\n", &[&a], Some(4)).expect("random numbers");
        assert!(new.text.starts_with(b"a:$2y$04$"));
    }

    #[test]
    fn logins_stand_in_the_order_they_are_wanted_in() {
        let (a, b) = (login("a", "password"), login("b", "password"));
        let old = format!("a:{FIVE}\nold:{FIVE}\nb:{FIVE}\n");
        assert_eq!(renewed(&old, &[&b, &a], 5), format!("b:{FIVE}\na:{FIVE}\n"));
    }

    #[test]
    fn all_72_characters_count() {
        let password = "0123456789".repeat(7) + "ab";
        let long = login("a", &password);
        let line = renewed("", &[&long], 4);
        assert_eq!(renewed(&line, &[&long], 4), line);
        let other = login("a", &password.replace("ab", "ac"));
        assert_ne!(renewed(&line, &[&other], 4), line);
    }

    #[test]
    fn logins_that_go_are_named_and_nothing_else() {
        let a = login("a", "password");
        let old = b"a:x\nb:x\n#c:x\nd\n\r:e:x\nb:y\n\xff:x\n \"f:x\n\n:g\n";
        assert_eq!(dropped(old, &[&a]), ["b", "<a name with odd characters>"]);
        for none in [b"".as_slice(), b"\re:x\n", b"#e:x\n", b"a:x\n\re:x\n"] {
            assert_eq!(dropped(none, &[&a]), Vec::<String>::new());
        }
    }

    #[test]
    fn words_stand_in_for_hashes() {
        let old = format!(
            "a:{FIVE}\nb:$apr1$x$y\nc:{{PLAIN}}hunter2\n# hunter2\nhunter2\n\nd:{}\n",
            FIVE.replace("2y", "2b")
        );
        assert_eq!(
            shown(old.as_bytes()),
            "a:<bcrypt 5>\nb:<apr1>\nc:<another hash>\n# <a comment>\n<a line that is not a login>\n\nd:<bcrypt 5, 2b>\n"
        );
        let (a, b) = (login("a", "password"), login("b", "password"));
        let new = renew(old.as_bytes(), &[&a, &b], Some(5)).expect("random numbers");
        assert_eq!(new.shown, "a:<bcrypt 5>\nb:<bcrypt 5, new>\n");
        assert_eq!(shown(b""), "");
    }

    #[test]
    fn a_name_is_shown_where_it_is_short_and_plain() {
        assert_eq!(shown_name(&[b'a'; 64]), "a".repeat(64));
        for odd in [&[b'a'; 65][..], b"a b", b"a\"b", b"a\\b", b"\xe9"] {
            assert_eq!(shown_name(odd), "<a name with odd characters>", "{odd:?}");
        }
    }
}
