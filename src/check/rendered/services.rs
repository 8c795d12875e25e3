//! Services by what they select, so that not each pod is held against each Service.

use super::look::{entries_at, text};
use super::objects::{Object, Objects};
use super::pod::{ANY, Pod};
use std::collections::{BTreeMap, HashMap};

/// A Service and its place among the objects.
type Placed<'t> = (usize, &'t Object);

/// All Services that select something.
pub(super) struct Services<'t> {
    /// Each under the first label of its selector that pods have: key, then value.
    by_label: HashMap<&'t str, HashMap<&'t str, Vec<Placed<'t>>>>,
    /// Those that ask for no such label.
    others: Vec<Placed<'t>>,
}

impl<'t> Services<'t> {
    pub(super) fn read(objects: &'t Objects) -> Self {
        let mut services = Services { by_label: HashMap::new(), others: Vec::new() };
        for placed in objects.of_kind("Service").filter(|one| one.group.is_empty()).enumerate() {
            let mut labels = entries_at(&placed.1.node, &["spec", "selector"])
                .filter_map(|(key, value)| Some((key, text(value)?)));
            match labels.find(|(key, _)| Pod::has_label(key)) {
                Some((key, value)) => {
                    services.by_label.entry(key).or_default().entry(value).or_default().push(placed);
                }
                None => services.others.push(placed),
            }
        }
        services
    }

    /// Those that select `pod`, in the order of the objects.
    pub(super) fn selecting(&self, pod: &Pod) -> Vec<&'t Object> {
        let labeled = pod.labels.iter().flat_map(|(key, value)| {
            let values = self.by_label.get(key.as_str());
            let all = values.filter(|_| value == ANY).into_iter().flat_map(HashMap::values);
            all.chain(values.and_then(|values| values.get(value.as_str()))).flatten()
        });
        let found: BTreeMap<usize, &Object> =
            labeled.chain(&self.others).filter(|(_, one)| pod.is_selected(&one.node)).copied().collect();
        found.into_values().collect()
    }
}
