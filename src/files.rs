//! Small files that are owned whole: read, compared, replaced.
//!
//! `folder` opens a file's folder once and reads through its descriptor, `lock`
//! keeps others out of it, `plan` compares (pure), `replace` is the only place
//! that writes. Nothing here knows what a file says or who asked.

pub mod folder;
pub mod lock;
pub mod plan;
pub mod replace;

use rustix::io::Errno;
use std::io;

/// Why a file or its folder could not be read.
#[derive(Debug)]
pub enum Unread {
    /// The folder is not there.
    FolderNotFound,
    /// The folder's path ends at a symbolic link.
    FolderIsSymlink,
    /// The file is a symbolic link.
    TargetIsSymlink,
    /// The file is a folder, a pipe, a device or a socket.
    TargetNotRegular,
    /// The file is larger than any that is ours.
    TooLarge,
    /// The system said no.
    Failed(io::Error),
}

impl From<Errno> for Unread {
    fn from(error: Errno) -> Self {
        Unread::Failed(error.into())
    }
}
