//! Files that are no files: for tests, and for what `nginx -T` printed.

use super::tree::Files;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

/// Paths and their bytes.
#[derive(Debug, Default)]
pub struct Memory(BTreeMap<PathBuf, Vec<u8>>);

impl Memory {
    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: impl Into<PathBuf>, text: impl Into<Vec<u8>>) {
        self.0.insert(path.into(), text.into());
    }
}

impl From<&[(&str, &str)]> for Memory {
    fn from(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec())).collect())
    }
}

impl Files for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn names(&self, folder: &Path) -> Vec<OsString> {
        let mut names: Vec<OsString> = self
            .0
            .keys()
            .filter_map(|path| path.strip_prefix(folder).ok()?.components().next())
            .map(|name| name.as_os_str().to_owned())
            .collect();
        names.dedup();
        names
    }

    fn exists(&self, path: &Path) -> bool {
        self.0.keys().any(|file| file.starts_with(path))
    }
}
