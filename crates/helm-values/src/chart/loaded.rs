//! A chart as it was read, with its sub-charts: nothing here is changed on the
//! way to its values.

use super::file::{file_error, printable_name};
use super::metadata::{Dependency, Metadata};
use super::sub_chart::{SubChart, Switches};
use super::version_differences::VersionDifferences;
use crate::table::Key;
use crate::value::{Source, Table};
use crate::yaml::{self, Documents, KeyFilter};
use crate::{Error, ErrorKind, HelmVersion};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// A chart as it was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct LoadedChart {
    pub(super) metadata: Metadata,
    pub(super) values: Option<Table>,
    pub(super) charts: Vec<LoadedChart>,
    /// Its values.yaml, before it is read; an archive may have several.
    pub(super) unread: Vec<(Arc<[u8]>, Arc<Source>)>,
    /// Whether some Helm reads other values than another.
    pub(super) depends_on_version: bool,
    /// Found once, for whoever asks about many values files.
    pub(super) filter: OnceLock<FilterFor>,
    pub(super) differences: OnceLock<VersionDifferences>,
}

/// A filter, and the keys that it was made for.
pub(super) type FilterFor = (Arc<[String]>, Option<Arc<KeyFilter>>);

/// Helm takes one byte order mark off each file of a chart.
pub(super) fn without_mark(data: &[u8]) -> &[u8] {
    data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data)
}

impl LoadedChart {
    /// Reads each values.yaml of the tree.
    pub(super) fn read_values(
        &mut self,
        documents: Documents,
        filter: Option<&KeyFilter>,
    ) -> Result<(), Error> {
        for (data, source) in std::mem::take(&mut self.unread) {
            let read = yaml::read_values(without_mark(&data), &source, documents, filter)?;
            self.depends_on_version |= !read.version_independent;
            self.values = Some(read.table);
        }
        self.charts.iter_mut().try_for_each(|chart| chart.read_values(documents, filter))
    }

    /// Whether every Helm reads the same values in all charts of the tree.
    pub(crate) fn is_version_independent(&self) -> bool {
        !self.depends_on_version && self.charts.iter().all(LoadedChart::is_version_independent)
    }

    /// What in it could show that versions of Helm differ, once its values are read.
    pub(crate) fn differences(&self) -> VersionDifferences {
        *self.differences.get_or_init(|| VersionDifferences::in_chart(self))
    }

    /// Whether every Helm takes its apiVersion.
    pub(crate) fn has_known_api_version(&self) -> bool {
        matches!(&*self.metadata.api_version, "v1" | "v2")
    }

    /// The name in Chart.yaml.
    pub(crate) fn name(&self) -> &Arc<str> {
        &self.metadata.name
    }

    /// The version in Chart.yaml.
    pub(crate) fn version(&self) -> &Arc<str> {
        &self.metadata.version
    }

    /// Those that Chart.yaml names, then those that lie in charts only.
    pub(super) fn sub_charts(&self) -> Vec<SubChart> {
        let declared = || self.metadata.dependencies.iter().flatten();
        let named = declared().map(|dependency| {
            let Dependency { name, alias, .. } = dependency;
            let called = if alias.is_empty() { name } else { alias };
            let version = self.charts.iter().find(|chart| chart.metadata.name == *name);
            let version = version.map(|chart| chart.metadata.version.clone()).unwrap_or_default();
            (called, [name.clone(), version], Arc::clone(&dependency.switches))
        });
        let is_named = |chart: &&LoadedChart| declared().any(|it| it.name == chart.metadata.name);
        let others = self.charts.iter().filter(|chart| !is_named(chart)).map(|chart| {
            let Metadata { name, version, .. } = &chart.metadata;
            (name, [name.clone(), version.clone()], Arc::<Switches>::default())
        });
        let sub_chart = |(name, about, switches): (&Key, [Arc<str>; 2], _)| {
            SubChart::new(&[], name.clone(), about, switches, [true, true])
        };
        named.chain(others).map(sub_chart).collect()
    }

    /// What install asks of the chart itself, which was read at `path`.
    pub(crate) fn check(&self, path: &Path, version: &HelmVersion) -> Result<(), Error> {
        let refused = |message: &str| Err(file_error(path, ErrorKind::Refused, message));
        let Metadata { kind, dependencies, .. } = &self.metadata;
        if version.every_document && !self.has_known_api_version() {
            return refused("has an apiVersion other than v1 and v2; this is not read here");
        }
        if **kind == *"library" {
            return refused("is a library chart, which Helm does not install; name the chart that uses it");
        }
        for Dependency { name, .. } in dependencies.iter().flatten() {
            if !self.charts.iter().any(|chart| chart.metadata.name == *name) {
                let name = printable_name(name);
                return refused(&format!(
                    "has no sub-chart {name} in charts, which Chart.yaml names; run helm dependency update"
                ));
            }
        }
        Ok(())
    }

    /// Whether the order in which Helm comes to the sub-charts, which is
    /// random, could change the values.
    pub(crate) fn has_siblings(&self) -> bool {
        self.charts.len() > 1 || self.charts.iter().any(LoadedChart::has_siblings)
    }
}
