//! Inputs ─▶ what stands there, each read once for all Helms that read the same.

use super::inputs::Inputs;
use crate::chart::{Chart, LoadedChart};
use crate::merge::merge_tables;
use crate::strvals::{self, SetFlag};
use crate::value::{Origin, Source, SourceKind, Table, Value};
use crate::yaml::{self, Documents, KeyFilter, ReadValues};
use crate::{ChangedValue, Error, ErrorKind, HelmVersion, Warning, input_file};
use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

/// What was read so far, for the next Helm that asks.
pub(super) struct Reading<'a> {
    pub(super) inputs: &'a Inputs,
    /// Whether another Helm will ask.
    keeps: bool,
    charts: Vec<Kept<Chart, Arc<LoadedChart>>>,
    files: Vec<Kept<String, Rc<ReadValues>>>,
    /// Which settings of the files are made; none: all of them.
    filter: Option<Arc<KeyFilter>>,
    /// The chart that `filter` was made for.
    filtered_chart: Option<Arc<LoadedChart>>,
}

/// Something that was read, and for which Helms.
struct Kept<K, T> {
    key: K,
    /// Helm 4 or Helm 3; `None`: both read the same.
    every_document: Option<bool>,
    read: Result<T, Error>,
}

fn kept<K, T: Clone>(
    all: &[Kept<K, T>],
    is_asked: impl Fn(&K) -> bool,
    version: &HelmVersion,
) -> Option<Result<T, Error>> {
    let fits = |kept: &&Kept<K, T>| {
        is_asked(&kept.key) && kept.every_document.is_none_or(|every| every == version.every_document)
    };
    all.iter().find(fits).map(|kept| kept.read.clone())
}

impl<'a> Reading<'a> {
    pub(super) fn new(inputs: &'a Inputs, keeps: bool) -> Self {
        Reading { inputs, keeps, charts: Vec::new(), files: Vec::new(), filter: None, filtered_chart: None }
    }

    /// Whether what was read so far is what every Helm reads, and all of it: a flag,
    /// or a release before, is read anew for each.
    pub(super) fn is_version_independent(&self) -> bool {
        let charts = self.charts.iter().all(|kept| {
            kept.every_document.is_none()
                && kept.read.as_ref().is_ok_and(|chart| chart.has_known_api_version())
        });
        charts && self.inputs.has_only_files() && self.files.iter().all(|kept| kept.every_document.is_none())
    }

    /// The chart that values are given to; without one, one without anything.
    pub(super) fn chart(&mut self, version: &HelmVersion) -> Result<Arc<LoadedChart>, Error> {
        let chart = self.inputs.chart.as_ref().map(|chart| self.load(chart, version)).transpose()?;
        let chart = chart.unwrap_or_default();
        // A flag can go through any setting of a file, and whether anything is given
        // decides what becomes of a release's values.
        let is_filters = self.filtered_chart.as_ref().is_some_and(|filtered| Arc::ptr_eq(filtered, &chart));
        if self.inputs.has_only_files() && !is_filters {
            self.filter = chart.key_filter(&self.inputs.only_keys);
            self.filtered_chart = Some(Arc::clone(&chart));
        }
        Ok(chart)
    }

    pub(super) fn load(&mut self, chart: &Chart, version: &HelmVersion) -> Result<Arc<LoadedChart>, Error> {
        let read = kept(&self.charts, |other| chart.is(other), version).unwrap_or_else(|| {
            let read = chart.load(documents(version), self.chart_filter(chart).as_ref());
            let is_version_independent = read.as_ref().is_ok_and(|read| read.is_version_independent());
            let every_document = (!is_version_independent).then_some(version.every_document);
            self.charts.push(Kept { key: chart.clone(), every_document, read: read.clone() });
            read
        });
        read.and_then(|loaded| chart.check(&loaded, version).map(|()| loaded))
    }

    /// Where a release's values are reused, the old chart's defaults are given
    /// to the new one, so what either asks for is kept.
    fn chart_filter(&self, chart: &Chart) -> Option<Arc<KeyFilter>> {
        let Inputs { chart: new, upgrade, only_keys, .. } = self.inputs;
        let others = [new, &upgrade.old_chart].into_iter().flatten().filter(|other| !other.is(chart));
        let others = others.map(|other| other.key_filter(only_keys));
        others.fold(chart.key_filter(only_keys), |one, other| {
            Some(Arc::new(Arc::unwrap_or_clone(one?).and(Arc::unwrap_or_clone(other?))))
        })
    }

