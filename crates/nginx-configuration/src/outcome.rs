//! What nginx does with a request without a login.

use super::address::Address;
use super::reason::{Closure, Reason};
use super::tree::Place;

/// What nginx does with one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is passed on without a login.
    Passes {
        /// One of these takes it.
        to: Vec<Address>,
        /// An `error_page` that is a path makes a GET of a POST.
        method: String,
        /// The location that passes it on.
        location: Place,
    },
    /// A login is asked for.
    AsksLogin {
        /// `None` where an `error_page` may have changed it.
        status: Option<u16>,
        /// The `auth_basic` that asks.
        place: Place,
    },
    /// It is answered by nginx itself.
    Shut {
        /// Where it is known.
        status: Option<u16>,
        /// Why nothing is passed on.
        why: Closure,
    },
    /// Not known: never to be called shut.
    NotJudged(Reason),
}

/// What this status tells, where nginx answers it.
pub(super) fn shut(status: u16) -> Outcome {
    let why = match status {
        401 => Closure::Refused,
        403 => Closure::Denied,
        _ => Closure::NotPassedOn,
    };
    Outcome::Shut { status: Some(status), why }
}
