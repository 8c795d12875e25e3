//! A value and where it came from: what all stages of reading values share.
//!
//! Tables have no order, as in Helm; numbers keep the type that Helm gives
//! them (a file's are floating point, `--set`'s are whole). Nothing here reads
//! or prints a value.

use std::fmt;
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
    /// A text; a copy of it costs nothing.
    Text(Arc<str>),
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

/// Settings by their keys.
pub type Table = super::table::OrderedMap<Node>;

impl Node {
    /// The table, where it is one.
    pub fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Text(_)
            | Value::List(_) => None,
        }
    }

    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::List(_)
            | Value::Table(_) => None,
        }
    }
}

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The text it stands in.
    pub source: Arc<Source>,
    /// 1-based; 0 where the source has no lines, or where it is about all of it.
    pub line: u32,
    /// 1-based, in characters; 0 where the line is 0.
    pub column: u32,
}

/// `values.yaml:3:5`, or `--set` where there are no lines.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Origin { source, line, column } = self;
        if *line > 0 { write!(f, "{}:{line}:{column}", source.name) } else { f.write_str(&source.name) }
    }
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
    /// A chart's values.yaml, by the chart's name: in an archive, or made by Helm.
    Chart,
    /// A chart's values.yaml in a folder, by the file's path.
    ChartFile,
    /// The values of the release that is upgraded.
    Release,
    /// Defaults that the caller has built in.
    BuiltIn,
}
