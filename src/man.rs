//! The definition of the command line → man pages in a folder.
//!
//! All pages are made before the first is written, and each takes its place
//! whole. The folder must be there: a slip in its name makes no new one.

use crate::files::error::ReadError;
use crate::files::folder::{FileInFolder, Found};
use crate::files::plan::Attributes;
use crate::files::replace;
use crate::{sanitize, stdout};
use anyhow::{Context, Result, anyhow};
use clap::Command;
use clap_mangen::Man;
use std::mem;
use std::path::Path;

/// Anybody reads a man page.
const MODE: u32 = 0o644;

/// Writes a page for the program and one for each of its entries into `folder`;
/// the exit code: 0, or 2 where not all could be written.
pub(crate) fn run(definition: impl Fn() -> Command, folder: &Path) -> u8 {
    match pages(definition).and_then(|pages| write(&pages, folder).map(|()| pages.len())) {
        Ok(count) => {
            let shown = sanitize::for_line(&folder.display().to_string());
            stdout::print(&format!("{shown} has {count} man pages now\n"), 0)
        }
        Err(error) => stdout::report_error(&format!("{error:#}")),
    }
}

/// (file name, page) of the program and of each entry that its help names.
///
/// The entries are taken out of a definition of their own: what copies a definition
/// takes more place in the program than what makes one.
fn pages(definition: impl Fn() -> Command) -> Result<Vec<(String, Vec<u8>)>> {
    let mut of_entries = definition();
    of_entries.build();
    let entries = of_entries.get_subcommands_mut().filter(|entry| !entry.is_hide_set());
    std::iter::once(definition()).chain(entries.map(mem::take)).map(page).collect()
}

fn page(command: Command) -> Result<(String, Vec<u8>)> {
    let man = Man::new(command);
    let mut text = Vec::new();
    man.render(&mut text).context("a man page could not be made")?;
    Ok((man.get_filename(), text))
}

fn write(pages: &[(String, Vec<u8>)], folder: &Path) -> Result<()> {
    let whole = std::path::absolute(folder)
        .with_context(|| format!("{} is not the path of a folder", folder.display()))?;
    for (name, text) in pages {
        let path = whole.join(name);
        let place = FileInFolder::open(&path).map_err(|unread| cannot_open(folder, unread))?;
        let failed = || format!("cannot write {}", path.display());
        if let Found::File(old) = place.read().with_context(failed)?
            && old.bytes == *text
        {
            continue;
        }
        replace::clear(&place).with_context(failed)?;
        let attributes = Attributes { owner: None, group: None, mode: MODE };
        replace::replace(&place, text, attributes, None).with_context(failed)?;
    }
    Ok(())
}

fn cannot_open(folder: &Path, unread: ReadError) -> anyhow::Error {
    let shown = folder.display();
    match unread {
        ReadError::FolderNotFound => anyhow!("there is no folder {shown}; make it, then run this again"),
        ReadError::FolderIsSymlink => {
            anyhow!("{shown} is a symbolic link; write the path that it leads to")
        }
        other => anyhow!("cannot open the folder {shown}: {other}"),
    }
}
