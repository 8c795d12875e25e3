//! Why a file could not be had → the refusal, with what is still true.

use super::named_file::NamedFile;
use crate::files::error::{LockError, ReadError, WriteError};
use crate::files::plan::Step;
use crate::policy::refusal::{Code, Refusal};
use std::io::{Error, ErrorKind};

/// What to do about an error of the system.
pub(super) fn advice(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::PermissionDenied => "run the task with become",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on its disk and run it again",
        ErrorKind::ResourceBusy => "run it again once nobody else works on it",
        ErrorKind::ReadOnlyFilesystem => "mount its file system writable and run it again",
        _ => "look at its disk and run it again",
    }
}

/// The folder was moved or exchanged during the run.
pub(super) fn folder_exchanged(file: &NamedFile) -> Refusal {
    let folder = file.folder();
    let message = format!(
        "the folder of {file} was moved away or exchanged during this run, so what was done is not where {} leads now; \
         put it back, and run it again",
        folder.display()
    );
    Refusal::new(Code::FolderExchanged, message, folder)
}

/// The file could not be read; nothing was touched yet.
pub(super) fn not_read(file: &NamedFile, error: &ReadError) -> Refusal {
    let folder = file.folder().display();
    let (code, message) = match error {
        ReadError::FolderNotFound => (
            Code::FolderNotFound,
            format!(
                "the folder of {file} is not there; install what makes {folder} first, or write another path"
            ),
        ),
        ReadError::FolderIsSymlink => (
            Code::TargetIsSymlink,
            format!("the folder of {file} is a symbolic link; write the path that {folder} leads to"),
        ),
        ReadError::TargetIsSymlink => (
            Code::TargetIsSymlink,
            format!(
                "{file} is a symbolic link and was left alone; remove it, or write the path that it leads to"
            ),
        ),
        ReadError::TargetNotRegular => (
            Code::TargetNotRegular,
            format!("{file} is not a regular file and was left alone; remove it, or write another path"),
        ),
        ReadError::TooLarge => (
            Code::ReadFailed,
            format!("{file} is over 64 MiB, which no such file is, and was left alone; write another path"),
        ),
        ReadError::Failed(error) => {
            (Code::ReadFailed, format!("cannot read {file}: {error}, nothing was touched; {}", advice(error)))
        }
    };
    Refusal::new(code, message, file.path.as_path())
}

/// The folders could not be locked.
pub(super) fn not_locked(file: &NamedFile, error: &LockError) -> Refusal {
    let folder = file.folder().display();
    let message = match error {
        LockError::Held => format!(
            "somebody else has held the lock of {folder}, or of the folder of the other file, for 30 seconds, \
             and nothing was touched; run it again once the other run has ended"
        ),
        LockError::OthersFolder(locks) => {
            format!("{error}, so a lock there keeps nobody out, and nothing was touched; remove {locks}")
        }
        LockError::Failed(error) => {
            format!("cannot lock {folder}: {error}, nothing was touched; {}", advice(error))
        }
    };
    Refusal::new(Code::Locked, message, file.path.as_path())
}

/// A step on the file did not work; `so_far` is what to add of the other file
/// where this one is as it was.
pub(super) fn not_written(
    file: &NamedFile,
    was_absent: bool,
    step: Step,
    error: &WriteError,
    so_far: &str,
) -> Refusal {
    let verb = match step {
        Step::SetAttributes | Step::Keep => "set owner, group and mode of",
        Step::Replace => "replace",
        Step::Remove => "remove",
    };
    let still = match step {
        Step::Replace if was_absent => "there is none, as before",
        Step::SetAttributes | Step::Keep | Step::Replace | Step::Remove => "the old one is unchanged",
    };
    let message = match error {
        WriteError::Unchanged(error) => {
            format!("cannot {verb} {file}: {error}, {still}{so_far}; {}", advice(error))
        }
        WriteError::ModeNotSet(error) => {
            format!("owner and group of {file} are set and its mode is not: {error}; {}", advice(error))
        }
        WriteError::NotFlushed(error) => {
            format!("{file} is as it should be, but not safe from a power cut: {error}; {}", advice(error))
        }
    };
    Refusal::new(Code::ReplaceFailed, message, file.path.as_path())
}

#[cfg(test)]
mod tests {
    use super::super::named_file::Role;
    use super::*;

    #[test]
    fn what_to_do_hangs_on_the_error() {
        for (kind, words) in [
            (ErrorKind::PermissionDenied, "run the task with become"),
            (ErrorKind::StorageFull, "make room on its disk and run it again"),
            (ErrorKind::QuotaExceeded, "make room on its disk and run it again"),
            (ErrorKind::ResourceBusy, "run it again once nobody else works on it"),
            (ErrorKind::ReadOnlyFilesystem, "mount its file system writable and run it again"),
            (ErrorKind::Other, "look at its disk and run it again"),
        ] {
            assert_eq!(advice(&Error::from(kind)), words, "{kind}");
        }
    }

    #[test]
    fn what_is_still_there_is_said() {
        let file = NamedFile::new(Role::Include, "/etc/nginx/auth".into());
        let message = |was_absent, step| {
            let error = WriteError::Unchanged(ErrorKind::StorageFull.into());
            not_written(&file, was_absent, step, &error, " and so on").message
        };
        for (was_absent, step, begins, still) in [
            (
                true,
                Step::Replace,
                "cannot replace the include /etc/nginx/auth: ",
                ", there is none, as before and so on; make",
            ),
            (
                false,
                Step::Replace,
                "cannot replace the include ",
                ", the old one is unchanged and so on; make",
            ),
            (true, Step::Remove, "cannot remove the include ", ", the old one is unchanged and so on; make"),
            (
                false,
                Step::SetAttributes,
                "cannot set owner, group and mode of the include ",
                ", the old one is unchanged and",
            ),
        ] {
            let message = message(was_absent, step);
            assert!(message.starts_with(begins) && message.contains(still), "{message}");
        }
    }
}
