//! Documents → one sketch for each release in them, and a sketch → a release.
//!
//! A sketch can be drawn several times, each time with another stand-in for what
//! is unknown; drawing reads nothing but the documents and files beside them.

use super::super::releases::Release;
use super::super::scope::Scope;
use super::chart::{self, ChartName};
use super::document::{Document, Documents, plain_name};
use super::unknowns::{self, Unknowns};
use super::{application, application_set, carrier, fleet, helm_release, helmfile, kustomization};
use helm_values::{Error, ErrorKind, Inputs, Node, Origin, Table};
use std::sync::Arc;

/// Why a release is not known.
#[derive(Debug)]
pub(super) struct Problem {
    pub message: String,
    pub origin: Option<Origin>,
}

impl Problem {
    pub(super) fn at(node: &Node, message: impl Into<String>) -> Problem {
        Problem { message: message.into(), origin: Some(node.origin.clone()) }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        Problem { message: error.message, origin: error.origin }
    }
}

pub(super) fn error(problem: &Problem) -> Error {
    let Problem { message, origin } = problem;
    Error { kind: ErrorKind::Incomplete, message: message.clone(), origin: origin.clone() }
}

/// The values of one release, and the chart they are given to.
pub(super) type Drawn = Result<(Table, ChartName), Problem>;

/// How a release of a document is drawn; the number tells which one of it.
type Draw = fn(&Documents, &Document, usize, &mut Unknowns) -> Drawn;

/// One release of a document.
#[derive(Clone)]
pub(in crate::check) struct Sketch {
    documents: Arc<Documents>,
    document: usize,
    number: usize,
    draw: Draw,
}

impl Sketch {
    /// The inputs of the release with the stand-in of that number for all that is
    /// unknown, which is added to `unknowns`.
    fn drawn(&self, unknowns: &mut Unknowns) -> Result<Inputs, Error> {
        let Sketch { documents, document, number, draw } = self;
        let document = &documents.all[*document];
        let drawn = draw(documents, document, *number, unknowns).and_then(|(table, name)| {
            let chart = chart::of(documents, &name, document)?;
            Ok((table, chart))
        });
        let (table, chart) = drawn.map_err(|problem| {
            let origin = problem.origin.or_else(|| Some(document.node.origin.clone()));
            error(&Problem { origin, ..problem })
        })?;
        let Inputs { upgrade, version, .. } = documents.request.inputs.clone();
        Ok(Inputs { table, chart, upgrade, version, ..Inputs::default() })
    }

    /// The first drawing, and what is unknown in it.
    fn first(&self) -> (Result<Inputs, Error>, Option<Problem>) {
        let mut unknowns = Unknowns::new(0, &[]);
        let inputs = self.drawn(&mut unknowns);
        (inputs, unknowns.first)
    }

    /// The same release with everything that could stand in the place of what is
    /// unknown, at each of `scopes`.
    pub(in crate::check) fn variants<'s>(
        &'s self,
        scopes: &'s [Scope],
    ) -> impl Iterator<Item = Result<Inputs, Error>> + 's {
        (1..unknowns::COUNT).map(move |number| self.drawn(&mut Unknowns::new(number, scopes)))
    }
}

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

/// `HelmRelease monitoring/trento`.
pub(super) fn titled(document: &Document) -> String {
    let Document { kind, name, namespace, .. } = document;
    let (blank, slash) =
        (if name.is_empty() { "" } else { " " }, if namespace.is_empty() { "" } else { "/" });
    format!("{}{blank}{}{slash}{}", plain_name(kind), plain_name(namespace), plain_name(name))
}

/// Several releases of one document are numbered as lists in it are.
fn numbered(title: &str, count: usize) -> Vec<String> {
    match count {
        0 | 1 => vec![title.to_owned()],
        _ => (0..count).map(|number| format!("{title} source {number}")).collect(),
    }
}
