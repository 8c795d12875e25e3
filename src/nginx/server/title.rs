//! The title of a master → the configuration that it reads.
//!
//! nginx writes the words of its command line into its title, joined by blanks;
//! what stood in quotes is in pieces there.

use super::built_in::Defaults;
use super::configured::is_file;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

const MASTER: &[u8] = b"nginx: master process";

/// Whether this is the title of a master.
pub(super) fn is_master(title: &[u8]) -> bool {
    title.starts_with(MASTER)
}

/// What a title says of the master's main file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MainFile {
    /// It is this one, by `-c` or `-p`.
    Named,
    /// It is the default of its program.
    Default,
    /// It is another.
    Another,
}

/// Whether the master of this title reads `main`. `defaults` are of the program
/// that is asked for, which is the master's own where that says so.
pub(super) fn main_file(title: &[u8], main: &Path, defaults: &Defaults) -> MainFile {
    if options(title) == (None, None) {
        return MainFile::Default;
    }
    let Some(path) = path_of_main_file(title, defaults) else { return MainFile::Another };
    // A path with blanks is in pieces; then the title holds it as a whole.
    let as_a_whole = [b"-c ", main.as_os_str().as_bytes()].concat();
    let is_whole = title.windows(as_a_whole.len()).any(|part| part == as_a_whole);
    if is_file(main)(&path) || is_whole { MainFile::Named } else { MainFile::Another }
}

/// The main file of the master of this title; `None`: nobody can tell.
pub(super) fn path_of_main_file(title: &[u8], defaults: &Defaults) -> Option<PathBuf> {
    let (configuration, prefix) = options(title);
    defaults.configuration(configuration.as_deref(), prefix.as_deref())
}

/// The values of `-c` and `-p`.
fn options(title: &[u8]) -> (Option<PathBuf>, Option<PathBuf>) {
    let words = title[MASTER.len().min(title.len())..].split(|byte| *byte == b' ' || *byte == 0);
    let words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).skip(1).collect();
    let path = |letter| value(&words, letter).map(|path| PathBuf::from(OsStr::from_bytes(path)));
    (path(b'c'), path(b'p'))
}

/// The last value of an option of one letter, glued or not.
fn value<'a>(words: &[&'a [u8]], letter: u8) -> Option<&'a [u8]> {
    let mut found = None;
    for (at, word) in words.iter().enumerate() {
        match word {
            [b'-', first] if *first == letter => found = words.get(at + 1).copied(),
            [b'-', first, rest @ ..] if *first == letter => found = Some(rest),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::built_in::BuiltIn;
    use super::*;

    #[test]
    fn a_master_is_known_by_what_it_was_started_with() {
        let built_in =
            BuiltIn::parse(b"configure arguments: --prefix=/nowhere/p --conf-path=/nowhere/nginx.conf");
        let main = Path::new("/nowhere/nginx.conf");
        let known = Defaults { main: None, ask: &|| Some(&built_in) };
        let unknown = Defaults { main: None, ask: &|| None };
        for (words, expected) in [
            ("/usr/sbin/nginx", MainFile::Default),
            ("nginx -g daemon on; master_process on;", MainFile::Default),
            ("nginx -g pid /run/other.pid;", MainFile::Default),
            ("nginx -c /nowhere/nginx.conf", MainFile::Named),
            ("nginx -c/nowhere/nginx.conf -g daemon off;", MainFile::Named),
            ("nginx -c ../nginx.conf -p /nowhere/x", MainFile::Another),
            ("nginx -c nginx.conf -p /nowhere", MainFile::Named),
            ("nginx -p /elsewhere", MainFile::Named),
            ("nginx -c /nowhere/other.conf", MainFile::Another),
            ("nginx -c", MainFile::Default),
        ] {
            let title = format!("nginx: master process {words}\0\0");
            assert_eq!(main_file(title.as_bytes(), main, &known), expected, "{words}");
        }
        let blank = b"nginx: master process nginx -c /a b/c.conf -g x;";
        assert_eq!(main_file(blank, Path::new("/a b/c.conf"), &known), MainFile::Named);
        assert_eq!(main_file(blank, Path::new("/a"), &unknown), MainFile::Named, "as far as one can see");
        assert_eq!(main_file(b"nginx: master process nginx -p x", main, &unknown), MainFile::Another);
    }
}
