//! What was read for one Helm ─▶ the values of the release, over the chart and
//! over what the release before had.

use super::Coalesced;
use super::inputs::{Inputs, Reuse};
use super::reading::Reading;
use crate::chart::{LoadedChart, Processing, VersionDifferences};
use crate::coalesce::Coalescing;
use crate::shared::{Shared, share, unshare};
use crate::value::{Table, Value};
use crate::{ChangedValue, Error, ErrorKind, HelmVersion, Warning};
use std::sync::Arc;

/// What one Helm is given.
pub(super) struct Release {
    pub(super) version: HelmVersion,
    /// `-f` and the `--set` family over each other.
    given: Table,
    /// The values of the release before; none where there is none.
    before: Option<Table>,
    reuse: Reuse,
    chart: Arc<LoadedChart>,
    old_chart: Option<Arc<LoadedChart>>,
    warnings: Vec<Warning>,
    changed: Vec<ChangedValue>,
}

impl Release {
    pub(super) fn read(reading: &mut Reading, version: &HelmVersion) -> Result<Release, Error> {
        let Inputs { chart: new_chart, upgrade, .. } = reading.inputs;
        let (mut warnings, mut changed) = (Vec::new(), Vec::new());
        let chart = reading.chart(version)?;
        let given = reading.given(version, &mut warnings, &mut changed)?;
        let before = reading.release_values(version)?;
        let needs_before = match upgrade.reuse {
            Reuse::Reuse | Reuse::ResetThenReuse => true,
            Reuse::IfNothingGiven | Reuse::Reset => false,
        };
        if needs_before && before.is_none() {
            return Err(incomplete(
                "the values of the release are to be reused and are not here; give what helm get values -o yaml prints with --release-values",
            ));
        }
        let old_chart = match (upgrade.reuse, &upgrade.old_chart, new_chart) {
            (Reuse::Reuse, Some(old_chart), _) => Some(reading.load(old_chart, version)?),
            (Reuse::Reuse, None, Some(_)) => {
                return Err(incomplete(
                    "with --reuse-values the defaults of the chart that was installed count; give that chart with --old-chart",
                ));
            }
            (Reuse::Reuse, None, None) => Some(Arc::default()),
            (Reuse::IfNothingGiven | Reuse::ResetThenReuse | Reuse::Reset, _, _) => None,
        };
        let reuse = upgrade.reuse;
        Ok(Release { version: *version, given, before, reuse, chart, old_chart, warnings, changed })
    }

    /// Whether the other Helm was given the same and makes the same of it, where
    /// only `differences` can show.
    pub(super) fn coalesces_as(&self, other: &Release, differences: VersionDifferences) -> bool {
        let Release { version, given, before, reuse, chart, old_chart, warnings, changed } = other;
        let has_same_charts = Arc::ptr_eq(&self.chart, chart)
            && match (&self.old_chart, old_chart) {
                (Some(one), Some(other)) => Arc::ptr_eq(one, other),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
        has_same_charts
            && (self.reuse, &self.given, &self.before) == (*reuse, given, before)
            && (&self.warnings, &self.changed) == (warnings, changed)
            && self.version.coalesces_as(version, differences)
    }

    /// What in it could show that versions of Helm differ.
    pub(super) fn differences(&self) -> VersionDifferences {
        let charts = [Some(&self.chart), self.old_chart.as_ref()].into_iter().flatten();
        let tables = [Some(&self.given), self.before.as_ref()].into_iter().flatten();
        let in_charts = charts.map(|chart| chart.differences());
        let all = in_charts.chain(tables.map(VersionDifferences::in_values));
        all.fold(VersionDifferences::default(), |one, other| one | other)
    }

    /// Helm comes to a chart's sub-charts in random order: where that changes
    /// the values, its answer is random, too.
    pub(super) fn coalesced(&self) -> Result<Coalesced, Error> {
        let siblings =
            self.chart.has_siblings() || self.old_chart.as_ref().is_some_and(|chart| chart.has_siblings());
        let answer = self.in_order(false);
        if siblings {
            let same = match (&answer, &self.in_order(true)) {
                (Ok(one), Ok(other)) => same_table(&one.values, &other.values),
                (Err(_), Err(_)) => true,
                (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
            };
            if !same {
                let message = "what this chart says depends on the order in which Helm comes to its sub-charts, which is random; name every sub-chart in Chart.yaml, once";
                return Err(Error::with_kind(ErrorKind::Random, message, None));
            }
        }
        answer
    }

    fn in_order(&self, reversed: bool) -> Result<Coalesced, Error> {
        let chart = self.chart.staged(reversed);
        let given = match &self.before {
            None => share(self.given.clone()),
            Some(before) => match self.reuse {
                Reuse::IfNothingGiven if self.given.is_empty() => share(before.clone()),
                Reuse::IfNothingGiven | Reuse::Reset => share(self.given.clone()),
                Reuse::ResetThenReuse => self.over(before),
                Reuse::Reuse => {
                    if let Some(old_chart) = &self.old_chart {
                        let defaults = self.old_defaults(old_chart, before, reversed)?;
                        chart.borrow_mut().values = Some(defaults);
                    }
                    self.over(before)
                }
            },
        };
        let mut processing = Processing::new(&self.version);
        processing.dependencies(&chart, &given)?;
        let values = processing.coalesce(&chart, &given)?;
        drop((chart, given));
        let Processing { sub_charts, warnings, .. } = processing;
        let (chart, chart_version) = (Arc::clone(self.chart.name()), Arc::clone(self.chart.version()));
        let warnings = self.warnings.iter().cloned().chain(warnings).collect();
        Ok(Coalesced {
            values: unshare(values),
            chart,
            chart_version,
            sub_charts: sub_charts.into(),
            warnings,
            changed: self.changed.clone(),
        })
    }

    /// What is given now over what was given before.
    fn over(&self, before: &Table) -> Shared {
        let given = share(self.given.clone());
        let mut coalescing = Coalescing { nulls: self.version.nulls, warnings: Vec::new() };
        coalescing.tables(&given, &share(before.clone()), false);
        given
    }

    /// All values of the release before, which replace the new chart's own.
    fn old_defaults(&self, old: &LoadedChart, before: &Table, reversed: bool) -> Result<Shared, Error> {
        let old = old.staged(reversed);
        let before = share(before.clone());
        let mut processing = Processing::new(&self.version);
        processing.dependencies(&old, &before)?;
        old.borrow_mut().keep()?;
        processing.coalesce(&old, &before)
    }
}

fn incomplete(message: &str) -> Error {
    Error::with_kind(ErrorKind::Incomplete, message, None)
}

/// Whether two tables say the same, wherever it was written.
fn same_table(one: &Table, other: &Table) -> bool {
    one.is(other)
        || one.len() == other.len()
            && one.iter().zip(other).all(|((key, value), (other_key, other_value))| {
                key == other_key && same(&value.value, &other_value.value)
            })
}

fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Table(one), Value::Table(other)) => same_table(one, other),
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| same(&one.value, &other.value))
        }
        (one, other) => one == other,
    }
}
