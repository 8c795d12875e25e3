//! Memory for a static program: dlmalloc behind a lock that takes one atomic step.
//!
//! musl's own allocator gives each page back at once, which makes `check` several times
//! slower. dlmalloc's `GlobalDlmalloc` locks musl's mutex, a call and two atomic steps
//! for each piece of memory: a sixth of what a small file costs.

#![allow(unsafe_code)]

use dlmalloc::Dlmalloc;
use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::hint;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// How often a thread looks again before it lets others run: the lock is held for
/// some hundred steps of a processor, unless its holder waits for one.
const LOOKS: u32 = 100;

/// A heap that all threads share.
pub struct Allocator {
    is_taken: AtomicBool,
    heap: UnsafeCell<Dlmalloc>,
}

// SAFETY: the heap is reached by `with_heap` alone, and there by one thread at a time.
unsafe impl Sync for Allocator {}

impl Allocator {
    /// An empty heap.
    pub const fn new() -> Self {
        Self { is_taken: AtomicBool::new(false), heap: UnsafeCell::new(Dlmalloc::new()) }
    }

    #[inline]
    fn with_heap<R>(&self, work: impl FnOnce(&mut Dlmalloc) -> R) -> R {
        while self.is_taken.swap(true, Ordering::Acquire) {
            self.wait();
        }
        // SAFETY: whoever changed `is_taken` from false has the heap to itself until it is false again.
        let done = work(unsafe { &mut *self.heap.get() });
        self.is_taken.store(false, Ordering::Release);
        done
    }

    #[cold]
    fn wait(&self) {
        for _ in 0..LOOKS {
            if !self.is_taken.load(Ordering::Relaxed) {
                return;
            }
            hint::spin_loop();
        }
        thread::yield_now();
    }
}

impl Default for Allocator {
    fn default() -> Self {
        Self::new()
    }
}

// SAFETY: each call is dlmalloc's own, which keeps the contract; nothing here panics.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's layout has a size.
        self.with_heap(|heap| unsafe { heap.malloc(layout.size(), layout.align()) })
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's layout has a size.
        self.with_heap(|heap| unsafe { heap.calloc(layout.size(), layout.align()) })
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller has it from here, by this layout.
        self.with_heap(|heap| unsafe { heap.free(memory, layout.size(), layout.align()) });
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller has it from here, by this layout; `size` is no 0.
        self.with_heap(|heap| unsafe { heap.realloc(memory, layout.size(), layout.align(), size) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::slice;

    /// Threads that hold the lock at once would be given one piece of memory twice.
    #[test]
    fn what_a_thread_wrote_no_other_thread_writes_over() {
        let allocator = Allocator::new();
        thread::scope(|scope| {
            for mark in 1..=4 {
                let allocator = &allocator;
                scope.spawn(move || (0..5_000).for_each(|round| write_and_read(allocator, mark, round)));
            }
        });
    }

    fn write_and_read(allocator: &Allocator, mark: u8, round: usize) {
        let layout = |size| Layout::from_size_align(size, 8).expect("a size");
        let (small, large) = (layout(1 + round % 700), layout(2_000));
        // SAFETY: both have a size; each piece is used by its own layout until it is given back.
        unsafe {
            let zeroed = allocator.alloc_zeroed(small);
            assert!(slice::from_raw_parts(zeroed, small.size()).iter().all(|&byte| byte == 0));
            let memory = allocator.alloc(small);
            memory.write_bytes(mark, small.size());
            zeroed.write_bytes(mark, small.size());
            let memory = allocator.realloc(memory, small, large.size());
            assert!(slice::from_raw_parts(memory, small.size()).iter().all(|&byte| byte == mark));
            assert!(slice::from_raw_parts(zeroed, small.size()).iter().all(|&byte| byte == mark));
            allocator.dealloc(memory, large);
            allocator.dealloc(zeroed, small);
        }
    }
}
