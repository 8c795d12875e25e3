//! Where a chart of the tree has a sub-chart, and whether it is deployed.

use crate::table::Key;
use std::sync::Arc;

/// A sub-chart of some chart of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubChart {
    /// The keys that lead to its settings, its own name or alias as the last:
    /// `["prometheus"]` for one of the root chart.
    pub path: Vec<Key>,
    /// The name in its own Chart.yaml, whatever its alias.
    pub chart: Arc<str>,
    /// The version in its own Chart.yaml; empty where it is not there.
    pub version: Arc<str>,
    /// What the chart that holds it asks whether to deploy it.
    pub switches: Arc<Switches>,
    /// False where a condition or a tag disables it, or a chart above it.
    pub enabled: bool,
    /// False where a chart above is disabled: Helm asks neither for its values
    /// nor for the schema of the chart that holds it.
    pub parent_enabled: bool,
}

/// What a chart asks whether to deploy a sub-chart; nothing: it always is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// The paths of its condition in the values of the chart that holds it, key
    /// by key. The first that leads to a boolean decides.
    pub conditions: Vec<Vec<Key>>,
    /// Its tags, which count where no condition decides: keys of `tags` at the root.
    pub tags: Vec<Key>,
}

impl Switches {
    /// As Helm reads them: a blank beside a comma is part of the path.
    pub(super) fn new(condition: &str, tags: &[Key]) -> Switches {
        let paths = condition.trim().split(',').filter(|keys| !keys.is_empty());
        let conditions = paths.map(|keys| keys.split('.').map(Key::from).collect()).collect();
        Switches { conditions, tags: tags.to_vec() }
    }

    /// Whether the condition asks for what stands at this path.
    pub fn condition_asks(&self, path: &[&str]) -> bool {
        self.conditions.iter().any(|keys| keys.iter().map(|key| &**key).eq(path.iter().copied()))
    }
}

impl SubChart {
    pub(super) fn new(
        parent: &[Key],
        name: Key,
        [chart, version]: [Arc<str>; 2],
        switches: Arc<Switches>,
        enabled: [bool; 2],
    ) -> SubChart {
        let path = parent.iter().cloned().chain([name]).collect();
        let [enabled, parent_enabled] = enabled;
        SubChart { path, chart, version, switches, enabled, parent_enabled }
    }

    /// Its name, or its alias.
    pub fn name(&self) -> &str {
        self.path.last().map_or("", |name| name)
    }

    /// The keys that lead to the settings of the chart that holds it; none at
    /// the root.
    pub fn parent(&self) -> &[Key] {
        &self.path[..self.path.len().saturating_sub(1)]
    }
}
