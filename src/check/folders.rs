//! A folder → the YAML files in it, in an order that is the same everywhere.
//!
//! Every `*.yaml` and `*.yml`, in the folders below, too, by the bytes of their
//! names. What is hidden is left out, by its own name or by a folder's: `.git`,
//! `.github`. A link to a file is a file; one to a folder is not entered, since
//! it can lead round in a circle. A folder that is named itself is looked into
//! whatever it is called.

use std::ffi::OsString;
use std::fs::{self, DirEntry};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

const ENDINGS: [&[u8]; 2] = [b".yaml", b".yml"];

/// More files than this are no repository, but the root of a machine.
const MOST: usize = 1_000_000;

/// The names with each folder replaced by its files; a message where a folder
/// cannot be read or has none.
pub(super) fn unfolded(names: &[OsString]) -> Result<Vec<OsString>, String> {
    let mut files = Vec::new();
    for name in names {
        // What cannot be looked at is left to the one who reads it.
        if !fs::metadata(name).is_ok_and(|found| found.is_dir()) {
            files.push(name.clone());
            continue;
        }
        let before = files.len();
        collect(Path::new(name), &mut files)?;
        if files.len() == before {
            return Err(format!(
                "the folder {} has no YAML file in it; name a folder with files ending in .yaml or .yml",
                name.display()
            ));
        }
    }
    Ok(files)
}

fn collect(folder: &Path, files: &mut Vec<OsString>) -> Result<(), String> {
    let mut waiting = vec![(folder.to_owned(), true)];
    while let Some((path, is_folder)) = waiting.pop() {
        if waiting.len() + files.len() > MOST {
            return Err(format!(
                "there are over {MOST} files in {}; name a smaller folder",
                folder.display()
            ));
        }
        if !is_folder {
            files.push(shown(path));
            continue;
        }
        let cannot = |error: io::Error| {
            format!("the folder {} cannot be read: {error}; check its owner and mode", path.display())
        };
        let mut inside = Vec::new();
        for entry in fs::read_dir(&path).map_err(cannot)? {
            let entry = entry.map_err(cannot)?;
            let is_folder = entry.file_type().map_err(cannot)?.is_dir();
            if is_wanted(&entry, is_folder) {
                inside.push((entry.path(), is_folder));
            }
        }
        // The last one is the next one.
        inside.sort_unstable_by(|(one, _), (other, _)| other.as_os_str().cmp(one.as_os_str()));
        waiting.append(&mut inside);
    }
    Ok(())
}

/// As people and GitHub write it, without the dot of the folder that this is.
fn shown(path: PathBuf) -> OsString {
    path.strip_prefix(".").map(Path::to_owned).unwrap_or(path).into()
}

/// What cannot be looked at is wanted, too: whoever reads it says why not.
fn is_wanted(entry: &DirEntry, is_folder: bool) -> bool {
    let name = entry.file_name();
    let name = name.as_bytes();
    if name.starts_with(b".") || is_folder {
        return !name.starts_with(b".");
    }
    let has_ending = ENDINGS.iter().any(|ending| name.ends_with(ending));
    // A pipe would hold up everything.
    has_ending && fs::metadata(entry.path()).map_or(true, |found| found.is_file())
}
