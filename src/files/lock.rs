//! One at a time in these folders: flock on the folders themselves, so that no
//! lock file is left anywhere.
//!
//! In the order of device and inode: two runs that name the same folders the
//! other way round never wait for each other.

use super::error::LockError;
use super::folder::FileInFolder;
use rustix::fs::{FlockOperation, flock};
use rustix::io::{Errno, retry_on_intr};
use std::thread;
use std::time::{Duration, Instant};

/// Between two tries: a run takes a few milliseconds, or a second where nginx is tested.
const PAUSE: Duration = Duration::from_millis(20);

/// Locks the folders of all `places` until they are dropped; `shared` keeps
/// only writers out. Waits at most `limit` for all of them together.
pub(crate) fn folders(places: &[&FileInFolder], shared: bool, limit: Duration) -> Result<(), LockError> {
    let mut places = places.to_vec();
    places.sort_by_key(|place| place.identity());
    // A second lock of the same folder would wait for the first for ever.
    places.dedup_by_key(|place| place.identity());
    let end = Instant::now() + limit;
    places.into_iter().try_for_each(|place| lock(place, shared, end))
}

fn lock(place: &FileInFolder, shared: bool, end: Instant) -> Result<(), LockError> {
    let operation =
        if shared { FlockOperation::NonBlockingLockShared } else { FlockOperation::NonBlockingLockExclusive };
    loop {
        match retry_on_intr(|| flock(place.folder(), operation)) {
            Ok(()) => return Ok(()),
            Err(Errno::WOULDBLOCK) if Instant::now() < end => thread::sleep(PAUSE),
            Err(Errno::WOULDBLOCK) => return Err(LockError::Held),
            Err(error) => return Err(LockError::Failed(error.into())),
        }
    }
}
