//! A table of settings by key, in the order of the keys, as Go prints them.
//!
//! A copy shares everything with the original until one of them is changed:
//! the same values are looked at for many versions of Helm. Most tables have a
//! few settings, which stand in a row that is as long as they need.

use std::collections::{BTreeMap, btree_map};
use std::ops::Index;
use std::sync::Arc;
use std::{iter, mem, slice, vec};

/// A table by key.
#[derive(Clone, Debug)]
pub struct OrderedMap<V>(Arc<Rows<V>>);

impl<V> Default for OrderedMap<V> {
    fn default() -> OrderedMap<V> {
        OrderedMap(Arc::default())
    }
}

#[derive(Clone, Debug)]
enum Rows<V> {
    /// Sorted.
    Few(Vec<(String, V)>),
    Many(BTreeMap<String, V>),
}

/// Longer rows take too long to keep sorted.
const FEW: usize = 64;

impl<V> Default for Rows<V> {
    fn default() -> Rows<V> {
        Rows::Few(Vec::new())
    }
}

impl<V: PartialEq + Clone> PartialEq for OrderedMap<V> {
    fn eq(&self, other: &OrderedMap<V>) -> bool {
        self.is(other) || self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<V> Rows<V> {
    fn len(&self) -> usize {
        match self {
            Rows::Few(row) => row.len(),
            Rows::Many(map) => map.len(),
        }
    }

    fn iter(&self) -> Iter<'_, V> {
        match self {
            Rows::Few(row) => Iter::Few(row.iter()),
            Rows::Many(map) => Iter::Many(map.iter()),
        }
    }

    fn insert(&mut self, key: String, node: V) -> Option<V> {
        let row = match self {
            Rows::Many(map) => return map.insert(key, node),
            Rows::Few(row) => row,
        };
        // Most come in order.
        let place = match row.last() {
            Some((last, _)) if *last < key => Err(row.len()),
            _ => place(row, &key),
        };
        match place {
            Ok(at) => Some(mem::replace(&mut row[at].1, node)),
            Err(at) if row.len() < FEW => {
                row.insert(at, (key, node));
                None
            }
            Err(_) => {
                let new = iter::once((key, node));
                *self = Rows::Many(mem::take(row).into_iter().chain(new).collect());
                None
            }
        }
    }
}

fn place<V>(row: &[(String, V)], key: &str) -> Result<usize, usize> {
    row.binary_search_by(|(other, _)| other.as_str().cmp(key))
}

impl<V: Clone> OrderedMap<V> {
    /// An empty one.
    pub fn new() -> OrderedMap<V> {
        OrderedMap::default()
    }

    /// An empty one with room for `count` settings.
    pub(super) fn with_room_for(count: usize) -> OrderedMap<V> {
        OrderedMap(Arc::new(Rows::Few(Vec::with_capacity(count.min(FEW)))))
    }

    /// How many settings it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether both are one, so that nobody needs to look.
    pub(super) fn is(&self, other: &OrderedMap<V>) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// What stands under `key`.
    pub fn get(&self, key: &str) -> Option<&V> {
        match &*self.0 {
            Rows::Few(row) => place(row, key).ok().map(|at| &row[at].1),
            Rows::Many(map) => map.get(key),
        }
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        match Arc::make_mut(&mut self.0) {
            Rows::Few(row) => place(row, key).ok().map(|at| &mut row[at].1),
            Rows::Many(map) => map.get_mut(key),
        }
    }

    /// Whether something stands under `key`.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Sets `key`; what stood there.
    pub fn insert(&mut self, key: String, node: V) -> Option<V> {
        Arc::make_mut(&mut self.0).insert(key, node)
    }

    /// Takes `key` out; what stood there.
    pub fn remove(&mut self, key: &str) -> Option<V> {
        match Arc::make_mut(&mut self.0) {
            Rows::Few(row) => place(row, key).ok().map(|at| row.remove(at).1),
            Rows::Many(map) => map.remove(key),
        }
    }

