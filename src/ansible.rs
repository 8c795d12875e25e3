//! The Ansible entry: one file of arguments in, one JSON object out.
//!
//! ```text
//! bytes ─▶ arguments ─▶ options and policy ─▶ Request ─▶ guard ─▶ answer ─▶ bytes + exit code
//! ```
//!
//! Ansible's binary module protocol: exactly one argument, an answer whatever
//! happens, `failed` in the answer rather than an exit code. What is right and
//! wrong about a login is the policy's to say, and how files change the guard's.

pub mod answer;
mod args_file;
pub mod arguments;
mod login;
mod names;
pub mod options;
mod portable;
mod quoting;
mod spelling;

use crate::apply;
use crate::refusal::{At, Code, Refusal};
use answer::Answer;
use args_file::ArgsFile;
use arguments::Arguments;
use options::Wanted;
use std::ffi::OsStr;
use std::thread;

/// Room for arguments as deep as [`arguments::DEPTH_LIMIT`]; the default stack
/// overflows there, and nobody can catch that.
const STACK_BYTES: usize = 64 << 20;

/// What one call asks for, judged.
struct Call {
    wanted: Wanted,
    with_diff: bool,
}

/// Answers one call on standard output; `argument` is a path, or `-` for
/// standard input. Returns the exit code: 1 when it failed, else 0.
pub fn run(argument: &OsStr) -> u8 {
    let answer = answer::even_if_it_panics(false, || answer_to(argument));
    answer.print()
}

fn answer_to(argument: &OsStr) -> Answer {
    match read_and_judge(argument) {
        Ok(call) => act(&call),
        Err(refusals) => Answer::refused(&refusals),
    }
}

fn read_and_judge(argument: &OsStr) -> Result<Call, Vec<Refusal>> {
    on_a_roomy_stack(|| judge(argument))
}

/// Only judging runs here: what changes files stays on the first thread, where
/// whoever traces this process sees it.
fn on_a_roomy_stack<T: Send>(
    job: impl FnOnce() -> Result<T, Vec<Refusal>> + Send,
) -> Result<T, Vec<Refusal>> {
    thread::scope(|scope| {
        let judging = thread::Builder::new().stack_size(STACK_BYTES);
        match judging.spawn_scoped(scope, job) {
            Ok(thread) => thread.join().unwrap_or_else(|payload| {
                std::mem::forget(payload); // dropping it might panic again
                Err(vec![answer::broken()])
            }),
            Err(error) => Err(vec![no_thread(&error)]),
        }
    })
}

fn judge(argument: &OsStr) -> Result<Call, Vec<Refusal>> {
    let file = ArgsFile::open(argument).map_err(|refusal| vec![refusal])?;
    let arguments = Arguments::parse(&file.bytes, &file.name).map_err(|refusal| vec![refusal])?;
    if arguments.remove_file {
        file.remove();
    }
    let wanted = options::judge(&arguments)?;
    Ok(Call { wanted, with_diff: arguments.diff })
}

fn act(call: &Call) -> Answer {
    let Call { wanted, with_diff } = call;
    if wanted.only_validate {
        return Answer::validated(wanted);
    }
    answer::even_if_it_panics(true, || Answer::done(wanted, apply::run(&wanted.request), *with_diff))
}

fn no_thread(error: &std::io::Error) -> Refusal {
    let sentence =
        format!("there is no memory to judge the arguments in: {error}; nothing was touched, run it again");
    Refusal::new(Code::InternalError, sentence, At::Nowhere)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_while_judging_is_a_refusal() {
        let hook = std::panic::take_hook();
        answer::silence_panics();
        let refusals = on_a_roomy_stack::<()>(|| panic!("hunter2")).expect_err("a panic is no success");
        std::panic::set_hook(hook);
        assert_eq!(refusals[0].code, Code::InternalError);
        assert!(!refusals[0].message.contains("hunter2"), "{}", refusals[0].message);
    }
}
