//! The only file that writes: replaces and removes files and sets their
//! attributes.
//!
//! A new file is made beside the old one, under a fixed name and for nobody
//! else; owner, mode and `SELinux` context are set on its descriptor before there is
//! anything to read; then it is written, flushed, and takes the old one's place
//! in one step; then the folder is flushed. Interrupted anywhere, the old file
//! or the new one stands there, whole.

use super::error::WriteError;
use super::folder::{self, Content, FileInFolder, SELINUX_CONTEXT};
use super::plan::Attributes;
use rustix::fs::{self, AtFlags, Gid, Mode, OFlags, Uid, XattrFlags};
use rustix::io::{Errno, retry_on_intr};
use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

/// The name of a file before it takes its place. Fixed: the next run clears
/// what a killed one left.
fn temporary_name(place: &FileInFolder) -> OsString {
    let mut name = OsString::from(".");
    name.push(&place.name);
    name.push(".remote-write-auth");
    name
}

/// Removes what a killed run left. Looks first: a read-only file system refuses
/// to remove even what is not there.
pub(crate) fn clear(place: &FileInFolder) -> io::Result<()> {
    let name = temporary_name(place);
    match retry_on_intr(|| fs::statat(place.folder(), &name, AtFlags::SYMLINK_NOFOLLOW)) {
        Ok(_) => unlink(place, &name),
        Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(error),
    }
    .map_err(Into::into)
}

/// Puts a file with these bytes in place; the answer is when it changed.
pub(crate) fn replace(
    place: &FileInFolder,
    bytes: &[u8],
    attributes: Attributes,
    context: Option<&[u8]>,
) -> Result<(i64, i64), WriteError> {
    let temporary = Temporary::make(place).map_err(unchanged)?;
    temporary.fill(bytes, attributes, context).map_err(unchanged)?;
    let file = temporary.take_place().map_err(unchanged)?;
    flush(place)?;
    let stat = retry_on_intr(|| fs::fstat(&file)).map_err(|error| WriteError::NotFlushed(error.into()))?;
    Ok(folder::changed(&stat))
}

/// Gives the file that was read its owner, group and mode.
pub(crate) fn set_attributes(
    place: &FileInFolder,
    read: &Content,
    attributes: Attributes,
) -> Result<(i64, i64), WriteError> {
    let file = place.open_again(read)?;
    give(&file, attributes).map_err(unchanged)?;
    permit(&file, attributes).map_err(|error| WriteError::ModeNotSet(error.into()))?;
    retry_on_intr(|| fs::fsync(&file)).map_err(|error| WriteError::NotFlushed(error.into()))?;
    let stat = retry_on_intr(|| fs::fstat(&file)).map_err(|error| WriteError::NotFlushed(error.into()))?;
    Ok(folder::changed(&stat))
}

/// Removes the file.
pub(crate) fn remove(place: &FileInFolder) -> Result<(), WriteError> {
    unlink(place, &place.name).map_err(unchanged)?;
    flush(place)
}

fn unchanged(error: Errno) -> WriteError {
    WriteError::Unchanged(error.into())
}

fn flush(place: &FileInFolder) -> Result<(), WriteError> {
    retry_on_intr(|| fs::fsync(place.folder())).map_err(|error| WriteError::NotFlushed(error.into()))
}

/// Removes a name; one that is gone already is as good.
fn unlink(place: &FileInFolder, name: &OsString) -> rustix::io::Result<()> {
    match retry_on_intr(|| fs::unlinkat(place.folder(), name, AtFlags::empty())) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Owner and group come before the mode: changing them clears mode bits, and
/// the old group never reads what the new one may.
fn give(file: impl AsFd, attributes: Attributes) -> rustix::io::Result<()> {
    let (owner, group) = (attributes.owner.map(Uid::from_raw), attributes.group.map(Gid::from_raw));
    if owner.is_none() && group.is_none() {
        return Ok(());
    }
    retry_on_intr(|| fs::fchown(&file, owner, group))
}

fn permit(file: impl AsFd, attributes: Attributes) -> rustix::io::Result<()> {
    retry_on_intr(|| fs::fchmod(&file, Mode::from_raw_mode(attributes.mode)))
}

/// A new file under its temporary name; gone when it is dropped before it took
/// its place, by an error or by a panic.
struct Temporary<'a> {
    place: &'a FileInFolder,
    name: OsString,
    file: Option<OwnedFd>,
}

impl<'a> Temporary<'a> {
    fn make(place: &'a FileInFolder) -> rustix::io::Result<Self> {
        let name = temporary_name(place);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let make = || fs::openat(place.folder(), &name, flags, Mode::RUSR | Mode::WUSR);
        let file = retry_on_intr(make)?;
        Ok(Self { place, name, file: Some(file) })
    }

