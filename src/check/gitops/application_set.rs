//! Argo CD's `ApplicationSet` → the values of its template.
//!
//! Texts with `{{` are made anew for each element, and stay texts. What patches
//! the template, or takes its place in a generator, can change anything.

use super::application;
use super::document::{Document, Documents, at};
use super::problem::Problem;
use super::sketch::Drawn;
use super::substitution::Tool;
use super::unknowns::Unknowns;
use helm_values::{Node, merge_tables};

pub(super) fn draw(
    documents: &Documents,
    document: &Document,
    number: usize,
    unknowns: &mut Unknowns,
) -> Drawn {
    let sources = sources(document);
    let source = sources.get(number).ok_or_else(|| {
        Problem::at(
            &document.node,
            "the template of the ApplicationSet has no source; write source or sources",
        )
    })?;
    let (mut table, name) = application::drawn(documents, source, Tool::ApplicationSet, unknowns)?;
    if let Some(patch) = application::patches(document) {
        let reason = "a patch of the template can change any value, and the verdict depends on it; put its values into the template";
        merge_tables(&mut table, unknowns.table(reason, &patch.origin));
    }
    Ok((table, name))
}

/// The sources of the template.
pub(super) fn sources(document: &Document) -> Vec<&Node> {
    at(&document.node, &["spec", "template", "spec"]).map(application::sources_of).unwrap_or_default()
}
