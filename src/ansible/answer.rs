//! What was found out and done → one JSON object, whatever happens.
//!
//! Keys are those that the documentation of the module names, and no other:
//! Ansible prints all of them. Nothing of the options is repeated here.

use super::options::{Extent, Task};
use crate::apply::{ApplyOutcome, Expected, FileDiff, Notice, Presence, SaidAccess, SeenEndpoint};
use crate::nginx::cost::{self, Capacity};
use crate::policy::Access;
use crate::policy::refusal::{At, Code, Refusal};
use rustix::io::Errno;
use serde_json::{Map, Value, json};
use std::os::fd::AsFd;
use std::thread;
use std::time::Duration;

/// One answer to Ansible.
#[must_use]
pub(crate) struct ModuleAnswer {
    pub(crate) keys: Map<String, Value>,
}

impl ModuleAnswer {
    /// Nothing was touched, for these reasons; without one, it is a fault of ours.
    pub(crate) fn refused(refusals: &[Refusal]) -> Self {
        if refusals.is_empty() {
            return broken(false, "");
        }
        let mut answer = Self::new(false);
        answer.refuse(refusals);
        answer
    }

    /// The options and logins are right, and nothing else was asked.
    pub(crate) fn validated(task: &Task) -> Self {
        let mut answer = Self::new(false);
        answer.say_access(task);
        answer.set("reload_owed", false);
        answer.warn(task.warnings.clone());
        answer
    }

    /// What was applied, or found.
    pub(crate) fn done(task: &Task, outcome: ApplyOutcome) -> Self {
        let mut answer = Self::new(outcome.changed);
        answer.say_access(task);
        answer.set("reload_owed", outcome.reload_owed);
        if let Some(access) = outcome.access {
            answer.set("access", access.as_str());
        }
        if task.extent == Extent::Apply {
            answer.set("reloaded", outcome.reloaded);
        }
        if let Some(is_used) = outcome.include_used {
            answer.set("include_used", is_used);
        }
        if let Some(path) = &outcome.backup_file {
            answer.set("backup_file", path.display().to_string());
        }
        if let Some(endpoints) = &outcome.endpoints {
            answer.set("endpoints", endpoints.iter().map(endpoint).collect::<Vec<_>>());
        }
        if let Some(cost) = outcome.bcrypt_cost {
            answer.set("bcrypt_cost", cost);
            let Capacity { requests_per_second, agents_at_15s } = cost::capacity(cost);
            let capacity =
                json!({"requests_per_second": requests_per_second, "agents_at_15s": agents_at_15s});
            answer.set("capacity", capacity);
        }
        if task.with_diff {
            answer.set("diff", outcome.diff.iter().map(shown).collect::<Vec<_>>());
        }
        answer.warn(task.warnings.iter().cloned().chain(outcome.warnings).collect());
        answer.refuse(&outcome.refusals);
        answer
    }

    fn new(changed: bool) -> Self {
        let mut answer = Self { keys: Map::new() };
        answer.set("changed", changed);
        answer
    }

    fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.keys.insert(key.to_owned(), value.into());
    }

    /// Who is let in; nobody is asked about that where the files go away.
    fn say_access(&mut self, task: &Task) {
        if task.options.presence == Presence::Present && task.extent != Extent::Verify(Expected::AsTheyAre) {
            let access = match task.options.access {
                Access::ReceiverOff => SaidAccess::ReceiverOff,
                Access::Open => SaidAccess::Open,
                Access::Basic(_) | Access::BasicInSecret(_) => SaidAccess::Basic,
            };
            self.set("access", access.as_str());
        }
    }

    /// Ansible prints `warnings`; `findings` are the same for programs.
    fn warn(&mut self, warnings: Vec<Notice>) {
        if !warnings.is_empty() {
            let entry = |notice: &Notice| json!({"code": notice.code, "msg": notice.message, "where": notice.at.to_string()});
            self.set("findings", warnings.iter().map(entry).collect::<Vec<_>>());
            self.set("warnings", warnings.into_iter().map(|notice| notice.message).collect::<Vec<_>>());
        }
    }

    fn refuse(&mut self, refusals: &[Refusal]) {
        let Some(first) = refusals.first() else {
            return;
        };
        self.set("failed", true);
        self.set("msg", first.message.as_str());
        self.set("code", first.code.as_str());
        self.set("where", first.at.to_string());
        let entry = |refusal: &Refusal| json!({"code": refusal.code.as_str(), "msg": refusal.message, "where": refusal.at.to_string()});
        self.set("refusals", refusals.iter().map(entry).collect::<Vec<_>>());
    }

    /// Prints the answer; the exit code is 1 when it failed or cannot be read
    /// by anybody, else 0.
    pub(crate) fn print(self) -> u8 {
        let failed = self.keys.contains_key("failed");
        let line = format!("{}\n", Value::Object(self.keys));
        let written = write_all(rustix::stdio::stdout(), line.as_bytes(), WAITS);
        u8::from(failed || written.is_err())
    }
}

