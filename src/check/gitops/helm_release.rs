//! Flux' `HelmRelease` → its values, laid over each other as helm-controller
//! lays them (fluxcd/pkg `chartutil`, 1.27 to 1.35).
//!
//! References come in their order, then `values`. One with a `targetPath` is set
//! as by `--set` into what there is so far with `values` over it; whether it
//! then outlasts `values` depends on which tables the two share, see `target_path`.

use super::carrier;
use super::chart::ChartName;
use super::document::{Document, Documents, at, items_at, plain_name, text_at};
use super::embedded;
use super::problem::Problem;
use super::sketch::Drawn;
use super::substitution::{Tool, replaced};
use super::target_path::{SetArgument, set_path};
use super::unknowns::Unknowns;
use helm_values::{
    Node, Origin, SetFlag, Source, SourceKind, Table, Value, merge_tables, read_input, read_stream,
};
use std::sync::Arc;

pub(super) fn draw(documents: &Documents, document: &Document, _: usize, unknowns: &mut Unknowns) -> Drawn {
    let node = &document.node;
    let spec =
        at(node, &["spec"]).ok_or_else(|| Problem::at(node, "the HelmRelease has no spec; write one"))?;
    let mut inline = inline(spec)?;
    let mut result = Table::new();
    if let Some(files) = at(spec, &["chart", "spec", "valuesFiles"]) {
        let reason = "other files take the place of the chart's own values.yaml, and the verdict depends on them; judge the chart with them by -f";
        result = unknowns.table(reason, &files.origin);
    }
    for reference in items_at(spec, &["valuesFrom"]) {
        let reference = Reference::read(documents, document, reference)?;
        if let Some(path) = reference.path {
            let argument = reference.argument(path, unknowns);
            set_path(&mut result, &mut inline, &argument, &documents.request.inputs.version)?;
        } else {
            let table = reference.table(documents, unknowns)?;
            merge_tables(&mut result, table);
        }
    }
    merge_tables(&mut result, inline);
    let switched_off = text_at(node, &["metadata", "annotations", SUBSTITUTE])
        .or_else(|| text_at(node, &["metadata", "labels", SUBSTITUTE]))
        == Some("disabled");
    let tool = if switched_off { Tool::Kustomize } else { Tool::Flux };
    Ok((replaced(result, tool, unknowns), chart(documents, document, spec)?))
}

const SUBSTITUTE: &str = "kustomize.toolkit.fluxcd.io/substitute";

fn inline(spec: &Node) -> Result<Table, Problem> {
    match at(spec, &["values"]) {
        None => Ok(Table::new()),
        Some(Node { value: Value::Table(table), .. }) => Ok(table.clone()),
        Some(other) => {
            Err(Problem::at(other, "the values are not a table of settings; write key: value lines"))
        }
    }
}

fn chart(documents: &Documents, document: &Document, spec: &Node) -> Result<ChartName, Problem> {
    if let Some(name) = text_at(spec, &["chart", "spec", "chart"]) {
        let is_git = text_at(spec, &["chart", "spec", "sourceRef", "kind"]) != Some("HelmRepository");
        return Ok(if is_git { ChartName::in_repository(documents, name) } else { ChartName::named(name) });
    }
    let Some(name) = text_at(spec, &["chartRef", "name"]) else {
        return Err(Problem::at(spec, "the HelmRelease names no chart; write chart or chartRef"));
    };
    let namespace = text_at(spec, &["chartRef", "namespace"]).unwrap_or(&document.namespace);
    let source = |kind: &str| documents.find(kind, namespace, name);
    let address = source("OCIRepository").and_then(|one| text_at(&one.node, &["spec", "url"]));
    let chart = source("HelmChart").and_then(|one| text_at(&one.node, &["spec", "chart"]));
    Ok(match (address, chart) {
        (_, Some(chart)) => ChartName::in_repository(documents, chart),
        (Some(address), None) => ChartName::named(address),
        (None, None) => ChartName::named(name),
    })
}

/// Whether a `HelmRelease` or a `fleet.yaml` of the same file takes values from an object.
pub(super) fn uses(documents: &Documents, object: &Document) -> bool {
    documents.all.iter().any(|one| {
        let references = items_at(&one.node, &["spec", "valuesFrom"]);
        one.kind == "HelmRelease"
            && (one.namespace == object.namespace || object.namespace.is_empty())
            && references.iter().any(|reference| {
                text_at(reference, &["kind"]) == Some(object.kind.as_str())
                    && text_at(reference, &["name"]) == Some(object.name.as_str())
            })
    })
}

/// One entry of `valuesFrom`.
struct Reference<'d> {
    /// Where it stands.
    origin: Origin,
    path: Option<&'d str>,
    is_literal: bool,
    /// The text, and the node where it stands; or why it is not known.
    text: Result<(Node, String), String>,
    /// Read from a file, whose places are its own.
    source: Option<Arc<Source>>,
}

