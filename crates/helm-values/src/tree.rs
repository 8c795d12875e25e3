//! A value and where it came from: what all stages of reading values share.
//!
//! Tables have no order, as in Helm; numbers keep the type that Helm gives
//! them (a file's are floating point, `--set`'s are whole). Nothing here reads
//! or prints.

use std::sync::Arc;

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// The place of its key, or of the value itself where it has none.
    pub origin: Origin,
}

/// A value as Helm holds it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, also where Helm deletes a default by it.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number of `--set`.
    Int(i64),
    /// A number of a file or of `--set-json`.
    Float(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

pub use super::table::Table;

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The text it stands in.
    pub source: Arc<Source>,
    /// 1-based; 0 where the source has no lines (`--set`, a default of ours).
    pub line: u32,
    /// 1-based, in characters; 0 where the source has no lines.
    pub column: u32,
}

/// A text that values were read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What it is.
    pub kind: SourceKind,
    /// A file's path as it was given, a chart's name, or a flag as it was
    /// spelled without its value, such as `--set`; never a value.
    pub name: String,
}

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A file of values; standard input is one by the name of `-`.
    File,
    /// A flag of the `--set` family.
    Flag,
    /// A chart's values.yaml.
    Chart,
    /// The values of the release that is upgraded.
    Release,
    /// The defaults that stand underneath where no chart is given.
    BuiltIn,
}
