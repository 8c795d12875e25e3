//! Documents → the objects that can say something about a receiver.
//!
//! Lists are unpacked, also within each other. A name of an object is printed
//! in the letters that Kubernetes takes, whatever stands there.

use super::cut::{self, Piece};
use super::kinds;
use super::look::{at, list_at, text_at};
use super::stream::{self, StreamError};
use helm_values::{Node, Origin, Source, Value};
use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// An object of the API.
#[derive(Debug)]
pub(super) struct Object {
    pub kind: String,
    /// The part of `apiVersion` before the slash; empty for the core.
    pub group: String,
    pub name: String,
    /// Empty where the one who applies it says.
    pub namespace: String,
    pub node: Node,
}

/// A document may be as large as a long list of objects; one object of more
/// than 3 MiB is taken by no API server.
const LARGEST_DOCUMENT: usize = 16 << 20;
/// More objects of the kinds that matter are no release and no cluster.
const MOST: usize = 100_000;
/// Following more than this many middlewares is nobody's configuration.
const MOST_STEPS: u32 = 1_000_000;

/// All objects of a stream that matter, in its order.
#[derive(Debug, Default)]
pub(super) struct Objects {
    all: Vec<Object>,
    named: HashMap<(String, String), Vec<usize>>,
    kinds: HashMap<String, Vec<usize>>,
    steps: Cell<u32>,
}

/// Reads a whole stream.
pub(super) fn read(text: &str, source: &Arc<Source>) -> Result<Objects, StreamError> {
    let pieces = cut::pieces(text).map_err(|line| {
        let message = "kubectl takes nothing but a comment after the three dashes that begin a document; put the rest into the next line";
        StreamError::new(message, source, line, 1)
    })?;
    stream::check_last_line(text, source)?;
    let mut objects = Objects::default();
    for Piece { text, line_base } in pieces {
        if cut::cannot_matter(text) {
            continue;
        }
        if text.len() > LARGEST_DOCUMENT {
            let message = "a document is larger than 16 MiB, and no API server takes such an object; split the list, or ask kubectl for fewer kinds";
            return Err(StreamError::new(message, source, line_base + 1, 1));
        }
        if let Some(node) = stream::document(text.as_bytes(), source, line_base)? {
            objects.add(node, "")?;
        }
    }
    Ok(objects)
}

impl Objects {
    /// Adds an object, or those in a list; `kind` is what a list without kinds
    /// is a list of.
    fn add(&mut self, node: Node, kind: &str) -> Result<(), StreamError> {
        if let Value::Null = node.value {
            return Ok(());
        }
        let kind = text_at(&node, &["kind"]).unwrap_or(kind).to_owned();
        if let (Some(kind), Value::Table(table)) = (kind.strip_suffix("List"), &node.value)
            && let Some(Value::List(items)) = table.get("items").map(|items| &items.value)
        {
            let items = items.clone();
            drop(node);
            return items.into_iter().try_for_each(|item| self.add(item, kind));
        }
        if kind.is_empty() {
            let Origin { source, line, column } = &node.origin;
            let message = "a document is not an object of Kubernetes, it has no kind; give --rendered what helm template, kustomize build or kubectl get -o yaml prints";
            return Err(StreamError::new(message, source, *line, *column));
        }
        if !kinds::is_read(&kind) {
            return Ok(());
        }
        if self.all.len() >= MOST {
            let Origin { source, line, column } = &node.origin;
            let message = "there are more than 100000 objects; ask for fewer kinds or namespaces";
            return Err(StreamError::new(message, source, *line, *column));
        }
        self.push(kind, node);
        Ok(())
    }

    fn push(&mut self, kind: String, node: Node) {
        let version = text_at(&node, &["apiVersion"]).unwrap_or_default();
        let group = version.split_once('/').map_or("", |(group, _)| group).to_owned();
        let meta = |key| text_at(&node, &["metadata", key]).unwrap_or_default().to_owned();
        let (name, namespace) = (meta("name"), meta("namespace"));
        self.named.entry((kind.clone(), name.clone())).or_default().push(self.all.len());
        self.kinds.entry(kind.clone()).or_default().push(self.all.len());
        self.all.push(Object { kind, group, name, namespace, node });
    }

