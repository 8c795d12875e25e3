//! Coalesced values → where in them the policy is asked.

use helm_values::{Coalesced, SubChart};

/// The sub-chart that the policy is about.
const PROMETHEUS: &str = "prometheus";

/// A chart with a sub-chart called `prometheus`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    /// The keys that lead to the table that holds `prometheus`: none at the
    /// root, `["trento-server"]` in a wrapper.
    pub path: Vec<String>,
    /// False where a condition or a tag disables the sub-chart, or a chart above it.
    pub deployed: bool,
    /// False where a chart above is disabled: Helm does not ask its schema.
    pub asked: bool,
}

/// None: the chart has nothing called `prometheus`, the verdict is unknown.
pub(super) fn all(coalesced: &Coalesced) -> Vec<Scope> {
    let scope = |sub_chart: &SubChart| Scope {
        path: sub_chart.parent().to_vec(),
        deployed: sub_chart.enabled,
        asked: sub_chart.parent_enabled,
    };
    coalesced.sub_charts.iter().filter(|sub_chart| sub_chart.name() == PROMETHEUS).map(scope).collect()
}
