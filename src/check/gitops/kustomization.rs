//! kustomize's `helmCharts` → their values, as its generator makes them
//! (kustomize 5.8, `HelmChartInflationGenerator`).
//!
//! `valuesFile`, by default the chart's own, and `valuesInline` are merged by
//! `valuesMerge`; `additionalValuesFiles` are laid over both by Helm.

use super::chart::{self, ChartName};
use super::document::{Document, Documents, at, items_at, plain_name, text_at};
use super::problem::Problem;
use super::sketch::Drawn;
use super::substitution::{Tool, replaced};
use super::unknowns::Unknowns;
use helm_values::{Node, Table, Value, merge_tables, read_values_file};
use std::path::Path;

/// How the older list spells the same.
struct Spelling {
    name: &'static str,
    file: &'static str,
    inline: &'static str,
}

const NEW: Spelling = Spelling { name: "name", file: "valuesFile", inline: "valuesInline" };
const OLD: Spelling = Spelling { name: "chartName", file: "values", inline: "valuesLocal" };

fn charts(document: &Document) -> Vec<(&Node, &'static Spelling)> {
    let list = |key: &str, spelling: &'static Spelling| {
        items_at(&document.node, &[key]).iter().map(move |node| (node, spelling)).collect::<Vec<_>>()
    };
    [list("helmCharts", &NEW), list("helmChartInflationGenerator", &OLD)].concat()
}

pub(super) fn names(document: &Document) -> Vec<String> {
    let name = |(node, spelling): &(&Node, &Spelling)| {
        let name = text_at(node, &["releaseName"]).or_else(|| text_at(node, &[spelling.name]));
        format!("chart {}", plain_name(name.unwrap_or_default()))
    };
    charts(document).iter().map(name).collect()
}

pub(super) fn draw(
    documents: &Documents,
    document: &Document,
    number: usize,
    unknowns: &mut Unknowns,
) -> Drawn {
    let charts = charts(document);
    let (node, spelling) =
        charts.get(number).ok_or_else(|| Problem::at(&document.node, "the chart is not there; write one"))?;
    let home = text_at(&document.node, &["helmGlobals", "chartHome"]).unwrap_or("charts");
    drawn(documents, (node, spelling), home, unknowns)
}

/// The generator as a document of its own.
pub(super) fn draw_generator(
    documents: &Documents,
    document: &Document,
    _: usize,
    unknowns: &mut Unknowns,
) -> Drawn {
    let home = text_at(&document.node, &["chartHome"]).unwrap_or("charts");
    drawn(documents, (&document.node, &NEW), home, unknowns)
}

fn drawn(
    documents: &Documents,
    (node, spelling): (&Node, &Spelling),
    home: &str,
    unknowns: &mut Unknowns,
) -> Drawn {
    let name = chart(documents, (node, spelling), home);
    let inline = match at(node, &[spelling.inline]) {
        None => Table::new(),
        Some(Node { value: Value::Table(table), .. }) => table.clone(),
        Some(other) => {
            return Err(Problem::at(other, "the values are not a table of settings; write key: value lines"));
        }
    };
    let own = || chart::found(&name).map(|folder| folder.join("values.yaml"));
    let file = match text_at(node, &[spelling.file]) {
        Some(path) => read(documents, Some(&chart::beside(documents, path)), node, unknowns)?,
        // Where nothing is merged with it, Helm reads it all the same.
        None if inline.is_empty() => Table::new(),
        None => read(documents, own().as_deref(), node, unknowns)?,
    };
    let mut table = match text_at(node, &["valuesMerge"]).unwrap_or("override") {
        "override" => overridden(file, inline),
        "merge" => filled(file, inline),
        "replace" => inline,
        _ => {
            let message = "valuesMerge is not a word that kustomize takes; write merge, override or replace";
            return Err(Problem::at(node, message));
        }
    };
    for path in items_at(node, &["additionalValuesFiles"]) {
        let path = chart::beside(documents, path.as_text().unwrap_or_default());
        merge_tables(&mut table, read(documents, Some(&path), node, unknowns)?);
    }
    Ok((replaced(table, Tool::Kustomize, unknowns), name))
}

fn chart(documents: &Documents, (node, spelling): (&Node, &Spelling), home: &str) -> ChartName {
    let name = text_at(node, &[spelling.name]).unwrap_or_default();
    let home = chart::beside(documents, home);
    let version =
        text_at(node, &["version"]).map(|version| home.join(format!("{name}-{version}")).join(name));
    ChartName { name: Some(name.to_owned()), paths: version.into_iter().chain([home.join(name)]).collect() }
}

fn read(
    documents: &Documents,
    path: Option<&Path>,
    node: &Node,
    unknowns: &mut Unknowns,
) -> Result<Table, Problem> {
    match path.filter(|path| path.is_file()).and_then(Path::to_str) {
        Some(path) => Ok(read_values_file(path, &documents.request.inputs.version)?),
        None => Ok(unknowns.table(
            "a values file that is merged with the values here is not here, and the verdict depends on it; call this where kustomize build is called",
            &node.origin,
        )),
    }
}

/// The inline values win; a null of theirs takes a setting of the file away, and
/// goes with it.
fn overridden(mut file: Table, inline: Table) -> Table {
    for (key, node) in inline {
        match (file.get(&key).map(|below| below.value.clone()), node.value) {
            (_, Value::Null) => {
                file.remove(&key);
            }
            (Some(Value::Table(below)), Value::Table(above)) => {
                file.insert(key, Node { value: Value::Table(overridden(below, above)), origin: node.origin });
            }
            (None, Value::Table(above)) => {
                let value = Value::Table(overridden(Table::new(), above));
                file.insert(key, Node { value, origin: node.origin });
            }
            (_, value) => {
                file.insert(key, Node { value, origin: node.origin });
            }
        }
    }
    file
}

/// The file wins.
fn filled(file: Table, inline: Table) -> Table {
    overridden(inline, file)
}
