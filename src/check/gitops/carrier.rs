//! A `ConfigMap` or a Secret → the texts in it.

use super::chart::ChartName;
use super::document::{Document, Documents, at, text_at};
use super::embedded;
use super::problem::Problem;
use super::sketch::Drawn;
use super::substitution::{Tool, replaced, why};
use super::unknowns::Unknowns;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use helm_values::Node;

const VALUES: &str = "values.yaml";

/// Whether a values file is in it.
pub(super) fn holds_values(document: &Document) -> bool {
    ["data", "stringData"].iter().any(|part| at(&document.node, &[part, VALUES]).is_some())
}

/// The text under a key with the node where it stands, as the API server keeps it; an
/// error where it is not the text that will be there.
pub(super) fn text<'d>(document: &'d Document, key: &str) -> Option<Result<(&'d Node, String), Problem>> {
    let is_secret = document.kind == "Secret";
    if at(&document.node, &["sops"]).is_some() {
        return Some(Err(Problem::at(&document.node, "it is encrypted by SOPS")));
    }
    if is_secret && let Some(text) = text_at(&document.node, &["stringData", key]) {
        let node = at(&document.node, &["stringData", key])?;
        return Some(plain(node, text));
    }
    let node = at(&document.node, &["data", key])?;
    let text = node.as_text()?;
    if !is_secret {
        return Some(plain(node, text));
    }
    let decoded = STANDARD.decode(text.split_ascii_whitespace().collect::<String>()).ok();
    Some(match decoded.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(text) => plain(node, &text),
        None => Err(Problem::at(node, "a text of the Secret is not base64 of UTF-8; look how it was made")),
    })
}

fn plain<'d>(node: &'d Node, text: &str) -> Result<(&'d Node, String), Problem> {
    match why(text, Tool::Kustomize) {
        Some(_) => Err(Problem::at(node, "it is encrypted")),
        None => Ok((node, text.to_owned())),
    }
}

/// The values file in it, as a release of its own.
pub(super) fn draw(documents: &Documents, document: &Document, _: usize, unknowns: &mut Unknowns) -> Drawn {
    let table = match text(document, VALUES) {
        Some(Ok((node, text))) => embedded::settings(documents, node, &text)?,
        Some(Err(Problem { message, origin })) => {
            let message = format!(
                "the values are not known: {message}; judge the values before they are made into this"
            );
            return Err(Problem { message, origin });
        }
        None => {
            return Err(Problem::at(
                &document.node,
                "what stands in values.yaml is not a text; write a text there",
            ));
        }
    };
    Ok((replaced(table, Tool::Flux, unknowns), ChartName::default()))
}
