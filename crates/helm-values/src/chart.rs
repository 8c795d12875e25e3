//! A chart, a folder or an archive ─▶ the tree of its charts.
//!
//! What is read is what values hang on: each Chart.yaml, values.yaml and lock
//! file. Templates and schemas are not looked at.

mod archive;
mod built_in;
mod coalesce;
pub(super) mod dependencies;
mod folder;
mod ignore;
mod loading;
mod metadata;
mod pruned;
mod version;

use super::compose::Wanted;
use super::documents::{self, Documents};
use super::file_text::told_path;
use super::merge::{Shared, share};
use super::release::has_null;
use super::tree::{Origin, Source, SourceKind, Table};
use super::{Error, HelmVersion};
use loading::load_files;
use metadata::{Dependency, Metadata};
use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

/// A file of a chart, by its name there; without content if it is not wanted.
struct File {
    name: String,
    data: Vec<u8>,
}

/// Whether values hang on a file of this name.
fn wanted(name: &str) -> bool {
    match name.strip_prefix("charts/") {
        Some(below) => below.split_once('/').is_none_or(|(_, rest)| wanted(rest)),
        None => matches!(
            name,
            "Chart.yaml" | "Chart.lock" | "values.yaml" | "requirements.yaml" | "requirements.lock"
        ),
    }
}

/// A file that could not be read, or that Helm would refuse.
struct Unreadable {
    path: String,
    sentence: String,
}

impl Unreadable {
    fn new(path: &Path, sentence: &str) -> Self {
        let path = told_path(&path.display().to_string());
        Unreadable { sentence: format!("{path} {sentence}"), path }
    }

    fn io(path: &Path, error: &std::io::Error) -> Self {
        let path = told_path(&path.display().to_string());
        Unreadable { sentence: format!("cannot read {path}: {error}; check the path"), path }
    }
}

impl From<Unreadable> for Error {
    fn from(unreadable: Unreadable) -> Self {
        let source = Arc::new(Source { kind: SourceKind::File, name: unreadable.path });
        Error::new(unreadable.sentence, Some(Origin { source, line: 0, column: 0 }))
    }
}

/// A chart as it was read.
pub(super) struct Loaded {
    metadata: Metadata,
    values: Option<Table>,
    charts: Vec<Loaded>,
    /// Its values.yaml, before it is read; an archive may have several.
    unread: Vec<(Vec<u8>, Arc<Source>)>,
    /// Whether every Helm reads the same values.
    alike: bool,
}

/// Which defaults of a chart are read.
pub(super) enum Defaults<'a> {
    All,
    /// Those that a verdict hangs on, of this chart and of those that share values
    /// with it.
    ForVerdicts(&'a [&'a Path]),
}

/// Reads the chart at `path` as install does, but for what `check` asks.
pub(super) fn load(path: &Path, profile: &HelmVersion, defaults: &Defaults) -> Result<Loaded, Error> {
    let mut chart = load_files(path)?;
    let wanted = match defaults {
        Defaults::All => None,
        Defaults::ForVerdicts(others) => {
            let others = others.iter().map(|path| load_files(path).ok()?.wanted());
            others.fold(chart.wanted(), |one, other| Some(one?.and(other?)))
        }
    };
    let documents = if profile.every_document { Documents::All } else { Documents::First };
    chart.read_values(documents, wanted.as_ref())?;
    Ok(chart)
}

/// The label of a file in a chart.
fn join(label: &str, name: &str) -> String {
    format!("{}/{}", label.trim_end_matches('/'), plain(name))
}

/// A name as it may be printed. It is of whoever packed the chart: nothing in it
/// may steer a terminal or look like the sentence around it.
fn plain(name: &str) -> String {
    let is_plain = |letter: char| {
        letter == ' ' || letter.is_ascii_graphic() && !matches!(letter, '"' | '\'' | '`' | '\\')
    };
    name.chars().map(|letter| if is_plain(letter) { letter } else { '?' }).collect()
}

