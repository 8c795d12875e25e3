//! A request's way, phase by phase: server rewrites, location, location
//! rewrites, access, content, and the internal redirects between them.
//!
//! As if no file of the path's name lay on the disk. Whatever depends on what
//! is not known ends it with a reason.

use super::access::{Access, Asked, Judge, Peer, Realm, Vote};
use super::choose::{self, Found};
use super::outcome::{Outcome, shut};
use super::reason::{Closure, Reason};
use super::scope::{Kind, ScopeId};
use super::state::{CHANGES, Run, Stage, done, number};
use super::tree::NodeId;
use super::{Configuration, script};

impl Run<'_> {
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
