//! What went wrong with a file → its sentence, with what is still true.

use super::target::{Target, Which};
use crate::files::Unread;
use crate::files::lock::Unlocked;
use crate::files::plan::Step;
use crate::files::replace::Unwritten;
use crate::refusal::{Code, Refusal};
use std::io::{Error, ErrorKind};
use std::path::Path;

/// What to do about an error of the system.
pub(super) fn advice(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::PermissionDenied => "run the task with become",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on its disk and run it again",
        ErrorKind::ReadOnlyFilesystem => "mount its file system writable and run it again",
        _ => "look at its disk and run it again",
    }
}

/// A target that could not be read; nothing was touched yet.
pub(super) fn unread(which: Which, path: &Path, unread: &Unread) -> Refusal {
    let file = format!("{which} {}", path.display());
    let folder = path.parent().unwrap_or(path).display();
    let (code, sentence) = match unread {
        Unread::FolderNotFound => (
            Code::FolderNotFound,
            format!(
                "the folder of {file} is not there; install what makes {folder} first, or write another path"
            ),
        ),
        Unread::FolderIsSymlink => (
            Code::TargetIsSymlink,
            format!("the folder of {file} is a symbolic link; write the path that {folder} leads to"),
        ),
        Unread::TargetIsSymlink => (
            Code::TargetIsSymlink,
            format!(
                "{file} is a symbolic link and was left alone; remove it, or write the path that it leads to"
            ),
        ),
        Unread::TargetNotRegular => (
            Code::TargetNotRegular,
            format!("{file} is not a regular file and was left alone; remove it, or write another path"),
        ),
        Unread::TooLarge => (
            Code::ReadFailed,
            format!("{file} is over 64 MiB, which no such file is, and was left alone; write another path"),
        ),
        Unread::Failed(error) => {
            (Code::ReadFailed, format!("cannot read {file}: {error}, nothing was touched; {}", advice(error)))
        }
    };
    Refusal::new(code, sentence, path)
}

/// The folders could not be locked.
pub(super) fn unlocked(path: &Path, unlocked: &Unlocked) -> Refusal {
    let folder = path.parent().unwrap_or(path).display();
    let sentence = match unlocked {
        Unlocked::Held => format!(
            "somebody else has held the lock of {folder}, or of the folder of the other file, for 30 seconds, \
             and nothing was touched; run it again once the other run has ended"
        ),
        Unlocked::Failed(error) => {
            format!("cannot lock {folder}: {error}, nothing was touched; {}", advice(error))
        }
    };
    Refusal::new(Code::Locked, sentence, path)
}

/// A target could not be brought to what it should be; `so_far` is what to add
/// of the other one where this one is as it was.
pub(super) fn unwritten(target: &Target, step: Step, unwritten: &Unwritten, so_far: &str) -> Refusal {
    let file = format!("{} {}", target.which, target.path.display());
    let verb = match step {
        Step::Mend | Step::Keep => "mend owner, group and mode of",
        Step::Replace => "replace",
        Step::Remove => "remove",
    };
    let still = match step {
        Step::Replace if target.is_absent() => "there is none, as before",
        Step::Mend | Step::Keep | Step::Replace | Step::Remove => "the old one is unchanged",
    };
    let sentence = match unwritten {
        Unwritten::Unchanged(error) => {
            format!("cannot {verb} {file}: {error}, {still}{so_far}; {}", advice(error))
        }
        Unwritten::HalfMended(error) => {
            format!("owner and group of {file} are mended and its mode is not: {error}; {}", advice(error))
        }
        Unwritten::NotFlushed(error) => {
            format!("{file} is as it should be, but not safe from a power cut: {error}; {}", advice(error))
        }
    };
    Refusal::new(Code::ReplaceFailed, sentence, target.path.as_path())
}
