//! Why a small file could not be read, locked or written.
//!
//! The messages are causes alone: whoever shows one has the file's name and
//! knows what is still true of it.

use rustix::io::Errno;
use std::error::Error;
use std::fmt;
use std::io;

/// Why a file or its folder could not be read.
#[derive(Debug)]
pub(crate) enum ReadError {
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
    /// The system refused.
    Failed(io::Error),
}

/// Why a folder could not be locked.
#[derive(Debug)]
pub(crate) enum LockError {
    /// Another process held it all the time.
    Held,
    /// Others than root can reach the folder of root's locks.
    OthersFolder(&'static str),
    /// The system refused.
    Failed(io::Error),
}

/// Why a file was not replaced or removed, or did not get its attributes.
#[derive(Debug)]
pub(crate) enum WriteError {
    /// All is as it was.
    Unchanged(io::Error),
    /// Owner and group are set, the mode is not.
    ModeNotSet(io::Error),
    /// It is done, but a power cut may undo it.
    NotFlushed(io::Error),
}

impl From<Errno> for ReadError {
    fn from(error: Errno) -> Self {
        ReadError::Failed(error.into())
    }
}

impl From<Errno> for LockError {
    fn from(error: Errno) -> Self {
        LockError::Failed(error.into())
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ReadError::FolderNotFound => "its folder is not there",
            ReadError::FolderIsSymlink => "its folder is a symbolic link",
            ReadError::TargetIsSymlink => "it is a symbolic link",
            ReadError::TargetNotRegular => "it is not a regular file",
            ReadError::TooLarge => "it is too large to be ours",
            ReadError::Failed(error) => return error.fmt(f),
        })
    }
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LockError::Held => f.write_str("another process holds its lock"),
            LockError::OthersFolder(folder) => write!(f, "{folder} is not a folder of root's alone"),
            LockError::Failed(error) => error.fmt(f),
        }
    }
}

impl WriteError {
    /// What the system said.
    pub(crate) fn cause(&self) -> &io::Error {
        match self {
            WriteError::Unchanged(error) | WriteError::ModeNotSet(error) | WriteError::NotFlushed(error) => {
                error
            }
        }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause().fmt(f)
    }
}

// The system's error is already the whole of the text, so there is no `source`
// that would repeat it.
impl Error for ReadError {}
impl Error for LockError {}
impl Error for WriteError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_says_what_the_system_or_the_file_is_like() {
        let full = || io::Error::from(Errno::NOSPC);
        let said = "No space left on device (os error 28)";
        for (error, expected) in [
            (LockError::Held.to_string(), "another process holds its lock"),
            (LockError::OthersFolder("/run/x").to_string(), "/run/x is not a folder of root's alone"),
            (LockError::Failed(full()).to_string(), said),
            (WriteError::Unchanged(full()).to_string(), said),
            (WriteError::ModeNotSet(full()).to_string(), said),
            (WriteError::NotFlushed(full()).to_string(), said),
            (ReadError::Failed(full()).to_string(), said),
        ] {
            assert_eq!(error, expected);
        }
    }
}
