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
    let roots = if locking.as_root { roots_folder(ROOTS, locking.shared)? } else { RootsFolder::Unusable };
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
#[derive(Debug)]
enum RootsFolder {
    Open(OwnedFd),
    /// Nobody has locked anything since the system started.
    Absent,
    /// There is no place for it, or this is not root.
    Unusable,
}

/// Opens root's folder, and makes it where it is not there; who only looks makes nothing.
fn roots_folder(path: &'static str, only_look: bool) -> Result<RootsFolder, LockError> {
    let made = if only_look { Err(Errno::EXIST) } else { retry_on_intr(|| fs::mkdir(path, Mode::RWXU)) };
    if !matches!(made, Ok(()) | Err(Errno::EXIST)) {
        return Ok(RootsFolder::Unusable);
    }
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let folder = match retry_on_intr(|| fs::open(path, flags, Mode::empty())) {
        Ok(folder) => folder,
        Err(Errno::NOENT) if only_look => return Ok(RootsFolder::Absent),
        Err(Errno::LOOP | Errno::NOTDIR) => return Err(LockError::OthersFolder(path)),
        Err(error) => return Err(error.into()),
    };
    let stat = retry_on_intr(|| fs::fstat(&folder))?;
    let is_roots_alone = stat.st_uid == 0 && stat.st_mode & 0o022 == 0;
    if is_roots_alone { Ok(RootsFolder::Open(folder)) } else { Err(LockError::OthersFolder(path)) }
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

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::io::{FdFlags, fcntl_getfd};
    use rustix::process::geteuid;
    use std::fs::{self as files, Permissions};
    use std::os::unix::fs::{PermissionsExt, chown, symlink};
    use std::path::Path;
    use test_support::folder::Folder;

    const NUMBER: (u64, u64) = (0xfe00, 0x1f);

    /// A path for `roots_folder`, which knows one that never changes.
    fn in_the_place_of_roots(path: &Path) -> &'static str {
        path.to_str().expect("a path of our own").to_owned().leak()
    }

    /// The folder, as who runs this test may have it: nobody but root makes one of root's.
    fn is_open(found: &Result<RootsFolder, LockError>) -> bool {
        assert!(matches!(found, Ok(RootsFolder::Open(_)) | Err(LockError::OthersFolder(_))), "{found:?}");
        found.is_ok()
    }

    #[test]
    fn roots_folder_is_made_by_who_writes_and_is_roots_alone() {
        let folder = Folder::new();
        let path = folder.0.join("locks");
        let roots = in_the_place_of_roots(&path);
        assert!(matches!(roots_folder(roots, true), Ok(RootsFolder::Absent)));
        assert!(folder.names().is_empty());
        let made = roots_folder(roots, false);
        assert_eq!(is_open(&made), geteuid().is_root());
        if let Ok(RootsFolder::Open(made)) = made {
            assert_eq!(fcntl_getfd(&made), Ok(FdFlags::CLOEXEC));
        }
        assert_eq!(files::metadata(&path).expect("a folder").permissions().mode() & 0o777, 0o700);
        for mode in [0o770, 0o707] {
            files::set_permissions(&path, Permissions::from_mode(mode)).expect("our own folder");
            assert!(!is_open(&roots_folder(roots, false)), "{mode:o}");
        }
        files::set_permissions(&path, Permissions::from_mode(0o700)).expect("our own folder");
        if geteuid().is_root() {
            chown(&path, Some(7), None).expect("root's");
        }
        assert!(!is_open(&roots_folder(roots, false)));
    }

    #[test]
    fn roots_folder_is_no_link_and_no_file() {
        let folder = Folder::new();
        let (path, link) = (folder.0.join("locks"), folder.0.join("link"));
        files::create_dir(&path).expect("our own folder");
        symlink(&path, &link).expect("a link of our own");
        for path in [&link, &folder.file("file", "")] {
            for only_look in [true, false] {
                assert!(
                    !is_open(&roots_folder(in_the_place_of_roots(path), only_look)),
                    "{}",
                    path.display()
                );
            }
        }
    }

    #[test]
    fn a_lock_is_a_file_for_its_owner_alone_and_no_link() {
        let folder = Folder::new();
        let open = || OwnedFd::from(files::File::open(&folder.0).expect("our own folder"));
        assert!(matches!(lock_file(&open(), NUMBER, true), Ok(None)));
        let made = lock_file(&open(), NUMBER, false).expect("our own folder").expect("a new file");
        assert_eq!(fcntl_getfd(&made), Ok(FdFlags::CLOEXEC));
        let path = folder.0.join("fe00-1f");
        assert_eq!(files::metadata(&path).expect("the lock").permissions().mode() & 0o777, 0o600);
        files::remove_file(&path).expect("our own file");
        symlink(folder.file("other", ""), &path).expect("a link of our own");
        assert!(matches!(lock_file(&open(), NUMBER, false), Err(LockError::Failed(_))));

        let gone = folder.0.join("gone");
        files::create_dir(&gone).expect("our own folder");
        let held = OwnedFd::from(files::File::open(&gone).expect("our own folder"));
        files::remove_dir(&gone).expect("our own folder");
        assert!(matches!(lock_file(&held, NUMBER, false), Err(LockError::Failed(_))));
    }

    #[test]
    fn a_lock_that_is_held_is_waited_for_until_the_end_and_no_longer() {
        let folder = Folder::new();
        let path = folder.file("lock", "");
        let open = || files::File::open(&path).expect("our own file");
        let (held, wanted) = (open(), open());
        let soon = || Instant::now() + Duration::from_millis(50);
        wait_for(held.as_fd(), false, soon()).expect("nobody holds it");
        let begun = Instant::now();
        assert!(matches!(wait_for(wanted.as_fd(), true, soon()), Err(LockError::Held)));
        assert!(begun.elapsed() >= Duration::from_millis(50));
        drop(held);
        wait_for(wanted.as_fd(), true, soon()).expect("nobody holds it any more");
        wait_for(open().as_fd(), true, soon()).expect("it is shared");
    }
}
