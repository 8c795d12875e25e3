//! An argument of the process → the bytes in its file, and the file's removal.
//!
//! Ansible puts the clear password on the disk of the managed host, so the
//! file goes as soon as it was read. But this program may be called by hand:
//! it opens what is named, follows no link, and removes only the very
//! file that it read. Nothing here knows JSON.

use crate::policy::refusal::{At, Code, Refusal};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat, fstat, open, openat, statat, unlinkat};
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::Path;
use zeroize::Zeroizing;

/// Arguments are larger than this by mistake alone.
pub(crate) const SIZE_LIMIT: usize = 1 << 20;

/// Arguments that were read, and where they came from.
pub(crate) struct ArgsFile {
    /// The whole content, zeroed when it is dropped.
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    /// The source as messages name it.
    pub(crate) name: String,
    on_disk: Option<OnDisk>,
}

/// The open file's place: enough to remove this very file and no other.
struct OnDisk {
    folder: OwnedFd,
    file_name: OsString,
    stat: Stat,
}

impl ArgsFile {
    /// Reads `argument`: an absolute path, or `-` for standard input.
    pub(crate) fn open(argument: &OsStr) -> Result<Self, Refusal> {
        if argument == "-" {
            let name = "standard input".to_owned();
            let bytes = read(io::stdin().lock(), SIZE_LIMIT, &name)?;
            return Ok(Self { bytes, name, on_disk: None });
        }
        let name = printable(argument);
        let (file, on_disk) = open_regular(Path::new(argument), &name)?;
        let size = usize::try_from(on_disk.stat.st_size).unwrap_or(SIZE_LIMIT);
        let bytes = read(File::from(file), size, &name)?;
        Ok(Self { bytes, name, on_disk: Some(on_disk) })
    }

    /// Removes the file that was read. Where that is not possible (another
    /// file took its name, the folder is somebody else's) it stays: Ansible
    /// removes the whole folder in the end.
    pub(crate) fn remove(&self) {
        let Some(OnDisk { folder, file_name, stat }) = &self.on_disk else {
            return;
        };
        let Ok(now) = statat(folder, file_name, AtFlags::SYMLINK_NOFOLLOW) else {
            return;
        };
        if (now.st_dev, now.st_ino) == (stat.st_dev, stat.st_ino) {
            let _ = unlinkat(folder, file_name, AtFlags::empty());
        }
    }
}

fn open_regular(path: &Path, name: &str) -> Result<(OwnedFd, OnDisk), Refusal> {
    let (Some(parent), Some(file_name)) = (path.parent(), path.file_name()) else {
        return Err(not_regular(name));
    };
    let folder = open(parent, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
        .map_err(|error| unreadable(name, &error.into()))?;
    // NONBLOCK: opening a pipe that nobody writes to would wait for ever.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = openat(&folder, file_name, flags, Mode::empty()).map_err(|error| match error {
        Errno::LOOP => refusal(name, "is a symbolic link; give the path of the file itself"),
        other => unreadable(name, &other.into()),
    })?;
    let stat = fstat(&file).map_err(|error| unreadable(name, &error.into()))?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(not_regular(name));
    }
    Ok((file, OnDisk { folder, file_name: file_name.to_owned(), stat }))
}

/// Reads to the end; `size` is what to expect, so that the buffer does not
/// move and leave an old copy of the password.
fn read(source: impl Read, size: usize, name: &str) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(size.min(SIZE_LIMIT) + 1));
    let limit = SIZE_LIMIT as u64 + 1;
    source.take(limit).read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
    if bytes.len() > SIZE_LIMIT {
        return Err(refusal(name, "is over 1 MiB; give the module options alone"));
    }
    Ok(bytes)
}

/// A path from the command line, fit for a message: no quotes, backslashes or
/// control characters.
fn printable(argument: &OsStr) -> String {
    let fits = |c: char| !c.is_control() && !matches!(c, '"' | '\'' | '`' | '\\');
    argument.to_string_lossy().chars().map(|c| if fits(c) { c } else { '?' }).collect()
}

fn unreadable(name: &str, error: &io::Error) -> Refusal {
    refusal(
        name,
        format!("cannot be read: {error}; nothing was touched, give the path of a file of arguments"),
    )
}

fn not_regular(name: &str) -> Refusal {
    refusal(name, "is not a regular file; give the path of a file of arguments, or - for standard input")
}

fn refusal(name: &str, rest: impl AsRef<str>) -> Refusal {
    Refusal::new(
        Code::ArgumentsUnreadable,
        format!("{name} {}", rest.as_ref()),
        At::Arguments(name.to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use test_support::folder::Folder;

    /// Programs are started while the file's folder is held.
    #[test]
    fn what_is_opened_is_not_inherited() {
        let folder = Folder::new();
        let path = folder.file("args", "{}");
        let (file, on_disk) = open_regular(&path, "a name").expect("a regular file");
        for opened in [&file, &on_disk.folder] {
            assert_eq!(rustix::io::fcntl_getfd(opened), Ok(rustix::io::FdFlags::CLOEXEC));
        }
    }

    /// Another file may take the name between reading and removing.
    #[test]
    fn only_the_file_that_was_read_is_removed() {
        let folder = Folder::new();
        let (path, moved) = (folder.file("args", "{}"), folder.0.join("moved"));
        let file = ArgsFile::open(path.as_os_str()).expect("a regular file");
        fs::rename(&path, &moved).expect("a file of our own");
        fs::write(&path, "another").expect("a file of our own");
        file.remove();
        assert_eq!(fs::read(&path).expect("it stayed"), b"another");
        fs::rename(&moved, &path).expect("a file of our own");
        file.remove();
        assert!(folder.names().is_empty());
    }
}
