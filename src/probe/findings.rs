//! What was found out, and what was not.

use crate::policy::refusal::{At, Code, Refusal, Warning, WarningCode};
use std::fmt;

/// What is known of the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EndpointState {
    Shut,
    Open,
    Unknown,
}

/// What is known of the login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LoginState {
    LetIn,
    NotLetIn,
    Unknown,
}

/// One request as it is shown: without a credential.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) login: &'static str,
    /// The code, or why there is none.
    pub(super) answer: Result<u16, String>,
}

/// All of it, in the order in which it was seen.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) refusals: Vec<Refusal>,
    pub(super) warnings: Vec<Warning>,
    /// Place and message of what could not be told.
    pub(super) unclear: Vec<(String, String)>,
    /// A guard was seen at the path itself.
    pub(super) guard_seen: bool,
    /// None where no login was asked with.
    pub(super) login: Option<LoginState>,
    /// Each request.
    pub(super) shown: Vec<Shown>,
}

/// An address or a path that was asked, if it is about one.
fn at(place: String) -> At {
    if place.is_empty() { At::Nowhere } else { At::Target(place) }
}

impl Findings {
    pub(super) fn refuse(&mut self, code: Code, place: impl Into<String>, message: impl fmt::Display) {
        self.refusals.push(Refusal::new(code, message, at(place.into())));
    }

    pub(super) fn warn(&mut self, code: WarningCode, place: impl Into<String>, message: impl fmt::Display) {
        self.warnings.push(Warning::new(code, message, at(place.into())));
    }

    pub(super) fn unclear(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.unclear.push((place.into(), message.into()));
    }

    /// Open where one way in was seen; shut where a guard was seen and all was asked.
    pub(super) fn endpoint(&self) -> EndpointState {
        let is_open = self.refusals.iter().any(|refusal| refusal.code == Code::ReceiverOpen);
        match (is_open, self.guard_seen && self.unclear.is_empty()) {
            (true, _) => EndpointState::Open,
            (false, true) => EndpointState::Shut,
            (false, false) => EndpointState::Unknown,
        }
    }

    /// 1 beats 2: what was seen to be open stays so, whatever else was not seen.
    pub(super) fn exit_code(&self) -> u8 {
        match (self.refusals.is_empty(), self.unclear.is_empty() && self.guard_seen) {
            (false, _) => 1,
            (true, true) => 0,
            (true, false) => crate::stdout::COULD_NOT_TELL,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shut_is_what_was_seen_to_be_guarded_with_nothing_left_open_or_unseen() {
        for (is_guarded, is_unclear, is_open, expected) in [
            (true, false, false, (EndpointState::Shut, 0)),
            (true, true, false, (EndpointState::Unknown, 2)),
            (false, false, false, (EndpointState::Unknown, 2)),
            (false, true, false, (EndpointState::Unknown, 2)),
            (true, true, true, (EndpointState::Open, 1)),
            (false, false, true, (EndpointState::Open, 1)),
        ] {
            let mut findings = Findings { guard_seen: is_guarded, ..Findings::default() };
            if is_unclear {
                findings.unclear("/p", "nobody answers");
            }
            if is_open {
                findings.refuse(Code::ReceiverOpen, "/p", "anyone may write");
            }
            assert_eq!((findings.endpoint(), findings.exit_code()), expected);
        }
        let mut findings = Findings { guard_seen: true, ..Findings::default() };
        findings.refuse(Code::LoginNotTaken, "/p", "the login is not let in");
        assert_eq!((findings.endpoint(), findings.exit_code()), (EndpointState::Shut, 1));
    }
}
