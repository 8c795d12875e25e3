//! Where a chart of the tree has a sub-chart, and whether it is deployed.

/// A sub-chart of some chart of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubChart {
    /// The keys that lead to its settings, its own name or alias as the last:
    /// `["prometheus"]` for one of the root chart.
    pub path: Vec<String>,
    /// False where a condition or a tag disables it, or a chart above it.
    pub enabled: bool,
    /// False where a chart above is disabled: Helm asks neither for its values
    /// nor for the schema of the chart that holds it.
    pub parent_enabled: bool,
}

impl SubChart {
    pub(super) fn new(parent: &[String], name: String, enabled: bool, parent_enabled: bool) -> SubChart {
        let path = parent.iter().cloned().chain([name]).collect();
        SubChart { path, enabled, parent_enabled }
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
