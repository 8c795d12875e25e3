//! One of the two files: its place, what stands there, what should.

use super::messages;
use super::{FileDiff, Request};
use crate::files::folder::{Content, Found, Place};
use crate::files::plan::{self, Attributes, Step, Wanted};
use crate::files::replace::{self, Unwritten};
use crate::files::{Unread, lock};
use crate::refusal::{Code, Refusal};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How long another run is waited for.
const LOCK_LIMIT: Duration = Duration::from_secs(30);

/// Which of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Htpasswd,
    Include,
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Which::Htpasswd => "the htpasswd file",
            Which::Include => "the include",
        })
    }
}

/// A file's place, locked, and what stands there.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) which: Which,
    pub(super) path: PathBuf,
    /// `None`: its folder is not there.
    pub(super) place: Option<Place>,
    pub(super) found: Found,
}

/// Opens both folders, locks them, and reads both files. `own` is who this
/// process is.
pub(super) fn open_both(request: &Request, own: u32) -> Result<(Target, Target), Refusal> {
    let mut htpasswd = Target::open(Which::Htpasswd, request.htpasswd_path.clone())?;
    let mut include = Target::open(Which::Include, request.include_path.clone())?;
    if own != 0 {
        htpasswd.needs_no_root()?;
        include.needs_no_root()?;
    }
    let places: Vec<&Place> =
        [&htpasswd, &include].iter().filter_map(|target| target.place.as_ref()).collect();
    lock::folders(&places, request.check_mode, LOCK_LIMIT)
        .map_err(|unlocked| messages::unlocked(&include.path, &unlocked))?;
    htpasswd.read()?;
    include.read()?;
    Ok((htpasswd, include))
}

impl Target {
    fn open(which: Which, path: PathBuf) -> Result<Self, Refusal> {
        let place = match Place::open(&path) {
            Ok(place) => Some(place),
            Err(Unread::FolderNotFound) => None,
            Err(unread) => return Err(messages::unread(which, &path, &unread)),
        };
        Ok(Self { which, path, place, found: Found::Absent })
    }

    fn read(&mut self) -> Result<(), Refusal> {
        if let Some(place) = &self.place {
            self.found = place.read().map_err(|unread| messages::unread(self.which, &self.path, &unread))?;
        }
        Ok(())
    }

    /// Who is not root must own what is there, or may make it.
    fn needs_no_root(&self) -> Result<(), Refusal> {
        let Some(place) = &self.place else {
            return Ok(());
        };
        let owner = place.owner().map_err(|unread| messages::unread(self.which, &self.path, &unread))?;
        let is_barred = place.is_roots() && !place.is_writable();
        if owner != Some(0) && !(owner.is_none() && is_barred) {
            return Ok(());
        }
        let what = if is_barred { "the folder of " } else { "" };
        let sentence = format!(
            "{what}{} {} belongs to root, and this does not run as root, so nothing was touched; run the task with become",
            self.which,
            self.path.display()
        );
        Err(Refusal::new(Code::NeedsRoot, sentence, self.path.as_path()))
    }

    /// The bytes that are there.
    pub(super) fn bytes(&self) -> &[u8] {
        self.content().map_or(&[], |content| &content.bytes)
    }

    pub(super) fn is_absent(&self) -> bool {
        self.content().is_none()
    }

    pub(super) fn content(&self) -> Option<&Content> {
        match &self.found {
            Found::Absent => None,
            Found::File(content) => Some(content),
        }
    }
}

/// What is to be done with one of the two files.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) target: Target,
    pub(super) wanted: Option<Wanted>,
    pub(super) step: Step,
    /// Its text before and after, fit to be shown.
    shown: (String, String),
}

impl Change {
    /// `shown` is the text before and after in words.
    pub(super) fn new(target: Target, wanted: Option<Wanted>, shown: (String, String)) -> Self {
        let step = plan::step(&target.found, wanted.as_ref());
        Self { target, wanted, step, shown }
    }

    /// Does it. The answer is when the file changed, where it is there still.
    pub(super) fn carry_out(&self) -> Result<Option<(i64, i64)>, Unwritten> {
        let old = self.target.content();
        let (Some(place), step) = (&self.target.place, self.step) else {
            return Ok(None);
        };
        match (step, &self.wanted) {
            (Step::Keep, _) => Ok(old.map(|old| old.changed)),
            (Step::Remove, _) | (_, None) => replace::remove(place).map(|()| None),
            (Step::Mend, Some(wanted)) => replace::mend(place, wanted.attributes).map(Some),
            (Step::Replace, Some(wanted)) => {
                let label = old.and_then(|old| old.label.as_deref());
                replace::replace(place, &wanted.bytes, wanted.attributes, label).map(Some)
            }
        }
    }

    /// Puts back what was there before.
    pub(super) fn undo(&self) -> Result<(), Unwritten> {
        let Some(place) = &self.target.place else {
            return Ok(());
        };
        match self.target.content() {
            None => replace::remove(place),
            Some(Content { bytes, owner, group, mode, label, .. }) => {
                let attributes = Attributes { owner: Some(*owner), group: Some(*group), mode: *mode };
                replace::replace(place, bytes, attributes, label.as_deref()).map(|_| ())
            }
        }
    }

    /// What a reader may see of it; nothing where it changes nothing.
    pub(super) fn diff(&self) -> Option<FileDiff> {
        let path = self.target.path.clone();
        let (before, after) = match self.step {
            Step::Keep => return None,
            Step::Mend => (self.attributes_before(), self.attributes_after()),
            Step::Replace | Step::Remove => self.shown.clone(),
        };
        Some(FileDiff { path, before, after })
    }

    fn attributes_before(&self) -> String {
        let old = self.target.content();
        old.map(|old| attributes(Some(old.owner), Some(old.group), old.mode)).unwrap_or_default()
    }

    fn attributes_after(&self) -> String {
        let wanted = self.wanted.as_ref().map(|wanted| wanted.attributes);
        let old = self.target.content();
        wanted
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
