//! A text in a document that is a values file itself → settings with the places
//! that they have in the outer file.
//!
//! A block of lines (`|`) stands as it is, only further to the right: its
//! lines are found in the file and compared, so that a place is right or is that
//! of the whole text.

use super::document::Documents;
use super::problem::Problem;
use helm_values::{Node, Origin, Table, Value, read_document};
use std::sync::Arc;

/// The settings that the text `text`, which stands at `node`, says; a text with
/// nothing in it says none.
pub(super) fn settings(documents: &Documents, node: &Node, text: &str) -> Result<Table, Problem> {
    let place = block(documents, node, text);
    let lines_before = place.map_or(0, |(lines, _)| lines);
    let read = read_document(text.as_bytes(), &documents.source, lines_before);
    let moved = |origin: &Origin| match place {
        Some((_, columns)) if origin.line > 0 => Origin {
            source: Arc::clone(&documents.source),
            line: origin.line,
            column: origin.column + columns,
        },
        _ => node.origin.clone(),
    };
    let read = read.map_err(|error| Problem {
        message: format!("the values in this text cannot be read: {}", error.message),
        origin: Some(error.origin.as_ref().map_or_else(|| node.origin.clone(), moved)),
    })?;
    match read.map(|node| moved_node(node, &moved)) {
        None => Ok(Table::new()),
        Some(Node { value: Value::Table(table), .. }) => Ok(table),
        Some(other) => Err(Problem::at(
            &other,
            "the values in this text are not a table of settings; write key: value lines",
        )),
    }
}

fn moved_node(node: Node, moved: &impl Fn(&Origin) -> Origin) -> Node {
    let Node { value, origin } = node;
    let value = match value {
        Value::Table(table) => {
            Value::Table(table.into_iter().map(|(key, node)| (key, moved_node(node, moved))).collect())
        }
        Value::List(items) => Value::List(items.into_iter().map(|item| moved_node(item, moved)).collect()),
        other @ (Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_)) => other,
    };
    Node { value, origin: moved(&origin) }
}

/// The lines above a block and the columns left of it, where `text` stands in the
/// file as a block below the key at `node`.
fn block(documents: &Documents, node: &Node, text: &str) -> Option<(u32, u32)> {
    let key_line = node.origin.line;
    let mut below = documents.text.lines().skip(usize::try_from(key_line).ok()?);
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let blank_lines = text.lines().take_while(|line| line.trim().is_empty()).count();
    let shown = below.clone().nth(blank_lines)?;
    let indent = shown.len().checked_sub(first.len())?;
    let is_indent = |line: &str| line.bytes().take(indent).all(|byte| byte == b' ');
    let stands_there = text.lines().all(|line| {
        below.next().is_some_and(|shown| {
            if line.is_empty() {
                shown.trim().is_empty()
            } else {
                is_indent(shown) && shown.get(indent..) == Some(line)
            }
        })
    });
    stands_there.then(|| u32::try_from(indent).ok().map(|indent| (key_line, indent)))?
}
