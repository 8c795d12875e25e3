//! Many items → their results in the same order, worked at by one processor or all.

use helm_values::{on_deep_stack, on_shallow_stack, start_deep};
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many work at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Workers {
    One,
    EachProcessor,
}

impl Workers {
    /// For these files, of which some from all over tell how large they are. Of a small one
    /// the work is many small pieces of memory, for which two workers wait for each other
    /// longer than they work.
    pub(super) fn for_files<T>(files: &[T], bytes: impl Fn(&T) -> u64) -> Workers {
        const LARGE: u64 = 64 << 10;
        const ASKED: usize = 32;
        let asked = || files.iter().step_by(files.len().div_ceil(ASKED));
        let is_large = || asked().map(bytes).sum::<u64>() >= LARGE * asked().count() as u64;
        if files.len() > 1 && is_large() { Workers::EachProcessor } else { Workers::One }
    }
}

/// `job` of each of `items`, by as many as `workers` says. One is the calling thread, until a
/// job needs a deep stack: that one begins once more, on a thread that does all the others, too.
/// `is_done` is called once for each item.
///
/// # Panics
/// When `job` panics, or where no thread can be started.
pub(super) fn map<T: Sync, R: Send>(
    items: &[T],
    workers: Workers,
    job: impl Fn(&T) -> R + Sync,
    is_done: impl Fn() + Sync,
) -> Vec<R> {
    let workers = match workers {
        Workers::One => return by_one(items, job, is_done),
        Workers::EachProcessor => thread::available_parallelism().map_or(1, NonZeroUsize::get),
    };
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(items.len()));
    let work = || {
        let mut own = Vec::new();
        while let Some((index, item)) = take(items, &next) {
            own.push((index, job(item)));
            is_done();
        }
        results.lock().expect("nobody panics while holding it").extend(own);
    };
    thread::scope(|scope| {
        for _ in 0..workers.min(items.len()) {
            // Room for values as deep as Helm reads them; the default stack
            // overflows there, and nobody can catch that.
            start_deep(scope, work);
        }
    });
    let mut results = results.into_inner().expect("nobody panics while holding it");
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

fn by_one<T: Sync, R: Send>(items: &[T], job: impl Fn(&T) -> R + Sync, is_done: impl Fn() + Sync) -> Vec<R> {
    let on_this = |item| on_shallow_stack(|| job(item)).inspect(|_| is_done());
    let mut results: Vec<R> = items.iter().map_while(on_this).collect();
    let rest = &items[results.len()..];
    if !rest.is_empty() {
        let on_deep = |item| {
            let result = job(item);
            is_done();
            result
        };
        results.extend(on_deep_stack(|| rest.iter().map(on_deep).collect::<Vec<R>>()));
    }
    results
}

fn take<'a, T>(items: &'a [T], next: &AtomicUsize) -> Option<(usize, &'a T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    items.get(index).map(|item| (index, item))
}

#[cfg(test)]
mod tests {
    use super::Workers;
    use helm_values::{Source, SourceKind, read_stream};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    #[test]
    fn results_come_in_the_order_of_their_items() {
        let items: Vec<usize> = (0..1000).collect();
        assert_eq!(
            super::map(&items, Workers::EachProcessor, |item| item * 2, || ()),
            items.iter().map(|item| item * 2).collect::<Vec<_>>()
        );
    }

    #[test]
    fn one_worker_leaves_its_stack_for_the_first_deep_item_and_the_rest() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        let texts = [nested(3), nested(60), nested(9_000), nested(4)];
        let source = Source { kind: SourceKind::File, name: "a.yaml".to_owned() };
        let done = AtomicUsize::new(0);
        let read = |text: &String| {
            let read = read_stream(text.as_bytes(), &source);
            (thread::current().id(), read.map(|documents| documents.len()))
        };
        let results = super::map(&texts, Workers::One, read, || {
            done.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(done.into_inner(), texts.len(), "each counts once");
        let (threads, read): (Vec<_>, Vec<_>) = results.into_iter().unzip();
        assert_eq!(read, [const { Ok(1) }; 4]);
        let own = thread::current().id();
        assert_eq!(threads[..2], [own; 2]);
        assert!(threads[2] != own && threads[3] == threads[2]);
    }

    #[test]
    fn small_files_have_one_worker_and_large_ones_each_processor() {
        let of = |sizes: &[u64]| Workers::for_files(sizes, |&size| size);
        assert_eq!(of(&[]), Workers::One);
        assert_eq!(of(&[10 << 20]), Workers::One);
        assert_eq!(of(&[2 << 10; 500]), Workers::One);
        assert_eq!(of(&[(64 << 10) - 1; 2]), Workers::One);
        assert_eq!(of(&[64 << 10; 2]), Workers::EachProcessor);
        assert_eq!(of(&[170 << 10; 6]), Workers::EachProcessor);
        // Those in the middle are asked, too.
        let mut sizes = [0; 500];
        sizes[100..400].fill(1 << 20);
        assert_eq!(of(&sizes), Workers::EachProcessor);
    }
}
