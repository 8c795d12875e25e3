//! Settings of Prometheus that nobody reads where they stand, though there is one
//! that was meant → warnings with its name.
//!
//! Nothing of a value is looked at. Only a key that is a slip of a known one, or
//! known from another place or chart, is repeated.

use super::report::Finding;
use super::scope::{SERVER, Scope};
use super::{places, warnings};
use crate::nearest;
use crate::policy::refusal::{ValuesPath, Warning, WarningCode};
use helm_values::{Node, Table};

/// A setting of other charts, and what the community's has for it.
const ELSEWHERE: &str = "enableRemoteWriteReceiver";

/// A warning for each slip in the settings of `scope`.
pub(super) fn all(values: &Table, scope: &Scope) -> Vec<Finding> {
    let Some(settings) = scope.settings(values) else { return Vec::new() };
    let mut found: Vec<Finding> = settings
        .iter()
        .filter_map(|(key, node)| {
            let meant = match &**key {
                key if SERVER.contains(&key) => format!("server.{key}"),
                "enable" if scope.name.is_some() => "enabled".to_owned(),
                _ => return None,
            };
            Some(slip(&scope.settings_path(), key, node, &meant))
        })
        .collect();
    found.extend(scope.server(values).into_iter().flatten().filter_map(|(key, node)| {
        let meant = match &**key {
            ELSEWHERE => "extraFlags with web.enable-remote-write-receiver",
            key if SERVER.contains(&key) => return None,
            key => nearest::slip_of(key, SERVER)?,
        };
        Some(slip(&scope.settings_path().join("server"), key, node, meant))
    }));
    found
}

fn slip(path: &ValuesPath, key: &str, node: &Node, meant: &str) -> Finding {
    let table = path.keys().last().map_or("the chart", |key| key);
    let statement = format!("{table} has no setting {key}, so nobody reads it; did you mean {meant}");
    let warning = Warning::new(WarningCode::KeyUnknown, statement, path.join(key));
    warnings::finding(warning, Some(places::at(node, Some(key))))
}
