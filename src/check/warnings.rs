//! Coalesced values → what does not change the verdict but should be known.
//!
//! The policy's own warnings are its own to find; here stand those that need the
//! places and kinds of what was read. Nothing that a user wrote is repeated but
//! a key that is a slip of a known one.

use super::places;
use super::report::{Finding, Place};
use super::scope::Scope;
use crate::nearest;
use crate::refusal::{Warning, WarningCode};
use helm_values::{Node, SourceKind, Table, Value};

/// The keys of `auth`.
const AUTH: &[&str] = &["type", "basic"];
/// The keys of `auth.basic`.
const BASIC: &[&str] = &["username", "password", "existingSecret"];

/// What Helm drops or decides without a word.
pub(super) fn silent(warning: &helm_values::Warning) -> Finding {
    let helm_values::Warning { message, origin } = warning;
    let place = origin.clone().map(|origin| Place { origin, key: None });
    finding(Warning::new(WarningCode::HelmIsSilent, message, ""), place)
}

/// A warning of the policy's, whose place is a path below the scope.
pub(super) fn of_the_policy(values: &Table, scope: &Scope, warning: Warning) -> Finding {
    let place = path(scope, &warning.place);
    let found = places::nearest(values, &place);
    finding(Warning { place, ..warning }, found)
}

/// What stands in `auth` and is not what it looks like.
pub(super) fn of_auth(values: &Table, scope: &Scope) -> Vec<Finding> {
    let keys = scope.path.iter().map(String::as_str).chain(["prometheus", "server", "auth"]);
    let auth = keys.into_iter().try_fold(values, |table, key| table.get(key).and_then(table_of));
    let Some(auth) = auth else { return Vec::new() };
    let place = path(scope, "prometheus.server.auth");
    let mut warnings = unknown_keys(auth, &place, AUTH);
    let Some(basic) = auth.get("basic").and_then(table_of) else { return warnings };
    let place = format!("{place}.basic");
    warnings.extend(unknown_keys(basic, &place, BASIC));
    warnings.extend(BASIC.iter().filter_map(|key| not_text(basic.get(key)?, &place, key)));
    warnings
}

/// The whole values path of a place that the policy names.
pub(super) fn path(scope: &Scope, place: &str) -> String {
    scope.path.iter().map(String::as_str).chain([place]).collect::<Vec<_>>().join(".")
}

fn finding(warning: Warning, place: Option<Place>) -> Finding {
    let Warning { code, msg, place: path } = warning;
    Finding { code: Some(code.as_str()), msg, path, place }
}

fn table_of(node: &Node) -> Option<&Table> {
    match &node.value {
        Value::Table(table) => Some(table),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => {
            None
        }
    }
}

fn unknown_keys(table: &Table, place: &str, known: &[&str]) -> Vec<Finding> {
    let name = place.rsplit('.').next().unwrap_or(place);
    let strangers = table.iter().filter(|(key, _)| !known.contains(&key.as_str()));
    let warning = |(key, node): (&String, &Node)| {
        let Some(meant) = nearest::slip_of(key, known) else {
            let known = known.join(", ");
            let sentence = format!("a setting in {name} is read by nobody; those that are read are {known}");
            return finding(
                Warning::new(WarningCode::KeyUnknown, sentence, place),
                Some(places::at(node, None)),
            );
        };
        let sentence = format!("{name} has no setting {key}, so nobody reads it; did you mean {meant}");
        let warning = Warning::new(WarningCode::KeyUnknown, sentence, format!("{place}.{key}"));
        finding(warning, Some(places::at(node, Some(key))))
    };
    strangers.map(warning).collect()
}

/// What was written is gone: 0123 is 83 by now.
fn not_text(node: &Node, place: &str, key: &str) -> Option<Finding> {
    let read_as = match node.value {
        Value::Int(_) | Value::Float(_) => "a number",
        Value::Bool(_) => "a boolean",
        Value::Null | Value::Text(_) | Value::List(_) | Value::Table(_) => return None,
    };
    let (reader, remedy) = match node.origin.source.kind {
        SourceKind::Flag => ("Helm", "use --set-string"),
        SourceKind::File | SourceKind::Chart | SourceKind::Release | SourceKind::BuiltIn => {
            ("YAML", "quote it")
        }
    };
    let sentence = format!("{reader} reads this {key} as {read_as}, and what was written is lost; {remedy}");
    let warning = Warning::new(WarningCode::ValueReadAsNumber, sentence, format!("{place}.{key}"));
    Some(finding(warning, Some(places::at(node, Some(key)))))
}
