//! Paths into a tree → what stands there.
//!
//! `null` is absent everywhere, as for the API server. Nothing here fails: what
//! has another type than the one that is asked for is not there.

use helm_values::{Node, Table, Value};

/// What stands at `path` below `node`.
pub(super) fn at<'t>(node: &'t Node, path: &[&str]) -> Option<&'t Node> {
    let found = path.iter().try_fold(node, |node, key| table(node)?.get(key))?;
    (found.value != Value::Null).then_some(found)
}

pub(super) fn table(node: &Node) -> Option<&Table> {
    match &node.value {
        Value::Table(table) => Some(table),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => {
            None
        }
    }
}

pub(super) fn text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Text(text) => Some(text),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::List(_) | Value::Table(_) => {
            None
        }
    }
}

pub(super) fn text_at<'t>(node: &'t Node, path: &[&str]) -> Option<&'t str> {
    at(node, path).and_then(text)
}

/// The items of the list at `path`; none where there is no list.
pub(super) fn list_at<'t>(node: &'t Node, path: &[&str]) -> &'t [Node] {
    match at(node, path).map(|node| &node.value) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

/// The settings of the table at `path`.
pub(super) fn entries_at<'t>(node: &'t Node, path: &[&str]) -> impl Iterator<Item = (&'t str, &'t Node)> {
    at(node, path)
        .and_then(table)
        .into_iter()
        .flat_map(|table| table.iter().map(|(key, node)| (&**key, node)))
}

/// The texts of the table at `path`: labels, annotations.
pub(super) fn texts_at<'t>(node: &'t Node, path: &[&str]) -> impl Iterator<Item = (&'t str, &'t str)> {
    entries_at(node, path).filter_map(|(key, node)| Some((key, text(node)?)))
}

pub(super) fn is_true(node: &Node, path: &[&str]) -> bool {
    matches!(at(node, path).map(|node| &node.value), Some(Value::Bool(true)))
}

/// A port as objects name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PortName {
    Number(u16),
    Name(String),
}

/// The port at `path`; a number between quotes is a number, too.
pub(super) fn port_at(node: &Node, path: &[&str]) -> Option<PortName> {
    match &at(node, path)?.value {
        Value::Float(number) => whole(*number).map(PortName::Number),
        Value::Int(number) => u16::try_from(*number).ok().map(PortName::Number),
        Value::Text(text) => {
            Some(text.parse().map_or_else(|_| PortName::Name(text.to_string()), PortName::Number))
        }
        Value::Null | Value::Bool(_) | Value::List(_) | Value::Table(_) => None,
    }
}

pub(super) fn number_at(node: &Node, path: &[&str]) -> Option<u16> {
    match port_at(node, path)? {
        PortName::Number(number) => Some(number),
        PortName::Name(_) => None,
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // looked at before
fn whole(number: f64) -> Option<u16> {
    (number.fract() == 0.0 && (0.0..=65535.0).contains(&number)).then_some(number as u16)
}
