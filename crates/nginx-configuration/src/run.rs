//! A request's way, phase by phase: server rewrites, location, location
//! rewrites, access, content, and the internal redirects between them.
//!
//! As if no file of the path's name lay on the disk. Whatever depends on what
//! is not known ends it with a reason.

use super::access::{Access, Asked, Judge, Peer, Realm, Vote};
use super::address::Address;
use super::choose::{self, Found};
use super::path::{self, Target};
use super::pattern::Captures;
use super::reason::{Closure, Reason};
use super::request::Outcome;
use super::scope::{Kind, ScopeId};
use super::tree::{NodeId, Place};
use super::{Configuration, script};
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
    peer: Peer,
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
    asked_by: Option<Place>,
    pub(super) has_login: bool,
    is_subrequest: bool,
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

    pub(super) fn all(&mut self) -> Outcome {
        let mut stage = Stage::Server;
        for _ in 0..100 {
            let next = match stage {
                Stage::Server => self.rewrite(self.server).map(|left| left.unwrap_or(Stage::Find)),
                Stage::Find => self.find(),
                Stage::Location(id) => self.location(id),
                Stage::Failed(status, id) => self.failed(status, id),
                Stage::Done(outcome) => return self.last_word(outcome),
            };
            stage = next.unwrap_or_else(|reason| Stage::Done(Outcome::NotJudged(reason)));
        }
        Outcome::NotJudged(Reason::TooManyRedirects)
    }

    /// Who was asked for a login and then led somewhere that passes nothing on
    /// was asked for a login.
    fn last_word(&self, outcome: Outcome) -> Outcome {
        match (outcome, &self.asked_by) {
            (Outcome::Shut { .. }, Some(place)) => Outcome::AsksLogin { status: None, place: place.clone() },
            (Outcome::Shut { why, .. }, None) if self.error_page_used => Outcome::Shut { status: None, why },
            (outcome, _) => outcome,
        }
    }

    /// The steps of a server, or of a location, that end before its content.
    fn rewrite(&mut self, id: ScopeId) -> Result<Option<Stage>, Reason> {
        self.path_changed = false;
        match script::run(self, id)? {
            script::End::Through(_) => Ok(None),
            script::End::Left(stage) => Ok(Some(stage)),
        }
    }

    fn find(&mut self) -> Result<Stage, Reason> {
        let Configuration { scopes, .. } = self.configuration;
        self.path_changed = false;
        let mut groups = std::mem::take(&mut self.groups);
        let found = choose::location(scopes, self.server, &self.path, &mut groups);
        self.take_groups(groups);
        let Some(found) = found? else { return Ok(self.enter(self.server)) };
        let (Found::Location(id) | Found::SlashRedirect(id)) = found;
        if !self.internal && scopes.nearest(id, |scope| scope.internal).is_some() {
            return Ok(Stage::Failed(404, id));
        }
        match found {
            Found::Location(id) => Ok(self.enter(id)),
            Found::SlashRedirect(id) => Ok(Stage::Failed(301, id)),
        }
    }

    pub(super) fn take_groups(&mut self, groups: Captures) {
        for (name, text) in &groups.named {
            self.variables.insert(name.clone(), Some(text.clone()));
        }
        self.groups = groups;
    }

    /// `limit_except` takes the methods that it does not name.
    fn enter(&self, id: ScopeId) -> Stage {
        Stage::Location(limited(self.configuration, id, &self.method).unwrap_or(id))
    }

    fn location(&mut self, id: ScopeId) -> Result<Stage, Reason> {
        let mut content = id;
        self.kept_handler = false;
        if id != self.server {
            self.path_changed = false;
            match script::run(self, id)? {
                script::End::Through(scope) => content = scope,
                script::End::Left(stage) => return Ok(stage),
            }
        }
        if !self.is_subrequest
            && let Some(stage) = self.access(content)
        {
            return Ok(stage);
        }
        if let Some(node) = self.configuration.scopes.all[content].try_files {
            return self.try_files(node, content);
        }
        self.content(content)
    }

    /// `None`: let in.
    fn access(&mut self, id: ScopeId) -> Option<Stage> {
        let Configuration { tree, scopes, .. } = self.configuration;
        match (Judge { tree, scopes, asked: &*self }.access(id)) {
            Access::Open { .. } => None,
            Access::AsksLogin { place, .. } => {
                self.asked_by = Some(place);
                Some(Stage::Failed(401, id))
            }
            Access::Shut { why: Closure::Denied, .. } => Some(Stage::Failed(403, id)),
            Access::Shut { .. } => Some(Stage::Done(Outcome::NotJudged(Reason::AuthRequest))),
            Access::NotJudged { why, .. } => Some(Stage::Done(Outcome::NotJudged(why))),
        }
    }

    /// None of the files is there, so the last word decides.
    fn try_files(&mut self, node: NodeId, id: ScopeId) -> Result<Stage, Reason> {
        let tree = &self.configuration.tree;
        let last = tree.arguments(node).next_back().unwrap_or_default();
        if let Some(status) = last.strip_prefix(b"=") {
            return Ok(Stage::Failed(number(status).ok_or(Reason::RequestForm)?, id));
        }
        if last.starts_with(b"@") {
            return Ok(self.named(last));
        }
        let target = self.value(last).ok_or(Reason::Variable)?;
        self.redirect(&target)
    }

    fn named(&mut self, name: &[u8]) -> Stage {
        let scopes = &self.configuration.scopes;
        self.changes -= 1;
        let found = scopes.all[self.server].locations.iter().find(|id| scopes.all[**id].name == name);
        match found {
            Some(id) if self.changes > 0 => {
                self.internal = true;
                self.enter(*id)
            }
            _ => done(500),
        }
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

    /// A status from 300 on may have an `error_page`, once.
    fn failed(&mut self, status: u16, id: ScopeId) -> Result<Stage, Reason> {
        let Configuration { tree, scopes, .. } = self.configuration;
        let pages = scopes.nearest_list(id, |scope| &scope.error_pages);
        let end = if status == 401 && self.asked_by.is_some() {
            Outcome::AsksLogin { status: Some(401), place: self.asked_by.clone().expect("just seen") }
        } else {
            shut(status)
        };
        if self.error_page_used || self.changes == 0 {
            return Ok(Stage::Done(end));
        }
        let wanted = |word: &[u8]| number(word) == Some(status);
        let Some(page) = pages.iter().find(|page| tree.arguments(**page).rev().skip(1).any(wanted)) else {
            return Ok(Stage::Done(end));
        };
        let recursive = scopes.nearest(id, |scope| scope.rare().recursive_error_pages);
        self.error_page_used = recursive.is_none_or(|node| tree.word(node, 1) != b"on");
        let target = tree.arguments(*page).next_back().unwrap_or_default();
        if target.starts_with(b"@") {
            let stage = self.named(target);
            return Ok(self.unless_done(stage));
        }
        let target = self.value(target).ok_or(Reason::Variable)?;
        if !target.starts_with(b"/") {
            return Ok(done(302));
        }
        if self.method != b"HEAD" {
            self.method = b"GET".to_vec();
        }
        self.redirect(&target).map(|stage| self.unless_done(stage))
    }

    /// What an error page answers has a status that is not told here.
    fn unless_done(&self, stage: Stage) -> Stage {
        match stage {
            Stage::Done(outcome) => Stage::Done(self.last_word(outcome)),
            stage => stage,
        }
    }
}

