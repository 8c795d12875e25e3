//! Argo CD's `Application` → its values, laid over each other as its repository
//! server calls `helm template` (argo-cd 3.x, `util/helm/cmd.go`).
//!
//! valueFiles < valuesObject, or values where there is none < parameters <
//! parameters with forceString < fileParameters. Each source is rendered by itself.

use super::chart::{self, ChartName};
use super::document::{Document, Documents, at, is_true, items_at, plain_name, text_at};
use super::embedded;
use super::problem::Problem;
use super::sketch::Drawn;
use super::substitution::{Tool, expanded, replaced, why};
use super::unknowns::{Unknowns, as_json};
use helm_values::{Node, SetFlag, Table, Value, merge_tables, read_values_file, set};
use std::fs;
use std::path::PathBuf;

pub(super) fn draw(
    documents: &Documents,
    document: &Document,
    number: usize,
    unknowns: &mut Unknowns,
) -> Drawn {
    let sources = sources(document);
    let source = sources.get(number).ok_or_else(|| {
        Problem::at(&document.node, "the Application has no source; write source or sources")
    })?;
    drawn(documents, source, Tool::Argo, unknowns)
}

/// The sources that can be charts. Those that only lend their files are left out.
pub(super) fn sources(document: &Document) -> Vec<&Node> {
    at(&document.node, &["spec"]).map(sources_of).unwrap_or_default()
}

pub(super) fn sources_of(spec: &Node) -> Vec<&Node> {
    if let Some(dry) = at(spec, &["sourceHydrator", "drySource"]) {
        return vec![dry];
    }
    let several = items_at(spec, &["sources"]);
    if several.is_empty() {
        return at(spec, &["source"]).into_iter().collect();
    }
    let lends = |source: &&Node| {
        text_at(source, &["ref"]).is_some()
            && text_at(source, &["path"]).is_none()
            && at(source, &["helm"]).is_none()
            && text_at(source, &["chart"]).is_none()
    };
    several.iter().filter(|source| !lends(source)).collect()
}

/// The values of one source.
pub(super) fn drawn(documents: &Documents, source: &Node, tool: Tool, unknowns: &mut Unknowns) -> Drawn {
    let name = chart(documents, source)?;
    let nothing = Node { value: Value::Table(Table::new()), origin: source.origin.clone() };
    let helm = at(source, &["helm"]).unwrap_or(&nothing);
    let mut table = Table::new();
    for file in items_at(helm, &["valueFiles"]) {
        let over = value_file(documents, (helm, &name), file, tool, unknowns)?;
        merge_tables(&mut table, over);
    }
    merge_tables(&mut table, replaced(own_values(documents, helm, tool)?, tool, unknowns));
    let parameters = items_at(helm, &["parameters"]);
    for forced in [false, true] {
        for parameter in parameters.iter().filter(|one| is_true(one, &["forceString"]) == forced) {
            set_parameter(&mut table, (documents, parameter), forced, tool, unknowns)?;
        }
    }
    for parameter in items_at(helm, &["fileParameters"]) {
        set_file(&mut table, (documents, parameter), &name, unknowns)?;
    }
    let overridden = chart::found(&name).filter(|path| has_override(path));
    if overridden.is_some() {
        let reason = "a file .argocd-source.yaml beside the chart can change any value, and the verdict depends on it; put its values here";
        merge_tables(&mut table, unknowns.table(reason, &source.origin));
    }
    Ok((table, name))
}

fn chart(documents: &Documents, source: &Node) -> Result<ChartName, Problem> {
    if let Some(name) = text_at(source, &["chart"]) {
        return Ok(ChartName::named(name));
    }
    let path = text_at(source, &["path"]).unwrap_or(".");
    let name = ChartName::in_repository(documents, path);
    let is_helm = at(source, &["helm"]).is_some() || chart::found(&name).is_some();
    let others = ["kustomize", "directory", "plugin"];
    if !is_helm || others.iter().any(|tool| at(source, &[tool]).is_some()) {
        return Err(Problem::at(
            source,
            "this source of the Application is not a chart; judge what it renders by --rendered",
        ));
    }
    Ok(name)
}

fn has_override(chart: &PathBuf) -> bool {
    fs::read_dir(chart).into_iter().flatten().flatten().any(|entry| {
        let name = entry.file_name();
        name.to_str().is_some_and(|name| name.starts_with(".argocd-source"))
    })
}

/// An object hides a text, even an empty one.
fn own_values(documents: &Documents, helm: &Node, tool: Tool) -> Result<Table, Problem> {
    if let Some(node) = at(helm, &["valuesObject"]) {
        let table = node.as_table().cloned().ok_or_else(|| {
            Problem::at(node, "valuesObject is not a table of settings; write key: value lines")
        })?;
        return Ok(if tool == Tool::ApplicationSet { without_nulls(table) } else { table });
    }
    match at(helm, &["values"]) {
        None => Ok(Table::new()),
        Some(node) => match node.as_text() {
            Some(text) => embedded::settings(documents, node, text),
            None => Err(Problem::at(node, "values is not a text; write them as a block, or as valuesObject")),
        },
    }
}

