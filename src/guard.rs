//! The module's work on the command line, for hosts without Ansible.
//!
//! Options become those of the module, which judges and applies them; its
//! answer becomes text for people, or stays what it is for programs. Nothing is
//! judged here, and a password comes from a file and never from the command
//! line, where every process could read it.

mod text;

use crate::policy::refusal::Code;
use crate::secret_file::{self, SecretFileError};
use crate::{ansible, fault, sanitize, stdout};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// No file of logins is longer.
const FILE_LIMIT: u64 = 1 << 20;

/// Refusals that say that nobody knows, rather than that something is wrong.
const COULD_NOT_TELL: &[Code] = &[
    Code::NginxNotSeen,
    Code::NginxNotUnderstood,
    Code::NginxAlreadyBroken,
    Code::NginxNotFound,
    Code::NginxTestTimedOut,
    Code::ReadFailed,
    Code::Locked,
    Code::InternalError,
];

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GuardFormat {
    /// For people.
    Text,
    /// The module's answer, for programs.
    Json,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GuardWork {
    /// Bring both files to what the options say.
    Guard {
        /// Do nothing, and say what would be done.
        dry_run: bool,
    },
    /// Judge what is there.
    Verify,
}

impl GuardWork {
    /// Whether files may be other ones afterwards, which a fault amid it has to say.
    fn may_change(&self) -> bool {
        matches!(self, Self::Guard { dry_run: false })
    }
}

/// One call.
pub(crate) struct GuardRequest {
    pub(crate) work: GuardWork,
    /// Under the module's names; none is a secret.
    pub(crate) options: Map<String, Value>,
    /// `-` is standard input.
    pub(crate) password_file: Option<PathBuf>,
    /// A login a line: the name, a colon, the password.
    pub(crate) other_users: Option<PathBuf>,
    /// Show the files before and after.
    pub(crate) diff: bool,
    pub(crate) format: GuardFormat,
}

/// Does it; the exit code: 0 done, 1 refused, 2 could not tell.
pub(crate) fn run(mut request: GuardRequest) -> u8 {
    if let Err(error) = take_logins(&mut request) {
        return stdout::report_error(&error);
    }
    let (dry_run, as_they_are) = match request.work {
        GuardWork::Guard { dry_run } => (dry_run, false),
        GuardWork::Verify => (false, true),
    };
    let GuardRequest { work, format, .. } = request;
    let may_have_changed = work.may_change();
    fault::answer_with(Box::new({
        let work = work.clone();
        move |place| show(ansible::answer_to_a_fault(may_have_changed, place), &work, format)
    }));
    let mut answer = ansible::answer_to_options(request.options, dry_run, as_they_are);
    if !request.diff {
        answer.remove("diff");
    }
    show(answer, &work, format)
}

/// Prints the answer; the exit code.
fn show(answer: Map<String, Value>, work: &GuardWork, format: GuardFormat) -> u8 {
    let exit_code = exit_code(&answer);
    let shown = match format {
        GuardFormat::Json => sanitize::for_json(&format!("{:#}\n", Value::Object(answer))),
        GuardFormat::Text => text::write(&answer, work),
    };
    stdout::print(&shown, exit_code)
}

fn take_logins(request: &mut GuardRequest) -> Result<(), String> {
    if let Some(path) = &request.password_file {
        let text = read(path)?;
        // A line end is the file's, not the password's.
        let password =
            text.strip_suffix('\n').map_or(&**text, |text| text.strip_suffix('\r').unwrap_or(text));
        request.options.insert("password".to_owned(), password.into());
    }
    if let Some(path) = &request.other_users {
        let text = read(path)?;
        let logins = text.lines().enumerate().filter(|(_, line)| !line.is_empty()).map(|(at, line)| {
            let (username, password) = line.split_once(':').ok_or_else(|| {
                format!(
                    "line {} of {} has no colon; write a name, a colon and a password",
                    at + 1,
                    path.display()
                )
            })?;
            Ok(json!({"username": username, "password": password}))
        });
        let logins: Vec<Value> = logins.collect::<Result<_, String>>()?;
        request.options.insert("other_users".to_owned(), logins.into());
    }
    Ok(())
}

fn read(path: &Path) -> Result<Zeroizing<String>, String> {
    let bytes = secret_file::read(path, FILE_LIMIT).map_err(|error| match error {
        SecretFileError::CannotRead(error) => {
            format!("cannot read {}: {error}; nothing was touched", path.display())
        }
        SecretFileError::TooLarge => {
            format!("{} is over 1 MiB, and no login is; nothing was touched", path.display())
        }
    })?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| format!("{} is not UTF-8; nothing was touched", path.display()))?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn exit_code(answer: &Map<String, Value>) -> u8 {
    let refusals = answer.get("refusals").and_then(Value::as_array);
    let Some(refusals) = refusals else { return 0 };
    let is_known = |refusal: &Value| {
        refusal["code"].as_str().is_some_and(|code| !COULD_NOT_TELL.iter().any(|one| one.as_str() == code))
    };
    if refusals.iter().any(is_known) { 1 } else { stdout::COULD_NOT_TELL }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_brings_the_files_about_may_have_changed_them() {
        assert!(GuardWork::Guard { dry_run: false }.may_change());
        assert!(!GuardWork::Guard { dry_run: true }.may_change());
        assert!(!GuardWork::Verify.may_change());
    }
}
