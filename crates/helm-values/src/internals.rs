//! What the suites and the fuzz targets look at, and nobody else: no part of the
//! interface, and gone without the feature `internals`.

use crate::strvals::{self, SetFlag};
use crate::value::{Source, Table};
use crate::yaml::{self, Documents};
use crate::{Error, HelmVersion, Warning};
use std::sync::Arc;

pub use crate::stack::this_stack_is_deep;
pub use crate::yaml::internals::{ParsedDocument, parse_by_fast_path, parse_by_libyaml};

/// What a values file says.
#[derive(Debug)]
pub struct ValuesFile {
    pub table: Table,
    pub warnings: Vec<Warning>,
}

/// Reads a values file: every document of it, as Helm 4 does, or the first, as
/// Helm 3 does.
pub fn read_values(bytes: &[u8], source: &Arc<Source>, every_document: bool) -> Result<ValuesFile, Error> {
    let documents = if every_document { Documents::All } else { Documents::First };
    let read = yaml::read_values(bytes, source, documents, None)?;
    Ok(ValuesFile { table: read.table, warnings: read.warnings })
}

/// The flags of the `--set` family.
pub const SET_FLAGS: [&str; 5] = ["--set-json", "--set", "--set-string", "--set-file", "--set-literal"];

/// Applies an argument of one of `SET_FLAGS`.
///
/// # Panics
/// For any other flag.
pub fn set(
    table: &mut Table,
    flag: &str,
    argument: &str,
    version: &HelmVersion,
    read_file: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
) -> Result<(), Error> {
    let flags = [SetFlag::Json, SetFlag::Typed, SetFlag::Text, SetFlag::File, SetFlag::Literal];
    let flag = flags.into_iter().find(|known| known.name() == flag).expect("a flag of the family");
    strvals::apply(table, flag, argument, version, read_file).map(drop)
}