    fn file(&mut self, path: &str, kind: SourceKind, version: &HelmVersion) -> Result<Rc<ReadValues>, Error> {
        kept(&self.files, |other| other == path, version).unwrap_or_else(|| {
            let known = self.inputs.contents.iter().find(|(known, _)| known == path);
            let read = match known {
                Some((_, bytes)) => Ok(Cow::Borrowed(&**bytes)),
                None => input_file::read(path).map(Cow::Owned),
            };
            let (read, is_version_independent) =
                values_file(path, read, kind, documents(version), self.filter.as_deref());
            let every_document = (!is_version_independent).then_some(version.every_document);
            let read = read.map(Rc::new);
            if self.keeps {
                self.files.push(Kept { key: path.to_owned(), every_document, read: read.clone() });
            }
            read
        })
    }

    /// `-f` and the `--set` family over each other.
    pub(super) fn given(
        &mut self,
        version: &HelmVersion,
        warnings: &mut Vec<Warning>,
        changed: &mut Vec<ChangedValue>,
    ) -> Result<Table, Error> {
        let inputs = self.inputs;
        let mut table = Table::new();
        for path in &inputs.files {
            let read = self.file(path, SourceKind::File, version)?;
            warnings.extend_from_slice(&read.warnings);
            merge_tables(&mut table, owned(read));
        }
        merge_tables(&mut table, inputs.table.clone());
        let families = [
            (SetFlag::Json, &inputs.set_json),
            (SetFlag::Typed, &inputs.set),
            (SetFlag::Text, &inputs.set_string),
            (SetFlag::File, &inputs.set_file),
            (SetFlag::Literal, &inputs.set_literal),
        ];
        // The path is not shown: who mixes --set-file up with --set writes a password there.
        let mut read_file = |path: &str| {
            input_file::read(path).map_err(|problem| format!("the file to take a value from {problem}"))
        };
        for (flag, arguments) in families {
            for argument in arguments {
                changed.extend(strvals::apply(&mut table, flag, argument, version, &mut read_file)?);
            }
        }
        Ok(table)
    }

    /// What `helm get values` printed: `null` where nothing was given.
    pub(super) fn release_values(&mut self, version: &HelmVersion) -> Result<Option<Table>, Error> {
        let Some(path) = &self.inputs.upgrade.release_values else { return Ok(None) };
        let mut table = owned(self.file(path, SourceKind::Release, version)?);
        // The heading that it prints without -o.
        for heading in ["USER-SUPPLIED VALUES", "COMPUTED VALUES"] {
            if table.get(heading).is_some_and(|node| node.value == Value::Null) {
                table.remove(heading);
            }
        }
        Ok(Some(table))
    }
}

fn documents(version: &HelmVersion) -> Documents {
    if version.every_document { Documents::All } else { Documents::First }
}

/// The table itself where nobody else has it, else a copy.
fn owned(read: Rc<ReadValues>) -> Table {
    Rc::try_unwrap(read).map_or_else(|read| read.table.clone(), |read| read.table)
}

/// The table that a values file gives to a Helm, as `-f` names it.
///
/// For whoever layers values as another program does before Helm sees them.
pub fn read_values_file(path: &str, version: &HelmVersion) -> Result<Table, Error> {
    let read = input_file::read(path).map(Cow::Owned);
    values_file(path, read, SourceKind::File, documents(version), None).0.map(|read| read.table)
}

/// A file's values, and whether every Helm reads the same.
fn values_file(
    path: &str,
    read: Result<Cow<'_, [u8]>, String>,
    kind: SourceKind,
    documents: Documents,
    filter: Option<&KeyFilter>,
) -> (Result<ReadValues, Error>, bool) {
    let shown = input_file::shown_path(path);
    let source = Arc::new(Source { kind, name: shown.clone() });
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(problem) => {
            let message = format!("the file {shown} {problem}");
            let origin = Origin { source, line: 0, column: 0 };
            return (Err(Error::with_kind(ErrorKind::Unreadable, message, Some(origin))), true);
        }
    };
    // Helm refuses it, too, as a text that is not a table.
    if bytes.starts_with(b"$ANSIBLE_VAULT;") {
        let message = "the file is encrypted by Ansible Vault, so what it says is not known; read what ansible-vault prints: ansible-vault view FILE | remote-write-auth check -";
        return (Err(Error::in_source(ErrorKind::Unreadable, message, &source, (1, 1))), true);
    }
    match yaml::read_values(&bytes, &source, documents, filter) {
        Ok(read) => {
            let is_version_independent = read.version_independent;
            (Ok(read), is_version_independent)
        }
        Err(error) => (Err(error), yaml::is_version_independent(&bytes)),
    }
}
