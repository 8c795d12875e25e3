//! A mounted Secret → the htpasswd file that nginx reads, once or for as long
//! as the Secret changes.
//!
//! While the Secret holds no login there is no file: nginx then lets nobody in.
//! An old password must not outlive the Secret that held it.

use super::secret;
use crate::files::folder::{Content, FileInFolder, Found};
use crate::files::plan::Attributes;
use crate::files::replace;
use crate::nginx::htpasswd;
use crate::policy::Credentials;
use crate::policy::refusal::{self, Refusal};
use crate::stdout;
use signal_hook::consts::{SIGINT, SIGTERM};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

/// Kubernetes itself takes up to a minute or two to bring a change here.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// nginx has another user, in a container of its own that shares this folder and no other.
const MODE: u32 = 0o644;

/// What the Secret says.
enum SecretState {
    Login(Credentials),
    Nobody(Vec<Refusal>),
}

/// Writes the file `out` from the Secret mounted at `secret`; with `watch`
/// again whenever it changes, until SIGTERM.
pub fn run(secret: &Path, out: &Path, watch: bool) -> u8 {
    let out = match std::path::absolute(out) {
        Ok(out) => out,
        Err(error) => return stdout::report_error(&format!("cannot find {}: {error}", out.display())),
    };
    if !watch {
        return match look(secret).and_then(|state| bring(&state, &out).map(|_| state)) {
            Ok(state) => stdout::print(&shown(&state), u8::from(matches!(state, SecretState::Nobody(_)))),
            Err(message) => stdout::report_error(&message),
        };
    }
    match end_on_signals() {
        Ok(()) => follow(secret, &out),
        Err(error) => stdout::report_error(&format!("cannot wait for SIGTERM: {error}")),
    }
}

/// Process 1 of a container has to ask for the signals that end it.
fn end_on_signals() -> std::io::Result<()> {
    for signal in [SIGTERM, SIGINT] {
        signal_hook::flag::register_conditional_shutdown(signal, 0, Arc::new(AtomicBool::new(true)))?;
    }
    Ok(())
}

/// Hashes and speaks only when something changed, the Secret or the file; tries again
/// what did not work. While the Secret cannot be read nobody is let in.
fn follow(secret: &Path, out: &Path) -> ! {
    let mut done: Option<Brought> = None;
    let mut last_error = String::new();
    loop {
        let brought = match look(secret) {
            Ok(state) if done.as_ref().is_some_and(|done| done.holds(&state, out)) => Ok(None),
            Ok(state) => bring(&state, out).map(|text| Some(Brought { state, text })),
            Err(message) => {
                done = None;
                Err(match bring(&SecretState::Nobody(Vec::new()), out) {
                    Ok(_) => format!("nobody is let in, since the Secret cannot be read: {message}"),
                    Err(more) => format!("{message}, and {more}"),
                })
            }
        };
        match brought {
            Ok(None) => last_error.clear(),
            Ok(Some(brought)) => {
                stdout::print(&shown(&brought.state), 0);
                done = Some(brought);
            }
            Err(message) if message == last_error => {}
            Err(message) => {
                stdout::report_error(&message);
                last_error = message;
            }
        }
        thread::sleep(BETWEEN_LOOKS);
    }
}

/// What the file was last brought to.
struct Brought {
    state: SecretState,
    /// The file's; none where there is no file.
    text: Option<Vec<u8>>,
}

impl Brought {
    /// Whether the Secret says the same and the file is as it was left; others may have
    /// removed or changed it.
    fn holds(&self, state: &SecretState, out: &Path) -> bool {
        let found = || FileInFolder::open(out).and_then(|place| place.read());
        self.state.says(state)
            && match (found(), &self.text) {
                (Ok(Found::Absent), None) => true,
                (Ok(Found::File(content)), Some(text)) => content.bytes == *text && content.mode == MODE,
                (Ok(Found::Absent | Found::File(_)) | Err(_), _) => false,
            }
    }
}

impl SecretState {
    fn says(&self, other: &SecretState) -> bool {
        match (self, other) {
            (SecretState::Login(one), SecretState::Login(other)) => {
                one.username == other.username && one.password.expose() == other.password.expose()
            }
            (SecretState::Nobody(one), SecretState::Nobody(other)) => one == other,
            (SecretState::Login(_), SecretState::Nobody(_))
            | (SecretState::Nobody(_), SecretState::Login(_)) => false,
        }
    }
}

fn look(secret: &Path) -> Result<SecretState, String> {
    Ok(match secret::read(secret)? {
        Ok(credentials) => SecretState::Login(credentials),
        Err(refusals) => SecretState::Nobody(refusals),
    })
}

fn shown(state: &SecretState) -> String {
    match state {
        SecretState::Login(Credentials { username, .. }) => format!("the login of {username} is let in\n"),
        SecretState::Nobody(refusals) => format!("nobody is let in\n{}", refusal::lines(refusals)),
    }
}

/// Makes the file say what the Secret says; the answer is its text, if it is to be there.
fn bring(state: &SecretState, out: &Path) -> Result<Option<Vec<u8>>, String> {
    let failed = |cause: String| format!("cannot bring {} to what the Secret says: {cause}", out.display());
    let place = FileInFolder::open(out).map_err(|unread| failed(unread.to_string()))?;
    replace::clear(&place).map_err(|error| failed(error.to_string()))?;
    let old = match place.read().map_err(|unread| failed(unread.to_string()))? {
        Found::Absent => None,
        Found::File(content) => Some(content),
    };
    let text = match state {
        SecretState::Nobody(_) if old.is_none() => None,
        SecretState::Nobody(_) => {
            replace::remove(&place).map_err(|error| failed(error.to_string()))?;
            None
        }
        SecretState::Login(login) => Some(write(login, old, &place).map_err(&failed)?),
    };
    // All was done by the folder's descriptor; nginx goes by its path.
    if place.is_where_it_was() {
        return Ok(text);
    }
    Err(failed("its folder was moved away or exchanged meanwhile; put it back, and run it again".into()))
}

/// Writes the file unless it has that login alone; the answer is its text.
fn write(login: &Credentials, old: Option<Content>, place: &FileInFolder) -> Result<Vec<u8>, String> {
    let bytes = old.as_ref().map_or(&[][..], |old| &old.bytes);
    let new =
        htpasswd::renew(bytes, &[login], None).map_err(|_| "the system has no random numbers".to_owned())?;
    if old.is_none_or(|old| old.bytes != new.text || old.mode != MODE) {
        let attributes = Attributes { owner: None, group: None, mode: MODE };
        replace::replace(place, &new.text, attributes, None).map_err(|unwritten| unwritten.to_string())?;
    }
    Ok(new.text)
}