impl Asked for Run<'_> {
    fn peer(&self) -> Peer {
        self.peer
    }

    fn has_login(&self) -> bool {
        self.has_login
    }

    fn realm(&self, text: &[u8]) -> Realm {
        match self.value(text) {
            Some(text) if text == b"off" => Realm::Off,
            Some(_) => Realm::Asks,
            None => self.configuration.realm_of_any_request(text, Some(self.server)),
        }
    }

    fn auth_request(&self, target: &[u8]) -> Vote {
        let depends = Vote::Depends(Reason::AuthRequest);
        let Some(target) = self.value(target).filter(|target| target.starts_with(b"/")) else {
            return depends;
        };
        let mut run = self.clone();
        (run.path, run.arguments) = (target, Vec::new());
        let method = std::mem::replace(&mut run.method, b"GET".to_vec());
        run.main_method.get_or_insert(method);
        (run.internal, run.is_subrequest, run.changes) = (true, true, CHANGES);
        (run.error_page_used, run.asked_by) = (false, None);
        let outcome = run.all();
        // What it sets is set for the request, too; of any request all that may be set counts.
        if self.host.is_some() && run.variables != self.variables {
            return depends;
        }
        match outcome {
            Outcome::Shut { status: Some(200..=299), .. } => Vote::Allows,
            Outcome::Shut { status: Some(status @ (401 | 403)), .. } => Vote::Refuses(status),
            Outcome::Shut { .. }
            | Outcome::Passes { .. }
            | Outcome::AsksLogin { .. }
            | Outcome::NotJudged(_) => depends,
        }
    }
}

/// The `limit_except` that takes this method, where the scope has one.
pub(super) fn limited(configuration: &Configuration, id: ScopeId, method: &[u8]) -> Option<ScopeId> {
    let Configuration { tree, scopes, .. } = configuration;
    let inner = scopes.all[id].limit_except?;
    let named = |method: &[u8]| {
        tree.arguments(scopes.all[inner].node).any(|name| {
            name.eq_ignore_ascii_case(method) || (name.eq_ignore_ascii_case(b"GET") && method == b"HEAD")
        })
    };
    debug_assert_eq!(scopes.all[inner].kind, Kind::LimitExcept);
    (!named(method)).then_some(inner)
}

pub(super) fn done(status: u16) -> Stage {
    Stage::Done(shut(status))
}

fn shut(status: u16) -> Outcome {
    let why = match status {
        401 => Closure::Refused,
        403 => Closure::Denied,
        _ => Closure::NotPassedOn,
    };
    Outcome::Shut { status: Some(status), why }
}

pub(super) fn number(text: &[u8]) -> Option<u16> {
    std::str::from_utf8(text).ok()?.parse().ok()
}
