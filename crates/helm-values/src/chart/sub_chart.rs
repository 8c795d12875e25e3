//! Where a chart of the tree has a sub-chart, and whether it is deployed.

/// A sub-chart of some chart of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubChart {
    /// The keys that lead to its settings, its own name or alias as the last:
    /// `["prometheus"]` for one of the root chart.
    pub path: Vec<String>,
    /// The name in its own Chart.yaml, whatever its alias; empty where Helm knows
    /// no more than the alias, in a chart that it does not look into.
    pub chart: String,
    /// False where a condition or a tag disables it, or a chart above it.
    pub enabled: bool,
    /// False where a chart above is disabled: Helm asks neither for its values
    /// nor for the schema of the chart that holds it.
    pub parent_enabled: bool,
}

impl SubChart {
    pub(super) fn new(parent: &[String], name: String, chart: String, enabled: [bool; 2]) -> SubChart {
        let path = parent.iter().cloned().chain([name]).collect();
        let [enabled, parent_enabled] = enabled;
        SubChart { path, chart, enabled, parent_enabled }
    }

    /// Its name, or its alias.
    pub fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// The keys that lead to the settings of the chart that holds it; none at
    /// the root.
    pub fn parent(&self) -> &[String] {
        &self.path[..self.path.len().saturating_sub(1)]
    }
}
