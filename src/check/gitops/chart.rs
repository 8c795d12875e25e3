//! What a release says of its chart → the chart, where it lies in the same
//! repository or was given, or Trento's defaults, where it is Trento's.
//!
//! A release of plainly another's chart is never judged by Trento's defaults.

use super::document::{Document, Documents, plain_name};
use super::problem::Problem;
use helm_values::Chart;
use std::path::{Component, Path, PathBuf};

/// The chart that stands underneath where none is named.
const TRENTOS: &str = "trento-server";

/// What a release says of its chart.
#[derive(Clone, Debug, Default)]
pub(super) struct ChartName {
    /// Its name, a path or an address that ends with it; none where a document says
    /// nothing about a chart.
    pub name: Option<String>,
    /// Where it can lie, the likeliest first.
    pub paths: Vec<PathBuf>,
}

impl ChartName {
    pub(super) fn named(name: &str) -> ChartName {
        ChartName { name: Some(name.to_owned()), paths: Vec::new() }
    }

    /// A path below the root of the repository, or below a folder on the way to it.
    pub(super) fn in_repository(documents: &Documents, path: &str) -> ChartName {
        ChartName { name: Some(path.to_owned()), paths: in_repository(documents, path) }
    }
}

/// The chart of a release; none for Trento's defaults.
pub(super) fn load(
    documents: &Documents,
    asked: &ChartName,
    document: &Document,
) -> Result<Option<Chart>, Problem> {
    if let Some(path) = found(asked) {
        return Ok(Some(Chart::from_path(path)));
    }
    let name = asked.name.as_deref().map(last_part);
    let given = documents.request.inputs.chart.clone();
    let fits = |chart: &Chart| match (&name, chart.name()) {
        // A chart that cannot be read says so where it is read.
        (None, _) | (_, Err(_)) => true,
        (Some(name), Ok(given)) => *name == given,
    };
    match (given, name) {
        (Some(chart), _) if fits(&chart) => Ok(Some(chart)),
        (None, None) | (_, Some(TRENTOS)) => Ok(None),
        (_, name) => {
            let name = plain_name(name.unwrap_or_default());
            Err(Problem::at(
                &document.node,
                format!(
                    "the release is one of the chart {name}, which is neither Trento's nor found here; give that chart by --chart, or judge what it renders by --rendered"
                ),
            ))
        }
    }
}

/// The first of the paths where a chart lies.
pub(super) fn found(asked: &ChartName) -> Option<&PathBuf> {
    asked.paths.iter().find(|path| path.join("Chart.yaml").is_file())
}

/// `trento-server` of `oci://host/charts/trento-server:1.0.0`.
fn last_part(name: &str) -> &str {
    let last = name.trim_end_matches('/').rsplit('/').next().unwrap_or(name);
    last.split([':', '@']).next().unwrap_or(last)
}

/// Where a path of the repository can lie: below each folder from the document's
/// up to the repository's root, or up to the folder that this runs in.
pub(super) fn in_repository(documents: &Documents, path: &str) -> Vec<PathBuf> {
    let Some(path) = inside(path) else { return Vec::new() };
    let folders = folders_above(&documents.file);
    // The root is the likeliest.
    folders.iter().rev().map(|folder| folder.join(&path)).collect()
}

/// A path beside the document.
pub(super) fn beside(documents: &Documents, path: &str) -> PathBuf {
    folder(&documents.file).join(path)
}

fn folder(file: &str) -> PathBuf {
    match Path::new(file).parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// As it is written, so that places are shown with paths that people know.
fn folders_above(file: &str) -> Vec<PathBuf> {
    const MOST: usize = 40;
    let mut folders = vec![folder(file)];
    while folders.len() < MOST {
        let Some(last) = folders.last() else { break };
        if last.join(".git").exists() {
            return folders;
        }
        let next = last.join("..");
        match (last.canonicalize(), next.canonicalize()) {
            (Ok(one), Ok(other)) if one != other => folders.push(next),
            _ => break,
        }
    }
    // Nobody says where the repository ends.
    folders.truncate(1);
    folders.push(PathBuf::from("."));
    folders
}

/// The path without a slash in front; none where it leads out of the repository.
fn inside(path: &str) -> Option<PathBuf> {
    let path = Path::new(path.trim_start_matches('/'));
    let inside = |part: &Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    path.components()
        .all(|part| inside(&part))
        .then(|| path.components().filter(|part| matches!(part, Component::Normal(_))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_is_called_by_the_last_part_of_its_address() {
        for (name, last) in [
            ("trento-server", TRENTOS),
            ("oci://ghcr.io/trento/trento-server:3.1.0", TRENTOS),
            ("./charts/trento-server/", TRENTOS),
            ("prometheus-community/prometheus", "prometheus"),
        ] {
            assert_eq!(last_part(name), last);
        }
    }

    #[test]
    fn a_path_stays_in_the_repository() {
        assert_eq!(inside("/charts/./a"), Some(PathBuf::from("charts/a")));
        assert_eq!(inside("charts/../../a"), None);
    }
}
