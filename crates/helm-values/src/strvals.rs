//! One argument of the `--set` family ─▶ changes to a table, as Helm's strvals
//! makes them.
//!
//! The grammar is Helm's own and is followed to the letter, its accidents
//! included: a key that ends at nothing is refused, an empty key is dropped,
//! what comes before an end that Helm takes for the end is kept.
//! No error repeats any part of the argument.

mod changed;
mod flag;
mod json;
mod parser;
mod typed;

pub use changed::{Change, ChangedValue};
pub(crate) use flag::ReadFile;
pub use flag::SetFlag;

use super::merge::merge_tables;
use super::stack::needs_deep_stack;
use super::value::{Origin, Source, SourceKind, Table, Value};
use super::{Error, HelmVersion};
use std::sync::Arc;

/// Applies one argument of the family, as Helm does, to values that stand at
/// `origin`. A file that it names is not read.
///
/// After an error the table is not used.
pub fn set(
    table: &mut Table,
    flag: SetFlag,
    argument: &str,
    version: &HelmVersion,
    origin: &Origin,
) -> Result<(), Error> {
    needs_deep_stack()?;
    let mut read_file =
        |_: &str| Err("a file to take a value from is not read here; name another flag".into());
    parser::Parser::new(flag, argument, version, origin, &mut read_file)
        .run(table)
        .map(drop)
        .map_err(|message| Error::new(message, Some(origin.clone())))
}

/// Applies one argument, and tells which of its values Helm's grammar changes. What Helm
/// does before it refuses is of no matter: after an error the table is not used.
pub(crate) fn apply(
    table: &mut Table,
    flag: SetFlag,
    argument: &str,
    version: &HelmVersion,
    read_file: &mut ReadFile,
) -> Result<Vec<ChangedValue>, Error> {
    needs_deep_stack()?;
    let source = Arc::new(Source { kind: SourceKind::Flag, name: flag.name().to_owned() });
    let origin = Origin { source, line: 0, column: 0 };
    let trimmed = argument.trim();
    let applied = if flag == SetFlag::Json && version.set_json_object && trimmed.starts_with('{') {
        whole_object(table, trimmed, &origin).map(|()| Vec::new())
    } else {
        parser::Parser::new(flag, argument, version, &origin, read_file).run(table)
    };
    applied.map_err(|message| Error::new(message, Some(origin)))
}

fn whole_object(table: &mut Table, text: &str, origin: &Origin) -> Result<(), String> {
    let not_json = || "the object is not JSON; check it with a JSON parser".to_owned();
    let (node, end) = json::value(text, 0, origin).ok_or_else(not_json)?;
    let rest_is_blank = text[end..].bytes().all(json::is_space);
    match node.value {
        Value::Table(over) if rest_is_blank => {
            merge_tables(table, over);
            Ok(())
        }
        Value::Table(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::List(_) => Err(not_json()),
    }
}
