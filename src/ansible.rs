//! The Ansible entry: one file of arguments in, one JSON object out.
//!
//! ```text
//! bytes ─▶ arguments ─▶ options and policy ─▶ Task ─▶ apply ─▶ answer ─▶ bytes + exit code
//! ```
//!
//! Ansible's binary module protocol: exactly one argument, an answer whatever
//! happens, `failed` in the answer rather than an exit code. What is right and
//! wrong about a login is for `policy` to say, and how files change for `apply`.

mod answer;
mod args_file;
mod arguments;
mod login;
mod names;
mod options;
mod portable;
mod quoting;
mod spelling;

use crate::apply::{self, Expected};
use crate::fault;
use crate::policy::refusal::{At, Code, Refusal};
use answer::ModuleAnswer;
use args_file::ArgsFile;
use arguments::{Arguments, Scrubbed};
use options::{Extent, Task};
use serde_json::{Map, Value};
use std::ffi::OsStr;
use std::panic;
use std::thread;

/// The module's answer to a fault of this program; `may_have_changed` is what to
/// assume about files.
pub(crate) fn answer_to_a_fault(may_have_changed: bool, place: &str) -> Map<String, Value> {
    answer::broken(may_have_changed, place).keys
}

/// Room for arguments as deep as [`arguments::DEPTH_LIMIT`]; the default stack
/// overflows there, and nobody can catch that.
const STACK_BYTES: usize = 64 << 20;

/// So deep needs no thread of its own: it takes less than 128 KiB.
const FLAT: usize = 20;

/// Answers one call on standard output; `argument` is a path, or `-` for
/// standard input. Returns the exit code: 1 when it failed, else 0.
pub fn run(argument: &OsStr) -> u8 {
    fault::answer_with(Box::new(|place| answer::broken(false, place).print()));
    answer_to(argument).print()
}

/// The module's answer to options that did not come from Ansible, and are flat. With
/// `as_they_are` the two files say what should hold, and no login is given.
pub(crate) fn answer_to_options(
    options: Map<String, Value>,
    check_mode: bool,
    as_they_are: bool,
) -> Map<String, Value> {
    let expected = if as_they_are { Expected::AsTheyAre } else { Expected::Options };
    let arguments = Arguments::new(Scrubbed(options), check_mode, expected);
    let judged = options::judge(&arguments);
    let answer = judged.map_or_else(|refusals| ModuleAnswer::refused(&refusals), |task| carry_out(&task));
    answer.keys
}

fn answer_to(argument: &OsStr) -> ModuleAnswer {
    match read_and_judge(argument) {
        Ok(task) => {
            if task.extent == Extent::Apply {
                fault::answer_with(Box::new(|place| answer::broken(true, place).print()));
            }
            carry_out(&task)
        }
        Err(refusals) => ModuleAnswer::refused(&refusals),
    }
}

/// Options are flat as a rule, and a thread costs some 30 microseconds.
fn read_and_judge(argument: &OsStr) -> Result<Task, Vec<Refusal>> {
    let file = ArgsFile::open(argument).map_err(|refusal| vec![refusal])?;
    let depth = arguments::depth(&file.bytes);
    if depth <= FLAT { judge(&file, depth) } else { on_a_roomy_stack(|| judge(&file, depth)) }
}

/// Only judging runs here: what changes files stays on the first thread, where
/// whoever traces this process sees it.
fn on_a_roomy_stack(job: impl FnOnce() -> Result<Task, Vec<Refusal>> + Send) -> Result<Task, Vec<Refusal>> {
    thread::scope(|scope| {
        let judging = thread::Builder::new().stack_size(STACK_BYTES);
        match judging.spawn_scoped(scope, job) {
            Ok(thread) => thread.join().unwrap_or_else(|cause| panic::resume_unwind(cause)),
            Err(error) => Err(vec![no_thread(&error)]),
        }
    })
}

fn judge(file: &ArgsFile, depth: usize) -> Result<Task, Vec<Refusal>> {
    let arguments = Arguments::parse(&file.bytes, depth, &file.name).map_err(|refusal| vec![refusal])?;
    if arguments.remove_file {
        file.remove();
    }
    options::judge(&arguments)
}

/// Judges arguments that are in no file.
#[cfg(feature = "internals")]
pub(crate) fn judge_bytes(bytes: &[u8]) -> Vec<Refusal> {
    let depth = arguments::depth(bytes);
    let judged = Arguments::parse(bytes, depth, "the arguments").map_err(|refusal| vec![refusal]);
    judged.and_then(|arguments| options::judge(&arguments)).err().unwrap_or_default()
}

fn carry_out(task: &Task) -> ModuleAnswer {
    match task.extent {
        Extent::Validate => ModuleAnswer::validated(task),
        Extent::Verify(expected) => ModuleAnswer::done(task, apply::verify(&task.options, expected)),
        Extent::Apply => ModuleAnswer::done(task, apply::run(&task.options)),
    }
}

fn no_thread(error: &std::io::Error) -> Refusal {
    let message =
        format!("there is no memory to judge the arguments in: {error}; nothing was touched, run it again");
    Refusal::new(Code::InternalError, message, At::Nowhere)
}