fn endpoint(seen: &SeenEndpoint) -> Value {
    let SeenEndpoint { server, location, file, line, access } = seen;
    let file = file.display().to_string();
    json!({"server": server, "location": location, "file": file, "line": line, "access": access.as_str()})
}

fn shown(file: &FileDiff) -> Value {
    let path = file.path.display().to_string();
    json!({"before": file.before, "after": file.after, "before_header": path, "after_header": path})
}

/// How long one wait for a reader takes, and how many there are: half a minute of them.
const WAIT: Duration = Duration::from_millis(5);
const WAITS: u32 = 6_000;

/// Writes to standard output without the library's buffer, which panics on a
/// closed one. (Rust ignores SIGPIPE, and gives it back to its children.)
fn write_all(output: impl AsFd, mut bytes: &[u8], mut waits_left: u32) -> Result<(), Errno> {
    while !bytes.is_empty() {
        match rustix::io::write(&output, bytes) {
            Ok(0) => return Err(Errno::IO),
            Ok(written) => bytes = &bytes[written..],
            Err(Errno::INTR) => {}
            // A pipe that somebody else made non-blocking, and that is full.
            Err(Errno::AGAIN) if waits_left > 0 => {
                waits_left -= 1;
                thread::sleep(WAIT);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The answer to a fault of this program. `may_have_changed` is what to assume about files.
pub(crate) fn broken(may_have_changed: bool, place: &str) -> ModuleAnswer {
    let message = format!(
        "this program stopped at a fault of its own{place}; run it again, which finishes what was begun, and report the fault"
    );
    let mut answer = ModuleAnswer::new(may_have_changed);
    answer.refuse(&[Refusal::new(Code::InternalError, message, At::Nowhere)]);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault;
    use crate::fault::tests::run_ignored;
    use std::io::{PipeReader, PipeWriter, Read};

    #[test]
    #[ignore = "ends its process; run by a_fault_amid_changes_is_answered_without_its_message"]
    fn a_fault_amid_changes() {
        fault::answer_panics();
        fault::answer_with(Box::new(|place| broken(true, place).print()));
        panic!("hunter2");
    }

    #[test]
    fn a_fault_amid_changes_is_answered_without_its_message() {
        let output = run_ignored("ansible::answer::tests::a_fault_amid_changes");
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{said}");
        let json = &said[said.find('{').expect("an object")..];
        let answer: Value = serde_json::from_str(json).expect("nothing but an answer");
        assert_eq!(answer["changed"], true);
        assert_eq!(answer["failed"], true);
        assert_eq!(answer["code"], "internal-error");
        assert!(said.contains(" at answer.rs line "), "{said}");
        assert!(!said.contains("hunter2") && output.stderr.is_empty(), "{output:?}");
    }

    /// A pipe that does not wait, with more in it than it takes at once.
    fn full_pipe() -> (PipeReader, PipeWriter, usize) {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        rustix::io::ioctl_fionbio(&writer, true).expect("a pipe of our own");
        let mut filled = 0;
        while let Ok(written) = rustix::io::write(&writer, &[b'x'; 4096]) {
            filled += written;
        }
        (reader, writer, filled)
    }

    #[test]
    fn a_reader_that_is_late_gets_all_of_the_answer() {
        let (mut reader, writer, filled) = full_pipe();
        let answer = "y".repeat(100_000);
        let writing = thread::spawn({
            let answer = answer.clone();
            move || write_all(writer, answer.as_bytes(), WAITS)
        });
        thread::sleep(4 * WAIT);
        let mut read = Vec::new();
        reader.read_to_end(&mut read).expect("a pipe of our own");
        assert_eq!(writing.join().expect("no panic"), Ok(()));
        assert!(read[filled..] == *answer.as_bytes(), "{} bytes", read.len());
    }

    #[test]
    fn a_reader_that_never_reads_is_not_waited_for_for_ever() {
        let (reader, writer, _) = full_pipe();
        assert_eq!(write_all(&writer, b"y", 3), Err(Errno::AGAIN));
        drop(reader);
    }

    #[test]
    fn a_refusal_without_reasons_is_a_fault_and_no_success() {
        let answer = ModuleAnswer::refused(&[]);
        assert_eq!((&answer.keys["failed"], &answer.keys["code"]), (&json!(true), &json!("internal-error")));
    }
}