impl<'d> Reference<'d> {
    fn read(documents: &Documents, release: &Document, node: &'d Node) -> Result<Self, Problem> {
        let kind = text_at(node, &["kind"]).unwrap_or_default();
        if !["ConfigMap", "Secret"].contains(&kind) {
            let message = "values come from a kind that Flux does not take; name a ConfigMap or a Secret";
            return Err(Problem::at(node, message));
        }
        let name = text_at(node, &["name"]).unwrap_or_default();
        let key = text_at(node, &["valuesKey"]).unwrap_or("values.yaml");
        let (text, source) = given(documents, node, (kind, name, key))?.map_or_else(
            || (in_the_file(documents, release, (kind, name, key)), None),
            |(text, source)| (Ok((node.clone(), text)), Some(source)),
        );
        Ok(Reference {
            origin: node.origin.clone(),
            path: text_at(node, &["targetPath"]).filter(|path| !path.is_empty()),
            is_literal: super::document::is_true(node, &["literal"]),
            text,
            source,
        })
    }

    fn table(self, documents: &Documents, unknowns: &mut Unknowns) -> Result<Table, Problem> {
        match (self.text, self.source) {
            (Err(reason), _) => Ok(unknowns.table(reason, &self.origin)),
            (Ok((node, text)), None) => embedded::settings(documents, &node, &text),
            (Ok((_, text)), Some(source)) => file_settings(&text, &source),
        }
    }

    /// An argument of the `--set` family that does the same.
    fn argument(self, path: &str, unknowns: &mut Unknowns) -> SetArgument {
        let (node, text) = match self.text {
            Ok(found) => found,
            Err(reason) => {
                let text = unknowns.assignment(path, reason, &self.origin);
                return SetArgument { flag: SetFlag::Json, text, origin: self.origin };
            }
        };
        let trimmed = text.trim_matches(['\'', '"']);
        let quoted = |mark: char| text.starts_with(mark) && text.ends_with(mark);
        let (flag, text) = if self.is_literal {
            let escape = |letter: char| match letter {
                '\\' | ',' | '[' | ']' | '{' | '}' => format!("\\{letter}"),
                _ => letter.to_string(),
            };
            (SetFlag::Text, text.chars().map(escape).collect())
        } else if quoted('\'') || quoted('"') {
            (SetFlag::Text, trimmed.to_owned())
        } else {
            (SetFlag::Typed, text)
        };
        SetArgument { flag, text: format!("{path}={text}"), origin: node.origin }
    }
}

/// What `--values-from` gives for a reference.
fn given(
    documents: &Documents,
    node: &Node,
    (kind, name, key): (&str, &str, &str),
) -> Result<Option<(String, Arc<Source>)>, Problem> {
    let full = format!("{kind}/{name}");
    let found = documents.request.values_from.iter().find(|(given, _)| *given == name || *given == full);
    let Some((_, path)) = found else { return Ok(None) };
    let cannot = |problem: String| {
        Problem::at(node, format!("the file that --values-from gives for {} {problem}", plain_name(name)))
    };
    let bytes = read_input(path).map_err(cannot)?;
    let source = Arc::new(Source { kind: SourceKind::File, name: path.clone() });
    let text = String::from_utf8(bytes).map_err(|_| cannot("is not UTF-8; look what it is".to_owned()))?;
    // The object itself may be given, as kubectl prints it.
    let objects = read_stream(text.as_bytes(), &source).unwrap_or_default();
    let object = objects.into_iter().find(|one| text_at(one, &["kind"]) == Some(kind));
    let Some(node) = object else { return Ok(Some((text, source))) };
    let object = Document {
        kind: kind.to_owned(),
        group: String::new(),
        name: name.to_owned(),
        namespace: String::new(),
        node,
    };
    match carrier::text(&object, key) {
        Some(Ok((_, text))) => Ok(Some((text, source))),
        _ => Err(cannot(format!(
            "is a {kind} without a readable {}; give the values themselves",
            plain_name(key)
        ))),
    }
}

fn in_the_file(
    documents: &Documents,
    release: &Document,
    (kind, name, key): (&str, &str, &str),
) -> Result<(Node, String), String> {
    let name_shown = plain_name(name);
    let remedy = format!("and the verdict depends on them; give them by --values-from {name_shown}=FILE");
    let Some(object) = documents.find(kind, &release.namespace, name) else {
        return Err(format!("values come from the {kind} {name_shown}, which is not in this file, {remedy}"));
    };
    match carrier::text(object, key) {
        Some(Ok((node, text))) => Ok((node.clone(), text)),
        Some(Err(_)) => {
            Err(format!("values come from the {kind} {name_shown}, which cannot be read, {remedy}"))
        }
        None => Err(format!(
            "values come from the key {} of the {kind} {name_shown}, which it does not have here, {remedy}",
            plain_name(key)
        )),
    }
}

fn file_settings(text: &str, source: &Arc<Source>) -> Result<Table, Problem> {
    match helm_values::read_document(text.as_bytes(), source, 0)?
        .map(|node| (node.origin.clone(), node.value))
    {
        None => Ok(Table::new()),
        Some((_, Value::Table(table))) => Ok(table),
        Some((origin, _)) => Err(Problem {
            message: "the values are not a table of settings; write key: value lines".to_owned(),
            origin: Some(origin),
        }),
    }
}
