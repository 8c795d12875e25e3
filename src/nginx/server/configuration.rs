//! What `nginx -T` printed → which files it reads, and where its pid file is;
//! and the words of a configuration.
//!
//! Pure. A configuration can hold passwords: nothing of it leaves this file
//! but the paths.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Before each file, with the name that nginx opened.
const HEADER: &[u8] = b"# configuration file ";

/// The configuration that passed a test.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    pub(super) files: Vec<PathBuf>,
    /// As written: absolute, or below nginx' prefix.
    pub(super) pid_file: Option<PathBuf>,
}

impl Configuration {
    pub(super) fn parse(dump: &[u8]) -> Self {
        let mut found = Self::default();
        let mut file = Vec::new();
        for line in dump.split_inclusive(|byte| *byte == b'\n') {
            match header(line) {
                Some(name) => {
                    found.take_pid_file(&file);
                    file.clear();
                    found.files.push(name);
                }
                None => file.extend_from_slice(line),
            }
        }
        found.take_pid_file(&file);
        found
    }

    fn take_pid_file(&mut self, file: &[u8]) {
        self.pid_file = self.pid_file.take().or_else(|| pid_file(file));
    }

    /// Whether nginx reads this file, under this name or another.
    pub fn includes(&self, path: &Path) -> bool {
        let wanted = identity(path);
        self.files.iter().any(|file| file == path || (wanted.is_some() && identity(file) == wanted))
    }
}

fn header(line: &[u8]) -> Option<PathBuf> {
    let name = line.strip_prefix(HEADER)?.strip_suffix(b":\n")?;
    name.starts_with(b"/").then(|| PathBuf::from(OsStr::from_bytes(name)))
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

/// The value of `pid` in one file's text: it stands outside all blocks.
pub(super) fn pid_file(text: &[u8]) -> Option<PathBuf> {
    let mut depth = 0_usize;
    let mut directive: Vec<Vec<u8>> = Vec::new();
    let mut rest = text;
    loop {
        match next(&mut rest)? {
            Token::Word(word) => directive.push(word),
            Token::Open => {
                depth += 1;
                directive.clear();
            }
            Token::Close => {
                depth = depth.saturating_sub(1);
                directive.clear();
            }
            Token::End => match directive.as_slice() {
                [name, value] if depth == 0 && name == b"pid" => {
                    return Some(OsStr::from_bytes(value).into());
                }
                _ => directive.clear(),
            },
        }
    }
}

pub(super) enum Token {
    Word(Vec<u8>),
    Open,
    Close,
    End,
}

/// `None` at the end of the text.
pub(super) fn next(rest: &mut &[u8]) -> Option<Token> {
    loop {
        let (first, after) = rest.split_first()?;
        match first {
            b' ' | b'\t' | b'\r' | b'\n' => *rest = after,
            b'#' => *rest = after.iter().position(|byte| *byte == b'\n').map_or(&[], |end| &after[end..]),
            b';' | b'{' | b'}' => {
                *rest = after;
                return Some(match first {
                    b'{' => Token::Open,
                    b'}' => Token::Close,
                    _ => Token::End,
                });
            }
            b'"' | b'\'' => {
                *rest = after;
                return Some(Token::Word(word(rest, |byte| byte == *first, true)));
            }
            _ => return Some(Token::Word(word(rest, |byte| b" \t\r\n;{".contains(&byte), false))),
        }
    }
}

/// Up to a byte that ends it; the end of a quoted word is taken off, too.
fn word(rest: &mut &[u8], ends: impl Fn(u8) -> bool, quoted: bool) -> Vec<u8> {
    let mut word = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        // `${name}` is not a block.
        let is_variable = *first == b'{' && word.last() == Some(&b'$');
        if ends(*first) && !is_variable {
            if quoted {
                *rest = after;
            }
            break;
        }
        *rest = after;
        match (first, after.split_first()) {
            (b'\\', Some((escaped, after))) => {
                word.push(*escaped);
                *rest = after;
            }
            _ => word.push(*first),
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        pid_file(text.as_bytes()).map(|path| path.display().to_string())
    }

    #[test]
    fn the_pid_file_is_found_where_it_stands() {
        for (text, expected) in [
            ("pid /run/nginx.pid;", Some("/run/nginx.pid")),
            ("user a;\nworker_processes 1; pid\t/run/a.pid ;\n", Some("/run/a.pid")),
            ("pid \"/run/a b.pid\";", Some("/run/a b.pid")),
            ("'pid' '/run/a.pid';", Some("/run/a.pid")),
            ("pid /run/a\\ b.pid;", Some("/run/a b.pid")),
            ("pid logs/nginx.pid;", Some("logs/nginx.pid")),
            ("http { server { } }\npid /run/after.pid;", Some("/run/after.pid")),
            ("# pid /run/comment.pid;\n", None),
            ("user a; # pid /run/comment.pid;\npid /run/real.pid;", Some("/run/real.pid")),
            ("error_log /var/log/a#b; pid /run/real.pid;", Some("/run/real.pid")),
            ("http { map $a $b { pid /run/inner.pid; } }", None),
            ("http { log_format a '} pid /run/text.pid;'; }\npid /run/real.pid;", Some("/run/real.pid")),
            ("http { set $a ${b}c; } pid /run/real.pid;", Some("/run/real.pid")),
            ("load_module a.so; pid /run/a.pid", None),
            ("pid;", None),
            ("pid a b;", None),
            ("}}}} pid /run/real.pid;", Some("/run/real.pid")),
            ("pid \"/run/a", None),
            ("pid \\", None),
            ("", None),
        ] {
            assert_eq!(found(text).as_deref(), expected, "{text}");
        }
    }

    const DUMP: &str = "# configuration file /etc/nginx/nginx.conf:\nuser a;\ninclude b;\n\n\
        # configuration file /etc/nginx/b:\n# configuration file c:\npid /run/b.pid;\n\n\
        # configuration file /etc/nginx/conf.d/odd:name.conf:\n\n";

    #[test]
    fn files_are_those_that_the_dump_names() {
        let configuration = Configuration::parse(DUMP.as_bytes());
        for (path, expected) in [
            ("/etc/nginx/nginx.conf", true),
            ("/etc/nginx/b", true),
            ("/etc/nginx/conf.d/odd:name.conf", true),
            ("c", false),
            ("/etc/nginx", false),
        ] {
            assert_eq!(configuration.includes(Path::new(path)), expected, "{path}");
        }
        assert_eq!(configuration.pid_file.as_deref(), Some(Path::new("/run/b.pid")));
    }

    #[test]
    fn a_file_is_known_by_another_name() {
        let folder = std::env::temp_dir().join(format!("remote-write-auth-names-{}", std::process::id()));
        fs::create_dir(&folder).expect("a new folder");
        fs::write(folder.join("a"), "").expect("a file of ours");
        std::os::unix::fs::symlink("a", folder.join("b")).expect("a link of ours");
        let linked =
            Configuration::parse(format!("# configuration file {}/b:\n", folder.display()).as_bytes());
        let (known, unknown) = (linked.includes(&folder.join("a")), linked.includes(&folder.join("c")));
        fs::remove_dir_all(&folder).expect("our own folder");
        assert!(known && !unknown);
    }
}
