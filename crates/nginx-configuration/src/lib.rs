//! nginx' configuration, read as nginx reads it: who is let in where, and where
//! each location leads.
//!
//! Pure but for [`Disk`]. [`Configuration::load`] follows the includes from the
//! main file; [`Configuration::endpoints`] lists each location that leads to a
//! receiver and who gets in there; [`Configuration::outcome`] says what nginx does
//! with one request. A configuration that nginx itself refuses may be read as
//! anything: ask `nginx -t` first. What is not understood is `NotJudged`, with
//! the reason, and never called shut. No value of a directive leaves this room
//! but names of locations, servers, files and realms, and addresses.

mod access;
mod address;
mod choose;
mod content;
mod directives;
mod disk;
mod endpoint;
mod glob;
mod lexer;
mod memory;
mod outcome;
mod path;
mod pattern;
mod reason;
mod request;
mod route;
mod run;
mod scope;
mod script;
mod state;
mod tree;
mod usage;
mod value;
mod walk;

pub use access::{Access, Peer};
pub use address::Address;
pub use disk::Disk;
pub use endpoint::Endpoint;
pub use memory::Memory;
pub use outcome::Outcome;
pub use reason::{Closure, Reason};
pub use request::Request;
pub use tree::{ConfigurationError, Files, Place, Problem};
pub use usage::{Include, Within};

use access::Realm;
use address::Listen;
use scope::{ScopeId, Scopes};
use std::path::Path;
use tree::Tree;

/// All files of one nginx.
#[derive(Debug)]
pub struct Configuration {
    tree: Tree,
    scopes: Scopes,
    /// What the servers of `http` listen on, each once, and which do.
    listens: Vec<(Listen, Vec<ScopeId>)>,
    has_tls: bool,
}

impl Configuration {
    /// Reads the main file and all that it includes. An error means that nothing
    /// can be said about any location.
    pub fn load(main: &Path, files: &dyn Files) -> Result<Self, ConfigurationError> {
        let tree = Tree::load(main, files)?;
        let scopes = Scopes::new(&tree);
        let mut listens: Vec<(Listen, Vec<ScopeId>)> = Vec::new();
        for id in &scopes.servers {
            for listening in choose::listenings(&tree, &scopes.all[*id]).into_iter().flatten() {
                match listens.iter_mut().find(|(listen, _)| *listen == listening.listen) {
                    Some((_, servers)) => servers.push(*id),
                    None => listens.push((listening.listen, vec![*id])),
                }
            }
        }
        let nodes = scopes.servers.iter().flat_map(|id| &scopes.all[*id].rare().listens);
        let has_tls =
            nodes.into_iter().any(|node| tree.arguments(*node).any(|word| word == b"ssl" || word == b"quic"));
        Ok(Self { tree, scopes, listens, has_tls })
    }

    /// Each location that leads to one of the receivers, or may lead there, in
    /// the order of the files; for a write, which is a POST.
    pub fn endpoints(&self, receivers: &[Address]) -> Vec<Endpoint> {
        endpoint::all(self, receivers)
    }

    /// What nginx does with one request of a client without a login.
    pub fn outcome(&self, request: &Request) -> Outcome {
        request::follow(self, request)
    }

    /// Whether a server of these files listens there.
    fn takes(&self, address: &Address) -> bool {
        self.servers_at(address).next().is_some()
    }

    fn servers_at(&self, address: &Address) -> impl Iterator<Item = ScopeId> {
        let here = self.listens.iter().filter(move |(listen, _)| listen.may_take(address));
        here.flat_map(|(_, servers)| servers.iter().copied())
    }

    fn realm_of_any_request(&self, text: &[u8], server: Option<ScopeId>) -> Realm {
        match value::candidates(&self.tree, &self.scopes, server, text) {
            Some(all) if all.iter().all(|realm| realm == b"off") => Realm::Off,
            Some(all) if all.iter().all(|realm| realm != b"off") => Realm::Asks,
            _ => Realm::Depends,
        }
    }
}
