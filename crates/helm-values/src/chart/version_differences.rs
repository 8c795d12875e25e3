//! A chart ─▶ which of the differences between versions of Helm it can show.
//!
//! Most charts show none, and then one answer is that of every version.

use super::LoadedChart;
use super::metadata::Dependency;
use crate::value::{Node, Table, Value};
use std::ops::BitOr;

/// What versions of Helm treat differently, once everything is read.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one difference between versions")]
pub(crate) struct VersionDifferences {
    /// A null that may delete something.
    pub(crate) nulls: bool,
    /// A chart that is named twice, so that two copies may share their dependencies.
    pub(crate) copies: bool,
    /// A chart that imports values.
    pub(crate) imports: bool,
    /// A sub-chart with defaults, which old versions leave among the values where it is disabled.
    pub(crate) defaults: bool,
    /// A condition that only some versions find met.
    pub(crate) conditions: bool,
}

impl BitOr for VersionDifferences {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        VersionDifferences {
            nulls: self.nulls || other.nulls,
            copies: self.copies || other.copies,
            imports: self.imports || other.imports,
            defaults: self.defaults || other.defaults,
            conditions: self.conditions || other.conditions,
        }
    }
}

impl VersionDifferences {
    /// Those of values alone.
    pub(crate) fn in_values(table: &Table) -> Self {
        VersionDifferences { nulls: has_null(table), ..VersionDifferences::default() }
    }

    /// Those of a chart with all below it.
    pub(super) fn in_chart(chart: &LoadedChart) -> Self {
        let dependencies: Vec<&Dependency> = chart.metadata.dependencies.iter().flatten().collect();
        let is_twice =
            |(at, one): (usize, &&Dependency)| dependencies[..at].iter().any(|other| other.name == one.name);
        let of_versions = |one: &&Dependency| {
            chart.charts.iter().any(|sub_chart| {
                let holds =
                    |by_group| one.range.holds(sub_chart.metadata.parsed_version.as_deref(), by_group);
                holds(true) != holds(false)
            })
        };
        let own = VersionDifferences {
            nulls: chart.values.as_ref().is_some_and(has_null),
            copies: dependencies.iter().enumerate().any(is_twice),
            imports: dependencies.iter().any(|one| !one.imports.is_empty()),
            defaults: !dependencies.is_empty() && chart.charts.iter().any(has_defaults),
            conditions: dependencies.iter().any(of_versions),
        };
        chart.charts.iter().fold(own, |all, sub_chart| all | sub_chart.differences())
    }
}

/// In a chart or in one below it.
fn has_defaults(chart: &LoadedChart) -> bool {
    chart.values.as_ref().is_some_and(|values| !values.is_empty()) || chart.charts.iter().any(has_defaults)
}

/// A null in a list deletes nothing.
fn has_null(table: &Table) -> bool {
    table.iter().any(|(_, Node { value, .. })| match value {
        Value::Null => true,
        Value::Table(below) => has_null(below),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => false,
    })
}
