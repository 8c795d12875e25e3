//! A path → its folder's descriptor and what stands there.
//!
//! The folder is opened once: whatever becomes of its path later, all work is
//! done in one place. Nothing is written here.

use super::above;
use super::error::{ReadError, WriteError};
use rustix::fs::{self, AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::{Errno, retry_on_intr};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

/// Far more than a million logins need; a larger file is not ours.
const LARGEST: u64 = 64 << 20;

/// The extended attribute that holds a file's `SELinux` context.
pub(super) const SELINUX_CONTEXT: &str = "security.selinux";
/// The kernel's own limit is a page.
const CONTEXT_BYTES: usize = 4096;

/// One file's folder, open, and the file's name in it.
#[derive(Debug)]
pub(crate) struct FileInFolder {
    folder: OwnedFd,
    /// The file's name in the folder.
    pub(super) name: OsString,
    path: PathBuf,
    stat: Identity,
}

#[derive(Clone, Copy, Debug)]
struct Identity {
    device: u64,
    inode: u64,
    owner: u32,
    group: u32,
    mode: u32,
}

/// What stands at a file's place.
#[derive(Debug)]
pub(crate) enum Found {
    /// Nothing.
    Absent,
    /// A regular file.
    File(Content),
}

/// A regular file as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Content {
    /// All its bytes.
    pub(crate) bytes: Vec<u8>,
    /// The owner's number.
    pub(crate) owner: u32,
    /// The group's number.
    pub(crate) group: u32,
    /// The permission bits, 0 to 0o7777.
    pub(crate) mode: u32,
    /// Under how many names it is known.
    pub(crate) links: u64,
    /// Its `SELinux` context, where it has one.
    pub(crate) context: Option<Vec<u8>>,
    /// When it last changed, its name included: seconds and nanoseconds of the
    /// file system's clock.
    pub(crate) changed: (i64, i64),
    /// Device and inode.
    pub(super) identity: (u64, u64),
}

impl FileInFolder {
    /// Opens the folder of the file at `path`, an absolute path with a name at its end.
    pub(crate) fn open(path: &Path) -> Result<Self, ReadError> {
        let name = path.file_name().unwrap_or_default().to_owned();
        let above = folder_of(path);
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = match retry_on_intr(|| fs::open(above, flags, Mode::empty())) {
            Ok(folder) => folder,
            Err(Errno::NOTDIR | Errno::LOOP) if is_symlink(above) => return Err(ReadError::FolderIsSymlink),
            Err(Errno::NOENT | Errno::NOTDIR) => return Err(ReadError::FolderNotFound),
            Err(error) => return Err(error.into()),
        };
        let stat = retry_on_intr(|| fs::fstat(&folder))?;
        Ok(Self { folder, name, path: path.to_owned(), stat: Identity::from_stat(&stat) })
    }

    /// The file's whole path, for messages.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The same folder, another file in it.
    pub(crate) fn beside(&self, name: &OsStr) -> Result<Self, ReadError> {
        let folder = self.folder.try_clone().map_err(ReadError::Failed)?;
        Ok(Self { folder, name: name.to_owned(), path: self.path.with_file_name(name), stat: self.stat })
    }

    /// Device and inode of the folder.
    pub(super) fn identity(&self) -> (u64, u64) {
        self.stat.number()
    }

