//! Paths ─▶ what stands there, each read once for all Helms that read the same.

use super::{Coalesced, Inputs, Release};
use crate::chart::{self, Defaults, Loaded};
use crate::compose::Wanted;
use crate::documents::{self, Documents};
use crate::merge;
use crate::set::{self, SetFlag};
use crate::tree::{Origin, Source, SourceKind, Table, Value};
use crate::{Error, HelmVersion, Warning, file_text};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// What was read so far, for the next Helm that asks.
pub(super) struct Reading<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) for_verdicts: bool,
    charts: Vec<Kept<Rc<Loaded>>>,
    files: Vec<Kept<Rc<documents::Read>>>,
    /// Of the files, which settings are made; none: all of them.
    pub(super) wanted: Option<Wanted>,
    /// Whether every Helm reads the same in all files so far.
    pub(super) alike: bool,
    /// The last answer, and what it was made of.
    last: Option<(Release, Result<Coalesced, Error>)>,
}

/// Something read from a path, and for which Helms.
struct Kept<T> {
    path: PathBuf,
    /// Helm 4 or Helm 3; `None`: both read the same.
    every_document: Option<bool>,
    read: Result<T, Error>,
}

fn kept<T: Clone>(all: &[Kept<T>], path: &Path, profile: &HelmVersion) -> Option<Result<T, Error>> {
    let fits = |kept: &&Kept<T>| {
        kept.path == path && kept.every_document.is_none_or(|every| every == profile.every_document)
    };
    all.iter().find(fits).map(|kept| kept.read.clone())
}

impl<'a> Reading<'a> {
    pub(super) fn of(inputs: &'a Inputs, for_verdicts: bool) -> Self {
        Reading {
            inputs,
            for_verdicts,
            charts: Vec::new(),
            files: Vec::new(),
            wanted: None,
            alike: true,
            last: None,
        }
    }

    pub(super) fn layered(&mut self, profile: &HelmVersion) -> Result<Coalesced, Error> {
        let release = Release::read(self, profile)?;
        if let Some((last, answer)) = &self.last
            && release.is_as(last)
        {
            return answer.clone();
        }
        let answer = release.layered();
        self.last = Some((release, answer.clone()));
        answer
    }

    pub(super) fn chart(&mut self, path: &Path, profile: &HelmVersion) -> Result<Rc<Loaded>, Error> {
        let read = kept(&self.charts, path, profile).unwrap_or_else(|| {
            // Where a release's values are reused, the old chart's defaults are given
            // to the new one.
            let Inputs { chart, old_chart, .. } = self.inputs;
            let others = [chart, old_chart].into_iter().flatten().map(PathBuf::as_path);
            let others: Vec<&Path> = others.filter(|other| *other != path).collect();
            let defaults = if self.for_verdicts { Defaults::ForVerdicts(&others) } else { Defaults::All };
            let read = chart::load(path, profile, &defaults);
            let alike = read.as_ref().is_ok_and(Loaded::is_read_alike);
            let every_document = (!alike).then_some(profile.every_document);
            let read = read.map(Rc::new);
            self.charts.push(Kept { path: path.to_owned(), every_document, read: read.clone() });
            read
        });
        read.and_then(|chart| chart.check(path, profile).map(|()| chart))
    }

    fn file(
        &mut self,
        path: &str,
        kind: SourceKind,
        profile: &HelmVersion,
    ) -> Result<Rc<documents::Read>, Error> {
        kept(&self.files, Path::new(path), profile).unwrap_or_else(|| {
            let (read, alike) = values_file(path, kind, profile, self.wanted.as_ref());
            self.alike &= alike;
            let every_document = (!alike).then_some(profile.every_document);
            let read = read.map(Rc::new);
            if self.for_verdicts {
                self.files.push(Kept { path: path.into(), every_document, read: read.clone() });
            }
            read
        })
    }

    /// `-f` and the `--set` family over each other.
    pub(super) fn given(
        &mut self,
        profile: &HelmVersion,
        warnings: &mut Vec<Warning>,
    ) -> Result<Table, Error> {
        let inputs = self.inputs;
        let mut table = Table::new();
        for path in &inputs.files {
            let read = self.file(path, SourceKind::File, profile)?;
            warnings.extend_from_slice(&read.warnings);
            merge::layer(&mut table, owned(read));
        }
        let families = [
            (SetFlag::Json, &inputs.set_json),
            (SetFlag::Typed, &inputs.set),
            (SetFlag::Text, &inputs.set_string),
            (SetFlag::File, &inputs.set_file),
            (SetFlag::Literal, &inputs.set_literal),
        ];
        // The path is not told: who mixes --set-file up with --set writes a password there.
        let mut read_file = |path: &str| {
            file_text::read(path).map_err(|fault| format!("the file to take a value from {fault}"))
        };
        for (flag, arguments) in families {
            for argument in arguments {
                set::apply(&mut table, flag, argument, profile, &mut read_file)?;
            }
        }
        Ok(table)
    }

    /// What `helm get values` printed: `null` where nothing was given.
    pub(super) fn before(&mut self, path: &str, profile: &HelmVersion) -> Result<Table, Error> {
        let mut table = owned(self.file(path, SourceKind::Release, profile)?);
        // The heading that it prints without -o.
        for heading in ["USER-SUPPLIED VALUES", "COMPUTED VALUES"] {
            if table.get(heading).is_some_and(|node| node.value == Value::Null) {
                table.remove(heading);
            }
        }
        Ok(table)
    }
}

/// The table itself where nobody else has it, else a copy.
fn owned(read: Rc<documents::Read>) -> Table {
    Rc::try_unwrap(read).map_or_else(|read| read.table.clone(), |read| read.table)
}

/// A file's values, and whether every Helm reads the same.
fn values_file(
    path: &str,
    kind: SourceKind,
    profile: &HelmVersion,
    wanted: Option<&Wanted>,
) -> (Result<documents::Read, Error>, bool) {
    let told = file_text::told_path(path);
    let source = Arc::new(Source { kind, name: told.clone() });
    let bytes = match file_text::read(path) {
        Ok(bytes) => bytes,
        Err(fault) => {
            let origin = Origin { source, line: 0, column: 0 };
            return (Err(Error::new(format!("the file {told} {fault}"), Some(origin))), true);
        }
    };
    let documents = if profile.every_document { Documents::All } else { Documents::First };
    match documents::read_wanted(&bytes, &source, documents, wanted) {
        Ok(read) => {
            let alike = read.alike;
            (Ok(read), alike)
        }
        Err(error) => (Err(Error::reading(error, &source)), documents::is_read_alike(&bytes)),
    }
}
