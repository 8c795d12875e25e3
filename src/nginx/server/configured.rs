//! nginx' configuration as it is on disk, read by its own rules.
//!
//! `nginx -T` is the witness of which files count: where the files of this host
//! are not what it printed (it runs in a container, or a file changed meanwhile)
//! what it printed is read in their place, and where that is not understood
//! nothing is said at all. Never the other way round: a comment in the form of a
//! heading of `nginx -T` names no file.

use nginx_configuration::{Configuration, ConfigurationError, Disk, Files, Memory};
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Before each file, with the name that nginx opened.
const HEADING: &[u8] = b"# configuration file ";

/// What nginx reads, as far as it is understood.
#[derive(Debug)]
pub struct Configured {
    main: PathBuf,
    configuration: Result<Configuration, NotUnderstood>,
    /// `nginx -T` printed other files than this host has.
    is_elsewhere: bool,
}

/// Why nothing is said about a configuration that nginx may well accept.
#[derive(Debug)]
pub enum NotUnderstood {
    /// A file cannot be read, or a line of it is not understood.
    Unread(ConfigurationError),
    /// `nginx -T` printed other files than were found by its rules.
    DiffersFromDump,
}

impl fmt::Display for NotUnderstood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotUnderstood::Unread(error) => error.fmt(f),
            NotUnderstood::DiffersFromDump => f.write_str("nginx reads other files than were found"),
        }
    }
}

impl std::error::Error for NotUnderstood {}

impl Configured {
    /// What `nginx -T` printed; `None` where it names no file.
    pub(super) fn from_dump(dump: &[u8]) -> Option<Self> {
        let main = heading(dump.split_inclusive(|byte| *byte == b'\n').next()?)?;
        let on_disk = Self::load(&main, &Disk);
        let as_printed = |read: &Self| read.understood().is_some_and(|found| found.is_dumped_as(dump));
        if as_printed(&on_disk) {
            return Some(on_disk);
        }
        let printed = Self::load(&main, &split(dump));
        if as_printed(&printed) {
            return Some(Self { is_elsewhere: true, ..printed });
        }
        // A fault of one file says more than that they differ.
        let configuration = match on_disk.configuration {
            Err(error) => Err(error),
            Ok(_) => Err(NotUnderstood::DiffersFromDump),
        };
        Some(Self { main, configuration, is_elsewhere: true })
    }

    /// The files of this host, without asking nginx.
    pub(super) fn load(main: &Path, files: &dyn Files) -> Self {
        let configuration = Configuration::load(main, files).map_err(NotUnderstood::Unread);
        Self { main: main.to_owned(), configuration, is_elsewhere: false }
    }

    /// What it would be with this file of ours, which may not be there yet.
    pub(super) fn load_with(main: &Path, path: &Path, text: &[u8]) -> Self {
        Self::load(main, &WithFile::new(path, text))
    }

    /// Whether nginx reads other files than this host has, as in a container.
    pub fn is_elsewhere(&self) -> bool {
        self.is_elsewhere
    }

    /// The configuration; `None` where it is not understood.
    pub fn understood(&self) -> Option<&Configuration> {
        self.configuration.as_ref().ok()
    }

    /// Why it is not understood.
    pub fn not_understood(&self) -> Option<&NotUnderstood> {
        self.configuration.as_ref().err()
    }

    /// The main file.
    pub fn main(&self) -> &Path {
        &self.main
    }

    /// Whether nginx reads this file, under this name or another; `None` where
    /// nobody can tell.
    pub fn includes(&self, path: &Path) -> Option<bool> {
        let is_it = is_file(path);
        self.understood().map(|found| found.files().into_iter().any(is_it))
    }

    /// The value of `pid`, as written.
    pub(super) fn pid_file(&self) -> Option<PathBuf> {
        let words = self.understood()?.main_directive("pid")?;
        words.first().map(PathBuf::from)
    }

    /// Who nginx says its workers are: a user and a group, which has the user's
    /// name where none is named.
    pub fn user(&self) -> Option<(String, String)> {
        let mut words = self.understood()?.main_directive("user")?.into_iter();
        let user = words.next()?;
        let group = words.next().unwrap_or_else(|| user.clone());
        Some((user, group))
    }

    /// The files that say whether one that begins so is included, and where.
    pub fn way_to(&self, start: &[u8], path: &Path) -> BTreeSet<PathBuf> {
        let Some(found) = self.understood() else { return BTreeSet::new() };
        let ours = found.files_that_begin_with(start);
        let is_it = is_file(path);
        found.files_on_the_way(&|file| ours.contains(file) || is_it(file))
    }

