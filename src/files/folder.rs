//! A path → its folder's descriptor and what stands there.
//!
//! The folder is opened once: whatever becomes of its path later, all work is
//! done in one place. Nothing is written here.

use super::Unread;
use rustix::fs::{self, AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::{Errno, retry_on_intr};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

/// Far more than a million logins need; a larger file is not ours.
const LARGEST: u64 = 64 << 20;

/// The extended attribute that holds a file's label in `SELinux`.
pub(super) const LABEL: &str = "security.selinux";
/// The kernel's own limit is a page.
const LABEL_BYTES: usize = 4096;

/// One file's folder, open, and the file's name in it.
#[derive(Debug)]
pub struct Place {
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
pub enum Found {
    /// Nothing.
    Absent,
    /// A regular file.
    File(Content),
}

/// A regular file as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// All its bytes.
    pub bytes: Vec<u8>,
    /// The owner's number.
    pub owner: u32,
    /// The group's number.
    pub group: u32,
    /// The permission bits, 0 to 0o7777.
    pub mode: u32,
    /// Under how many names it is known.
    pub links: u64,
    /// Its label in `SELinux`, where it has one.
    pub label: Option<Vec<u8>>,
    /// When it last changed, its name included: seconds and nanoseconds of the
    /// file system's clock.
    pub changed: (i64, i64),
}

impl Place {
    /// Opens the folder of the file at `path`, an absolute path with a name at its end.
    pub fn open(path: &Path) -> Result<Self, Unread> {
        let name = path.file_name().unwrap_or_default().to_owned();
        let above = path.parent().unwrap_or(Path::new("/"));
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = match retry_on_intr(|| fs::open(above, flags, Mode::empty())) {
            Ok(folder) => folder,
            Err(Errno::NOTDIR | Errno::LOOP) if is_symlink(above) => return Err(Unread::FolderIsSymlink),
            Err(Errno::NOENT | Errno::NOTDIR) => return Err(Unread::FolderNotFound),
            Err(error) => return Err(error.into()),
        };
        let stat = retry_on_intr(|| fs::fstat(&folder))?;
        Ok(Self { folder, name, path: path.to_owned(), stat: Identity::of(&stat) })
    }

    /// The file's whole path, for sentences.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The same folder, another file in it.
    pub fn beside(&self, name: &OsStr) -> Result<Self, Unread> {
        let folder = self.folder.try_clone().map_err(Unread::Failed)?;
        Ok(Self { folder, name: name.to_owned(), path: self.path.with_file_name(name), stat: self.stat })
    }

    /// Device and inode of the folder.
    pub(super) fn identity(&self) -> (u64, u64) {
        (self.stat.device, self.stat.inode)
    }

    pub(super) fn folder(&self) -> BorrowedFd<'_> {
        self.folder.as_fd()
    }

    /// Whether somebody else than root and `own` may exchange files in the folder.
    pub fn is_writable_by_others(&self, own: u32) -> bool {
        let Identity { owner, group, mode, .. } = self.stat;
        (owner != 0 && owner != own) || mode & 0o002 != 0 || (mode & 0o020 != 0 && group != 0)
    }

    /// Whether the folder is root's.
    pub fn is_roots(&self) -> bool {
        self.stat.owner == 0
    }

    /// Whether this process may make files in the folder, as far as permissions tell.
    pub fn is_writable(&self) -> bool {
        let access = fs::Access::WRITE_OK | fs::Access::EXEC_OK;
        retry_on_intr(|| fs::accessat(&self.folder, c".", access, AtFlags::EACCESS)).is_ok()
    }

    /// Whose the file is, where there is one.
    pub fn owner(&self) -> Result<Option<u32>, Unread> {
        Ok(self.look()?.map(|stat| stat.st_uid))
    }

    /// Reads the file.
    #[allow(clippy::useless_conversion)] // the number of links has another width on other architectures
    pub fn read(&self) -> Result<Found, Unread> {
        // Looked at before it is opened: opening a device may act on it.
        if self.look()?.is_none() {
            return Ok(Found::Absent);
        }
        let (file, stat) = self.open_regular(OFlags::RDONLY)?;
        let mut bytes = Vec::new();
        let mut limited = File::from(file).take(LARGEST + 1);
        limited.read_to_end(&mut bytes).map_err(Unread::Failed)?;
        if bytes.len() as u64 > LARGEST {
            return Err(Unread::TooLarge);
        }
        let label = label_of(limited.get_ref().as_fd())?;
        Ok(Found::File(Content {
            bytes,
            owner: stat.st_uid,
            group: stat.st_gid,
            mode: stat.st_mode & 0o7777,
            links: stat.st_nlink.into(),
            label,
            changed: changed(&stat),
        }))
    }

    /// What the name stands for, if it is a regular file or nothing.
    fn look(&self) -> Result<Option<Stat>, Unread> {
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

    /// Opens the file, which must still be a regular one.
    pub(super) fn open_regular(&self, flags: OFlags) -> Result<(OwnedFd, Stat), Unread> {
        let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = match retry_on_intr(|| fs::openat(&self.folder, &self.name, flags, Mode::empty())) {
            Err(Errno::LOOP) => return Err(Unread::TargetIsSymlink),
            other => other?,
        };
        let stat = retry_on_intr(|| fs::fstat(&file))?;
        is_regular(&stat)?;
        Ok((file, stat))
    }
}

impl Identity {
    #[allow(clippy::useless_conversion)] // the fields' widths differ among architectures
    fn of(stat: &Stat) -> Self {
        Self {
            device: stat.st_dev.into(),
            inode: stat.st_ino.into(),
            owner: stat.st_uid,
            group: stat.st_gid,
            mode: stat.st_mode,
        }
    }
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

fn is_regular(stat: &Stat) -> Result<(), Unread> {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Ok(()),
        FileType::Symlink => Err(Unread::TargetIsSymlink),
        _ => Err(Unread::TargetNotRegular),
    }
}

/// Most systems have no labels at all.
fn label_of(file: BorrowedFd<'_>) -> Result<Option<Vec<u8>>, Unread> {
    let mut label = vec![0; LABEL_BYTES];
    match retry_on_intr(|| fs::fgetxattr(file, LABEL, &mut label[..])) {
        Ok(length) => {
            label.truncate(length);
            Ok(Some(label))
        }
        Err(Errno::NODATA | Errno::OPNOTSUPP | Errno::NOSYS) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
