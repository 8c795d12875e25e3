//! One request without a login, and what nginx does with it.

use super::Configuration;
use super::access::Peer;
use super::address::Address;
use super::outcome::Outcome;
use super::state::Run;

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
