//! The aliases that are being followed, and go-yaml's limits against aliases
//! that never end.

use std::collections::BTreeSet;

/// How much of a document was visited, and which of its aliases are open.
pub(super) struct Aliases {
    visits: usize,
    expanded_visits: usize,
    open: BTreeSet<u32>,
}

impl Aliases {
    pub(super) fn new() -> Aliases {
        Aliases { visits: 1, expanded_visits: 0, open: BTreeSet::new() }
    }

    /// How many nodes were visited, each as often as it was.
    pub(super) fn visits(&self) -> usize {
        self.visits
    }

    /// Counts a node; false where go-yaml gives up, number for number.
    pub(super) fn visit(&mut self) -> bool {
        self.visits += 1;
        self.expanded_visits += usize::from(!self.open.is_empty());
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        let (all, aliased) = (self.visits as f64, self.expanded_visits as f64);
        self.expanded_visits <= 100 || self.visits <= 1000 || aliased / all <= allowed_ratio(all)
    }

    /// Begins to follow an alias; false where it stands in what it names.
    pub(super) fn enter(&mut self, alias: u32) -> bool {
        self.open.insert(alias)
    }

    pub(super) fn leave(&mut self, alias: u32) {
        self.open.remove(&alias);
    }
}

fn allowed_ratio(visits: f64) -> f64 {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    if visits <= LOW {
        0.99
    } else if visits >= HIGH {
        0.10
    } else {
        0.99 - 0.89 * ((visits - LOW) / (HIGH - LOW))
    }
}
