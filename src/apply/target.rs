//! One of the two files as it is: its place, locked, and what stands there.

use super::messages;
use super::named_file::{NamedFile, Role};
use super::options::Options;
use crate::files::error::ReadError;
use crate::files::folder::{Content, FileInFolder, Found};
use crate::files::lock::{self, Locking, Locks};
use crate::policy::refusal::{Code, Refusal};
use std::time::Duration;

/// How long another run is waited for.
const LOCK_LIMIT: Duration = Duration::from_secs(30);

/// A file's place, locked, and what stands there.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) file: NamedFile,
    /// `None`: its folder is not there.
    pub(super) place: Option<FileInFolder>,
    pub(super) found: Found,
}

/// Opens both folders, locks them, and reads both files. `own` is who this
/// process is.
pub(super) fn open_both(options: &Options, own: u32) -> Result<((Target, Target), Locks), Refusal> {
    let mut htpasswd = Target::open(NamedFile::new(Role::Htpasswd, options.htpasswd_path.clone()))?;
    let mut include = Target::open(NamedFile::new(Role::Include, options.include_path.clone()))?;
    if own != 0 {
        htpasswd.needs_no_root()?;
        include.needs_no_root()?;
    }
    let places: Vec<&FileInFolder> =
        [&htpasswd, &include].iter().filter_map(|target| target.place.as_ref()).collect();
    let locking = Locking { as_root: own == 0, shared: options.check_mode, limit: LOCK_LIMIT };
    let locks =
        lock::folders(&places, locking).map_err(|error| messages::not_locked(&include.file, &error))?;
    htpasswd.read()?;
    include.read()?;
    Ok(((htpasswd, include), locks))
}

/// Opens and reads both files; nobody is waited for.
pub(super) fn open_to_look(options: &Options) -> Result<(Target, Target), Refusal> {
    let mut htpasswd = Target::open(NamedFile::new(Role::Htpasswd, options.htpasswd_path.clone()))?;
    let mut include = Target::open(NamedFile::new(Role::Include, options.include_path.clone()))?;
    htpasswd.read()?;
    include.read()?;
    Ok((htpasswd, include))
}

impl Target {
    fn open(file: NamedFile) -> Result<Self, Refusal> {
        let place = match FileInFolder::open(&file.path) {
            Ok(place) => Some(place),
            Err(ReadError::FolderNotFound) => None,
            Err(error) => return Err(messages::not_read(&file, &error)),
        };
        Ok(Self { file, place, found: Found::Absent })
    }

    fn read(&mut self) -> Result<(), Refusal> {
        if let Some(place) = &self.place {
            self.found = place.read().map_err(|error| messages::not_read(&self.file, &error))?;
        }
        Ok(())
    }

    /// Who is not root must own what is there, or may make it.
    fn needs_no_root(&self) -> Result<(), Refusal> {
        let Some(place) = &self.place else {
            return Ok(());
        };
        let owner = place.owner().map_err(|error| messages::not_read(&self.file, &error))?;
        let is_barred = place.is_roots() && !place.is_writable();
        if owner != Some(0) && !(owner.is_none() && is_barred) {
            return Ok(());
        }
        let what = if is_barred { "the folder of " } else { "" };
        let message = format!(
            "{what}{} belongs to root, and this does not run as root, so nothing was touched; run the task with become",
            self.file
        );
        Err(Refusal::new(Code::NeedsRoot, message, self.file.path.as_path()))
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
