//! helmfile's `releases` → their values, as helmfile 1.x calls Helm.
//!
//! valuesTemplate < values, each a `-f` < secrets < set and setString. A file
//! whose name ends in `.gotmpl` and texts with `{{` are templates.

use super::chart::{self, ChartName};
use super::document::{Document, Documents, at, items_at, plain_name, text_at};
use super::problem::Problem;
use super::sketch::Drawn;
use super::substitution::{Tool, replaced, why};
use super::unknowns::{Unknowns, as_json};
use helm_values::{Node, SetFlag, Table, Value, merge_tables, read_values_file, set};

pub(super) fn names(document: &Document) -> Vec<String> {
    let name =
        |release: &&Node| format!("release {}", plain_name(text_at(release, &["name"]).unwrap_or_default()));
    releases(document).iter().map(name).collect()
}

/// Those that are installed.
fn releases(document: &Document) -> Vec<&Node> {
    let is_installed =
        |release: &&Node| !at(release, &["installed"]).is_some_and(|node| node.value == Value::Bool(false));
    items_at(&document.node, &["releases"]).iter().filter(is_installed).collect()
}

pub(super) fn draw(
    documents: &Documents,
    document: &Document,
    number: usize,
    unknowns: &mut Unknowns,
) -> Drawn {
    let releases = releases(document);
    let release = releases
        .get(number)
        .ok_or_else(|| Problem::at(&document.node, "the release is not there; write one"))?;
    let mut table = Table::new();
    let mut unknown = |key: &str, table: &mut Table, reason: &str| {
        if let Some(node) = at(release, &[key]) {
            merge_tables(table, unknowns.table(reason, &node.origin));
        }
    };
    unknown(
        "inherit",
        &mut table,
        "the release inherits from a template, and the verdict depends on it; judge what helmfile template prints by --rendered",
    );
    unknown("valuesTemplate", &mut table, TEMPLATE);
    for node in items_at(release, &["values"]) {
        let over = values(documents, node, unknowns)?;
        merge_tables(&mut table, over);
    }
    if let Some(node) = at(release, &["secrets"]) {
        let reason = "the release takes values from encrypted files, and the verdict depends on them; judge what helmfile template prints by --rendered";
        merge_tables(&mut table, unknowns.table(reason, &node.origin));
    }
    for (key, flag) in [("set", SetFlag::Typed), ("setString", SetFlag::Text)] {
        for node in items_at(release, &[key]) {
            set_one(&mut table, documents, (node, flag), unknowns)?;
        }
    }
    if let Some(node) = at(release, &["reuseValues"]).filter(|node| node.value == Value::Bool(true)) {
        let reason = "the release keeps the values of the one before, and the verdict depends on them; set reuseValues to false";
        let mut below = unknowns.table(reason, &node.origin);
        merge_tables(&mut below, table);
        table = below;
    }
    Ok((table, chart(documents, release)))
}

const TEMPLATE: &str = "values are made by a template, and the verdict depends on them; judge what helmfile template prints by --rendered";

fn chart(documents: &Documents, release: &Node) -> ChartName {
    let name = text_at(release, &["chart"]).unwrap_or_default();
    let is_path = name.starts_with('.') || name.starts_with('/');
    ChartName {
        name: Some(name.to_owned()),
        paths: if is_path { vec![chart::beside(documents, name)] } else { Vec::new() },
    }
}

/// A table, or the path of a file.
fn values(documents: &Documents, node: &Node, unknowns: &mut Unknowns) -> Result<Table, Problem> {
    match &node.value {
        Value::Table(table) => Ok(replaced(table.clone(), Tool::Helmfile, unknowns)),
        Value::Text(path) => {
            let is_template = ends_with(path, ".gotmpl") || why(path, Tool::Helmfile).is_some();
            let found = chart::beside(documents, path);
            if is_template || !found.is_file() {
                let reason = if is_template { TEMPLATE } else { NOT_HERE };
                return Ok(unknowns.table(reason, &node.origin));
            }
            let read = read_values_file(&found.display().to_string(), &documents.request.inputs.version)?;
            Ok(replaced(read, Tool::Helmfile, unknowns))
        }
        _ => Err(Problem::at(node, "an entry of values is neither a table nor a path; write one of them")),
    }
}

const NOT_HERE: &str = "a values file of the release is not here, and the verdict depends on it; call this in the repository that has it";

fn ends_with(path: &str, ending: &str) -> bool {
    path.to_lowercase().ends_with(ending)
}

/// One entry of `set`: an empty value is none, and Helm's grammar is kept out.
fn set_one(
    table: &mut Table,
    documents: &Documents,
    (node, flag): (&Node, SetFlag),
    unknowns: &mut Unknowns,
) -> Result<(), Problem> {
    let Some(name) = text_at(node, &["name"]) else { return Ok(()) };
    let version = &documents.request.inputs.version;
    let is_elsewhere = at(node, &["file"]).is_some();
    let texts: Vec<String> = match at(node, &["values"]) {
        Some(_) => items_at(node, &["values"]).iter().map(|item| escaped(&written(item))).collect(),
        None => at(node, &["value"]).map(|value| escaped(&written(value))).into_iter().collect(),
    };
    let is_template = std::iter::once(name).chain(texts.iter().map(String::as_str));
    if is_elsewhere || is_template.into_iter().any(|text| why(text, Tool::Helmfile).is_some()) {
        let argument = unknowns.assignment(name, TEMPLATE, &node.origin);
        return Ok(set(table, SetFlag::Json, &argument, version, &node.origin)?);
    }
    let text = match (at(node, &["values"]), texts.as_slice()) {
        (Some(_), texts) => format!("{{{}}}", texts.join(",")),
        (None, [text]) if !text.is_empty() => text.clone(),
        (None, _) => return Ok(()),
    };
    Ok(set(table, flag, &format!("{name}={text}"), version, &node.origin)?)
}

/// What Go prints of a value that was read from YAML.
fn written(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => text.to_string(),
        other => as_json(other),
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        if "{},".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}
