//! Bytes → documents of Kubernetes, or of a tool whose file has a known name.
//!
//! Lists are unpacked. Whatever has no `kind` and no known name is a values
//! file, and nothing here looks at it again.

use super::super::CheckRequest;
use super::problem::{Problem, error};
use helm_values::{Error, Node, Source, SourceKind, Value, read_stream, shown_path};
use std::path::Path;
use std::sync::Arc;

/// More documents than this in one file are nobody's repository.
const MOST: usize = 20_000;

/// A document that was recognized.
#[derive(Debug)]
pub(super) struct Document {
    pub kind: String,
    /// The part of `apiVersion` before the slash; empty for the core.
    pub group: String,
    pub name: String,
    pub namespace: String,
    pub node: Node,
}

/// All documents of a file, and what was asked.
pub(super) struct Documents {
    /// As it was named.
    pub file: String,
    pub source: Arc<Source>,
    /// The lines of the file, for the places of texts within texts.
    pub text: String,
    pub all: Vec<Document>,
    pub request: Arc<CheckRequest>,
}

impl Documents {
    /// None: it is a values file.
    pub(super) fn read(
        file: &str,
        bytes: &[u8],
        request: &Arc<CheckRequest>,
    ) -> Option<Result<Documents, Error>> {
        let named = kind_of_the_name(file);
        let text = std::str::from_utf8(bytes).ok()?;
        // The letter is rare in values, and one byte is found many times faster than a word.
        let has_version = || bytes.contains(&b'V') && text.contains("apiVersion");
        if named.is_none() && !has_version() && !text.contains("releases") {
            return None;
        }
        let source = Source { kind: SourceKind::File, name: shown_path(file) };
        let nodes = match read_stream(bytes, &source) {
            Ok(nodes) => nodes,
            Err(error) => return (named.is_some() || looks_like_an_object(text)).then_some(Err(error)),
        };
        let named = named.or_else(|| nodes.iter().any(has_releases).then_some("helmfile"));
        if named.is_none() && !nodes.iter().any(|node| kind(node).is_some()) {
            return None;
        }
        let mut documents = Documents {
            file: file.to_owned(),
            source: Arc::new(source),
            text: text.to_owned(),
            all: Vec::new(),
            request: Arc::clone(request),
        };
        let added = nodes.into_iter().try_for_each(|node| documents.add(node, named));
        Some(added.map(|()| documents).map_err(|problem| error(&problem)))
    }

    fn add(&mut self, node: Node, named: Option<&str>) -> Result<(), Problem> {
        if self.all.len() >= MOST {
            return Err(Problem::at(&node, "there are more than 20000 documents in one file; split it"));
        }
        if let Some(items) = list(&node) {
            return items.into_iter().try_for_each(|item| self.add(item, None));
        }
        let found = kind(&node).map(|(group, kind)| (group.to_owned(), kind.to_owned()));
        let Some((group, kind)) = found.or_else(|| named.map(|kind| (String::new(), kind.to_owned()))) else {
            return Err(Problem::at(
                &node,
                "a document has no kind and stands beside others that have one; put values into a file of their own",
            ));
        };
        let meta = |key: &str| text_at(&node, &["metadata", key]).unwrap_or_default().to_owned();
        let (name, namespace) = (meta("name"), meta("namespace"));
        self.all.push(Document { kind, group, name, namespace, node });
        Ok(())
    }

    /// The object of a kind and name in a namespace; also where one of them does not
    /// say its namespace.
    pub(super) fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<&Document> {
        let fits = |other: &str| other == namespace || other.is_empty() || namespace.is_empty();
        self.all.iter().find(|one| one.kind == kind && one.name == name && fits(&one.namespace))
    }
}

fn kind_of_the_name(file: &str) -> Option<&'static str> {
    let path = Path::new(file);
    let name = path.file_name()?.to_str()?;
    let is_below_helmfile_d = || path.parent()?.file_name()?.to_str().map(|folder| folder == "helmfile.d");
    match name {
        "kustomization.yaml" | "kustomization.yml" | "Kustomization" => Some("Kustomization"),
        "helmfile.yaml" | "helmfile.yml" | "helmfile.yaml.gotmpl" => Some("helmfile"),
        "fleet.yaml" => Some("fleet"),
        _ if is_below_helmfile_d() == Some(true) => Some("helmfile"),
        _ => None,
    }
}

/// A list of tables that have a chart each.
fn has_releases(node: &Node) -> bool {
    let releases = items_at(node, &["releases"]);
    !releases.is_empty() && releases.iter().all(|one| text_at(one, &["chart"]).is_some())
}

fn looks_like_an_object(text: &str) -> bool {
    let begins =
        |line: &str| ["apiVersion:", "kind:", "\"apiVersion\"", "{"].iter().any(|key| line.starts_with(key));
    text.lines().any(begins)
}

fn kind(node: &Node) -> Option<(&str, &str)> {
    let version = text_at(node, &["apiVersion"])?;
    Some((version.split_once('/').map_or("", |(group, _)| group), text_at(node, &["kind"])?))
}

fn list(node: &Node) -> Option<Vec<Node>> {
    let (_, kind) = kind(node)?;
    match &at(node, &["items"])?.value {
        Value::List(items) if kind.ends_with("List") => Some(items.clone()),
        _ => None,
    }
}

/// What stands at `path` below `node`; null is absent.
pub(super) fn at<'t>(node: &'t Node, path: &[&str]) -> Option<&'t Node> {
    let found = path.iter().try_fold(node, |node, key| node.as_table()?.get(key))?;
    (found.value != Value::Null).then_some(found)
}

pub(super) fn text_at<'t>(node: &'t Node, path: &[&str]) -> Option<&'t str> {
    at(node, path)?.as_text()
}

/// The items of a list; none where there is no list.
pub(super) fn items_at<'t>(node: &'t Node, path: &[&str]) -> &'t [Node] {
    match at(node, path).map(|node| &node.value) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

pub(super) fn is_true(node: &Node, path: &[&str]) -> bool {
    at(node, path).is_some_and(|node| node.value == Value::Bool(true))
}

/// A name in letters that names have; others can be anything.
pub(super) fn plain_name(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || "-._:@/".contains(c) { c } else { '?' };
    name.chars().take(253).map(letter).collect()
}

/// `HelmRelease monitoring/trento`.
pub(super) fn titled(document: &Document) -> String {
    let Document { kind, name, namespace, .. } = document;
    let (blank, slash) =
        (if name.is_empty() { "" } else { " " }, if namespace.is_empty() { "" } else { "/" });
    format!("{}{blank}{}{slash}{}", plain_name(kind), plain_name(namespace), plain_name(name))
}
