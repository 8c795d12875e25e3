//! Documents, by their kinds → one sketch for each release in them.

use super::super::release::Release;
use super::document::{Document, Documents, titled};
use super::problem::{Problem, error};
use super::sketch::{Draw, Sketch};
use super::{application, application_set, carrier, fleet, helm_release, helmfile, kustomization};
use std::sync::Arc;

/// All releases of a file, or what else it is.
pub(super) fn all(documents: &Arc<Documents>) -> Vec<Release> {
    let mut releases = Vec::new();
    let mut others = Vec::new();
    for (at, document) in documents.all.iter().enumerate() {
        let read = reader(documents, document).filter(|(names, _)| !names.is_empty());
        let Some((names, draw)) = read else {
            others.push(document);
            continue;
        };
        for (number, name) in names.into_iter().enumerate() {
            let sketch = Sketch { documents: Arc::clone(documents), document: at, number, draw };
            let (inputs, unknown) = sketch.first();
            let unknown = unknown.map(|unknown| error(&unknown));
            releases.push(Release::sketched(&documents.file, &name, inputs, unknown, sketch));
        }
    }
    let alone = releases.is_empty();
    let unread = others.into_iter().filter(|other| alone || !stands_beside(documents, other));
    releases.extend(unread.map(|other| Release::unread(&documents.file, error(&not_a_release(other)))));
    releases
}

/// The names of the releases of a document, and who draws them; none where it is
/// not a document with releases.
fn reader(documents: &Documents, document: &Document) -> Option<(Vec<String>, Draw)> {
    let Document { kind, group, .. } = document;
    let one = || vec![titled(document)];
    Some(match (group.as_str(), kind.as_str()) {
        ("helm.toolkit.fluxcd.io", "HelmRelease") => (one(), helm_release::draw),
        ("argoproj.io", "Application") => {
            (numbered(&titled(document), application::sources(document).len()), application::draw)
        }
        ("argoproj.io", "ApplicationSet") => {
            let count = application_set::sources(document).len();
            (numbered(&titled(document), count), application_set::draw)
        }
        ("kustomize.config.k8s.io", "Kustomization" | "Component") | ("", "Kustomization") => {
            (kustomization::names(document), kustomization::draw)
        }
        ("builtin", "HelmChartInflationGenerator") => (one(), kustomization::draw_generator),
        ("", "helmfile") => (helmfile::names(document), helmfile::draw),
        ("", "fleet") => (fleet::names(document), fleet::draw),
        ("", "ConfigMap" | "Secret") => {
            let is_used = helm_release::uses(documents, document);
            if is_used || !carrier::holds_values(document) {
                return None;
            }
            (one(), carrier::draw)
        }
        _ => return None,
    })
}

/// Kinds that say where a release comes from or goes to, and nothing that runs.
const BESIDE: &[&str] = &[
    "AppProject",
    "Bucket",
    "GitRepository",
    "HelmRepository",
    "ImagePolicy",
    "ImageRepository",
    "Namespace",
    "OCIRepository",
];

/// Whether a document is no matter in a file that holds a release.
fn stands_beside(documents: &Documents, document: &Document) -> bool {
    let Document { kind, group, .. } = document;
    BESIDE.contains(&kind.as_str())
        || (group == "source.toolkit.fluxcd.io" && kind == "HelmChart")
        || helm_release::uses(documents, document)
}

fn not_a_release(document: &Document) -> Problem {
    let message = match document.kind.as_str() {
        "ConfigMap" | "Secret" => format!(
            "{} holds no values.yaml, and is not a release; name a document with values in it",
            titled(document)
        ),
        "helmfile" | "fleet" => "the file has no release in it; name one with releases or a chart".to_owned(),
        "Kustomization" | "Component" => format!(
            "{} names no chart in helmCharts; judge what kustomize build prints by --rendered",
            titled(document)
        ),
        _ => format!(
            "{} is not a document with the values of a release; judge objects by --rendered",
            titled(document)
        ),
    };
    Problem { message, origin: Some(document.node.origin.clone()) }
}

/// Several releases of one document are numbered as lists in it are.
fn numbered(title: &str, count: usize) -> Vec<String> {
    match count {
        0 | 1 => vec![title.to_owned()],
        _ => (0..count).map(|number| format!("{title} source {number}")).collect(),
    }
}
