//! What becomes of one of the two files: the step, its text before and after.

use super::messages;
use super::outcome::{FileDiff, Notice};
use super::target::Target;
use crate::files::error::{ReadError, WriteError};
use crate::files::folder::Content;
use crate::files::plan::{self, Attributes, DesiredFile, Step};
use crate::files::replace;
use crate::policy::refusal::{Refusal, WarningCode};
use std::path::Path;

/// Whether a file's folder can take it.
pub(super) enum FolderState {
    Fine,
    /// It is not there; check mode only warns.
    Missing(Refusal),
    /// A warning.
    WritableByOthers(Notice),
}

/// What is to be done with one of the two files.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) target: Target,
    /// `None`: it should not be there.
    pub(super) desired: Option<DesiredFile>,
    pub(super) step: Step,
    /// Its text before and after, fit to be shown.
    shown: (String, String),
}

impl Change {
    /// `shown` is the text before and after in words.
    pub(super) fn new(target: Target, desired: Option<DesiredFile>, shown: (String, String)) -> Self {
        let step = plan::step(&target.found, desired.as_ref());
        Self { target, desired, step, shown }
    }

    /// Does it. The answer is when the file changed, where it is there still.
    pub(super) fn carry_out(&self) -> Result<Option<(i64, i64)>, WriteError> {
        let old = self.target.content();
        let (Some(place), step) = (&self.target.place, self.step) else {
            return Ok(None);
        };
        match (step, &self.desired) {
            (Step::Keep, _) => Ok(old.map(|old| old.changed)),
            (Step::Remove, _) | (_, None) => replace::remove(place).map(|()| None),
            (Step::SetAttributes, Some(desired)) => {
                let old = old.expect("a file that is there has attributes to set");
                replace::set_attributes(place, old, desired.attributes).map(Some)
            }
            (Step::Replace, Some(desired)) => {
                let context = old.and_then(|old| old.context.as_deref());
                replace::replace(place, &desired.bytes, desired.attributes, context).map(Some)
            }
        }
    }

    /// Puts back what was there before.
    pub(super) fn undo(&self) -> Result<(), WriteError> {
        let Some(place) = &self.target.place else {
            return Ok(());
        };
        match self.target.content() {
            None => replace::remove(place),
            Some(Content { bytes, owner, group, mode, context, .. }) => {
                let attributes = Attributes { owner: Some(*owner), group: Some(*group), mode: *mode };
                replace::replace(place, bytes, attributes, context.as_deref()).map(|_| ())
            }
        }
    }

    /// What is wrong with the folder of a file that is to be there. `own` is who
    /// this process is.
    pub(super) fn folder_state(&self, own: u32) -> FolderState {
        match &self.target.place {
            None if self.step == Step::Keep => FolderState::Fine,
            None => FolderState::Missing(messages::not_read(&self.target.file, &ReadError::FolderNotFound)),
            Some(place) => match place.exchangeable_in(own) {
                Some(folder) => FolderState::WritableByOthers(self.writable_by_others(&folder)),
                None => FolderState::Fine,
            },
        }
    }

    fn writable_by_others(&self, folder: &Path) -> Notice {
        let file = &self.target.file;
        let what = if folder == file.folder() {
            format!("exchange files in the folder of {file}")
        } else {
            format!("exchange in {} what leads to {file}", folder.display())
        };
        let statement =
            format!("others than root may {what}, and so let anybody in; take their write permission away");
        Notice::new(WarningCode::FolderWritableByOthers, statement, folder)
    }

    /// What a reader may see of it; nothing where it changes nothing.
    pub(super) fn diff(&self) -> Option<FileDiff> {
        let path = self.target.file.path.clone();
        let (before, after) = match self.step {
            Step::Keep => return None,
            Step::SetAttributes => (self.attributes_before(), self.attributes_after()),
            Step::Replace | Step::Remove => self.shown.clone(),
        };
        Some(FileDiff { path, before, after })
    }

    fn attributes_before(&self) -> String {
        let old = self.target.content();
        old.map(|old| attributes(Some(old.owner), Some(old.group), old.mode)).unwrap_or_default()
    }

    fn attributes_after(&self) -> String {
        let desired = self.desired.as_ref().map(|desired| desired.attributes);
        let old = self.target.content();
        desired
            .map(|Attributes { owner, group, mode }| {
                let (owner, group) = (owner.or(old.map(|old| old.owner)), group.or(old.map(|old| old.group)));
                attributes(owner, group, mode)
            })
            .unwrap_or_default()
    }
}

fn attributes(owner: Option<u32>, group: Option<u32>, mode: u32) -> String {
    let number = |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
    format!("owner {}\ngroup {}\nmode {mode:04o}\n", number(owner), number(group))
}
