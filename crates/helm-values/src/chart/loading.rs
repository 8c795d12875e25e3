//! A chart's files ─▶ the tree of its charts, their values unread.

use super::metadata::{self, Metadata};
use super::{File, Loaded, Unreadable, archive, folder, join, without_mark};
use crate::Error;
use crate::documents::{self, Documents};
use crate::file_text::told_path;
use crate::tree::{Origin, Source, SourceKind, Table};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// What all archives of one chart, packed into each other, may hold.
const LARGEST_TREE: u64 = 4 * archive::LARGEST_CHART;
/// How deep charts go in charts.
const DEEPEST: usize = 32;

/// The chart at `path`, a folder or an archive.
pub(super) fn load_files(path: &Path) -> Result<Loaded, Error> {
    let label = told_path(&path.display().to_string());
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
    fn archive(&mut self, packed: &[u8], label: &str, depth: usize) -> Result<Loaded, Error> {
        let files = archive::files(packed, &mut self.left)
            .map_err(|sentence| Unreadable::new(Path::new(label), &sentence))?;
        self.chart(files, label, depth)
    }

    fn chart(&mut self, files: Vec<File>, label: &str, depth: usize) -> Result<Loaded, Error> {
        let wrong = |sentence: &str| Error::from(Unreadable::new(Path::new(label), sentence));
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
            Error::from(Unreadable { path: join(label, "Chart.yaml"), sentence: sentence.to_owned() })
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

    fn below(&mut self, name: &str, files: Vec<File>, label: &str, depth: usize) -> Result<Loaded, Error> {
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

fn yaml(file: &File, label: &str) -> Result<(Table, Arc<Source>), Error> {
    let source = Arc::new(Source { kind: SourceKind::File, name: join(label, &file.name) });
    match documents::read(without_mark(&file.data), &source, Documents::First) {
        Ok(read) => Ok((read.table, source)),
        Err(error) => Err(Error::reading(error, &source)),
    }
}

fn read_metadata(metadata: &mut Metadata, file: &File, label: &str) -> Result<(), Error> {
    let (table, source) = yaml(file, label)?;
    metadata.read(table).map_err(|metadata::WrongType| {
        let sentence = format!("{} has a field of another type than Helm takes; mend it", source.name);
        Error::new(sentence, Some(Origin { source, line: 0, column: 0 }))
    })
}

/// Of a lock file only its form counts: install does not ask what it locks.
fn check_lock(file: &File, label: &str) -> Result<(), Error> {
    let (mut table, source) = yaml(file, label)?;
    table.retain(|key, _| key.eq_ignore_ascii_case("dependencies"));
    let form = Metadata::default().read(table);
    form.map_err(|metadata::WrongType| {
        let sentence = format!("{} has a field of another type than Helm takes; mend it", source.name);
        Error::new(sentence, Some(Origin { source, line: 0, column: 0 }))
    })
}

/// A chart's values.yaml; the chart is known by its name.
fn source_of(name: &str) -> Arc<Source> {
    Arc::new(Source { kind: SourceKind::Chart, name: name.to_owned() })
}
