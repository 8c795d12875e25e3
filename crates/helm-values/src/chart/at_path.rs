//! A chart at a path, read once for all who ask for it.
//!
//! Many values files are judged with one chart, and a large chart takes longer than
//! all of them.

use super::load;
use super::loaded::LoadedChart;
use crate::Error;
use crate::stack::{needs_deep_stack, on_deep_stack};
use crate::yaml::{Documents, KeyFilter};
use std::mem;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A chart at a path.
#[derive(Debug)]
pub(super) struct ChartAtPath {
    pub(super) path: PathBuf,
    /// Its tree, with values that were not read yet.
    tree: OnceLock<Result<Arc<LoadedChart>, Error>>,
    /// The same with values, for each way to read them that was asked for.
    loaded: Mutex<Vec<Loaded>>,
}

#[derive(Debug)]
struct Loaded {
    documents: Documents,
    filter: Option<Arc<KeyFilter>>,
    chart: Result<Arc<LoadedChart>, Error>,
}

impl ChartAtPath {
    pub(super) fn new(path: PathBuf) -> ChartAtPath {
        ChartAtPath { path, tree: OnceLock::new(), loaded: Mutex::default() }
    }

    /// The chart without its values. Those of sub-charts, and what they import, make one tree
    /// that is deeper than each.
    pub(super) fn tree(&self) -> Result<&Arc<LoadedChart>, Error> {
        needs_deep_stack()?;
        let tree = self.tree.get_or_init(|| load::from_path(&self.path).map(Arc::new));
        tree.as_ref().map_err(Error::clone)
    }

    /// The chart as install reads it. Who asks while it is read waits.
    pub(super) fn load(
        &self,
        documents: Documents,
        filter: Option<&Arc<KeyFilter>>,
    ) -> Result<Arc<LoadedChart>, Error> {
        let tree = self.tree()?;
        let mut all = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |known: &&Loaded| known.documents == documents && known.filter.as_ref() == filter;
        if let Some(known) = all.iter().find(is_it) {
            return known.chart.clone();
        }
        let mut chart = LoadedChart::clone(tree);
        let chart = chart.read_values(documents, filter.map(Arc::as_ref)).map(|()| Arc::new(chart));
        all.push(Loaded { documents, filter: filter.cloned(), chart: chart.clone() });
        chart
    }
}

impl Drop for ChartAtPath {
    /// Values can be 10,000 deep, and the last who has the chart can be anybody.
    fn drop(&mut self) {
        let loaded = self.loaded.get_mut().unwrap_or_else(PoisonError::into_inner);
        if !loaded.is_empty() {
            let loaded = mem::take(loaded);
            on_deep_stack(move || drop(loaded));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Chart, Inputs, coalesce};
    use test_support::folder::Folder;

    #[test]
    fn a_chart_and_its_clones_are_read_once() {
        let metadata = "{apiVersion: v2, name: once, version: 1.0.0}";
        let folder = Folder::with(&[("Chart.yaml", metadata), ("values.yaml", "a: 1\n")]);
        let path = folder.path().to_owned();
        let chart = Chart::from_path(&path);
        let count = |chart: &Chart| {
            let inputs = Inputs { chart: Some(chart.clone()), ..Inputs::default() };
            coalesce(&inputs).map(|coalesced| coalesced.values.len())
        };
        assert_eq!(count(&chart), Ok(1));
        drop(folder);
        assert_eq!(count(&chart), Ok(1));
        assert!(count(&Chart::from_path(&path)).is_err());
    }
}
