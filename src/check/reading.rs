//! Files over Trento's defaults, until `values::layer` is here.

use crate::values::documents::{self, Documents};
use crate::values::tree::{Node, Origin, Source, SourceKind, Table, Value};
use crate::values::{CouldNotTell, Inputs, Layered, Scope};
use std::io::Read;
use std::sync::Arc;

pub(super) fn layer(inputs: &Inputs) -> Result<Layered, CouldNotTell> {
    let mut values = defaults();
    let mut warnings = Vec::new();
    for file in &inputs.files {
        let source = Arc::new(Source { kind: SourceKind::File, name: file.clone() });
        let at = |line, column| Some(Origin { source: Arc::clone(&source), line, column });
        let mut bytes = Vec::new();
        let done = if file == "-" {
            std::io::stdin().read_to_end(&mut bytes).map(drop)
        } else {
            std::fs::read(file).map(|content| bytes = content)
        };
        done.map_err(|error| CouldNotTell {
            sentence: format!("{file} cannot be read: {error}"),
            origin: at(0, 0),
            random: false,
        })?;
        let which = if inputs.profile.every_document { Documents::All } else { Documents::First };
        let read = documents::read(&bytes, &source, which).map_err(|error| CouldNotTell {
            sentence: error.sentence,
            origin: at(error.line, error.column),
            random: error.random,
        })?;
        warnings.extend(read.warnings);
        over(&mut values, read.table);
    }
    Ok(Layered { values, scopes: vec![Scope { path: Vec::new(), deployed: true }], warnings })
}

fn defaults() -> Table {
    let source = Arc::new(Source { kind: SourceKind::BuiltIn, name: "trento-server".to_owned() });
    let node = |value| Node { value, origin: Origin { source: Arc::clone(&source), line: 0, column: 0 } };
    let text = |text: &str| node(Value::Text(text.to_owned()));
    let table = |key: &str, value: Node| Table::from([(key.to_owned(), value)]);
    let flags =
        node(Value::List(vec![text("web.enable-lifecycle"), text("web.enable-remote-write-receiver")]));
    let mut prometheus = table("server", node(Value::Table(table("extraFlags", flags))));
    prometheus.insert("enabled".to_owned(), node(Value::Bool(true)));
    table("prometheus", node(Value::Table(prometheus)))
}

fn over(base: &mut Table, above: Table) {
    for (key, node) in above {
        match (base.get_mut(&key), node) {
            (
                Some(Node { value: Value::Table(below), origin }),
                Node { value: Value::Table(above), origin: new },
            ) => {
                *origin = new;
                over(below, above);
            }
            (_, node) => drop(base.insert(key, node)),
        }
    }
}