/// Rendering an `ApplicationSet` drops them.
fn without_nulls(mut table: Table) -> Table {
    table.retain(|_, node| {
        if let Value::Table(below) = &mut node.value {
            *below = without_nulls(std::mem::take(below));
        }
        node.value != Value::Null
    });
    table
}

fn value_file(
    documents: &Documents,
    (helm, chart): (&Node, &ChartName),
    file: &Node,
    tool: Tool,
    unknowns: &mut Unknowns,
) -> Result<Table, Problem> {
    let written = file.as_text().unwrap_or_default();
    let reason = "a values file of the release is not here, and the verdict depends on it; call this in the repository that has it, or put its values here";
    let unknown = |unknowns: &mut Unknowns| Ok(unknowns.table(reason, &file.origin));
    let is_elsewhere = written.contains("://") || written.contains('*') || why(written, tool).is_some();
    let path = expanded(written).filter(|_| !is_elsewhere && !written.starts_with('$'));
    let paths = match (path, written.strip_prefix('$').and_then(|path| path.split_once('/'))) {
        // `$values/a.yaml` is below the root of the repository of that name.
        (None, Some((_, path))) if !is_elsewhere => chart::in_repository(documents, path),
        (Some(path), _) if path.starts_with('/') => chart::in_repository(documents, &path),
        (Some(path), _) => chart.paths.iter().map(|folder| folder.join(&path)).collect(),
        (None, _) => return unknown(unknowns),
    };
    match paths.iter().find(|path| path.is_file()).and_then(|path| path.to_str()) {
        Some(path) => Ok(read_values_file(path, &documents.request.inputs.version)?),
        // A chart that lies here lacks the file for certain.
        None if is_true(helm, &["ignoreMissingValueFiles"]) && chart::found(chart).is_some() => {
            Ok(Table::new())
        }
        None => unknown(unknowns),
    }
}

fn set_parameter(
    table: &mut Table,
    (documents, parameter): (&Documents, &Node),
    forced: bool,
    tool: Tool,
    unknowns: &mut Unknowns,
) -> Result<(), Problem> {
    let Some(name) = text_at(parameter, &["name"]) else { return Ok(()) };
    let value = at(parameter, &["value"]).and_then(Node::as_text).unwrap_or_default();
    let replaced = if why(value, tool).is_some() { None } else { expanded(value) };
    let version = &documents.request.inputs.version;
    let Some(value) = replaced.filter(|_| why(name, tool).is_none()) else {
        let reason = "a parameter is made where the chart is rendered, and the verdict depends on it; judge what comes of it by --rendered";
        let argument = unknowns.assignment(name, reason, &parameter.origin);
        return Ok(set(table, SetFlag::Json, &argument, version, &parameter.origin)?);
    };
    let flag = if forced { SetFlag::Text } else { SetFlag::Typed };
    // Argo CD keeps its own letters from Helm's grammar, but for lists.
    let value = if value.starts_with('{') && value.ends_with('}') { value } else { unescaped_commas(&value) };
    Ok(set(table, flag, &format!("{name}={value}"), version, &parameter.origin)?)
}

/// A comma that is not escaped yet gets a backslash.
fn unescaped_commas(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    let mut last = ' ';
    for letter in value.chars() {
        if letter == ',' && last != '\\' {
            escaped.push('\\');
        }
        escaped.push(letter);
        last = letter;
    }
    escaped
}

/// A file's text as a setting.
fn set_file(
    table: &mut Table,
    (documents, parameter): (&Documents, &Node),
    chart: &ChartName,
    unknowns: &mut Unknowns,
) -> Result<(), Problem> {
    let (Some(name), Some(path)) = (text_at(parameter, &["name"]), text_at(parameter, &["path"])) else {
        return Ok(());
    };
    let paths = chart.paths.iter().map(|folder| folder.join(path));
    let text = paths.filter(|path| path.is_file()).find_map(|path| fs::read_to_string(path).ok());
    let argument = match text {
        Some(text) => format!("{name}={}", as_json(&Value::Text(text.into()))),
        None => unknowns.assignment(
            name,
            format!("the file of the parameter {} is not here; put its text here", plain_name(name)),
            &parameter.origin,
        ),
    };
    let version = &documents.request.inputs.version;
    Ok(set(table, SetFlag::Json, &argument, version, &parameter.origin)?)
}

/// Whether something beside the template can change any value.
pub(super) fn patches(document: &Document) -> Option<&Node> {
    let spec = at(&document.node, &["spec"])?;
    let own = items_at(spec, &["generators"]).iter().find(|generator| has_template(generator));
    let patch = at(spec, &["templatePatch"]).filter(|patch| patch.as_text() != Some(""));
    patch.or(own)
}

fn has_template(node: &Node) -> bool {
    match &node.value {
        Value::Table(table) => table.iter().any(|(key, below)| &**key == "template" || has_template(below)),
        Value::List(items) => items.iter().any(has_template),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => false,
    }
}
