//! A chart's defaults ─▶ those that a verdict hangs on.
//!
//! Most of a chart's values are about programs of which the law knows nothing.
//! What stays: whatever a chart of the tree is called by, since Helm wants a
//! table there; what tags and conditions ask; globals; and of Prometheus what
//! the law reads. A chart that imports values from another keeps all.

use super::Loaded;
use crate::values::tree::{Table, Value};
use std::collections::BTreeSet;

/// What is kept whole.
const WHOLE: &[&str] = &["global", "tags", "enabled", "server", "extraManifests"];

impl Loaded {
    /// Drops the rest.
    pub(in crate::values) fn prune(&mut self) {
        let mut names = BTreeSet::new();
        if self.collect(&mut names) {
            self.drop_all_but(&names);
        }
    }

    /// Every name that Helm could ask for; false where values are imported.
    fn collect(&self, names: &mut BTreeSet<String>) -> bool {
        names.insert(self.metadata.name.clone());
        let declared = self.metadata.dependencies.iter().flatten();
        let nothing_imported = declared.fold(true, |nothing_imported, dependency| {
            let dependency = dependency.borrow();
            let asked = dependency.condition.split([',', '.']).map(str::to_owned);
            names.extend(asked.chain([dependency.name.clone(), dependency.alias.clone()]));
            nothing_imported && dependency.imports.is_empty()
        });
        self.charts.iter().fold(nothing_imported, |all, chart| chart.collect(names) && all)
    }

    fn drop_all_but(&mut self, names: &BTreeSet<String>) {
        if let Some(values) = &mut self.values {
            drop_from(values, names);
        }
        self.charts.iter_mut().for_each(|chart| chart.drop_all_but(names));
    }
}

fn drop_from(table: &mut Table, names: &BTreeSet<String>) {
    table.retain(|key, node| {
        let whole = WHOLE.contains(&key.as_str());
        let kept = whole || names.contains(key.as_str());
        if let Value::Table(below) = &mut node.value
            && kept
            && !whole
        {
            drop_from(below, names);
        }
        kept
    });
}
