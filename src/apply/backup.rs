//! First take-over: a copy of an htpasswd file that somebody else has written.

use super::messages;
use super::pipeline::Pipeline;
use super::plan::Plan;
use super::target::Which;
use crate::files::folder::{Content, Found, Place};
use crate::files::replace::{self, Unwritten};
use crate::refusal::{Code, Refusal};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

impl Pipeline<'_> {
    /// Keeps the copy before anything else changes. An earlier copy is never
    /// replaced: after a killed run, what stands in the file's place is ours.
    pub(super) fn keep_aside(&mut self, plan: &Plan) -> Result<(), Refusal> {
        let target = &plan.htpasswd.target;
        let (true, Some(place), Found::File(old)) = (plan.is_take_over, &target.place, &target.found) else {
            return Ok(());
        };
        let copy = copy_of(&target.path);
        let unread = |unread| messages::unread(Which::Htpasswd, &copy, &unread);
        let beside = place.beside(copy.file_name().unwrap_or_default()).map_err(unread)?;
        match beside.read().map_err(unread)? {
            Found::Absent => self.copy(&beside, old),
            Found::File(earlier) if earlier.bytes == old.bytes => Ok(()),
            Found::File(_) => {
                self.outcome.warnings.push(format!(
                    "the htpasswd file {} was not written by this tool and is not kept, since {} is there from an \
                     earlier time; move that away once nobody needs it",
                    target.path.display(),
                    copy.display()
                ));
                Ok(())
            }
        }
    }

    fn copy(&mut self, beside: &Place, old: &Content) -> Result<(), Refusal> {
        let path = beside.path().display();
        let kept = replace::clear(beside)
            .map_err(Unwritten::Unchanged)
            .and_then(|()| replace::replace(beside, &old.bytes, self.owners.private(), old.label.as_deref()));
        if let Err(unwritten) = kept {
            let (Unwritten::Unchanged(error) | Unwritten::HalfMended(error) | Unwritten::NotFlushed(error)) =
                unwritten;
            let sentence = format!(
                "cannot keep a copy of the htpasswd file in {path}: {error}, the old one is unchanged; {}",
                messages::advice(&error)
            );
            return Err(Refusal::new(Code::ReplaceFailed, sentence, beside.path()));
        }
        self.outcome.changed = true;
        self.outcome.warnings.push(format!(
            "the htpasswd file was not written by this tool, and a copy is kept in {path}; remove it once nobody needs it"
        ));
        Ok(())
    }
}

fn copy_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(path.file_name().unwrap_or_default());
    name.push(".before");
    path.with_file_name(name)
}
