//! Coalesced values → what does not change the verdict but should be known.
//!
//! The policy's own warnings are its own to find; here stand those that need the
//! places and kinds of what was read. Nothing that a user wrote is repeated but
//! a key that is a slip of a known one.

use super::places;
use super::report::{Finding, SettingPlace};
use super::scope::Scope;
use crate::nearest;
use crate::policy::refusal::{At, Node, ValuesPath, Warning, WarningCode};
use helm_values::{Key, SourceKind, Table, Value};

/// The keys of `auth`.
const AUTH: &[&str] = &["type", "basic"];
/// The keys of `auth.basic`.
const BASIC: &[&str] = &["username", "password", "existingSecret"];

/// What Helm drops or decides without a word.
pub(super) fn silent(warning: &helm_values::Warning) -> Finding {
    let helm_values::Warning { message, origin } = warning;
    let place = origin.clone().map(|origin| SettingPlace { origin, key: None });
    finding(Warning::new(WarningCode::HelmIsSilent, message, At::Nowhere), place)
}

/// A warning of the policy's, whose place is a path below the scope.
pub(super) fn of_the_policy(values: &Table, scope: &Scope, warning: Warning) -> Finding {
    let path = scope.place(&warning.at.values_path().unwrap_or_default());
    let place = places::nearest(values, path.keys());
    finding(Warning { at: path.into(), ..warning }, place)
}

/// An `enabled` that Chart.yaml does not ask: Prometheus is deployed, or not,
/// whatever it says.
pub(super) fn of_switch(values: &Table, scope: &Scope) -> Option<Finding> {
    let name = scope.name.as_deref()?;
    let node = scope.settings(values)?.get("enabled")?;
    let is_asked = scope.switches.condition_asks(&[name, "enabled"]);
    let is_a_default = match node.origin.source.kind {
        SourceKind::Chart | SourceKind::ChartFile | SourceKind::BuiltIn => true,
        SourceKind::File | SourceKind::Flag | SourceKind::Release => false,
    };
    let misleads = match node.value {
        Value::Bool(truth) => !truth || !is_a_default,
        Value::Null | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) | Value::Table(_) => {
            false
        }
    };
    if is_asked || !misleads {
        return None;
    }
    let state = if scope.deployed { "deployed" } else { "not deployed" };
    let statement = format!(
        "no condition in Chart.yaml reads this enabled, so Prometheus is {state} whatever it says; leave it out, or name it in the condition of the dependency"
    );
    let warning = Warning::new(WarningCode::KeyUnknown, statement, scope.settings_path().join("enabled"));
    Some(finding(warning, Some(places::at(node, Some("enabled")))))
}

/// What stands in `auth` and is not what it looks like.
pub(super) fn of_auth<'a>(values: &'a Table, scope: &Scope) -> Vec<Finding> {
    let table = |parent: &'a Table, key| parent.get(key).and_then(helm_values::Node::as_table);
    let Some(auth) = scope.server(values).and_then(|server| table(server, "auth")) else { return Vec::new() };
    let path = |node: Node| scope.place(&node.values_path());
    let mut warnings = unknown_keys(auth, || path(Node::Auth), AUTH);
    let Some(basic) = table(auth, "basic") else { return warnings };
    let path = || path(Node::Basic);
    warnings.extend(unknown_keys(basic, path, BASIC));
    warnings.extend(BASIC.iter().filter_map(|key| not_text(basic.get(key)?, path, key)));
    warnings
}

/// A warning as a finding; `place` is where its setting stands.
pub(super) fn finding(warning: Warning, place: Option<SettingPlace>) -> Finding {
    let Warning { code, message, at } = warning;
    Finding {
        code: Some(code.as_str()),
        message,
        path: at.values_path().unwrap_or_default(),
        place,
        because: None,
    }
}

fn unknown_keys(table: &Table, path: impl Fn() -> ValuesPath, known: &[&str]) -> Vec<Finding> {
    let unknown = table.iter().filter(|(key, _)| !known.contains(&&***key));
    let warning = |(key, node): (&Key, &helm_values::Node)| {
        let path = path();
        let name = path.keys().last().map_or("", |key| key);
        let Some(meant) = nearest::slip_of(key, known) else {
            let known = known.join(", ");
            let statement = format!("a setting in {name} is read by nobody; those that are read are {known}");
            return finding(
                Warning::new(WarningCode::KeyUnknown, statement, path),
                Some(places::at(node, None)),
            );
        };
        let statement = format!("{name} has no setting {key}, so nobody reads it; did you mean {meant}");
        let warning = Warning::new(WarningCode::KeyUnknown, statement, path.join(key));
        finding(warning, Some(places::at(node, Some(key))))
    };
    unknown.map(warning).collect()
}

/// What was written is gone: 0123 is 83 by now.
fn not_text(node: &helm_values::Node, path: impl Fn() -> ValuesPath, key: &str) -> Option<Finding> {
    let read_as = match node.value {
        Value::Int(_) | Value::Float(_) => "a number",
        Value::Bool(_) => "a boolean",
        Value::Null | Value::Text(_) | Value::List(_) | Value::Table(_) => return None,
    };
    let (reader, remedy) = match node.origin.source.kind {
        SourceKind::Flag => ("Helm", "use --set-string"),
        SourceKind::File
        | SourceKind::Chart
        | SourceKind::ChartFile
        | SourceKind::Release
        | SourceKind::BuiltIn => ("YAML", "quote it"),
    };
    let statement = format!("{reader} reads this {key} as {read_as}, and what was written is lost; {remedy}");
    let warning = Warning::new(WarningCode::ValueReadAsNumber, statement, path().join(key));
    Some(finding(warning, Some(places::at(node, Some(key)))))
}