    /// A path that nginx takes relative to its main file.
    pub fn beside_main(&self, path: &Path) -> PathBuf {
        self.main.parent().unwrap_or_else(|| Path::new("/")).join(path)
    }
}

/// The value of `pid` in the main file alone, where the rest is not in order.
pub(super) fn pid_file_in(main: &Path) -> Option<PathBuf> {
    Configured::load(main, &MainAlone(main)).pid_file()
}

/// Whether a path leads to this file, by this name or another.
pub fn is_file(wanted: &Path) -> impl Fn(&Path) -> bool {
    let known = identity(wanted);
    move |path| path == wanted || (known.is_some() && identity(path) == known)
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

fn heading(line: &[u8]) -> Option<PathBuf> {
    let name = line.strip_prefix(HEADING)?.strip_suffix(b":\n")?;
    name.starts_with(b"/").then(|| PathBuf::from(OsStr::from_bytes(name)))
}

/// A line that only looks like a heading splits a file in two; then the result
/// is not what was printed, and whoever asks for it compares.
fn split(dump: &[u8]) -> Memory {
    let mut files = Memory::default();
    let mut open: Option<(PathBuf, Vec<u8>)> = None;
    let mut keep = |file: Option<(PathBuf, Vec<u8>)>| {
        if let Some((path, mut text)) = file {
            text.pop(); // a line end of nginx' own
            files.insert(path, text);
        }
    };
    for line in dump.split_inclusive(|byte| *byte == b'\n') {
        if let Some(path) = heading(line) {
            keep(open.replace((path, Vec::new())));
        } else if let Some((_, text)) = &mut open {
            text.extend_from_slice(line);
        }
    }
    keep(open);
    files
}

/// This host's files, and one that may not be there yet.
struct WithFile<'a> {
    folder: Option<(u64, u64)>,
    path: &'a Path,
    text: &'a [u8],
}

impl<'a> WithFile<'a> {
    fn new(path: &'a Path, text: &'a [u8]) -> Self {
        Self { folder: path.parent().and_then(identity), path, text }
    }

    fn is_it(&self, path: &Path) -> bool {
        path == self.path
            || (path.file_name() == self.path.file_name()
                && self.folder.is_some()
                && path.parent().and_then(identity) == self.folder)
    }
}

impl Files for WithFile<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if self.is_it(path) { Ok(self.text.to_vec()) } else { Disk.read(path) }
    }

    fn names(&self, folder: &Path) -> Vec<OsString> {
        let mut names = Disk.names(folder);
        if let Some(name) = self.path.file_name()
            && self.is_it(&folder.join(name))
            && !names.iter().any(|other| other == name)
        {
            names.push(name.to_owned());
        }
        names
    }

    fn exists(&self, path: &Path) -> bool {
        self.is_it(path) || Disk.exists(path)
    }
}

/// The main file, as if all others were empty.
struct MainAlone<'a>(&'a Path);