    /// Takes out what `keep` does not want; it may change what stays.
    pub fn retain(&mut self, mut keep: impl FnMut(&String, &mut V) -> bool) {
        match Arc::make_mut(&mut self.0) {
            Rows::Few(row) => row.retain_mut(|(key, node)| keep(key, node)),
            Rows::Many(map) => map.retain(|key, node| keep(key, node)),
        }
    }

    /// All settings, by their keys.
    pub fn iter(&self) -> Iter<'_, V> {
        self.0.iter()
    }

    /// All keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.iter().map(|(key, _)| key)
    }

    /// What stands under them.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, node)| node)
    }

    /// The same, taken out.
    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.into_iter().map(|(_, node)| node)
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

impl<V: Clone> FromIterator<(String, V)> for OrderedMap<V> {
    fn from_iter<All: IntoIterator<Item = (String, V)>>(all: All) -> OrderedMap<V> {
        let all = all.into_iter();
        let mut table = OrderedMap::with_room_for(all.size_hint().0);
        let entries = Arc::make_mut(&mut table.0);
        for (key, node) in all {
            entries.insert(key, node);
        }
        table
    }
}

impl<V: Clone, const COUNT: usize> From<[(String, V); COUNT]> for OrderedMap<V> {
    fn from(all: [(String, V); COUNT]) -> OrderedMap<V> {
        all.into_iter().collect()
    }
}

impl<V: Clone> IntoIterator for OrderedMap<V> {
    type Item = (String, V);
    type IntoIter = vec::IntoIter<(String, V)>;

    fn into_iter(self) -> Self::IntoIter {
        match Arc::unwrap_or_clone(self.0) {
            Rows::Few(row) => row.into_iter(),
            Rows::Many(map) => map.into_iter().collect::<Vec<_>>().into_iter(),
        }
    }
}

impl<'a, V: Clone> IntoIterator for &'a OrderedMap<V> {
    type Item = (&'a String, &'a V);
    type IntoIter = Iter<'a, V>;

    fn into_iter(self) -> Iter<'a, V> {
        self.iter()
    }
}

/// All settings of a table, by their keys.
pub enum Iter<'a, V> {
    #[doc(hidden)]
    Few(slice::Iter<'a, (String, V)>),
    #[doc(hidden)]
    Many(btree_map::Iter<'a, String, V>),
}

impl<'a, V> Iterator for Iter<'a, V> {
    type Item = (&'a String, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Iter::Few(row) => row.next().map(|(key, node)| (key, node)),
            Iter::Many(map) => map.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Iter::Few(row) => row.size_hint(),
            Iter::Many(map) => map.size_hint(),
        }
    }
}

impl<V> ExactSizeIterator for Iter<'_, V> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_settings_behave_like_a_map() {
        for count in [0, 1, FEW - 1, FEW, FEW + 1, 1000] {
            let mut table = OrderedMap::new();
            let mut map = BTreeMap::new();
            for number in 0..count {
                // Each key twice, in no order.
                let key = format!("{}", number * 7919 % count.div_ceil(2));
                assert_eq!(table.insert(key.clone(), number), map.insert(key, number));
            }
            assert_eq!(table.len(), map.len());
            assert!(table.iter().eq(map.iter()));
            assert!(map.iter().all(|(key, node)| table.get(key) == Some(node)));
            assert_eq!(table.clone().into_iter().collect::<OrderedMap<_>>(), table);
            let copy = table.clone();
            assert_eq!(table.remove("0"), map.remove("0"));
            table.retain(|key, _| key.len() > 1);
            map.retain(|key, _| key.len() > 1);
            assert!(table.iter().eq(map.iter()));
            assert_eq!(copy.get("0").is_some(), count > 0);
            assert!(table.into_iter().eq(map));
        }
    }
}
