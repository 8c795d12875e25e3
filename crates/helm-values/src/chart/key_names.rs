//! A chart ─▶ the keys that Helm itself asks for in its values.
//!
//! Whatever a chart of the tree is called by, since Helm wants a table there;
//! what tags and conditions ask; globals. Of a chart that imports values from
//! another one all keys are.

use super::loaded::LoadedChart;
use crate::yaml::KeyFilter;
use std::collections::BTreeSet;
use std::sync::Arc;

impl LoadedChart {
    /// The settings of all charts of the tree that are under the keys `only` or
    /// that Helm asks for; none: all of them.
    pub(crate) fn key_filter(&self, only: &Arc<[String]>) -> Option<Arc<KeyFilter>> {
        let (asked, filter) =
            self.filter.get_or_init(|| (Arc::clone(only), self.new_filter(only).map(Arc::new)));
        if asked == only { filter.clone() } else { self.new_filter(only).map(Arc::new) }
    }

    fn new_filter(&self, only: &[String]) -> Option<KeyFilter> {
        let own = ["global", "tags"].map(str::to_owned);
        let whole = only.iter().cloned().chain(own).collect();
        let mut names = BTreeSet::new();
        (!only.is_empty() && self.collect(&mut names)).then_some(KeyFilter { whole, names })
    }

    /// Every name that Helm could ask for; false where values are imported.
    fn collect(&self, names: &mut BTreeSet<String>) -> bool {
        names.insert(self.metadata.name.to_string());
        let declared = self.metadata.dependencies.iter().flatten();
        let nothing_imported = declared.fold(true, |nothing_imported, dependency| {
            let asked = dependency.switches.conditions.iter().flatten();
            names.extend(asked.chain([&dependency.name, &dependency.alias]).map(ToString::to_string));
            nothing_imported && dependency.imports.is_empty()
        });
        self.charts.iter().fold(nothing_imported, |all, chart| chart.collect(names) && all)
    }
}
