//! Which files count, who includes them and where, and what the main file says:
//! for whoever writes one of these files.

use super::Configuration;
use super::address::Address;
use super::route::{self, Route};
use super::scope::{Handler, Kind, ScopeId};
use super::tree::{NodeId, Place, Reading};
use std::collections::{BTreeSet, HashSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The innermost block around an `include`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// None: the main context.
    Main,
    /// `http`
    Http,
    /// A `server` of `http`.
    Server,
    /// A `location`, or an `if` or `limit_except` in it.
    Location,
    /// Any other block.
    Other,
}

/// One `include` of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// The file, as nginx spells it.
    pub file: PathBuf,
    /// Where the `include` stands.
    pub place: Place,
    /// In which block.
    pub within: Within,
    /// Whether a pattern takes the file in.
    pub by_pattern: bool,
}

impl Configuration {
    /// Each file once, in the order in which nginx opens them.
    pub fn files(&self) -> Vec<&Path> {
        self.read_once().map(|reading| reading.path.as_path()).collect()
    }

    /// The first reading of each file.
    fn read_once(&self) -> impl Iterator<Item = &Reading> {
        let mut seen = HashSet::new();
        self.tree.readings.iter().filter(move |reading| seen.insert(reading.path.as_os_str()))
    }

    /// Whether `nginx -T` printed exactly these files with exactly these bytes:
    /// the witness that no other files count. A line within a file that looks
    /// like a heading is only that file's.
    pub fn is_dumped_as(&self, dump: &[u8]) -> bool {
        let mut rest = dump;
        for Reading { path, text, .. } in self.read_once() {
            let heading = [&b"# configuration file "[..], path.as_os_str().as_bytes(), b":\n"];
            for part in heading.into_iter().chain([text, &b"\n"[..]]) {
                let Some(after) = rest.strip_prefix(part) else { return false };
                rest = after;
            }
        }
        rest.is_empty()
    }

    /// Each `include` that takes in a file for which this holds: a file can have
    /// many names.
    pub fn includes(&self, is_it: &dyn Fn(&Path) -> bool) -> Vec<Include> {
        self.including(is_it).map(|(path, node)| self.include(path, node)).collect()
    }

    fn including<'a>(&'a self, is_it: &'a dyn Fn(&Path) -> bool) -> impl Iterator<Item = (&'a Path, NodeId)> {
        let included = self.tree.readings.iter().filter(|reading| is_it(&reading.path));
        included.filter_map(|reading| Some((reading.path.as_path(), reading.included_by?)))
    }

    fn include(&self, path: &Path, node: NodeId) -> Include {
        let within = match (self.tree.parent(node), self.scope_around(node)) {
            (None, _) => Within::Main,
            (Some(_), None) => Within::Other,
            (Some(_), Some(id)) => match self.scopes.all[self.scopes.location_of(id)].kind {
                Kind::Http => Within::Http,
                Kind::Server => Within::Server,
                Kind::Location(_) => Within::Location,
                Kind::If | Kind::LimitExcept => Within::Other,
            },
        };
        let by_pattern = super::glob::is_pattern(self.tree.word(node, 1));
        Include { file: path.to_owned(), place: self.tree.place(node), within, by_pattern }
    }

    fn scope_around(&self, node: NodeId) -> Option<ScopeId> {
        self.scopes.opened_by(self.tree.parent(node)?)
    }

    /// Where the locations pass requests to in which such a file is included,
    /// and the locations nested in them.
    pub fn receivers_through(&self, is_it: &dyn Fn(&Path) -> bool) -> BTreeSet<Address> {
        let mut found = BTreeSet::new();
        for (_, node) in self.including(is_it) {
            if let Some(id) = self.scope_around(node) {
                self.collect_receivers(self.scopes.location_of(id), &mut found);
            }
        }
        found
    }

    fn collect_receivers(&self, id: ScopeId, found: &mut BTreeSet<Address>) {
        let scope = &self.scopes.all[id];
        if !matches!(scope.kind, Kind::Location(_)) {
            return;
        }
        if let Some((Handler::Proxy, node)) = scope.handler
            && let Route::To(addresses) = route::of_directive(self, node, self.scopes.server_of(id))
        {
            found.extend(addresses);
        }
        for nested in &scope.locations {
            self.collect_receivers(*nested, found);
        }
    }

    /// Every file on the way from the main file to such a file, without itself:
    /// a worker older than one of them may not know of the include.
    pub fn files_on_the_way(&self, is_it: &dyn Fn(&Path) -> bool) -> BTreeSet<PathBuf> {
        let mut found = BTreeSet::new();
        for (_, node) in self.including(is_it) {
            let mut next = Some(node);
            while let Some(node) = next {
                let reading = &self.tree.readings[self.tree.reading(node)];
                found.insert(reading.path.clone());
                next = reading.included_by;
            }
        }
        found
    }

    /// Each file whose text begins so.
    pub fn files_that_begin_with(&self, start: &[u8]) -> BTreeSet<&Path> {
        let readings = self.tree.readings.iter().filter(|reading| reading.text.starts_with(start));
        readings.map(|reading| reading.path.as_path()).collect()
    }

    /// The folders in which the patterns of all includes look for files: what is
    /// added there or taken away changes the configuration, and no file of it.
    pub fn pattern_folders(&self) -> BTreeSet<PathBuf> {
        let main = self.tree.readings.first().and_then(|reading| reading.path.parent());
        let main = main.unwrap_or_else(|| Path::new(""));
        let patterns = self.tree.includes().map(|node| main.join(OsStr::from_bytes(self.tree.word(node, 1))));
        let is_pattern = |path: &Path| super::glob::is_pattern(path.as_os_str().as_bytes());
        let folders = patterns
            .filter(|path| is_pattern(path))
            .filter_map(|path| path.ancestors().find(|folder| !is_pattern(folder)).map(Path::to_owned));
        folders.collect()
    }

    /// Each `auth_basic_user_file`, as written: relative to the main file's folder.
    pub fn user_files(&self) -> Vec<(PathBuf, Place)> {
        let nodes = self.scopes.all.iter().filter_map(|scope| scope.user_file);
        nodes.map(|node| (OsStr::from_bytes(self.tree.word(node, 1)).into(), self.tree.place(node))).collect()
    }

    /// The words after this name in the main context: `pid`, `user`.
    pub fn main_directive(&self, name: &str) -> Option<Vec<String>> {
        let node = self.tree.top().find(|node| self.tree.name(*node) == name.as_bytes())?;
        Some(self.tree.arguments(node).map(|word| String::from_utf8_lossy(word).into_owned()).collect())
    }
}
