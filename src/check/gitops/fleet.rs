//! Rancher Fleet's `fleet.yaml` → the values of its chart, for all clusters and
//! for each customization.
//!
//! values < valuesFiles < the customization's own < templateValues < valuesFrom:
//! here files and references beat what is written inline.

use super::carrier;
use super::chart::{self, ChartName};
use super::document::{Document, Documents, at, items_at, plain_name, text_at};
use super::embedded;
use super::problem::Problem;
use super::sketch::Drawn;
use super::substitution::{Tool, replaced};
use super::unknowns::Unknowns;
use helm_values::{Node, Table, Value, merge_tables, read_input, read_values_file};

pub(super) fn names(document: &Document) -> Vec<String> {
    if at(&document.node, &["helm"]).is_none() {
        return Vec::new();
    }
    let customization = |(number, node): (usize, &Node)| {
        let name = text_at(node, &["name"]).map_or_else(|| number.to_string(), plain_name);
        format!("customization {name}")
    };
    let own = customizations(document).iter().enumerate().map(customization);
    std::iter::once("all clusters".to_owned()).chain(own).collect()
}

fn customizations(document: &Document) -> &[Node] {
    items_at(&document.node, &["targetCustomizations"])
}

pub(super) fn draw(
    documents: &Documents,
    document: &Document,
    number: usize,
    unknowns: &mut Unknowns,
) -> Drawn {
    let helm = at(&document.node, &["helm"])
        .ok_or_else(|| Problem::at(&document.node, "the file has no helm; write one"))?;
    let own = number.checked_sub(1).and_then(|at| customizations(document).get(at));
    let own = own.and_then(|node| at(node, &["helm"]));
    let mut table = Table::new();
    for layer in [Some(helm), own].into_iter().flatten() {
        merge_tables(&mut table, values(documents, layer, unknowns)?);
    }
    for layer in [Some(helm), own].into_iter().flatten() {
        if let Some(node) = at(layer, &["templateValues"]) {
            let reason = "values are made by a template for each cluster, and the verdict depends on them; write them in values";
            merge_tables(&mut table, unknowns.table(reason, &node.origin));
        }
        for reference in items_at(layer, &["valuesFrom"]) {
            for (part, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
                if let Some(node) = at(reference, &[part]) {
                    merge_tables(&mut table, from(documents, node, kind, unknowns)?);
                }
            }
        }
    }
    let is_plain = at(helm, &["disablePreProcess"]).is_some_and(|node| node.value == Value::Bool(true));
    let tool = if is_plain { Tool::Kustomize } else { Tool::Fleet };
    let chart = own.and_then(|own| text_at(own, &["chart"])).or_else(|| text_at(helm, &["chart"]));
    let name = match chart {
        // Without one, the chart is the folder itself.
        None => ChartName { name: Some("fleet.yaml".to_owned()), paths: vec![chart::beside(documents, ".")] },
        Some(name) => ChartName { name: Some(name.to_owned()), paths: vec![chart::beside(documents, name)] },
    };
    Ok((replaced(table, tool, unknowns), name))
}

/// Files beat what stands beside them.
fn values(documents: &Documents, helm: &Node, unknowns: &mut Unknowns) -> Result<Table, Problem> {
    let mut table = at(helm, &["values"]).and_then(Node::as_table).cloned().unwrap_or_default();
    for path in items_at(helm, &["valuesFiles"]) {
        let found = chart::beside(documents, path.as_text().unwrap_or_default());
        let over = if found.is_file() {
            read_values_file(&found.display().to_string(), &documents.request.inputs.version)?
        } else {
            let reason = "a values file of the release is not here, and the verdict depends on it; call this in the repository that has it";
            unknowns.table(reason, &path.origin)
        };
        merge_tables(&mut table, over);
    }
    Ok(table)
}

/// An object of the cluster; it can be given.
fn from(documents: &Documents, node: &Node, kind: &str, unknowns: &mut Unknowns) -> Result<Table, Problem> {
    let name = text_at(node, &["name"]).unwrap_or_default();
    let key = text_at(node, &["key"]).unwrap_or("values.yaml");
    let full = format!("{kind}/{name}");
    let given = documents.request.values_from.iter().find(|(given, _)| *given == name || *given == full);
    if let Some((_, path)) = given {
        read_input(path)
            .map_err(|problem| Problem::at(node, format!("the file that --values-from gives {problem}")))?;
        return Ok(read_values_file(path, &documents.request.inputs.version)?);
    }
    let object = documents.find(kind, "", name).and_then(|object| carrier::text(object, key));
    if let Some(Ok((node, text))) = object {
        return embedded::settings(documents, node, &text);
    }
    let name = plain_name(name);
    let reason = format!(
        "values come from the {kind} {name}, which is not in this file, and the verdict depends on them; give them by --values-from {name}=FILE"
    );
    Ok(unknowns.table(reason, &node.origin))
}
