//! What nginx keeps of a request on its way, and how its way begins anew.

use super::Configuration;
use super::access::Peer;
use super::address::Address;
use super::choose;
use super::outcome::{Outcome, shut};
use super::path::{self, Target};
use super::pattern::Captures;
use super::reason::{Closure, Reason};
use super::scope::ScopeId;
use super::tree::Place;
use std::cell::RefCell;
use std::collections::HashMap;

/// nginx' own limit of internal redirects, and one more.
pub(super) const CHANGES: u32 = 11;
/// Servers of the same files that pass to each other.
const SERVERS_LIMIT: u32 = 5;

pub(super) enum Stage {
    Server,
    Find,
    Location(ScopeId),
    Failed(u16, ScopeId),
    Done(Outcome),
}

#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "as many as nginx keeps of a request")]
pub(super) struct Run<'a> {
    pub(super) configuration: &'a Configuration,
    pub(super) peer: Peer,
    pub(super) server: ScopeId,
    /// `None` where any host may be asked for.
    pub(super) host: Option<Vec<u8>>,
    pub(super) method: Vec<u8>,
    /// Of the request that a subrequest is made for: the one that variables tell.
    pub(super) main_method: Option<Vec<u8>>,
    pub(super) request_target: Option<Vec<u8>>,
    pub(super) path: Vec<u8>,
    pub(super) arguments: Vec<u8>,
    pub(super) variables: HashMap<Vec<u8>, Option<Vec<u8>>>,
    /// The values that maps made for this request.
    pub(super) mapped: RefCell<HashMap<Vec<u8>, Vec<u8>>>,
    pub(super) groups: Captures,
    pub(super) internal: bool,
    pub(super) path_changed: bool,
    pub(super) changes: u32,
    pub(super) error_page_used: bool,
    pub(super) asked_by: Option<Place>,
    pub(super) has_login: bool,
    pub(super) is_subrequest: bool,
    /// An `if` of this location passed the request on, before another took over.
    pub(super) kept_handler: bool,
    pub(super) servers_left: u32,
}

impl<'a> Run<'a> {
    pub(super) fn start(
        configuration: &'a Configuration,
        local: &Address,
        peer: Peer,
        host: Vec<u8>,
        method: Vec<u8>,
        target: &[u8],
    ) -> Result<Self, Outcome> {
        let Configuration { tree, scopes, .. } = configuration;
        let refused = |status| Outcome::Shut { status, why: Closure::NotPassedOn };
        let choose::Chosen { server, by_default } = match choose::server(tree, scopes, local, &host) {
            Ok(Some(chosen)) => chosen,
            Ok(None) => return Err(refused(None)),
            Err(reason) => return Err(Outcome::NotJudged(reason)),
        };
        let merges = scopes.nearest(by_default, |scope| scope.rare().merge_slashes);
        let merges = merges.is_none_or(|node| tree.word(node, 1) != b"off");
        let (path, arguments) = match path::normalize(target, merges) {
            Target::Path { path, arguments } => (path, arguments),
            Target::Refused => return Err(refused(Some(400))),
            Target::Unclear => return Err(Outcome::NotJudged(Reason::RequestForm)),
        };
        let mut run = Self::inside(configuration, server, peer, method);
        (run.host, run.request_target) = (Some(host), Some(target.to_vec()));
        (run.path, run.arguments) = (path, arguments);
        Ok(run)
    }

    /// Of a request of which nothing is known but the server and the method.
    pub(super) fn inside(
        configuration: &'a Configuration,
        server: ScopeId,
        peer: Peer,
        method: Vec<u8>,
    ) -> Self {
        Self {
            configuration,
            peer,
            server,
            host: None,
            method,
            main_method: None,
            request_target: None,
            path: Vec::new(),
            arguments: Vec::new(),
            variables: HashMap::new(),
            mapped: RefCell::default(),
            groups: Captures::default(),
            internal: false,
            path_changed: false,
            changes: CHANGES,
            error_page_used: false,
            asked_by: None,
            has_login: false,
            is_subrequest: false,
            kept_handler: false,
            servers_left: SERVERS_LIMIT,
        }
    }

    pub(super) fn take_groups(&mut self, groups: Captures) {
        for (name, text) in &groups.named {
            self.variables.insert(name.clone(), Some(text.clone()));
        }
        self.groups = groups;
    }

    /// To a path of the same server, all phases anew.
    pub(super) fn redirect(&mut self, target: &[u8]) -> Result<Stage, Reason> {
        self.changes -= 1;
        if self.changes == 0 {
            return Ok(done(500));
        }
        let (path, arguments) = path::split(target);
        if !path.starts_with(b"/") {
            return Err(Reason::RequestForm);
        }
        (self.path, self.arguments) = (path.to_vec(), arguments.to_vec());
        self.internal = true;
        Ok(Stage::Server)
    }

    /// After a rewrite: the search for a location begins again.
    pub(super) fn search_again(&mut self) -> Stage {
        self.changes -= 1;
        self.internal = true;
        if self.changes == 0 { done(500) } else { Stage::Find }
    }
}

pub(super) fn done(status: u16) -> Stage {
    Stage::Done(shut(status))
}

pub(super) fn number(text: &[u8]) -> Option<u16> {
    std::str::from_utf8(text).ok()?.parse().ok()
}