    pub(super) fn folder(&self) -> BorrowedFd<'_> {
        self.folder.as_fd()
    }

    /// Whether somebody else than root and `own` may exchange files in the folder.
    pub(crate) fn is_writable_by_others(&self, own: u32) -> bool {
        let Identity { owner, group, mode, .. } = self.stat;
        above::is_writable_by_others((owner, group, mode), own)
    }

    /// The folder, or the nearest above it, in which others than root and `own` may exchange
    /// what leads to the file.
    pub(crate) fn exchangeable_in(&self, own: u32) -> Option<PathBuf> {
        let folder = folder_of(&self.path);
        if self.is_writable_by_others(own) {
            return Some(folder.to_owned());
        }
        above::exchangeable(folder, own)
    }

    /// Whether the path still leads to the folder that was opened. It may have been moved
    /// away since, and another one put in its place.
    pub(crate) fn is_where_it_was(&self) -> bool {
        let folder = folder_of(&self.path);
        let there = retry_on_intr(|| fs::lstat(folder)).map(|stat| Identity::from_stat(&stat));
        there.is_ok_and(|there| there.number() == self.identity())
    }

    /// Whether the folder is root's.
    pub(crate) fn is_roots(&self) -> bool {
        self.stat.owner == 0
    }

    /// Whether this process may make files in the folder, as far as permissions tell.
    pub(crate) fn is_writable(&self) -> bool {
        let access = fs::Access::WRITE_OK | fs::Access::EXEC_OK;
        retry_on_intr(|| fs::accessat(&self.folder, c".", access, AtFlags::EACCESS)).is_ok()
    }

    /// Whose the file is, where there is one.
    pub(crate) fn owner(&self) -> Result<Option<u32>, ReadError> {
        Ok(self.look()?.map(|stat| stat.st_uid))
    }

    /// Reads the file.
    #[allow(clippy::useless_conversion)] // the number of links has another width on other architectures
    pub(crate) fn read(&self) -> Result<Found, ReadError> {
        // Looked at before it is opened: opening a device may act on it.
        if self.look()?.is_none() {
            return Ok(Found::Absent);
        }
        let (file, stat) = self.open_regular(OFlags::RDONLY)?;
        let mut bytes = Vec::new();
        let mut limited = File::from(file).take(LARGEST + 1);
        limited.read_to_end(&mut bytes).map_err(ReadError::Failed)?;
        if bytes.len() as u64 > LARGEST {
            return Err(ReadError::TooLarge);
        }
        let context = context_of(limited.get_ref().as_fd())?;
        Ok(Found::File(Content {
            bytes,
            owner: stat.st_uid,
            group: stat.st_gid,
            mode: stat.st_mode & 0o7777,
            links: stat.st_nlink.into(),
            context,
            changed: changed(&stat),
            identity: Identity::from_stat(&stat).number(),
        }))
    }

    /// What the name stands for, if it is a regular file or nothing.
    fn look(&self) -> Result<Option<Stat>, ReadError> {
        let look = || fs::statat(&self.folder, &self.name, AtFlags::SYMLINK_NOFOLLOW);
        match retry_on_intr(look) {
            Ok(stat) => {
                is_regular(&stat)?;
                Ok(Some(stat))
            }
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens the file that was read, and no other that was put in its place.
    pub(super) fn open_again(&self, read: &Content) -> Result<OwnedFd, WriteError> {
        match self.open_regular(OFlags::RDONLY) {
            // A number is given again to another file, hence the time.
            Ok((file, stat))
                if (Identity::from_stat(&stat).number(), changed(&stat)) == (read.identity, read.changed) =>
            {
                Ok(file)
            }
            Err(ReadError::Failed(error)) if error.kind() != io::ErrorKind::NotFound => {
                Err(WriteError::Unchanged(error))
            }
            Ok(_) | Err(_) => {
                let cause = "another process has changed or exchanged it meanwhile";
                Err(WriteError::Unchanged(io::Error::new(io::ErrorKind::ResourceBusy, cause)))
            }
        }
    }

    /// Opens the file, which must still be a regular one.
    pub(super) fn open_regular(&self, flags: OFlags) -> Result<(OwnedFd, Stat), ReadError> {
        let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = match retry_on_intr(|| fs::openat(&self.folder, &self.name, flags, Mode::empty())) {
            Err(Errno::LOOP) => return Err(ReadError::TargetIsSymlink),
            other => other?,
        };
        let stat = retry_on_intr(|| fs::fstat(&file))?;
        is_regular(&stat)?;
        Ok((file, stat))
    }
}

impl Identity {
    #[allow(clippy::useless_conversion)] // the fields' widths differ among architectures
    fn from_stat(stat: &Stat) -> Self {
        Self {
            device: stat.st_dev.into(),
            inode: stat.st_ino.into(),
            owner: stat.st_uid,
            group: stat.st_gid,
            mode: stat.st_mode,
        }
    }

    fn number(&self) -> (u64, u64) {
        (self.device, self.inode)
    }
}

/// The folder that the path of a file names.
fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("/"))
}

/// When a file last changed, its name included.
#[allow(clippy::useless_conversion, clippy::cast_possible_wrap)] // widths and signs differ among architectures
pub(super) fn changed(stat: &Stat) -> (i64, i64) {
    (stat.st_ctime.into(), stat.st_ctime_nsec as i64)
}

fn is_symlink(path: &Path) -> bool {
    let stat = retry_on_intr(|| fs::lstat(path));
    stat.is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink)
}

fn is_regular(stat: &Stat) -> Result<(), ReadError> {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Ok(()),
        FileType::Symlink => Err(ReadError::TargetIsSymlink),
        _ => Err(ReadError::TargetNotRegular),
    }
}