impl Files for MainAlone<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if path == self.0 { Disk.read(path) } else { Ok(Vec::new()) }
    }

    fn names(&self, _: &Path) -> Vec<OsString> {
        Vec::new()
    }

    fn exists(&self, _: &Path) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use test_support::folder::Folder;

    fn printed(files: &[(&str, &str)]) -> Vec<u8> {
        let one = |(path, text): &(&str, &str)| format!("# configuration file {path}:\n{text}\n");
        files.iter().map(one).collect::<String>().into_bytes()
    }

    /// Files that are not on this host, as those of a container.
    #[test]
    fn what_was_printed_is_read_where_the_files_are_elsewhere() {
        let dump = printed(&[
            ("/nowhere/nginx.conf", "user a b;\npid /run/x.pid;\ninclude in/*;\n"),
            ("/nowhere/in/b", "# none\n"),
        ]);
        let found = Configured::from_dump(&dump).expect("it names a file");
        assert_eq!(found.includes(Path::new("/nowhere/in/b")), Some(true));
        assert_eq!(found.includes(Path::new("/nowhere/in/c")), Some(false));
        assert_eq!(found.user(), Some(("a".to_owned(), "b".to_owned())));
        assert_eq!(found.pid_file().as_deref(), Some(Path::new("/run/x.pid")));
    }

    #[test]
    fn a_comment_that_looks_like_a_heading_names_no_file() {
        let fake = "# configuration file /nowhere/secret:\npid /run/y.pid;\n";
        let dump = printed(&[("/nowhere/nginx.conf", fake)]);
        let found = Configured::from_dump(&dump).expect("it names a file");
        assert_eq!(found.includes(Path::new("/nowhere/secret")), None, "nobody can tell");
        assert_eq!(found.pid_file(), None);
        assert!(found.not_understood().is_some());
    }

    #[test]
    fn a_file_that_is_not_there_yet_stands_among_those_that_are() {
        let folder = Folder::new();
        let main = folder.file("main", "http { include conf.d/*.conf; include sites/*/one.conf; }");
        for name in ["conf.d/y.conf", "sites/b/one.conf", "sites/a/other.conf"] {
            folder.file(name, "");
        }
        let files = |path: &str| {
            let with = Configured::load_with(&main, &folder.path().join(path), b"");
            let files = with.understood().expect("whole").files();
            let names = files.into_iter().map(|file| file.strip_prefix(folder.path()).expect("in it"));
            names.map(|name| name.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(files("other"), ["main", "conf.d/y.conf", "sites/b/one.conf"]);
        assert_eq!(files("conf.d/y.conf"), ["main", "conf.d/y.conf", "sites/b/one.conf"]);
        assert_eq!(files("conf.d/x.conf"), ["main", "conf.d/x.conf", "conf.d/y.conf", "sites/b/one.conf"]);
        assert_eq!(
            files("sites/a/one.conf"),
            ["main", "conf.d/y.conf", "sites/a/one.conf", "sites/b/one.conf"]
        );
    }

    #[test]
    fn the_way_leads_to_files_of_ours_and_to_one_of_that_name() {
        let folder = Folder::new();
        let main = folder.file("main", "include to-ours; include to-named; include nowhere-near;");
        folder.file("to-ours", "include ours;");
        folder.file("to-named", "include named;");
        for (name, text) in [("ours", "# of us\n"), ("named", "# edited\n"), ("nowhere-near", "# others\n")] {
            folder.file(name, text);
        }
        let way = |start: &[u8], name: &str| {
            let way = Configured::load(&main, &Disk).way_to(start, &folder.path().join(name));
            let names = way.into_iter().map(|file| file.file_name().expect("a name").to_owned());
            names.map(|name| name.into_string().expect("UTF-8")).collect::<Vec<_>>()
        };
        assert_eq!(way(b"# of us", "named"), ["main", "to-named", "to-ours"]);
        assert_eq!(way(b"# of us", "missing"), ["main", "to-ours"]);
        assert_eq!(way(b"# of nobody", "named"), ["main", "to-named"]);
        assert!(way(b"# of nobody", "missing").is_empty());
    }

    #[test]
    fn why_it_is_not_understood_is_said() {
        let folder = Folder::new();
        let found = Configured::load(&folder.file("main", "include missing;"), &Disk);
        let why = found.not_understood().expect("a reason").to_string();
        assert!(why.contains("missing"), "{why}");
        let differs = NotUnderstood::DiffersFromDump.to_string();
        assert_eq!(differs, "nginx reads other files than were found");
    }

    #[test]
    fn a_file_is_known_by_another_name_and_before_it_is_there() {
        let folder = Folder::new();
        let main = folder.file("main", "http { include linked/*.conf; }\npid a;");
        fs::create_dir(folder.path().join("conf.d")).expect("a new folder");
        std::os::unix::fs::symlink("conf.d", folder.path().join("linked")).expect("a link of ours");
        let found = Configured::load(&main, &Disk);
        let (path, other) = (folder.path().join("conf.d/x.conf"), folder.path().join("conf.d/x.include"));
        assert_eq!(found.includes(&path), Some(false));
        for (path, count) in [(&path, 2), (&other, 1)] {
            let with = Configured::load_with(&main, path, b"");
            assert_eq!(with.understood().expect("whole").files().len(), count, "{path:?}");
        }
        fs::write(&path, "").expect("our own file");
        assert_eq!(Configured::load(&main, &Disk).includes(&path), Some(true), "through the link");
        fs::write(&main, "pid a; include missing;").expect("our own file");
        assert!(Configured::load(&main, &Disk).not_understood().is_some());
        assert_eq!(pid_file_in(&main).as_deref(), Some(Path::new("a")));
        drop(folder);
        assert!(Configured::load(&main, &Disk).not_understood().is_some());
    }
}
