//! Trento's chart, for whoever names none.

use super::Loaded;
use super::metadata::{Dependency, Metadata};
use crate::tree::{Node, Origin, Source, SourceKind, Table, Value};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

impl Loaded {
    /// Trento's chart as far as the policy sees it: Prometheus deployed, receiver on.
    pub(crate) fn built_in() -> Loaded {
        let source =
            Arc::new(Source { kind: SourceKind::BuiltIn, name: "the defaults of Trento".to_owned() });
        let origin = Origin { source, line: 0, column: 0 };
        let node = |value| Node { value, origin: origin.clone() };
        let table = |entries: Vec<(&str, Value)>| {
            Value::Table(entries.into_iter().map(|(key, value)| (key.to_owned(), node(value))).collect())
        };
        let flags = ["web.enable-lifecycle", "web.enable-remote-write-receiver"];
        let flags = Value::List(flags.map(|flag| node(Value::Text(flag.to_owned()))).into());
        let prometheus =
            table(vec![("enabled", Value::Bool(true)), ("server", table(vec![("extraFlags", flags)]))]);
        let values = Table::from([("prometheus".to_owned(), node(prometheus))]);
        let named = |name: &str| Metadata {
            name: name.to_owned(),
            version: "0.0.0".to_owned(),
            api_version: "v2".to_owned(),
            ..Metadata::default()
        };
        let dependency = Dependency {
            name: "prometheus".to_owned(),
            version: "*".to_owned(),
            condition: "prometheus.enabled".to_owned(),
            ..Dependency::default()
        };
        let dependencies = Some(vec![Rc::new(RefCell::new(dependency))]);
        let sub_chart = Loaded {
            metadata: named("prometheus"),
            values: None,
            charts: Vec::new(),
            unread: Vec::new(),
            alike: true,
        };
        Loaded {
            metadata: Metadata { dependencies, ..named("trento-server") },
            values: Some(values),
            charts: vec![sub_chart],
            unread: Vec::new(),
            alike: true,
        }
    }
}
