//! A chart's folder ─▶ its files, by the names they have in the chart.
//!
//! Symbolic links are followed inside the chart. One that leads out of it is
//! refused: Helm would read it with a note, and a chart from elsewhere could
//! show what it likes of this machine. What values do not depend on is not read.

use super::archive::{LARGEST_CHART, LARGEST_FILE};
use super::file::{File, file_error, io_error, matters};
use super::ignore::Rules;
use crate::{Error, ErrorKind};
use std::fs::{self, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

/// More files than any chart has.
const MOST_FILES: usize = 100_000;
/// Deeper than any chart is: a link to a folder above goes on for ever.
const DEEPEST: usize = 64;

/// Reads the folder at `root`.
pub(super) fn files(root: &Path) -> Result<Vec<File>, Error> {
    let inside = fs::canonicalize(root).map_err(|error| io_error(root, &error))?;
    let ignore_file = root.join(".helmignore");
    let text = ignore_rules(&ignore_file)?;
    let rules = Rules::parse(&text).ok_or_else(|| {
        let message = "has a pattern, or a line of 64 KiB, that Helm refuses; correct it";
        file_error(&ignore_file, ErrorKind::Refused, message)
    })?;
    let mut walk = Walk { inside, rules, files: Vec::new(), seen: 0, left: LARGEST_CHART };
    walk.folder(root, "", 0)?;
    Ok(walk.files)
}

/// The text of `.helmignore`, where there is one.
fn ignore_rules(path: &Path) -> Result<Vec<u8>, Error> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => read(path, &metadata),
        // It is not opened: a pipe would be waited for.
        Ok(_) => Err(file_error(path, ErrorKind::Refused, "is not a file; take it out of the chart")),
        Err(_) => Ok(Vec::new()),
    }
}

struct Walk {
    inside: PathBuf,
    rules: Rules,
    files: Vec<File>,
    seen: usize,
    left: u64,
}

impl Walk {
    fn folder(&mut self, path: &Path, name: &str, depth: usize) -> Result<(), Error> {
        if depth > DEEPEST {
            return Err(file_error(
                path,
                ErrorKind::TooLarge,
                "is nested more than 64 deep; look for a link to a folder above",
            ));
        }
        let io = |error: &std::io::Error| io_error(path, error);
        let mut entries = Vec::new();
        for entry in fs::read_dir(path).map_err(|error| io(&error))? {
            entries.push(entry.map_err(|error| io(&error))?.file_name());
        }
        entries.sort();
        for entry in entries {
            let text = entry.to_string_lossy();
            let below = if name.is_empty() { text.into_owned() } else { format!("{name}/{text}") };
            self.entry(&path.join(&entry), below, depth)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, name: String, depth: usize) -> Result<(), Error> {
        self.seen += 1;
        if self.seen > MOST_FILES {
            return Err(file_error(
                path,
                ErrorKind::TooLarge,
                "is one of more than 100000 files; that is more than is read here",
            ));
        }
        let io = |error: std::io::Error| io_error(path, &error);
        let own = fs::symlink_metadata(path).map_err(io)?;
        let is_link = own.is_symlink();
        let metadata = if is_link { fs::metadata(path).map_err(io)? } else { own };
        if self.rules.ignore(&name, metadata.is_dir()) {
            return Ok(());
        }
        if is_link && !fs::canonicalize(path).map_err(io)?.starts_with(&self.inside) {
            let message = "is a symbolic link that leads out of the chart; put the file itself there";
            return Err(file_error(path, ErrorKind::Refused, message));
        }
        if metadata.is_dir() {
            return self.folder(path, &name, depth + 1);
        }
        // A pipe would be waited for.
        if !metadata.is_file() {
            return Err(file_error(
                path,
                ErrorKind::Refused,
                "is neither a file nor a folder; take it out of the chart",
            ));
        }
        if metadata.len() > LARGEST_FILE {
            return Err(file_error(path, ErrorKind::TooLarge, "is larger than 5 MiB; Helm takes no more"));
        }
        let data = if matters(&name) { read(path, &metadata)? } else { Vec::new() };
        self.left = self.left.checked_sub(data.len() as u64).ok_or_else(|| {
            file_error(
                path,
                ErrorKind::TooLarge,
                "makes the chart larger than 100 MiB; that is more than is read here",
            )
        })?;
        self.files.push(File { name, data });
        Ok(())
    }
}

/// A file that may have grown since `metadata` was asked for.
fn read(path: &Path, metadata: &Metadata) -> Result<Vec<u8>, Error> {
    let io = |error: std::io::Error| io_error(path, &error);
    // In one go: a row that grows is copied.
    let length = usize::try_from(metadata.len().min(LARGEST_FILE)).unwrap_or_default();
    let mut data = Vec::with_capacity(length + 1);
    fs::File::open(path).map_err(io)?.take(LARGEST_FILE + 1).read_to_end(&mut data).map_err(io)?;
    if data.len() as u64 > LARGEST_FILE {
        return Err(file_error(path, ErrorKind::TooLarge, "is larger than 5 MiB; Helm takes no more"));
    }
    Ok(data)
}
