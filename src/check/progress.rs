//! How far the work is, on a terminal and after a second.
//!
//! On standard error, so that an answer that is piped stays as it is; the line
//! is gone before the answer comes.

use super::{AnswerForm, is_dumb};
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Work that is over earlier needs no line.
const FIRST: Duration = Duration::from_secs(1);
const NEXT: Duration = Duration::from_millis(200);

/// Counts what is done; the line goes with it.
pub(super) struct Progress {
    done: Arc<AtomicUsize>,
    line: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Shown where somebody looks at it.
    pub(super) fn on_a_terminal(all: usize, form: AnswerForm) -> Progress {
        let mut progress = Progress::hidden();
        if form.quiet || is_dumb() || !io::stderr().is_terminal() {
            return progress;
        }
        let done = Arc::clone(&progress.done);
        let (end, ended) = mpsc::channel();
        let line = move || {
            let mut wait = FIRST;
            let mut shown = false;
            while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                (wait, shown) = (NEXT, true);
                // Nobody misses a line that could not be written.
                let _ = write!(io::stderr(), "\r{} of {all} judged", done.load(Ordering::Relaxed));
            }
            if shown {
                let _ = write!(io::stderr(), "\r\x1b[K");
            }
        };
        // Where no thread can be started there is no line.
        progress.line = thread::Builder::new().spawn(line).ok().map(|line| (end, line));
        progress
    }

    /// Never shown.
    pub(super) fn hidden() -> Progress {
        Progress { done: Arc::default(), line: None }
    }

    /// Counts one.
    pub(super) fn one_is_done(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((end, line)) = self.line.take() {
            drop(end);
            // It does nothing that can panic.
            let _ = line.join();
        }
    }
}
