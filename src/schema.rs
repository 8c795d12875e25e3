//! The schema entry: the law as text, and the law inside a chart's own schema.
//!
//! A library chart's schema never judges its parent, so a chart adopts the law
//! by having it in its own values.schema.json. The host's text is edited, not
//! rewritten: what is not the law's stays as it was, byte for byte.

mod layout;
mod member;
mod members;
mod merge;
mod old_drafts;

use crate::law::LAW;
use crate::stdout;
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// Prints the law; the exit code.
pub fn print() -> u8 {
    stdout::print(LAW, 0)
}

/// Merges the law into the schema at `path` and says what came of it; the exit
/// code: 0, or 2 where the file is left as it was.
pub fn into(path: &Path) -> u8 {
    match merge_into(path) {
        Ok(true) => stdout::print(&format!("{} has the law now\n", path.display()), 0),
        Ok(false) => {
            stdout::print(&format!("{} has the law already, nothing was changed\n", path.display()), 0)
        }
        Err(error) => stdout::complain(&format!("{error:#}")),
    }
}

fn merge_into(path: &Path) -> Result<bool> {
    let host = read(path)?;
    let merged = merge::merged(&host).with_context(|| format!("{} is left as it was", path.display()))?;
    if merged == host {
        return Ok(false);
    }
    replace(path, &merged)?;
    Ok(true)
}

fn read(path: &Path) -> Result<String> {
    let shown = path.display();
    match fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes)
            .ok()
            .with_context(|| format!("{shown} is not UTF-8, it is left as it was")),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!(
                "{shown} is not there; where a chart has no schema yet, schema > {shown} makes the law its schema"
            )
        }
        Err(error) => bail!("cannot read {shown}: {error}"),
    }
}

/// The new text under a name beside it, then the old one's place.
fn replace(path: &Path, text: &str) -> Result<()> {
    let shown = path.display();
    let name = path.file_name().with_context(|| format!("{shown} is no file"))?;
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(".remote-write-auth");
    let beside = path.with_file_name(beside);
    let written = fs::write(&beside, text)
        .and_then(|()| fs::metadata(path))
        .and_then(|old| fs::set_permissions(&beside, old.permissions()))
        .and_then(|()| fs::rename(&beside, path));
    written.with_context(|| format!("cannot replace {shown}, it is left as it was"))
}
