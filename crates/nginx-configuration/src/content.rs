//! The end of a request's way: what a scope does with it once it is let in, and
//! what its variables hold there.

use super::access::Peer;
use super::address::Address;
use super::outcome::Outcome;
use super::reason::{Closure, Reason};
use super::route::{self, Route};
use super::scope::{Handler, ScopeId};
use super::state::{CHANGES, Run, Stage};
use super::tree::NodeId;
use super::value::{self, Part};
use super::{Configuration, script};

impl Run<'_> {
    pub(super) fn content(&mut self, id: ScopeId) -> Result<Stage, Reason> {
        let found = route::handler(self.configuration, id);
        let has_own =
            found.is_some_and(|(handler, _)| matches!(handler, Handler::Proxy | Handler::Elsewhere));
        if self.kept_handler && !has_own {
            // The module of the `if` before goes on, and finds no upstream in this one.
            return Ok(Stage::Failed(500, id));
        }
        let Some((handler, node)) = found else { return self.by_disk(id) };
        match handler {
            Handler::Answers => self.answered(node, id),
            Handler::Code => Err(Reason::Code),
            Handler::Elsewhere => Err(Reason::OtherProtocol),
            Handler::Proxy => self.pass_on(node, id),
        }
    }

    /// These answer a write with 405, which may have an error page.
    fn answered(&self, node: NodeId, id: ScopeId) -> Result<Stage, Reason> {
        let Configuration { tree, scopes, .. } = self.configuration;
        let is_known = matches!(tree.name(node), b"stub_status" | b"empty_gif");
        let reads = matches!(self.method.as_slice(), b"GET" | b"HEAD");
        if is_known && !reads {
            return Ok(Stage::Failed(405, id));
        }
        if !is_known && !scopes.nearest_list(id, |scope| &scope.error_pages).is_empty() {
            return Err(Reason::Disk);
        }
        Ok(Stage::Done(Outcome::Shut { status: None, why: Closure::NotPassedOn }))
    }

    /// Nothing is there: 404, or 403 for a folder, and 405 for what is there.
    fn by_disk(&mut self, id: ScopeId) -> Result<Stage, Reason> {
        let Configuration { tree, scopes, .. } = self.configuration;
        if !self.path.ends_with(b"/") {
            return Ok(Stage::Failed(404, id));
        }
        if let Some(node) = scopes.nearest(id, |scope| scope.rare().index)
            && tree.arguments(node).any(|name| name.starts_with(b"/") || !value::is_constant(name))
        {
            return Err(Reason::Disk);
        }
        let pages = scopes.nearest_list(id, |scope| &scope.error_pages);
        let has_page =
            pages.iter().flat_map(|page| tree.arguments(*page)).any(|word| word == b"403" || word == b"404");
        if has_page && !self.error_page_used {
            return Err(Reason::Disk);
        }
        Ok(Stage::Done(Outcome::Shut { status: None, why: Closure::NotPassedOn }))
    }

    fn pass_on(&mut self, node: NodeId, id: ScopeId) -> Result<Stage, Reason> {
        let Configuration { tree, scopes, .. } = self.configuration;
        let text = tree.word(node, 1);
        let route = match self.value(text) {
            Some(text) => route::resolve(self.configuration, &text),
            None => route::of_directive(self.configuration, node, Some(self.server)),
        };
        let to = match route {
            Route::To(to) => to,
            Route::Unknown(reason) => return Err(reason),
        };
        let ours = |address: &Address| self.configuration.takes(address);
        if !to.iter().any(ours) {
            let method = String::from_utf8_lossy(&self.method).into_owned();
            let location = tree.place(scopes.all[scopes.location_of(id)].node);
            return Ok(Stage::Done(Outcome::Passes { to, method, location }));
        }
        let [address] = to.as_slice() else { return Err(Reason::TargetNotUnderstood) };
        if self.servers_left == 0 {
            return Err(Reason::TooManyRedirects);
        }
        self.pass_to_server(text, id, address).map(Stage::Done)
    }

    /// To another server of the same files.
    fn pass_to_server(&mut self, text: &[u8], id: ScopeId, address: &Address) -> Result<Outcome, Reason> {
        let sent = self.sent_target(text, id).ok_or(Reason::Variable)?;
        let host = match route::header(self.configuration, id, b"host") {
            Some(node) => self.value(self.configuration.tree.word(node, 2)).ok_or(Reason::Variable)?,
            None => route::authority(text).to_vec(),
        };
        let text = String::from_utf8_lossy(&host).to_ascii_lowercase();
        let host = text.rsplit_once(':').map_or(text.as_str(), |(host, _)| host).as_bytes().to_vec();
        let injected = route::injects_login(self.configuration, id);
        let peer = match address {
            Address::Ip(address, _) if address.is_ipv4() => Peer::Ip(std::net::Ipv4Addr::LOCALHOST.into()),
            Address::Ip(address, _) => Peer::Ip(*address),
            Address::Name(..) => Peer::Anyone,
            Address::Unix(_) => Peer::Unix,
        };
        match Run::start(self.configuration, address, peer, host, self.method.clone(), &sent) {
            Err(outcome) => Ok(outcome),
            Ok(mut inner) => {
                inner.servers_left = self.servers_left - 1;
                inner.has_login = injected || self.has_login;
                Ok(inner.all())
            }
        }
    }

    /// The request line that an inner server sees.
    fn sent_target(&self, text: &[u8], id: ScopeId) -> Option<Vec<u8>> {
        let scopes = &self.configuration.scopes;
        let uri = route::uri(text);
        if uri.is_empty() {
            let unchanged = !self.internal && self.changes == CHANGES && !self.path_changed;
            return Some(if unchanged {
                self.request_target.clone()?
            } else {
                self.with_arguments(self.path.clone())
            });
        }
        if !value::is_constant(text) {
            return self.value(&uri);
        }
        let name = &scopes.all[scopes.location_of(id)].name;
        let rest = self.path.strip_prefix(name.as_slice())?;
        Some(self.with_arguments([uri.as_slice(), rest].concat()))
    }

    fn with_arguments(&self, path: Vec<u8>) -> Vec<u8> {
        if self.arguments.is_empty() { path } else { [&path, &b"?"[..], &self.arguments].concat() }
    }

    /// `None` where it depends on what is not known.
    pub(super) fn value(&self, text: &[u8]) -> Option<Vec<u8>> {
        self.value_within(text, 0)
    }

    /// `depth` counts the maps on the way: one may name itself.
    pub(super) fn value_within(&self, text: &[u8], depth: usize) -> Option<Vec<u8>> {
        let mut found = Vec::new();
        for part in value::parts(text) {
            match part {
                Part::Text(text) => found.extend_from_slice(text),
                Part::Group(index) => found.extend(self.groups.groups.get(index).into_iter().flatten()),
                Part::Variable(name) => found.extend(self.variable(&name, depth)?),
            }
        }
        Some(found)
    }

    fn variable(&self, name: &[u8], depth: usize) -> Option<Vec<u8>> {
        if let Some(known) = self.variables.get(name) {
            return known.clone();
        }
        match name {
            b"uri" | b"document_uri" => Some(self.path.clone()),
            b"args" | b"query_string" => Some(self.arguments.clone()),
            b"is_args" => Some(if self.arguments.is_empty() { Vec::new() } else { b"?".to_vec() }),
            b"request_uri" => self.request_target.clone(),
            b"request_method" => Some(self.main_method.as_ref().unwrap_or(&self.method).clone()),
            b"host" => self.host.clone(),
            b"scheme" if !self.configuration.has_tls => Some(b"http".to_vec()),
            _ => self.mapped_once(name, depth).or_else(|| self.only_candidate(name)),
        }
    }

    /// nginx makes such a value once for a request, whatever changes later.
    fn mapped_once(&self, name: &[u8], depth: usize) -> Option<Vec<u8>> {
        if let Some(known) = self.mapped.borrow().get(name) {
            return Some(known.clone());
        }
        let made = script::mapped(self, name, depth)?;
        if !script::is_volatile(self.configuration, name) {
            self.mapped.borrow_mut().insert(name.to_vec(), made.clone());
        }
        Some(made)
    }

    fn only_candidate(&self, name: &[u8]) -> Option<Vec<u8>> {
        let Configuration { tree, scopes, .. } = self.configuration;
        if scopes.maps.contains_key(name) {
            let all = value::candidates(tree, scopes, None, &[b"${", name, b"}"].concat())?;
            return all.first().filter(|_| all.len() == 1).cloned();
        }
        // One that is set somewhere in this server and was not set on the way.
        value::candidates(tree, scopes, Some(self.server), &[b"${", name, b"}"].concat())
            .filter(|_| name != b"scheme")
            .map(|_| Vec::new())
    }
}
