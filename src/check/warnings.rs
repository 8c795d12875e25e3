//! Layered values → what does not change the verdict but should be known.
//!
//! Each sentence has a code and a place, as a refusal has. Nothing that a user
//! wrote is repeated but a key that is a slip of a known one.

use super::report::{Finding, Place};
use super::{bypass, flags, places};
use crate::nearest;
use crate::values::tree::{Node, SourceKind, Table, Value};
use crate::values::{Layered, Scope, Warning};

/// The keys of `auth`.
const AUTH: &[&str] = &["type", "basic"];
/// The keys of `auth.basic`.
const BASIC: &[&str] = &["username", "password", "existingSecret"];

/// Everything worth a warning, what was read first.
pub(super) fn of(layered: &Layered) -> Vec<Finding> {
    let mut warnings: Vec<Finding> = layered.warnings.iter().map(silent).collect();
    for scope in &layered.scopes {
        let Some(server) = Server::of(&layered.values, scope) else { continue };
        warnings.extend(flags::crashing(&server));
        warnings.extend(of_auth(&server));
        warnings.extend(bypass::of(&server));
    }
    warnings
}

/// What Helm does in silence.
fn silent(warning: &Warning) -> Finding {
    let Warning { sentence, origin } = warning;
    let place = origin.clone().map(|origin| Place { origin, key: None });
    Finding { code: None, msg: sentence.clone(), path: String::new(), place }
}

/// `prometheus.server` of a scope, where it is a table.
pub(super) struct Server<'a> {
    /// Its settings.
    pub table: &'a Table,
    /// Its values path.
    path: String,
}

impl<'a> Server<'a> {
    fn of(values: &'a Table, scope: &Scope) -> Option<Self> {
        let keys = scope.path.iter().map(String::as_str).chain(["prometheus", "server"]);
        let mut table = values;
        for key in keys {
            table = table_of(table.get(key)?)?;
        }
        scope.deployed.then(|| Self { table, path: path(scope, "prometheus.server") })
    }

    /// The setting at a path below the server.
    pub fn get(&self, keys: &[&str]) -> Option<&'a Node> {
        let (last, above) = keys.split_last()?;
        let table = above.iter().try_fold(self.table, |table, key| table_of(table.get(*key)?))?;
        table.get(*last)
    }

    /// A warning about the node at a path below the server.
    pub fn warning(
        &self,
        code: &'static str,
        sentence: &str,
        below: &str,
        node: &Node,
        key: Option<&str>,
    ) -> Finding {
        Finding {
            code: Some(code),
            msg: format!("{sentence} [{code}]"),
            path: format!("{}.{below}", self.path),
            place: Some(places::at(node, key)),
        }
    }
}

/// The whole values path of a place that the law names.
pub(super) fn path(scope: &Scope, place: &str) -> String {
    scope.path.iter().map(String::as_str).chain([place]).collect::<Vec<_>>().join(".")
}

/// The table that a node is.
pub(super) fn table_of(node: &Node) -> Option<&Table> {
    match &node.value {
        Value::Table(table) => Some(table),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => {
            None
        }
    }
}

/// Null and the empty text are absent, as in the law.
fn is_blank(node: &Node) -> bool {
    matches!(&node.value, Value::Null) || matches!(&node.value, Value::Text(text) if text.is_empty())
}

fn of_auth(server: &Server) -> Vec<Finding> {
    let Some(auth) = server.get(&["auth"]).and_then(table_of) else { return Vec::new() };
    let mut warnings = unknown_keys(server, auth, "auth", AUTH);
    let Some(basic) = auth.get("basic").and_then(table_of) else { return warnings };
    warnings.extend(unknown_keys(server, basic, "auth.basic", BASIC));
    warnings.extend(BASIC.iter().filter_map(|key| not_text(server, key, basic.get(*key)?)));
    warnings.extend(ignored(server, auth, basic));
    warnings
}

fn unknown_keys(server: &Server, table: &Table, below: &str, known: &[&str]) -> Vec<Finding> {
    let strangers = table.iter().filter(|(key, _)| !known.contains(&key.as_str()));
    let warning = |(key, node): (&String, &Node)| {
        let Some(meant) = nearest::slip_of(key, known) else {
            let known = known.join(", ");
            let sentence = format!("a setting of {below} is read by nobody; those that are read are {known}");
            return server.warning("key-unknown", &sentence, below, node, None);
        };
        let sentence = format!("{below} has no setting {key}, so nobody reads it; did you mean {meant}");
        server.warning("key-unknown", &sentence, &format!("{below}.{key}"), node, Some(key))
    };
    strangers.map(warning).collect()
}

/// What was written is gone: 0123 is 83 by now.
fn not_text(server: &Server, key: &str, node: &Node) -> Option<Finding> {
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
    let sentence = format!("{reader} reads the {key} as {read_as}, and what was written is lost; {remedy}");
    Some(server.warning("value-read-as-number", &sentence, &format!("auth.basic.{key}"), node, Some(key)))
}

fn ignored(server: &Server, auth: &Table, basic: &Table) -> Option<Finding> {
    let none = matches!(&auth.get("type")?.value, Value::Text(text) if text == "none");
    let given = |key: &&str| basic.get(*key).is_some_and(|node| !is_blank(node));
    let key = BASIC.iter().find(|key| given(key)).filter(|_| none)?;
    let sentence =
        "the auth type is none, so the credentials beside it are ignored; remove them, or choose basic";
    Some(server.warning(
        "credentials-ignored",
        sentence,
        &format!("auth.basic.{key}"),
        &basic[*key],
        Some(key),
    ))
}
