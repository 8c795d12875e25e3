//! A table of settings by key, in the order of the keys, as Go prints them.
//!
//! A copy shares everything with the original until one of them is changed:
//! the same values are looked at for many versions of Helm.

use std::collections::{BTreeMap, btree_map};
use std::ops::Index;
use std::sync::Arc;

/// Entries, put in one by one where they are few: `collect` makes a row of them first.
pub(super) fn ordered<V>(entries: impl ExactSizeIterator<Item = (Key, V)>) -> BTreeMap<Key, V> {
    const FEW: usize = 16;
    if entries.len() > FEW {
        return entries.collect();
    }
    let mut ordered = BTreeMap::new();
    ordered.extend(entries);
    ordered
}

/// A table by key.
#[derive(Clone, Debug)]
pub struct OrderedMap<V>(Arc<BTreeMap<Key, V>>);

/// A key; a copy of it costs nothing.
pub type Key = Arc<str>;

impl<V> Default for OrderedMap<V> {
    fn default() -> OrderedMap<V> {
        OrderedMap(Arc::default())
    }
}

impl<V: PartialEq + Clone> PartialEq for OrderedMap<V> {
    fn eq(&self, other: &OrderedMap<V>) -> bool {
        self.is(other) || self.0 == other.0
    }
}

impl<V: Clone> OrderedMap<V> {
    /// An empty one.
    pub fn new() -> OrderedMap<V> {
        OrderedMap::default()
    }
    /// How many settings it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether both are one, so that nobody needs to look.
    pub(super) fn is(&self, other: &OrderedMap<V>) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The settings themselves where nobody else has them, else the same again.
    pub(super) fn try_unwrap(self) -> Result<BTreeMap<Key, V>, OrderedMap<V>> {
        Arc::try_unwrap(self.0).map_err(OrderedMap)
    }

    /// What stands under `key`.
    pub fn get(&self, key: &str) -> Option<&V> {
        self.0.get(key)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        Arc::make_mut(&mut self.0).get_mut(key)
    }

    /// Whether something stands under `key`.
    pub fn contains_key(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Sets `key`; what stood there.
    pub fn insert(&mut self, key: impl Into<Key>, node: V) -> Option<V> {
        Arc::make_mut(&mut self.0).insert(key.into(), node)
    }

    /// Takes `key` out; what stood there.
    pub fn remove(&mut self, key: &str) -> Option<V> {
        Arc::make_mut(&mut self.0).remove(key)
    }

    /// Takes out what `keep` does not want; it may change what stays.
    pub fn retain(&mut self, keep: impl FnMut(&Key, &mut V) -> bool) {
        Arc::make_mut(&mut self.0).retain(keep);
    }

    /// All settings, by their keys.
    pub fn iter(&self) -> btree_map::Iter<'_, Key, V> {
        self.0.iter()
    }

    /// All keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.0.keys()
    }

    /// What stands under them.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.values()
    }

    /// The same, taken out.
    pub fn into_values(self) -> impl Iterator<Item = V> {
        Arc::unwrap_or_clone(self.0).into_values()
    }
}

impl<V: Clone> Index<&str> for OrderedMap<V> {
    type Output = V;

    /// # Panics
    /// Where nothing stands under `key`.
    fn index(&self, key: &str) -> &V {
        self.get(key).expect("no setting of this key")
    }
}

impl<V> From<BTreeMap<Key, V>> for OrderedMap<V> {
    fn from(entries: BTreeMap<Key, V>) -> OrderedMap<V> {
        OrderedMap(Arc::new(entries))
    }
}

impl<V: Clone> FromIterator<(Key, V)> for OrderedMap<V> {
    fn from_iter<All: IntoIterator<Item = (Key, V)>>(all: All) -> OrderedMap<V> {
        OrderedMap(Arc::new(all.into_iter().collect()))
    }
}

impl<K: Into<Key>, V: Clone, const COUNT: usize> From<[(K, V); COUNT]> for OrderedMap<V> {
    fn from(all: [(K, V); COUNT]) -> OrderedMap<V> {
        all.into_iter().map(|(key, value)| (key.into(), value)).collect()
    }
}

impl<V: Clone> IntoIterator for OrderedMap<V> {
    type Item = (Key, V);
    type IntoIter = btree_map::IntoIter<Key, V>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.0).into_iter()
    }
}

impl<'a, V: Clone> IntoIterator for &'a OrderedMap<V> {
    type Item = (&'a Key, &'a V);
    type IntoIter = btree_map::Iter<'a, Key, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_stays_as_it_was() {
        let table = OrderedMap::from([("b", 1), ("a", 2)]);
        let mut copy = table.clone();
        assert!(copy.is(&table) && copy == table);
        assert_eq!(copy.insert("a", 3), Some(2));
        assert!(!copy.is(&table) && copy != table);
        assert_eq!(table.keys().map(|key| &**key).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((table["a"], copy["a"]), (2, 3));
    }
}
