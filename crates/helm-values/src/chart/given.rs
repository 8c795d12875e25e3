//! A chart as a caller names it: by its path, or by its files in memory.

use super::at_path::ChartAtPath;
use super::load;
use super::loaded::LoadedChart;
use super::sub_chart::SubChart;
use crate::value::Source;
use crate::yaml::{Documents, KeyFilter};
use crate::{Error, ErrorKind, HelmVersion};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A chart that values are given to.
///
/// ```
/// use helm_values::{Chart, Inputs, Source, SourceKind, Value, coalesce};
///
/// let source = Source { kind: SourceKind::BuiltIn, name: "my defaults".to_owned() };
/// let files = [
///     ("Chart.yaml", "{apiVersion: v2, name: shop, version: 1.0.0}"),
///     ("values.yaml", "replicas: 2\n"),
/// ];
/// let chart = Chart::from_files(&source, &files)?;
/// let values = coalesce(&Inputs { chart: Some(chart), ..Inputs::default() })?.values;
/// assert_eq!(values["replicas"].value, Value::Float(2.0));
/// assert_eq!(values["replicas"].origin.source.name, "my defaults");
/// # Ok::<(), helm_values::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Chart(Place);

#[derive(Clone, Debug)]
enum Place {
    Path(Arc<ChartAtPath>),
    Memory(Arc<LoadedChart>),
}

impl Chart {
    /// The chart at `path`: a folder, or an archive as `helm package` writes it.
    /// It is read when values are coalesced, once for this chart and its clones.
    pub fn from_path(path: impl Into<PathBuf>) -> Chart {
        Chart(Place::Path(Arc::new(ChartAtPath::new(path.into()))))
    }

    /// A chart in memory: its files by their names in the chart, such as
    /// `charts/sub/Chart.yaml`. Its defaults have `source` as their origin.
    pub fn from_files(source: &Source, files: &[(&str, &str)]) -> Result<Chart, Error> {
        let mut chart = load::from_memory(source, files)?;
        chart.read_values(Documents::All, None)?;
        if !chart.is_version_independent() {
            let message = "a chart in memory has a values.yaml that Helm 3 and Helm 4 read differently; make it one document with a line end";
            return Err(Error::in_source(ErrorKind::Refused, message, &Arc::new(source.clone()), (0, 0)));
        }
        Ok(Chart(Place::Memory(Arc::new(chart))))
    }

    /// The name in its Chart.yaml.
    pub fn name(&self) -> Result<String, Error> {
        match &self.0 {
            Place::Memory(chart) => Ok(chart.name().to_string()),
            Place::Path(chart) => chart.tree().map(|chart| chart.name().to_string()),
        }
    }

    /// Its own sub-charts, whatever disables them: those that Chart.yaml names,
    /// each under its alias and whether or not it lies in charts, then those that
    /// lie there only.
    ///
    /// ```
    /// use helm_values::{Chart, Source, SourceKind};
    ///
    /// let source = Source { kind: SourceKind::BuiltIn, name: "mine".to_owned() };
    /// let about = "
    /// apiVersion: v2
    /// name: shop
    /// version: 1.0.0
    /// dependencies: [{name: db, version: '1', alias: store, condition: 'store.enabled,all'}]
    /// ";
    /// let chart = Chart::from_files(&source, &[("Chart.yaml", about)])?;
    /// let sub_charts = chart.sub_charts()?;
    /// assert_eq!((sub_charts[0].name(), &*sub_charts[0].chart), ("store", "db"));
    /// let conditions = &sub_charts[0].switches.conditions;
    /// assert_eq!(conditions.iter().map(|keys| keys.join(".")).collect::<Vec<_>>(), ["store.enabled", "all"]);
    /// # Ok::<(), helm_values::Error>(())
    /// ```
    pub fn sub_charts(&self) -> Result<Vec<SubChart>, Error> {
        match &self.0 {
            Place::Memory(chart) => Ok(chart.sub_charts()),
            Place::Path(chart) => chart.tree().map(|chart| chart.sub_charts()),
        }
    }

    /// The path that it was named by; none for a chart in memory.
    pub fn path(&self) -> Option<&Path> {
        match &self.0 {
            Place::Path(chart) => Some(&chart.path),
            Place::Memory(_) => None,
        }
    }

    /// The chart as install reads it. Defaults that `filter` leaves out are not made.
    pub(crate) fn load(
        &self,
        documents: Documents,
        filter: Option<&Arc<KeyFilter>>,
    ) -> Result<Arc<LoadedChart>, Error> {
        match &self.0 {
            Place::Memory(chart) => Ok(Arc::clone(chart)),
            Place::Path(chart) => chart.load(documents, filter),
        }
    }

    /// The keys that Helm asks for in the values of this chart and those in
    /// `only`; none: all keys.
    pub(crate) fn key_filter(&self, only: &Arc<[String]>) -> Option<Arc<KeyFilter>> {
        match &self.0 {
            _ if only.is_empty() => None,
            Place::Memory(chart) => chart.key_filter(only),
            Place::Path(chart) => chart.tree().ok()?.key_filter(only),
        }
    }

    /// What install asks of the chart itself.
    pub(crate) fn check(&self, loaded: &LoadedChart, version: &HelmVersion) -> Result<(), Error> {
        loaded.check(self.path().unwrap_or(Path::new("the chart in memory")), version)
    }

    /// Whether both are one.
    pub(crate) fn is(&self, other: &Chart) -> bool {
        match (&self.0, &other.0) {
            (Place::Path(one), Place::Path(other)) => one.path == other.path,
            (Place::Memory(one), Place::Memory(other)) => Arc::ptr_eq(one, other),
            (Place::Path(_), Place::Memory(_)) | (Place::Memory(_), Place::Path(_)) => false,
        }
    }
}