    /// Those of a kind.
    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Object> {
        self.kinds.get(kind).into_iter().flatten().map(|at| &self.all[*at])
    }

    /// Whether objects may be followed one step further: chains of them can be
    /// many times longer than what is written.
    pub(super) fn step(&self) -> bool {
        self.steps.set(self.steps.get().saturating_add(1));
        self.steps.get() < MOST_STEPS
    }

    /// The one that a pod mounts: in its own namespace, and where that is not
    /// written, the only one of that name.
    pub(super) fn mounted(&self, kind: &str, namespace: &str, name: &str) -> Option<&Object> {
        let mut possible = self.called(kind, name).filter(|one| can_be_one(&one.namespace, namespace));
        self.find(kind, namespace, name).or_else(|| possible.next().filter(|_| possible.next().is_none()))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Object> {
        self.all.iter()
    }

    /// The one of this kind and name in a namespace, where both are written the same
    /// or neither is.
    pub(super) fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<&Object> {
        self.called(kind, name).find(|object| object.namespace == namespace)
    }

    /// All of this kind and name, whatever their namespace.
    pub(super) fn called(&self, kind: &str, name: &str) -> impl Iterator<Item = &Object> {
        let found = self.named.get(&(kind.to_owned(), name.to_owned()));
        found.into_iter().flatten().map(|at| &self.all[*at])
    }
}

impl Object {
    pub(super) fn origin(&self) -> &Origin {
        &self.node.origin
    }

    pub(super) fn annotation(&self, key: &str) -> Option<&str> {
        text_at(&self.node, &["metadata", "annotations", key])
    }

    /// Whether another object of the stream made this one.
    pub(super) fn is_owned(&self, objects: &Objects) -> bool {
        list_at(&self.node, &["metadata", "ownerReferences"]).iter().any(|owner| {
            let kind = text_at(owner, &["kind"]).unwrap_or_default();
            let name = text_at(owner, &["name"]).unwrap_or_default();
            at(&self.node, &["metadata"]).is_some() && objects.find(kind, &self.namespace, name).is_some()
        })
    }
}

/// Whether objects of these namespaces can be in one: one that is not written
/// can be any.
pub(super) fn can_be_one(namespace: &str, other: &str) -> bool {
    namespace == other || namespace.is_empty() || other.is_empty()
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slash = if self.namespace.is_empty() { "" } else { "/" };
        write!(
            f,
            "{} {}{slash}{}",
            plain_name(&self.kind),
            plain_name(&self.namespace),
            plain_name(&self.name)
        )
    }
}

/// A name in letters that names have; others can be anything.
pub(super) fn plain_name(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || "-._:@".contains(c) { c } else { '?' };
    name.chars().take(253).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use helm_values::SourceKind;

    fn read_text(text: &str) -> Result<Objects, StreamError> {
        read(text, &Arc::new(Source { kind: SourceKind::File, name: "a.yaml".into() }))
    }

    #[test]
    fn lists_within_lists_are_unpacked() {
        let text = "kind: List\nitems:\n- kind: List\n  items:\n  - {kind: Pod, metadata: {name: a}}\n- kind: PodList\n  items: [{metadata: {name: b}}]\n---\n{\"kind\": \"Pod\", \"metadata\": {\"name\": \"c\"}}\n";
        let objects = read_text(text).expect("objects");
        let names: Vec<_> =
            objects.of_kind("Pod").map(|pod| (pod.name.as_str(), pod.origin().line)).collect();
        assert_eq!(names, [("a", 5), ("b", 7), ("c", 9)]);
    }

    #[test]
    fn what_is_no_object_is_an_error_with_its_place() {
        for (text, line) in
            [("a: 1\n", 1), ("kind: Pod\n---\n- 1\n", 3), ("kind: Pod\n---\nb: [\n", 4), ("--- x\n", 1)]
        {
            assert_eq!(read_text(text).expect_err("no object").origin.line, line, "{text}");
        }
    }
}
