//! A chart's files ─▶ the tree of its charts, their values unread.

use super::file::{File, about, file_error, io_error, join};
use super::loaded::{LoadedChart, without_mark};
use super::metadata::{self, Metadata};
use super::{archive, folder};
use crate::input_file::shown_path;
use crate::value::{Source, SourceKind, Table};
use crate::yaml::{self, Documents};
use crate::{Error, ErrorKind};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// What all archives of one chart, packed into each other, may hold.
const LARGEST_TREE: u64 = 4 * archive::LARGEST_CHART;
/// How deep charts go in charts.
const DEEPEST: usize = 32;

/// The chart at `path`, a folder or an archive.
pub(super) fn from_path(path: &Path) -> Result<LoadedChart, Error> {
    let label = shown_path(&path.display().to_string());
    let is_folder = std::fs::metadata(path).map_err(|error| io_error(path, &error))?.is_dir();
    let mut loading = Loading { left: LARGEST_TREE, defaults: None, in_folder: is_folder };
    if is_folder {
        loading.chart(folder::files(path)?, &label, 0)
    } else {
        loading.archive(&read_archive(path)?, &label, 0)
    }
}

/// The chart of these files, whose defaults stand in `source`.
pub(super) fn from_memory(source: &Source, files: &[(&str, &str)]) -> Result<LoadedChart, Error> {
    let file =
        |(name, text): &(&str, &str)| File { name: (*name).to_owned(), data: text.as_bytes().to_vec() };
    let mut loading =
        Loading { left: LARGEST_TREE, defaults: Some(Arc::new(source.clone())), in_folder: false };
    loading.chart(files.iter().map(file).collect(), &source.name, 0)
}

fn read_archive(path: &Path) -> Result<Vec<u8>, Error> {
    use std::io::Read;
    let io = |error: std::io::Error| io_error(path, &error);
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
    /// Where all defaults stand; none: each chart's in its own values.yaml.
    defaults: Option<Arc<Source>>,
    /// Whether the chart's files can be opened by their paths.
    in_folder: bool,
}

impl Loading {
    /// A chart's values.yaml: by its path where it can be opened, else by the chart's name.
    fn values_source(&self, name: &str, label: &str) -> Arc<Source> {
        Arc::new(if self.in_folder {
            Source { kind: SourceKind::ChartFile, name: join(label, "values.yaml") }
        } else {
            Source { kind: SourceKind::Chart, name: name.to_owned() }
        })
    }

    fn archive(&mut self, packed: &[u8], label: &str, depth: usize) -> Result<LoadedChart, Error> {
        let files = archive::files(packed, &mut self.left)
            .map_err(|error| file_error(Path::new(label), error.kind, &error.message))?;
        let in_folder = std::mem::replace(&mut self.in_folder, false);
        let chart = self.chart(files, label, depth);
        self.in_folder = in_folder;
        chart
    }

    fn chart(&mut self, files: Vec<File>, label: &str, depth: usize) -> Result<LoadedChart, Error> {
        let refused = |message: &str| file_error(Path::new(label), ErrorKind::Refused, message);
        if depth > DEEPEST {
            let message = "is nested in more than 32 charts; that is more than is read here";
            return Err(file_error(Path::new(label), ErrorKind::TooLarge, message));
        }
        let mut metadata = None;
        for file in files.iter().filter(|file| file.name == "Chart.yaml") {
            let metadata = metadata.get_or_insert_with(Metadata::default);
            read_metadata(metadata, file, label)?;
            if metadata.api_version.is_empty() {
                metadata.api_version = "v1".into();
            }
        }
        let mut unread = Vec::new();
        let mut below: BTreeMap<String, Vec<File>> = BTreeMap::new();
        for file in files {
            match file.name.as_str() {
                "Chart.lock" | "requirements.lock" => check_lock(&file, label)?,
                "values.yaml" => {
                    let name = metadata.as_ref().map_or(label, |metadata| &metadata.name);
                    let source = self.defaults.clone().unwrap_or_else(|| self.values_source(name, label));
                    unread.push((file.data.into(), source));
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
        let Some(mut metadata) = metadata else { return Err(refused("has no Chart.yaml; is it a chart")) };
        if metadata.api_version.is_empty() {
            return Err(refused("has no apiVersion in Chart.yaml; give one"));
        }
        metadata
            .check()
            .map_err(|message| about(join(label, "Chart.yaml"), ErrorKind::Refused, message.to_owned()))?;
        let mut charts = Vec::new();
        for (name, files) in below {
            if name.starts_with(['_', '.']) {
                continue;
            }
            let label = join(label, &format!("charts/{name}"));
            charts.push(self.below(&name, files, &label, depth + 1)?);
        }
        Ok(LoadedChart { metadata, charts, unread, ..LoadedChart::default() })
    }

    fn below(
        &mut self,
        name: &str,
        files: Vec<File>,
        label: &str,
        depth: usize,
    ) -> Result<LoadedChart, Error> {
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
                let message = "is a folder with the name of an archive; rename it";
                Err(file_error(Path::new(label), ErrorKind::Refused, message))
            }
        }
    }
}

/// Go's `filepath.Ext`: what stands after the last dot of the last part.
fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit('/')
        .next()
        .and_then(|last| last.rsplit_once('.'))
        .is_some_and(|(_, found)| found == extension)
}

fn yaml(file: &File, label: &str) -> Result<(Table, Arc<Source>), Error> {
    let source = Arc::new(Source { kind: SourceKind::File, name: join(label, &file.name) });
    let read = yaml::read_values(without_mark(&file.data), &source, Documents::First, None)?;
    Ok((read.table, source))
}

fn read_metadata(metadata: &mut Metadata, file: &File, label: &str) -> Result<(), Error> {
    let (table, source) = yaml(file, label)?;
    metadata.read(table).map_err(|metadata::WrongTypeError| wrong_type(&source))
}

/// Of a lock file only its form counts: install does not ask what it locks.
fn check_lock(file: &File, label: &str) -> Result<(), Error> {
    let (mut table, source) = yaml(file, label)?;
    table.retain(|key, _| key.eq_ignore_ascii_case("dependencies"));
    let form = Metadata::default().read(table);
    form.map_err(|metadata::WrongTypeError| wrong_type(&source))
}

fn wrong_type(source: &Arc<Source>) -> Error {
    let message = format!("{} has a field of another type than Helm takes; correct it", source.name);
    Error::in_source(ErrorKind::Refused, message, source, (0, 0))
}
