//! A chart ─▶ the settings that a verdict can hang on.
//!
//! What is wanted: whatever a chart of the tree is called by, since Helm wants a
//! table there; what tags and conditions ask; globals; and of Prometheus what
//! the policy reads, and the settings of its own chart. Of a chart that imports values from another all are.

use super::Loaded;
use crate::compose::Wanted;
use std::collections::BTreeSet;

/// What is kept whole.
const WHOLE: [&str; 6] = ["global", "tags", "enabled", "server", "extraManifests", "remote-write-auth"];

impl Loaded {
    /// The settings of all charts of the tree; none: all of them.
    pub(crate) fn wanted(&self) -> Option<Wanted> {
        let whole = WHOLE.map(str::to_owned).into();
        let mut names = BTreeSet::new();
        self.collect(&mut names).then_some(Wanted { whole, names })
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
}
