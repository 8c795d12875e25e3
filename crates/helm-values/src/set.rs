//! One argument of the `--set` family ─▶ changes to a table, as Helm makes them.
//!
//! The grammar is Helm's own and is followed to the letter, its accidents
//! included: a key that ends at nothing is refused, an empty key is dropped,
//! what comes before the fault of an end that Helm takes for the end is kept.
//! No error repeats any part of the argument.

mod json;
mod keys;

use super::tree::{Node, Origin, Source, SourceKind, Table, Value};
use super::{Error, HelmVersion, merge};
use std::sync::Arc;

/// A flag of the family, in the order in which Helm applies them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetFlag {
    /// `--set-json`: the value is JSON.
    Json,
    /// `--set`: whole numbers, booleans and null are told from text.
    Typed,
    /// `--set-string`: everything is text.
    Text,
    /// `--set-file`: the value is the path of a file whose content counts.
    File,
    /// `--set-literal`: everything behind the first `=` is text.
    Literal,
}

impl SetFlag {
    /// As it is spelled.
    pub const fn name(self) -> &'static str {
        match self {
            SetFlag::Json => "--set-json",
            SetFlag::Typed => "--set",
            SetFlag::Text => "--set-string",
            SetFlag::File => "--set-file",
            SetFlag::Literal => "--set-literal",
        }
    }
}

/// Reads a file that `--set-file` names.
pub type ReadFile<'a> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'a;

/// Applies one argument. What Helm changes before it refuses is of no matter:
/// after an error the table is not used.
pub fn apply(
    table: &mut Table,
    flag: SetFlag,
    argument: &str,
    profile: &HelmVersion,
    read_file: &mut ReadFile,
) -> Result<(), Error> {
    let source = Arc::new(Source { kind: SourceKind::Flag, name: flag.name().to_owned() });
    let origin = Origin { source, line: 0, column: 0 };
    let trimmed = argument.trim();
    let told = if flag == SetFlag::Json && profile.set_json_object && trimmed.starts_with('{') {
        whole_object(table, trimmed, &origin)
    } else {
        keys::Parser::new(flag, argument, profile, &origin, read_file).run(table)
    };
    told.map_err(|sentence| Error::new(sentence, Some(origin)))
}

fn whole_object(table: &mut Table, text: &str, origin: &Origin) -> Result<(), String> {
    let not_json = || "the object is not JSON; check it with a JSON parser".to_owned();
    let (node, end) = json::value(text, 0, origin).ok_or_else(not_json)?;
    let rest_is_blank = text[end..].bytes().all(json::is_space);
    match node.value {
        Value::Table(over) if rest_is_blank => {
            merge::layer(table, over);
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

/// What `--set` reads a text as.
fn typed(text: &str, origin: &Origin) -> Node {
    // Go folds the long s to s when it compares without case.
    let folds_to = |word: &str| {
        let folded = text.chars().map(|c| if c == 'ſ' { 's' } else { c.to_ascii_lowercase() });
        folded.eq(word.chars())
    };
    let whole = || match text.as_bytes().first() {
        Some(b'0') if text.len() > 1 => None,
        Some(_) => text.parse::<i64>().ok(),
        None => None,
    };
    let value = if folds_to("true") {
        Value::Bool(true)
    } else if folds_to("false") {
        Value::Bool(false)
    } else if folds_to("null") {
        Value::Null
    } else if let Some(number) = whole() {
        Value::Int(number)
    } else {
        Value::Text(text.to_owned())
    };
    Node { value, origin: origin.clone() }
}
