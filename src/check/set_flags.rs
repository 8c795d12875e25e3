//! Arguments of the `--set` family → credentials that Helm takes otherwise than
//! they were written.
//!
//! Nothing of an argument is repeated: it holds the credential.

use super::report::{Finding, SettingPlace};
use super::warnings;
use crate::policy::refusal::{Node, ValuesPath, Warning, WarningCode};
use helm_values::{Change, ChangedValue, Key, Origin, Source, SourceKind};
use std::sync::Arc;

/// The settings whose text counts to the letter.
const CREDENTIALS: [Node; 3] = [Node::Username, Node::Password, Node::ExistingSecret];

/// A warning for each of the changed values that is a credential.
pub(super) fn changed_credentials(changed: &[ChangedValue]) -> impl Iterator<Item = Finding> {
    changed.iter().filter_map(finding)
}

fn finding(changed: &ChangedValue) -> Option<Finding> {
    let ChangedValue { flag, key, change } = changed;
    let flag = flag.name();
    let path = CREDENTIALS.iter().find_map(|node| below_its_scope(key, &node.values_path()))?;
    let name = path.keys().last().map_or("", |key| key);
    let what = match change {
        Change::CutAtComma => {
            format!("{flag} ends this {name} at a comma and reads another setting after it")
        }
        Change::LostBackslash => format!("{flag} takes a backslash out of this {name}"),
        Change::MadeList => format!("{flag} makes a list of this {name} for its curly brackets"),
    };
    let statement = format!("{what}; give it by --set-literal, which takes every character as it stands");
    let source = Arc::new(Source { kind: SourceKind::Flag, name: flag.to_owned() });
    let place = SettingPlace { origin: Origin { source, line: 0, column: 0 }, key: None };
    Some(warnings::finding(Warning::new(WarningCode::HelmIsSilent, statement, path), Some(place)))
}

/// The whole path, where `key` leads to `node` at the root or inside a wrapper.
fn below_its_scope(key: &str, node: &ValuesPath) -> Option<ValuesPath> {
    let scope = key.strip_suffix(&node.to_string())?;
    let scope: Vec<Key> = match scope.strip_suffix('.') {
        None if scope.is_empty() => Vec::new(),
        None => return None,
        Some(scope) => scope.split('.').map(Key::from).collect(),
    };
    Some(node.clone().inside(&scope))
}
