//! One request without a login, and what nginx does with it.

use super::Configuration;
use super::access::Peer;
use super::address::Address;
use super::reason::{Closure, Reason};
use super::run::Run;
use super::tree::Place;

/// One request, as a client without a login sends it.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The address that the client connected to.
    pub local: Address,
    /// The client.
    pub peer: Peer,
    /// The `Host` header.
    pub host: &'a str,
    /// As it stands in the request line.
    pub target: &'a str,
    /// `POST`, as remote write has it.
    pub method: &'a str,
}

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

pub(super) fn follow(configuration: &Configuration, request: &Request) -> Outcome {
    let host = request.host.rsplit_once(':').map_or(request.host, |(host, _)| host);
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase().into_bytes();
    let started = Run::start(
        configuration,
        &request.local,
        request.peer,
        host,
        request.method.as_bytes().to_vec(),
        request.target.as_bytes(),
    );
    match started {
        Ok(mut run) => run.all(),
        Err(outcome) => outcome,
    }
}
