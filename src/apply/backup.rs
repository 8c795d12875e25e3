//! A copy of an htpasswd file that this tool has not written, made once.

use super::messages;
use super::named_file::{NamedFile, Role};
use super::outcome::Notice;
use super::plan::Plan;
use crate::files::error::WriteError;
use crate::files::folder::{Content, FileInFolder, Found};
use crate::files::plan::Attributes;
use crate::files::replace;
use crate::policy::refusal::{Code, Refusal, WarningCode};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What became of the copy.
pub(super) struct Backup {
    /// Where it was made now; `None`: an earlier one is there.
    pub(super) made: Option<PathBuf>,
    /// What the user should know of it.
    pub(super) warning: Notice,
}

/// Makes the copy, with these attributes, before anything else changes; `None`
/// where none is needed. An earlier copy is never replaced: after a killed run,
/// what stands in the file's place is ours.
pub(super) fn keep(plan: &Plan, attributes: Attributes) -> Result<Option<Backup>, Refusal> {
    let target = &plan.htpasswd.target;
    let (true, Some(place), Found::File(old)) = (plan.needs_backup, &target.place, &target.found) else {
        return Ok(None);
    };
    let copy = NamedFile::new(Role::Htpasswd, backup_path(&target.file.path));
    let not_read = |error| messages::not_read(&copy, &error);
    let beside = place.beside(copy.path.file_name().unwrap_or_default()).map_err(not_read)?;
    match beside.read().map_err(not_read)? {
        Found::Absent => make(&beside, old, attributes).map(Some),
        Found::File(earlier) if earlier.bytes == old.bytes => Ok(None),
        Found::File(_) => {
            let warning = format!(
                "the htpasswd file {} was not written by this tool and is not kept, since {} is there from an \
                 earlier time; move that away once nobody needs it",
                target.file.path.display(),
                copy.path.display()
            );
            let warning = Notice::new(WarningCode::BackupNotMade, warning, copy.path.as_path());
            Ok(Some(Backup { made: None, warning }))
        }
    }
}

fn make(beside: &FileInFolder, old: &Content, attributes: Attributes) -> Result<Backup, Refusal> {
    let path = beside.path().display();
    replace::clear(beside)
        .map_err(WriteError::Unchanged)
        .and_then(|()| replace::replace(beside, &old.bytes, attributes, old.context.as_deref()))
        .map_err(|error| not_kept(beside.path(), &error))?;
    let warning = format!(
        "the htpasswd file was not written by this tool, and a copy is kept in {path}; remove it once nobody needs it"
    );
    let warning = Notice::new(WarningCode::BackupMade, warning, beside.path());
    Ok(Backup { made: Some(beside.path().to_owned()), warning })
}

fn not_kept(path: &Path, error: &WriteError) -> Refusal {
    let message = format!(
        "cannot keep a copy of the htpasswd file in {}: {error}, the old one is unchanged; {}",
        path.display(),
        messages::advice(error.cause())
    );
    Refusal::new(Code::ReplaceFailed, message, path)
}

fn backup_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(path.file_name().unwrap_or_default());
    name.push(".before");
    path.with_file_name(name)
}
