//! The command line's definition → man pages in the folder that is named.

use anyhow::{Context, Result};
use std::path::PathBuf;

fn main() -> Result<()> {
    let folder: PathBuf = std::env::args_os().nth(1).context("name the folder for the man pages")?.into();
    clap_mangen::generate_to(remote_write_auth::cli::definition(), &folder)
        .with_context(|| format!("the man pages cannot be written to {}", folder.display()))
}
