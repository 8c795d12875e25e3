//! What a document does not hold: stand-ins for it, one after the other.
//!
//! A verdict that is the same with all of them does not depend on what is
//! unknown. They are chosen to tip each check of the policy both ways; the first
//! is nothing at all, or a text that is nobody's.

use super::super::scope::{PROMETHEUS, Scope};
use super::problem::Problem;
use helm_values::{Node, Origin, Table, Value, read_stream};
use std::sync::LazyLock;

/// A settings table below each scope, and one text or another value.
const STAND_INS: &[(&str, &str)] = &[
    ("{}", "a-stand-in-of-twenty-four-and-more"),
    ("prometheus: {enabled: false}", "false"),
    ("prometheus: {enabled: true, server: {extraFlags: [web.enable-remote-write-receiver]}}", "true"),
    ("prometheus: {enabled: true, server: {defaultFlagsOverride: [a], extraFlags: [], extraArgs: {}}}", "~"),
    ("prometheus: {server: {auth: {type: none}}}", "none"),
    ("prometheus: {server: {auth: {type: basic}}}", "basic"),
    ("prometheus: {server: {auth: {type: another}}}", "another"),
    ("prometheus: {server: {auth: {basic: {username: u, password: p}}}}", "p"),
    ("prometheus: {server: {auth: {type: basic, basic: {username: u, password: p}}}}", "''"),
    ("prometheus: {server: {auth: {basic: {existingSecret: s}}}}", "1"),
    ("prometheus: {server: {auth: {basic: {username: 'a:b'}}}}", "'a:b'"),
    ("prometheus: {server: {auth: {basic: {password: ' '}}}}", "' '"),
    ("prometheus: {server: {auth: {basic: {username: ''}}}}", "web.enable-remote-write-receiver"),
    ("prometheus: {server: {auth: {basic: {password: ''}}}}", "enable-feature=remote-write-receiver"),
    ("prometheus: {server: {auth: none}}", "{}"),
    ("prometheus: {server: {auth: {basic: none}}}", "[]"),
    (
        "remote-write-auth: {edge: traefik}\nprometheus: {server: {ingress: {enabled: true}}}",
        "password-of-more-than-seventy-two-characters-is-longer-than-bcrypt-reads-of-it-",
    ),
    ("prometheus: text", "traefik"),
];

/// How many there are.
pub(super) const COUNT: usize = STAND_INS.len();

static PARSED: LazyLock<Vec<(Table, Value)>> = LazyLock::new(|| {
    let source = helm_values::Source {
        kind: helm_values::SourceKind::BuiltIn,
        name: "something that is not known".to_owned(),
    };
    let one = |(table, value): &(&str, &str)| {
        let text = format!("a: {{}}\n{table}\nvalue: {value}\n");
        let text = if *table == "{}" { format!("value: {value}\n") } else { text };
        let node = read_stream(text.as_bytes(), &source).ok()?.pop()?;
        let mut table = node.as_table()?.clone();
        table.remove("a");
        let value = table.remove("value")?;
        Some((table, value.value))
    };
    STAND_INS.iter().map(|pair| one(pair).expect("YAML of our own")).collect()
});

/// One drawing's stand-in, and what it was asked for.
pub(super) struct Unknowns<'s> {
    number: usize,
    scopes: &'s [Scope],
    /// The first thing that is not known.
    pub first: Option<Problem>,
}

impl<'s> Unknowns<'s> {
    pub(super) fn new(number: usize, scopes: &'s [Scope]) -> Self {
        Unknowns { number, scopes, first: None }
    }

    /// Settings that nobody knows, for the reason that stands there.
    pub(super) fn table(&mut self, reason: impl Into<String>, origin: &Origin) -> Table {
        self.is_asked(reason, origin);
        let table = PARSED[self.number].0.clone();
        if self.scopes.is_empty() {
            return table;
        }
        let mut all = Table::new();
        for scope in self.scopes {
            let below = scope.path.iter().rev().fold(at_its_name(&table, scope), |below, key| {
                let node = Node { value: Value::Table(below), origin: origin.clone() };
                Table::from([(key.clone(), node)])
            });
            helm_values::merge_tables(&mut all, below);
        }
        all
    }

    /// One setting that nobody knows.
    pub(super) fn value(&mut self, reason: impl Into<String>, origin: &Origin) -> Value {
        self.is_asked(reason, origin);
        PARSED[self.number].1.clone()
    }

    /// The same as an argument of `--set-json` for the setting at `path`.
    pub(super) fn assignment(&mut self, path: &str, reason: impl Into<String>, origin: &Origin) -> String {
        format!("{path}={}", as_json(&self.value(reason, origin)))
    }

    fn is_asked(&mut self, reason: impl Into<String>, origin: &Origin) {
        self.first.get_or_insert_with(|| Problem { message: reason.into(), origin: Some(origin.clone()) });
    }
}

/// A text or a number as JSON; of a list and a table only the kind, since no stand-in holds more.
pub(super) fn as_json(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(bool) => bool.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Text(text) => serde_json::Value::from(&**text).to_string(),
        Value::List(_) => "[]".to_owned(),
        Value::Table(_) => "{}".to_owned(),
    }
}

/// A stand-in's settings of Prometheus under the name that it has in the scope.
fn at_its_name(table: &Table, scope: &Scope) -> Table {
    let mut table = table.clone();
    let Some(node) = table.remove(PROMETHEUS) else { return table };
    let below = match &scope.name {
        Some(name) => Table::from([(name.clone(), node)]),
        None => node.as_table().cloned().unwrap_or_default(),
    };
    helm_values::merge_tables(&mut table, below);
    table
}
