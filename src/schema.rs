//! The schema entry: the policy as text, and the policy inside a chart's own schema.
//!
//! A library chart's schema never judges its parent, so a chart adopts the policy
//! by having it in its own values.schema.json. The host's text is edited, not
//! rewritten: what is not the policy's stays as it was, byte for byte.

mod deployed;
mod layout;
mod member;
mod members;
mod merge;
mod old_drafts;

use crate::files::error::{LockError, ReadError, WriteError};
use crate::files::folder::{Content, FileInFolder, Found};
use crate::files::lock::{self, Locking};
use crate::files::plan::Attributes;
use crate::files::replace;
use crate::policy::POLICY;
use crate::sanitize;
use crate::stdout;
use anyhow::{Context, Result, anyhow};
use helm_values::{Chart, Error};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long another run may hold the folder.
const LOCK_LIMIT: Duration = Duration::from_secs(30);

/// Prints the policy, that of `chart` where there is one; the exit code.
pub fn print(chart: Option<&Path>) -> u8 {
    match chart.map(|path| policy_of(&Chart::from_path(path))).transpose() {
        Ok(policy) => stdout::print(policy.as_deref().unwrap_or(POLICY), 0),
        Err(error) => stdout::report_error(&error.to_string()),
    }
}

/// The policy for a chart: it names each Prometheus as the chart does, and asks
/// about it where the chart deploys it.
pub fn policy_of(chart: &Chart) -> Result<String, Error> {
    chart.sub_charts().map(|sub_charts| deployed::policy_for(&sub_charts))
}

/// Merges the policy into the schema at `path` and says what came of it; the exit
/// code: 0, or 2 where the file is left as it was. It is the policy of `chart`, or
/// else of the chart that the file belongs to.
pub fn into(path: &Path, chart: Option<&Path>) -> u8 {
    let shown = sanitize::for_line(&path.display().to_string());
    match merge_into(path, chart) {
        Ok(true) => stdout::print(&format!("{shown} has the policy now\n"), 0),
        Ok(false) => stdout::print(&format!("{shown} has the policy already, nothing was changed\n"), 0),
        Err(error) => stdout::report_error(&format!("{error:#}")),
    }
}

/// The chart beside the file, where there is one.
fn beside(path: &Path) -> Option<PathBuf> {
    let folder = path.parent()?;
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    folder.join("Chart.yaml").is_file().then(|| folder.to_owned())
}

fn merge_into(path: &Path, chart: Option<&Path>) -> Result<bool> {
    let shown = path.display();
    let whole = std::path::absolute(path).with_context(|| format!("{shown} is not the path of a file"))?;
    let place = FileInFolder::open(&whole).map_err(|unread| cannot_read(path, unread))?;
    let locking = Locking { as_root: false, shared: false, limit: LOCK_LIMIT };
    let _locks = lock::folders(&[&place], locking).map_err(|unlocked| cannot_lock(path, &unlocked))?;
    let old = match place.read().map_err(|unread| cannot_read(path, unread))? {
        Found::File(content) => content,
        Found::Absent => return Err(absent(path)),
    };
    let host = std::str::from_utf8(&old.bytes)
        .ok()
        .with_context(|| format!("{shown} is not UTF-8, it is left as it was"))?;
    let left = || format!("{shown} is left as it was");
    let chart = chart.map(Path::to_owned).or_else(|| beside(path)).map(Chart::from_path);
    let policy = chart.map_or_else(|| Ok(POLICY.to_owned()), |chart| policy_of(&chart)).with_context(left)?;
    let merged = merge::merged(host, &policy).with_context(left)?;
    if merged == host {
        return Ok(false);
    }
    replace(path, &place, &old, &merged)?;
    Ok(true)
}

/// The new text is whole and on the disk before it takes the old one's place;
/// owner, group, mode and `SELinux` context stay.
fn replace(path: &Path, place: &FileInFolder, old: &Content, text: &str) -> Result<()> {
    let shown = path.display();
    let unchanged = || format!("cannot replace {shown}, it is left as it was");
    replace::clear(place).with_context(unchanged)?;
    match replace::replace(place, text.as_bytes(), attributes(old), old.context.as_deref()) {
        Ok(_) => Ok(()),
        Err(WriteError::Unchanged(error) | WriteError::ModeNotSet(error)) => {
            Err(error).with_context(unchanged)
        }
        Err(WriteError::NotFlushed(error)) => {
            Err(error).with_context(|| format!("{shown} has the policy now, but a power cut may undo it"))
        }
    }
}

/// Only root gives files away, so what a new file has by itself is not asked for.
fn attributes(old: &Content) -> Attributes {
    let (user, group) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    Attributes {
        owner: (old.owner != user).then_some(old.owner),
        group: (old.group != group).then_some(old.group),
        mode: old.mode,
    }
}

fn absent(path: &Path) -> anyhow::Error {
    let shown = path.display();
    anyhow!(
        "{shown} is not there; where a chart has no schema yet, schema > {shown} makes the policy its schema"
    )
}

fn cannot_read(path: &Path, unread: ReadError) -> anyhow::Error {
    let shown = path.display();
    match unread {
        ReadError::FolderNotFound => absent(path),
        ReadError::FolderIsSymlink => {
            anyhow!("the folder of {shown} is a symbolic link; write the path that it leads to")
        }
        ReadError::TargetIsSymlink => {
            anyhow!("{shown} is a symbolic link, it is left as it was; write the path that it leads to")
        }
        ReadError::TargetNotRegular => anyhow!("{shown} is not a regular file; name a values.schema.json"),
        ReadError::TooLarge => {
            anyhow!("{shown} is over 64 MiB, which no schema is; name a values.schema.json")
        }
        ReadError::Failed(error) => anyhow!("cannot read {shown}: {error}; check the path"),
    }
}

fn cannot_lock(path: &Path, unlocked: &LockError) -> anyhow::Error {
    let shown = path.display();
    match unlocked {
        LockError::Held => anyhow!(
            "another run holds the folder of {shown} and does not let go; wait for it to end, then run this again"
        ),
        LockError::OthersFolder(_) | LockError::Failed(_) => {
            anyhow!("cannot lock the folder of {shown}: {unlocked}; check the path")
        }
    }
}