    fn fill(&self, bytes: &[u8], attributes: Attributes, context: Option<&[u8]>) -> rustix::io::Result<()> {
        let file = self.file.as_ref().expect("it is taken only when it takes its place");
        give(file, attributes)?;
        permit(file, attributes)?;
        if let Some(context) = context {
            retry_on_intr(|| fs::fsetxattr(file, SELINUX_CONTEXT, context, XattrFlags::empty()))?;
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            match retry_on_intr(|| rustix::io::write(file, rest))? {
                0 => return Err(Errno::IO),
                written => rest = &rest[written..],
            }
        }
        retry_on_intr(|| fs::fsync(file))
    }

    fn take_place(mut self) -> rustix::io::Result<OwnedFd> {
        let (folder, name) = (self.place.folder(), &self.place.name);
        let renamed = retry_on_intr(|| fs::renameat(folder, &self.name, folder, name));
        if let Err(error) = renamed
            && !self.stands_in_place()
        {
            return Err(error);
        }
        Ok(self.file.take().expect("it is taken only here"))
    }

    /// Over a network a step may be done and its answer lost.
    fn stands_in_place(&self) -> bool {
        let there =
            retry_on_intr(|| fs::statat(self.place.folder(), &self.place.name, AtFlags::SYMLINK_NOFOLLOW));
        let ours = self.file.as_ref().map(|file| retry_on_intr(|| fs::fstat(file)));
        match (there, ours) {
            (Ok(there), Some(Ok(ours))) => (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino),
            _ => false,
        }
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        if self.file.is_some() {
            // The next run clears it where this does not.
            let _ = unlink(self.place, &self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::folder::Found;
    use std::fs::metadata;
    use std::os::unix::fs::MetadataExt;
    use test_support::folder::Folder;

    const PRIVATE: Attributes = Attributes { owner: None, group: None, mode: 0o600 };

    /// Whether nginx has been reloaded since is told by it.
    #[test]
    fn the_answer_is_when_the_file_changed() {
        let folder = Folder::new();
        let path = folder.0.join("file");
        let place = FileInFolder::open(&path).expect("our own folder");
        let by_the_system = || {
            let system = metadata(&path).expect("our own file");
            ((system.ctime(), system.ctime_nsec()), system.mode() & 0o7777)
        };
        let changed = replace(&place, b"x", PRIVATE, None).expect("our own folder");
        assert_eq!((changed, 0o600), by_the_system());
        let Ok(Found::File(read)) = place.read() else { panic!("it is there and readable") };
        let changed = set_attributes(&place, &read, Attributes { mode: 0o640, ..PRIVATE });
        assert_eq!((changed.expect("our own file"), 0o640), by_the_system());
    }

    #[test]
    fn a_new_file_is_its_owners_alone_and_takes_no_others_name() {
        let folder = Folder::new();
        let place = FileInFolder::open(&folder.0.join("file")).expect("our own folder");
        let temporary = Temporary::make(&place).expect("our own folder");
        let file = temporary.file.as_ref().expect("it has taken no place");
        assert_eq!(rustix::io::fcntl_getfd(file), Ok(rustix::io::FdFlags::CLOEXEC));
        let mode = metadata(folder.0.join(".file.remote-write-auth")).expect("the new file").mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(Temporary::make(&place).err(), Some(Errno::EXIST));
    }

    /// As over a network: the file has its name, and who asked for it is told that it has not.
    #[test]
    fn a_file_that_took_its_place_already_has_taken_it() {
        let folder = Folder::new();
        let path = folder.0.join("file");
        let place = FileInFolder::open(&path).expect("our own folder");
        let rename = || std::fs::rename(folder.0.join(".file.remote-write-auth"), &path);
        let made = Temporary::make(&place).expect("our own folder");
        rename().expect("our own file");
        assert!(made.take_place().is_ok());
        let made = Temporary::make(&place).expect("our own folder");
        rename().expect("our own file");
        std::fs::remove_file(&path).expect("our own file");
        assert_eq!(made.take_place().err(), Some(Errno::NOENT));
        let made = Temporary::make(&place).expect("our own folder");
        std::fs::remove_file(folder.0.join(".file.remote-write-auth")).expect("our own file");
        folder.file("file", "another's");
        assert_eq!(made.take_place().err(), Some(Errno::NOENT));
    }

    #[test]
    fn an_owner_or_a_group_is_given_by_itself() {
        let folder = Folder::new();
        let path = folder.file("file", "");
        let file = std::fs::File::open(&path).expect("our own file");
        let (user, group) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
        // Nobody but root gives files away.
        let (user, group) = if user == 0 { (7, 8) } else { (user, group) };
        give(&file, Attributes { group: Some(group), ..PRIVATE }).expect("our own file");
        assert_eq!(metadata(&path).expect("our own file").gid(), group);
        give(&file, Attributes { owner: Some(user), ..PRIVATE }).expect("our own file");
        assert_eq!(metadata(&path).expect("our own file").uid(), user);
    }
}
