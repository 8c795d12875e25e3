//! A chart, a folder or an archive ─▶ the tree of its charts.
//!
//! What is read is what values hang on: each Chart.yaml, values.yaml and lock
//! file. Templates and schemas are not looked at.

mod archive;
mod coalesce;
pub(super) mod dependencies;
mod folder;
mod ignore;
mod metadata;
mod pruned;
mod version;

use super::compose::Wanted;
use super::documents::{self, Documents};
use super::merge::{Shared, share};
use super::release::has_null;
use super::tree::{Origin, Source, SourceKind, Table, Value};
use super::{CouldNotTell, Profile};
use metadata::{Dependency, Metadata};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

/// What all archives of one chart, packed into each other, may hold.
const LARGEST_TREE: u64 = 4 * archive::LARGEST_CHART;
/// How deep charts go in charts.
const DEEPEST: usize = 32;

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
        let path = path.display().to_string();
        Unreadable { sentence: format!("{path} {sentence}"), path }
    }

    fn io(path: &Path, error: &std::io::Error) -> Self {
        let path = path.display().to_string();
        Unreadable { sentence: format!("cannot read {path}: {error}; check the path"), path }
    }
}

impl From<Unreadable> for CouldNotTell {
    fn from(unreadable: Unreadable) -> Self {
        let source = Arc::new(Source { kind: SourceKind::File, name: unreadable.path });
        CouldNotTell::new(unreadable.sentence, Some(Origin { source, line: 0, column: 0 }))
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
pub(super) fn load(path: &Path, profile: &Profile, defaults: &Defaults) -> Result<Loaded, CouldNotTell> {
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

fn load_files(path: &Path) -> Result<Loaded, CouldNotTell> {
    let label = path.display().to_string();
    let is_folder = std::fs::metadata(path).map_err(|error| Unreadable::io(path, &error))?.is_dir();
    let mut loading = Loading { left: LARGEST_TREE };
    if is_folder {
        loading.chart(folder::files(path)?, &label, 0)
    } else {
        loading.archive(&read_archive(path)?, &label, 0)
    }
}

fn read_archive(path: &Path) -> Result<Vec<u8>, Unreadable> {
    use std::io::Read;
    let io = |error: std::io::Error| Unreadable::io(path, &error);
    let mut packed = Vec::new();
    std::fs::File::open(path)
        .map_err(io)?
        .take(archive::LARGEST_CHART)
        .read_to_end(&mut packed)
        .map_err(io)?;
    Ok(packed)
}

struct Loading {
    left: u64,
}

impl Loading {
    fn archive(&mut self, packed: &[u8], label: &str, depth: usize) -> Result<Loaded, CouldNotTell> {
        let files = archive::files(packed, &mut self.left)
            .map_err(|sentence| Unreadable::new(Path::new(label), &sentence))?;
        self.chart(files, label, depth)
    }

    fn chart(&mut self, files: Vec<File>, label: &str, depth: usize) -> Result<Loaded, CouldNotTell> {
        let wrong = |sentence: &str| CouldNotTell::from(Unreadable::new(Path::new(label), sentence));
        if depth > DEEPEST {
            return Err(wrong("is nested in more than 32 charts; that is more than is read here"));
        }
        let mut metadata = None;
        for file in files.iter().filter(|file| file.name == "Chart.yaml") {
            let metadata = metadata.get_or_insert_with(Metadata::default);
            read_metadata(metadata, file, label)?;
            if metadata.api_version.is_empty() {
                "v1".clone_into(&mut metadata.api_version);
            }
        }
        let mut unread = Vec::new();
        let mut below: BTreeMap<String, Vec<File>> = BTreeMap::new();
        for file in files {
            match file.name.as_str() {
                "Chart.lock" | "requirements.lock" => check_lock(&file, label)?,
                "values.yaml" => {
                    let name = metadata.as_ref().map_or(label, |metadata| &metadata.name);
                    unread.push((file.data, source_of(name)));
                }
                "requirements.yaml" => {
                    read_metadata(metadata.get_or_insert_with(Metadata::default), &file, label)?;
                }
                name => {
                    let Some(rest) = name.strip_prefix("charts/") else { continue };
                    if has_extension(rest, "prov") {
                        continue;
                    }
                    let folder = rest.split('/').next().unwrap_or(rest).to_owned();
                    below.entry(folder).or_default().push(File { name: rest.to_owned(), data: file.data });
                }
            }
        }
        let Some(mut metadata) = metadata else { return Err(wrong("has no Chart.yaml; is it a chart")) };
        if metadata.api_version.is_empty() {
            return Err(wrong("has no apiVersion in Chart.yaml; give one"));
        }
        metadata.check().map_err(|sentence| {
            CouldNotTell::from(Unreadable { path: join(label, "Chart.yaml"), sentence: sentence.to_owned() })
        })?;
        let mut charts = Vec::new();
        for (name, files) in below {
            if name.starts_with(['_', '.']) {
                continue;
            }
            let label = join(label, &format!("charts/{name}"));
            charts.push(self.below(&name, files, &label, depth + 1)?);
        }
        Ok(Loaded { metadata, values: None, charts, unread, alike: true })
    }

    fn below(
        &mut self,
        name: &str,
        files: Vec<File>,
        label: &str,
        depth: usize,
    ) -> Result<Loaded, CouldNotTell> {
        if !has_extension(name, "tgz") {
            let inside = |file: File| {
                let name = file.name.split_once('/')?.1.to_owned();
                Some(File { name, ..file })
            };
            return self.chart(files.into_iter().filter_map(inside).collect(), label, depth);
        }
        match files.first() {
            Some(file) if file.name == name => self.archive(&file.data, label, depth),
            Some(_) | None => {
                let sentence = "is a folder with the name of an archive; rename it";
                Err(Unreadable::new(Path::new(label), sentence).into())
            }
        }
    }
}

/// Go's `filepath.Ext`: what stands behind the last dot of the last part.
fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit('/')
        .next()
        .and_then(|last| last.rsplit_once('.'))
        .is_some_and(|(_, found)| found == extension)
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

fn yaml(file: &File, label: &str) -> Result<(Table, Arc<Source>), CouldNotTell> {
    let source = Arc::new(Source { kind: SourceKind::File, name: join(label, &file.name) });
    match documents::read(without_mark(&file.data), &source, Documents::First) {
        Ok(read) => Ok((read.table, source)),
        Err(error) => Err(CouldNotTell::reading(error, &source)),
    }
}

fn read_metadata(metadata: &mut Metadata, file: &File, label: &str) -> Result<(), CouldNotTell> {
    let (table, source) = yaml(file, label)?;
    metadata.read(table).map_err(|metadata::WrongType| {
        let sentence = format!("{} has a field of another type than Helm takes; mend it", source.name);
        CouldNotTell::new(sentence, Some(Origin { source, line: 0, column: 0 }))
    })
}

/// Of a lock file only its form counts: install does not ask what it locks.
fn check_lock(file: &File, label: &str) -> Result<(), CouldNotTell> {
    let (mut table, source) = yaml(file, label)?;
    table.retain(|key, _| key.eq_ignore_ascii_case("dependencies"));
    let form = Metadata::default().read(table);
    form.map_err(|metadata::WrongType| {
        let sentence = format!("{} has a field of another type than Helm takes; mend it", source.name);
        CouldNotTell::new(sentence, Some(Origin { source, line: 0, column: 0 }))
    })
}

/// A chart's values.yaml; the chart is known by its name.
fn source_of(name: &str) -> Arc<Source> {
    Arc::new(Source { kind: SourceKind::Chart, name: name.to_owned() })
}

impl Loaded {
    /// Reads each values.yaml of the tree.
    fn read_values(&mut self, documents: Documents, wanted: Option<&Wanted>) -> Result<(), CouldNotTell> {
        for (data, source) in std::mem::take(&mut self.unread) {
            let read = documents::read_wanted(without_mark(&data), &source, documents, wanted);
            let read = read.map_err(|error| CouldNotTell::reading(error, &source))?;
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
    pub(super) fn check(&self, path: &Path, profile: &Profile) -> Result<(), CouldNotTell> {
        let wrong = |sentence: &str| Err(CouldNotTell::from(Unreadable::new(path, sentence)));
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

    /// Trento's chart as far as the law sees it: Prometheus deployed, receiver on.
    pub(super) fn built_in() -> Loaded {
        let source =
            Arc::new(Source { kind: SourceKind::BuiltIn, name: "the defaults of Trento".to_owned() });
        let origin = Origin { source, line: 0, column: 0 };
        let node = |value| super::tree::Node { value, origin: origin.clone() };
        let table = |entries: Vec<(&str, Value)>| {
            Value::Table(entries.into_iter().map(|(key, value)| (key.to_owned(), node(value))).collect())
        };
        let flags = ["web.enable-lifecycle", "web.enable-remote-write-receiver"];
        let flags = Value::List(flags.map(|flag| node(Value::Text(flag.to_owned()))).into());
        let prometheus =
            table(vec![("enabled", Value::Bool(true)), ("server", table(vec![("extraFlags", flags)]))]);
        let values = Table::from([("prometheus".to_owned(), node(prometheus))]);
        let named = |name: &str| Metadata {
            name: name.to_owned(),
            version: "0.0.0".to_owned(),
            api_version: "v2".to_owned(),
            ..Metadata::default()
        };
        let dependency = Dependency {
            name: "prometheus".to_owned(),
            version: "*".to_owned(),
            condition: "prometheus.enabled".to_owned(),
            ..Dependency::default()
        };
        let dependencies = Some(vec![Rc::new(RefCell::new(dependency))]);
        let sub_chart = Loaded {
            metadata: named("prometheus"),
            values: None,
            charts: Vec::new(),
            unread: Vec::new(),
            alike: true,
        };
        Loaded {
            metadata: Metadata { dependencies, ..named("trento-server") },
            values: Some(values),
            charts: vec![sub_chart],
            unread: Vec::new(),
            alike: true,
        }
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
