//! A chart on its way to its values: Helm changes it in place, and copies of it
//! share what their pointers share.

use super::loaded::LoadedChart;
use super::metadata::Dependency;
use super::version::Version;
use crate::Error;
use crate::shared::{Shared, check_ends, copy, share};
use crate::table::Key;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// A chart on its way.
#[derive(Clone)]
pub(crate) struct StagedChart {
    pub(super) metadata: Rc<RefCell<StagedMetadata>>,
    pub(crate) values: Option<Shared>,
    pub(super) dependencies: Vec<ChartRef>,
}

/// What Helm asks of a Chart.yaml on the way.
#[derive(Clone)]
pub(super) struct StagedMetadata {
    pub(super) name: Key,
    /// The name in Chart.yaml, which an alias does not change.
    pub(super) chart: Arc<str>,
    pub(super) version: Arc<str>,
    pub(super) parsed_version: Option<Arc<Version>>,
    /// None where the chart names none, which is not the same as an empty list.
    pub(super) dependencies: Option<Vec<DependencyRef>>,
}

pub(crate) type ChartRef = Rc<RefCell<StagedChart>>;

pub(super) type DependencyRef = Rc<RefCell<Dependency>>;

impl StagedChart {
    /// Makes it the chart that a release keeps: its values as JSON has them, without
    /// its sub-charts. What several tables held is in each of them by itself then.
    pub(crate) fn keep(&mut self) -> Result<(), Error> {
        self.dependencies.clear();
        let Some(values) = &self.values else { return Ok(()) };
        check_ends(values)?;
        self.values = Some(copy(values)?);
        Ok(())
    }
}

impl StagedMetadata {
    /// A copy that shares no dependency.
    pub(super) fn deep_clone(&self) -> StagedMetadata {
        let own = |dependency: &DependencyRef| Rc::new(RefCell::new(dependency.borrow().clone()));
        let dependencies = self.dependencies.as_ref().map(|list| list.iter().map(own).collect());
        StagedMetadata { dependencies, ..self.clone() }
    }
}

impl LoadedChart {
    /// The chart as Helm changes it on the way.
    pub(crate) fn staged(&self, reversed: bool) -> ChartRef {
        let mut dependencies: Vec<ChartRef> =
            self.charts.iter().map(|chart| chart.staged(reversed)).collect();
        if reversed {
            dependencies.reverse();
        }
        let declared = self.metadata.dependencies.as_ref();
        let metadata = StagedMetadata {
            name: self.metadata.name.clone(),
            chart: self.metadata.name.clone(),
            version: self.metadata.version.clone(),
            parsed_version: self.metadata.parsed_version.clone(),
            dependencies: declared.map(|list| list.iter().cloned().map(RefCell::new).map(Rc::new).collect()),
        };
        let values = self.values.clone().map(share);
        Rc::new(RefCell::new(StagedChart { metadata: Rc::new(RefCell::new(metadata)), values, dependencies }))
    }
}

/// What a chart is called, by its alias where it has one.
pub(super) fn name(chart: &ChartRef) -> Key {
    chart.borrow().metadata.borrow().name.clone()
}

/// What a chart is called in its own Chart.yaml.
pub(super) fn chart_name(chart: &ChartRef) -> Key {
    chart.borrow().metadata.borrow().chart.clone()
}
