//! Many items → their results in the same order, worked at by all processors.

use helm_values::start_deep;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// `job` of each of `items`, on threads with a deep stack.
///
/// # Panics
/// When `job` panics, or where no thread can be started.
pub(super) fn map<T: Sync, R: Send>(items: &[T], job: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(items.len()));
    let work = || {
        let mut own = Vec::new();
        while let Some((index, item)) = take(items, &next) {
            own.push((index, job(item)));
        }
        results.lock().expect("nobody panics while holding it").extend(own);
    };
    let processors = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    thread::scope(|scope| {
        for _ in 0..processors.min(items.len()) {
            // Room for values as deep as Helm reads them; the default stack
            // overflows there, and nobody can catch that.
            start_deep(scope, work);
        }
    });
    let mut results = results.into_inner().expect("nobody panics while holding it");
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

fn take<'a, T>(items: &'a [T], next: &AtomicUsize) -> Option<(usize, &'a T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    items.get(index).map(|item| (index, item))
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_come_in_the_order_of_their_items() {
        let items: Vec<usize> = (0..1000).collect();
        assert_eq!(
            super::map(&items, |item| item * 2),
            items.iter().map(|item| item * 2).collect::<Vec<_>>()
        );
    }
}
