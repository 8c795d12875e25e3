//! A main file → the configuration that nginx would read, without nginx.
//!
//! A test by nginx opens its logs, its pid file and its folders for temporary
//! files, and so makes them where they are not there yet: nothing for check
//! mode. This reads and follows `include`, and judges nothing.

use super::configuration::{Configuration, Token, next, pid_file};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

/// More files than any server has; a file that includes itself ends here.
const FILES_LIMIT: usize = 10_000;

/// What `main` and all that it includes say; `None` where nobody can tell:
/// a file that cannot be read, or that is not whole.
pub(super) fn read(main: &Path) -> Option<Configuration> {
    let folder = main.parent()?;
    let mut found = Configuration::default();
    let mut next_file = 0;
    found.files.push(main.to_owned());
    while let Some(file) = found.files.get(next_file).cloned() {
        next_file += 1;
        // What is included and not there yet is included all the same.
        let Ok(text) = fs::read(&file) else {
            if file.exists() || file == main {
                return None;
            }
            continue;
        };
        found.pid_file = found.pid_file.take().or_else(|| pid_file(&text));
        for included in includes(&text)? {
            found.files.extend(matching(&folder.join(included)));
        }
        if found.files.len() > FILES_LIMIT {
            return None;
        }
    }
    Some(found)
}

/// What a file includes, in any block of it; `None` where its blocks do not end.
fn includes(text: &[u8]) -> Option<Vec<PathBuf>> {
    let (mut found, mut directive, mut depth) = (Vec::new(), Vec::new(), 0_i64);
    let mut rest = text;
    while let Some(token) = next(&mut rest) {
        match token {
            Token::Word(word) => {
                directive.push(word);
                continue;
            }
            Token::Open => depth += 1,
            Token::Close => depth -= 1,
            Token::End => match directive.as_slice() {
                [name, value] if name == b"include" => found.push(OsStr::from_bytes(value).into()),
                _ => {}
            },
        }
        directive.clear();
    }
    (depth == 0 && directive.is_empty()).then_some(found)
}

/// The file itself, or the files that a pattern matches now.
fn matching(pattern: &Path) -> Vec<PathBuf> {
    if !is_pattern(pattern.as_os_str().as_bytes()) {
        return vec![pattern.to_owned()];
    }
    let mut found = vec![PathBuf::new()];
    for component in pattern.components() {
        found = found.into_iter().flat_map(|path| below(&path, component)).collect();
    }
    found
}

fn below(folder: &Path, component: Component) -> Vec<PathBuf> {
    let wanted = component.as_os_str().as_bytes();
    if !is_pattern(wanted) {
        let path = folder.join(component);
        return if path.exists() { vec![path] } else { Vec::new() };
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
    names.retain(|name| fits(wanted, name.as_bytes()));
    names.sort();
    names.into_iter().map(|name| folder.join(name)).collect()
}

fn is_pattern(text: &[u8]) -> bool {
    text.iter().any(|byte| b"*?[".contains(byte))
}

/// As `glob` of the C library matches one name.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let is_hidden = name.starts_with(b".") && !pattern.starts_with(b".");
    !is_hidden && fits_here(pattern, name)
}

fn fits_here(pattern: &[u8], name: &[u8]) -> bool {
    let Some((first, after)) = pattern.split_first() else { return name.is_empty() };
    match first {
        b'*' => (0..=name.len()).any(|skipped| fits_here(after, &name[skipped..])),
        b'[' => match (set(after), name.split_first()) {
            (Some((fits_set, after)), Some((byte, rest))) => fits_set(*byte) && fits_here(after, rest),
            (Some(_), None) => false,
            (None, _) => name.strip_prefix(b"[").is_some_and(|rest| fits_here(after, rest)),
        },
        _ => name
            .split_first()
            .is_some_and(|(byte, rest)| (*first == b'?' || first == byte) && fits_here(after, rest)),
    }
}

/// What stands between brackets, and the rest; `None` where they do not close.
fn set(text: &[u8]) -> Option<(impl Fn(u8) -> bool, &[u8])> {
    let is_not = text.first().is_some_and(|byte| b"!^".contains(byte));
    let text = &text[usize::from(is_not)..];
    let end = 1 + text.get(1..)?.iter().position(|byte| *byte == b']')?;
    let (members, after) = (&text[..end], &text[end + 1..]);
    let is_member = move |byte: u8| {
        let in_range =
            members.windows(3).any(|range| range[1] == b'-' && (range[0]..=range[2]).contains(&byte));
        in_range || members.contains(&byte)
    };
    Some((move |byte| is_member(byte) != is_not, after))
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
            ("[a", "[a", true),
            ("**b*", "aabbaa", true),
            ("", "", true),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn includes_stand_in_any_block_and_in_no_comment() {
        let text = b"include a; http { include b/*.conf; server { location / { include \"c d\"; } } }\n# include e;\n\
                     map $x $y { include f; } log_format x 'include g;';";
        let found = includes(text).expect("its blocks end");
        let expected = ["a", "b/*.conf", "c d", "f"].map(PathBuf::from);
        assert_eq!(found, expected);
        for broken in ["http {", "}", "include a", "x 'a;"] {
            assert_eq!(includes(broken.as_bytes()), None, "{broken}");
        }
    }

    #[test]
    fn files_are_followed_from_the_main_files_folder_and_a_circle_ends() {
        let folder = std::env::temp_dir().join(format!("remote-write-auth-reading-{}", std::process::id()));
        fs::create_dir_all(folder.join("sites")).expect("a new folder");
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("our own file");
        write("main", "include sites/*.conf; include missing;");
        write("sites/a.conf", "server { include auth; }");
        write("auth", "pid /run/a.pid;");
        let read_now = || read(&folder.join("main"));
        let found = read_now().expect("all of it is there");
        let names = ["main", "sites/a.conf", "missing", "auth"].map(|name| folder.join(name));
        assert_eq!(found.files, names);
        assert_eq!(found.pid_file.as_deref(), Some(Path::new("/run/a.pid")));
        write("auth", "include auth;");
        assert_eq!(read_now(), None);
        fs::remove_dir_all(&folder).expect("our own folder");
        assert_eq!(read_now(), None);
    }
}