/// Helm takes one byte order mark off each file of a chart.
fn without_mark(data: &[u8]) -> &[u8] {
    data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data)
}

impl Loaded {
    /// Reads each values.yaml of the tree.
    fn read_values(&mut self, documents: Documents, wanted: Option<&Wanted>) -> Result<(), Error> {
        for (data, source) in std::mem::take(&mut self.unread) {
            let read = documents::read_wanted(without_mark(&data), &source, documents, wanted);
            let read = read.map_err(|error| Error::reading(error, &source))?;
            self.alike &= read.alike;
            self.values = Some(read.table);
        }
        self.charts.iter_mut().try_for_each(|chart| chart.read_values(documents, wanted))
    }

    /// Whether every Helm reads the same values in all charts of the tree.
    pub(super) fn is_read_alike(&self) -> bool {
        self.alike && self.charts.iter().all(Loaded::is_read_alike)
    }

    /// Whether every Helm that gets the same values does the same with all charts
    /// of the tree: no nulls, imports and aliases, no versions that could be
    /// pre-releases.
    pub(super) fn is_taken_alike(&self) -> bool {
        let Metadata { version, dependencies, .. } = &self.metadata;
        let is_plain = |dependency: &RefCell<Dependency>| {
            let Dependency { version, alias, imports, .. } = &*dependency.borrow();
            alias.is_empty() && imports.is_empty() && !version.contains('-')
        };
        !version.contains('-')
            && dependencies.iter().flatten().all(|dependency| is_plain(dependency))
            && !self.values.as_ref().is_some_and(has_null)
            && self.charts.iter().all(Loaded::is_taken_alike)
    }

    /// What install asks of the chart itself, which was read at `path`.
    pub(super) fn check(&self, path: &Path, profile: &HelmVersion) -> Result<(), Error> {
        let wrong = |sentence: &str| Err(Error::from(Unreadable::new(path, sentence)));
        let Metadata { kind, api_version, dependencies, .. } = &self.metadata;
        if profile.every_document && !matches!(api_version.as_str(), "v1" | "v2") {
            return wrong("has an apiVersion other than v1 and v2; this is not read here");
        }
        if kind == "library" {
            return wrong("is a library chart, which Helm does not install; name the chart that uses it");
        }
        for dependency in dependencies.iter().flatten() {
            let Dependency { name, .. } = &*dependency.borrow();
            if !self.charts.iter().any(|chart| chart.metadata.name == *name) {
                let name = plain(name);
                return wrong(&format!(
                    "has no sub-chart {name} in charts, which Chart.yaml names; run helm dependency update"
                ));
            }
        }
        Ok(())
    }

    /// Whether the order in which Helm comes to the sub-charts, which is
    /// random, could tell.
    pub(super) fn has_siblings(&self) -> bool {
        self.charts.len() > 1 || self.charts.iter().any(Loaded::has_siblings)
    }

    /// The chart as Helm changes it on the way.
    pub(super) fn chart(&self, reversed: bool) -> ChartRef {
        let mut dependencies: Vec<ChartRef> = self.charts.iter().map(|chart| chart.chart(reversed)).collect();
        if reversed {
            dependencies.reverse();
        }
        let values = self.values.clone().map(share);
        let metadata = Rc::new(RefCell::new(self.metadata.deep_clone()));
        Rc::new(RefCell::new(Chart { metadata, values, dependencies }))
    }
}

/// A chart on its way: Helm changes it in place, and copies of it share what
/// their pointers share.
#[derive(Clone)]
pub(super) struct Chart {
    metadata: Rc<RefCell<Metadata>>,
    pub(super) values: Option<Shared>,
    pub(super) dependencies: Vec<ChartRef>,
}

pub(super) type ChartRef = Rc<RefCell<Chart>>;

fn name(chart: &ChartRef) -> String {
    chart.borrow().metadata.borrow().name.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strange_name_in_a_chart_is_not_printed() {
        assert_eq!(join("umb/", "charts/a\u{1b}[2J\"\n::error é"), "umb/charts/a?[2J??::error ?");
    }
}