/// Most systems do not run `SELinux`.
fn context_of(file: BorrowedFd<'_>) -> Result<Option<Vec<u8>>, ReadError> {
    let mut context = vec![0; CONTEXT_BYTES];
    match retry_on_intr(|| fs::fgetxattr(file, SELINUX_CONTEXT, &mut context[..])) {
        Ok(length) => {
            context.truncate(length);
            Ok(Some(context))
        }
        Err(Errno::NODATA | Errno::OPNOTSUPP | Errno::NOSYS) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{MetadataExt, symlink};
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;
    use test_support::folder::Folder;

    fn place(path: &Path) -> FileInFolder {
        FileInFolder::open(path).expect("a folder of our own")
    }

    /// Whoever looks first may be too late: these hold for what stands there by then.
    #[test]
    fn what_is_opened_is_no_link_waits_for_nobody_and_is_not_inherited() {
        let folder = Folder::new();
        let (file, link) = (folder.file("file", "x"), folder.0.join("link"));
        symlink(&file, &link).expect("a link of our own");
        let opened = place(&link).open_regular(OFlags::RDONLY);
        assert!(matches!(opened, Err(ReadError::TargetIsSymlink)), "{opened:?}");
        let (opened, _) = place(&file).open_regular(OFlags::RDONLY).expect("a file of our own");
        let flags = rustix::io::fcntl_getfd(&opened).expect("an open file");
        assert_eq!(flags, rustix::io::FdFlags::CLOEXEC);
        let pipe = folder.0.join("pipe");
        fs::mkfifoat(fs::CWD, &pipe, Mode::RUSR | Mode::WUSR).expect("a pipe of our own");
        let (answer, answered) = mpsc::channel();
        thread::spawn(move || answer.send(place(&pipe).open_regular(OFlags::RDONLY)).ok());
        let opened = answered.recv_timeout(Duration::from_secs(20)).expect("an answer without a writer");
        assert!(matches!(opened, Err(ReadError::TargetNotRegular)), "{opened:?}");
    }

    #[test]
    fn the_folder_is_no_link_and_no_file_and_not_inherited() {
        let folder = Folder::new();
        let (file, link) = (folder.file("file", "x"), folder.0.join("link"));
        symlink(&folder.0, &link).expect("a link of our own");
        let open = |path: &Path| FileInFolder::open(&path.join("htpasswd"));
        assert!(matches!(open(&link), Err(ReadError::FolderIsSymlink)));
        assert!(matches!(open(&file), Err(ReadError::FolderNotFound)));
        assert!(matches!(open(&folder.0.join("nothing")), Err(ReadError::FolderNotFound)));
        let flags = rustix::io::fcntl_getfd(open(&folder.0).expect("our own folder").folder());
        assert_eq!(flags.expect("an open folder"), rustix::io::FdFlags::CLOEXEC);
    }

    #[test]
    fn whose_the_folder_is_and_whether_it_can_be_written_to() {
        let folder = Folder::new();
        let path = folder.file("file", "x");
        assert!(place(&path).is_writable());
        assert!(place(Path::new("/file")).is_roots());
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(&folder.0, Some(7), None).expect("root's");
        }
        assert!(!place(&path).is_roots());
    }

    /// Who has exchanged the file since is one thing, what the system says another.
    #[test]
    fn a_file_that_was_exchanged_is_told_from_one_that_cannot_be_opened() {
        let folder = Folder::new();
        let path = folder.file("file", "x");
        let Ok(Found::File(read)) = place(&path).read() else { panic!("it is there and readable") };
        assert!(place(&path).open_again(&read).is_ok());
        let kind = |again: Result<OwnedFd, WriteError>| again.expect_err("another file").cause().kind();
        folder.file("file", "y");
        assert_eq!(kind(place(&path).open_again(&read)), io::ErrorKind::ResourceBusy);
        std::fs::remove_file(&path).expect("our own file");
        assert_eq!(kind(place(&path).open_again(&read)), io::ErrorKind::ResourceBusy);
        let _socket = std::os::unix::net::UnixListener::bind(&path).expect("a socket of our own");
        let cause = place(&path).open_again(&read).expect_err("a socket is not opened");
        assert_eq!(cause.cause().raw_os_error(), Some(Errno::NXIO.raw_os_error()));
    }

    #[test]
    fn a_file_of_64_mib_is_read_and_a_larger_one_is_not() {
        let folder = Folder::new();
        let path = folder.file("file", "");
        let file = File::options().write(true).open(&path).expect("our own file");
        file.set_len(64 << 20).expect("a hole needs no room");
        let Ok(Found::File(content)) = place(&path).read() else { panic!("it is there and readable") };
        assert_eq!(content.bytes.len(), 64 << 20);
        file.set_len((64 << 20) + 1).expect("a hole needs no room");
        assert!(matches!(place(&path).read(), Err(ReadError::TooLarge)));
    }

    #[test]
    fn what_is_read_is_what_the_system_says_of_the_file() {
        let folder = Folder::new();
        let path = folder.file("file", "x");
        let Ok(Found::File(content)) = place(&path).read() else { panic!("it is there and readable") };
        let system = std::fs::metadata(&path).expect("our own file");
        assert_eq!(content.changed, (system.ctime(), system.ctime_nsec()));
        assert_eq!(content.identity, (system.dev(), system.ino()));
        assert_eq!((content.mode, content.links), (system.mode() & 0o7777, system.nlink()));
        let system = std::fs::metadata(&folder.0).expect("our own folder");
        assert_eq!(place(&path).identity(), (system.dev(), system.ino()));
    }
}
