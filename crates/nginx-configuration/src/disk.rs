//! The files where nginx itself reads them. The only effects of this room.

use super::tree::Files;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// A longer file is no configuration.
const FILE_LIMIT: u64 = 32 << 20;

/// This host's files.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        // A named pipe would be waited for.
        let found = fs::metadata(path)?;
        if !found.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        // One read for all of it, and one that finds its end.
        let length = found.len().min(FILE_LIMIT) + 1;
        let mut text = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        fs::File::open(path)?.take(FILE_LIMIT + 1).read_to_end(&mut text)?;
        if text.len() as u64 > FILE_LIMIT {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(text)
    }

    fn names(&self, folder: &Path) -> Vec<OsString> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect()
    }

    fn exists(&self, path: &Path) -> bool {
        path.symlink_metadata().is_ok()
    }
}
