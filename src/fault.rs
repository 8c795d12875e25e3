//! A fault of this program → an answer in the form that was asked for, and the end.
//!
//! A panic's own message may hold a value, and over ssh standard error ends up
//! amid the answer: it is never printed. The answer comes from the panic hook,
//! since a release does not unwind, which makes the program a tenth smaller.
//! Nothing is cleaned up then, as with a process that is killed: whatever changes
//! files is made for that, and the next run finishes what was begun.

use crate::stdout;
use std::panic::{self, PanicHookInfo};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Says where the fault is; the exit code.
pub(crate) type FaultAnswer = Box<dyn Fn(&str) -> u8 + Send>;

/// Without one, that of the command line.
static ANSWER: Mutex<Option<FaultAnswer>> = Mutex::new(None);
static IS_ANSWERED: AtomicBool = AtomicBool::new(false);

/// From here on a panic prints an answer and ends the process.
pub fn answer_panics() {
    panic::set_hook(Box::new(|panic| {
        if IS_ANSWERED.swap(true, Ordering::SeqCst) {
            wait_for_the_end();
        }
        let place = place(panic);
        let answer = ANSWER.lock().unwrap_or_else(PoisonError::into_inner).take();
        end(answer.map_or_else(|| of_the_command_line(&place), |answer| answer(&place)));
    }));
}

/// Chooses the answer to a fault from here on.
pub(crate) fn answer_with(answer: FaultAnswer) {
    *ANSWER.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
}

fn of_the_command_line(place: &str) -> u8 {
    stdout::report_error(&format!(
        "this program is at fault{place}, and nothing is known about what it was asked; report the command, without its credentials",
    ))
}

/// A file of this program and a line, and no message.
fn place(panic: &PanicHookInfo) -> String {
    panic.location().map_or_else(String::new, |location| {
        let file = location.file().rsplit('/').next().unwrap_or_default();
        format!(" at {file} line {}", location.line())
    })
}

/// Another thread answers already.
fn wait_for_the_end() -> ! {
    loop {
        thread::park();
    }
}

#[allow(clippy::exit)] // the hook cannot return to main
fn end(exit_code: u8) -> ! {
    process::exit(exit_code.into())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::process::{Command, Output};

    /// What this test program's ignored test `name` prints, and its exit code: a
    /// fault ends the process, so it needs one of its own.
    pub(crate) fn run_ignored(name: &str) -> Output {
        let program = std::env::current_exe().expect("a test program is a file");
        let arguments = ["--exact", name, "--ignored", "--nocapture", "--test-threads=1"];
        Command::new(program).args(arguments).output().expect("it starts again")
    }

    #[test]
    #[ignore = "ends its process; run by a_fault_in_a_thread_is_answered_once"]
    fn two_threads_with_a_fault() {
        answer_panics();
        let first = thread::spawn(|| panic!("hunter2"));
        let second = thread::spawn(|| panic!("hunter2"));
        let _ = (first.join(), second.join());
        wait_for_the_end();
    }

    #[test]
    fn a_fault_in_a_thread_is_answered_once() {
        let output = run_ignored("fault::tests::two_threads_with_a_fault");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert_eq!(said.matches("this program is at fault at fault.rs line ").count(), 1, "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}
