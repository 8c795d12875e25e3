//! One run at a time in these folders, by flock.
//!
//! Root locks a file for each folder below /run, where nobody else can: a lock on
//! the folder itself may be held by whoever may read it, for as long as they like.
//! The files hold nothing and block nothing; a lock ends with its process.
//!
//! Who is not root, or works in a folder of their own, locks the folders themselves, and so does root where there is no
//! /run to write to. Where others may write in a folder, they may run this, too, so
//! root locks both.
//!
//! In the order of device and inode: two runs that name the same folders the
//! other way round never wait for each other.

use super::error::LockError;
use super::folder::FileInFolder;
use rustix::fs::{self, FlockOperation, Mode, OFlags};
use rustix::io::{Errno, retry_on_intr};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::thread;
use std::time::{Duration, Instant};

/// Between two tries: a run takes a few milliseconds, or a second where nginx is tested.
const PAUSE: Duration = Duration::from_millis(20);

/// Where root's locks are; nobody else can write or read there.
const ROOTS: &str = "/run/remote-write-auth";

/// The locks of one run, until they are dropped.
#[derive(Debug)]
pub(crate) struct Locks(#[allow(dead_code)] Vec<OwnedFd>); // held, never read

/// Whose run it is, and what it may do meanwhile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locking {
    /// Root's on a managed host, with locks below /run.
    pub(crate) as_root: bool,
    /// Keeps only writers out, and makes no files.
    pub(crate) shared: bool,
    /// How long others are waited for, in all.
    pub(crate) limit: Duration,
}

/// Locks the folders of all `places`.
pub(crate) fn folders(places: &[&FileInFolder], locking: Locking) -> Result<Locks, LockError> {
    let mut places = places.to_vec();
    places.sort_by_key(|place| place.identity());
    // A second lock of the same folder would wait for the first for ever.
    places.dedup_by_key(|place| place.identity());
    let end = Instant::now() + locking.limit;
    let roots = if locking.as_root { roots_folder(locking.shared)? } else { RootsFolder::Unusable };
    let mut held = Vec::new();
    for place in places {
        if let RootsFolder::Open(folder) = &roots
            && let Some(file) = lock_file(folder, place.identity(), locking.shared)?
        {
            wait_for(file.as_fd(), locking.shared, end)?;
            held.push(file);
        }
        if matches!(roots, RootsFolder::Unusable) || place.is_writable_by_others(0) {
            wait_for(place.folder(), locking.shared, end)?;
        }
    }
    Ok(Locks(held))
}

/// The folder of root's locks.
enum RootsFolder {
    Open(OwnedFd),
    /// Nobody has locked anything since the system started.
    Absent,
    /// There is no place for it, or this is not root.
    Unusable,
}

/// Opens root's folder, and makes it where it is not there; who only looks makes nothing.
fn roots_folder(only_look: bool) -> Result<RootsFolder, LockError> {
    let made = if only_look { Err(Errno::EXIST) } else { retry_on_intr(|| fs::mkdir(ROOTS, Mode::RWXU)) };
    if !matches!(made, Ok(()) | Err(Errno::EXIST)) {
        return Ok(RootsFolder::Unusable);
    }
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let folder = match retry_on_intr(|| fs::open(ROOTS, flags, Mode::empty())) {
        Ok(folder) => folder,
        Err(Errno::NOENT) if only_look => return Ok(RootsFolder::Absent),
        Err(Errno::LOOP | Errno::NOTDIR) => return Err(LockError::OthersFolder(ROOTS)),
        Err(error) => return Err(error.into()),
    };
    let stat = retry_on_intr(|| fs::fstat(&folder))?;
    let is_roots_alone = stat.st_uid == 0 && stat.st_mode & 0o022 == 0;
    if is_roots_alone { Ok(RootsFolder::Open(folder)) } else { Err(LockError::OthersFolder(ROOTS)) }
}

/// The file whose lock is that of a folder; none where nobody has made it yet and
/// this run makes nothing.
fn lock_file(
    roots: &OwnedFd,
    (device, inode): (u64, u64),
    only_look: bool,
) -> Result<Option<OwnedFd>, LockError> {
    let name = format!("{device:x}-{inode:x}");
    let mut flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    if !only_look {
        flags |= OFlags::CREATE;
    }
    match retry_on_intr(|| fs::openat(roots, &name, flags, Mode::RUSR | Mode::WUSR)) {
        Ok(file) => Ok(Some(file)),
        Err(Errno::NOENT) if only_look => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn wait_for(lock: BorrowedFd<'_>, shared: bool, end: Instant) -> Result<(), LockError> {
    let operation =
        if shared { FlockOperation::NonBlockingLockShared } else { FlockOperation::NonBlockingLockExclusive };
    loop {
        match retry_on_intr(|| fs::flock(lock, operation)) {
            Ok(()) => return Ok(()),
            Err(Errno::WOULDBLOCK) if Instant::now() < end => thread::sleep(PAUSE),
            Err(Errno::WOULDBLOCK) => return Err(LockError::Held),
            Err(error) => return Err(error.into()),
        }
    }
}
