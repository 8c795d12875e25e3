//! The locations that lead to a receiver, and who gets in at each, whatever is
//! asked: for a POST of any client.
//!
//! A location's own settings count, also for a request that is redirected to
//! it; the target of a subrequest counts with the settings of its source, and a
//! server that only passes to another server of the same files with both.

use super::Configuration;
use super::access::{Access, Asked, Judge, Peer, Realm, Vote, vote_by_rules};
use super::address::Address;
use super::reason::{Closure, Reason};
use super::route::{self, Route};
use super::run;
use super::scope::{Handler, Kind, Modifier, ScopeId};
use super::state::Run;
use super::tree::{NodeId, Place};
use super::value;
use super::walk::{self, Walk};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// Servers of the same files that pass to each other.
const SERVERS_LIMIT: u32 = 20;

/// One location that leads to a receiver, or may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The names of its server, as written; none for `stream`.
    pub server_names: Vec<String>,
    /// What its server listens on, as written.
    pub listens: Vec<String>,
    /// With its modifier, as written; `stream` for a server of that.
    pub location: String,
    /// Where the location is opened.
    pub place: Place,
    /// Who gets in.
    pub access: Access,
    /// The location whose subrequest leads here without this one's login.
    pub via: Option<Place>,
}

pub(super) fn all(configuration: &Configuration, receivers: &[Address]) -> Vec<Endpoint> {
    let reader = Reader {
        configuration,
        receivers,
        finished: RefCell::default(),
        underway: RefCell::default(),
        subrequesters: RefCell::default(),
        routes: RefCell::default(),
        depth: Cell::default(),
    };
    let servers = configuration.scopes.servers.iter().flat_map(|server| reader.of_server(*server));
    servers.chain(reader.of_stream()).collect()
}

/// Whether a `proxy_pass` leads to a receiver.
enum Lead {
    No,
    Yes,
    Maybe(Reason),
    /// Through another server of the same files, which lets in so.
    Through(Access),
}

struct Reader<'a> {
    configuration: &'a Configuration,
    receivers: &'a [Address],
    /// The worst access at each address of ours that servers pass to.
    finished: RefCell<HashMap<Address, Option<Access>>>,
    /// The same while one of them is read; none where it is not known yet.
    underway: RefCell<HashMap<Address, Option<Access>>>,
    /// What asks for any location of a server without its login.
    subrequesters: RefCell<HashMap<ScopeId, Option<NodeId>>>,
    /// Where each text of a `proxy_pass` leads that has no variables: most say the same.
    routes: RefCell<HashMap<&'a [u8], Rc<Route>>>,
    /// How many servers pass to the one that is read.
    depth: Cell<u32>,
}

impl Reader<'_> {
    fn of_server(&self, server: ScopeId) -> Vec<Endpoint> {
        let entry = walk::steps(self.configuration, server);
        let mut locations = Vec::new();
        self.collect_locations(server, &mut locations);
        let mut found: Vec<Endpoint> = Vec::new();
        for id in &locations {
            if let Some(access) = self.of_location(server, *id, &entry) {
                found.push(self.endpoint(server, *id, access, None));
            }
        }
        for (target, source, access) in self.subrequests(server, &locations, &entry) {
            let via = Some(self.place(source));
            found.push(self.endpoint(server, target, access, via));
        }
        found
    }

    fn collect_locations(&self, level: ScopeId, found: &mut Vec<ScopeId>) {
        for id in &self.configuration.scopes.all[level].locations {
            found.push(*id);
            self.collect_locations(*id, found);
        }
    }

    /// `None`: it does not lead to a receiver.
    fn of_location(&self, server: ScopeId, id: ScopeId, entry: &Walk) -> Option<Access> {
        let walk = self.contents(id);
        if walk.contents.is_empty() {
            let (_, node) = self.proxy(id)?;
            return match self.lead(server, node) {
                Lead::No => None,
                Lead::Yes | Lead::Maybe(_) | Lead::Through(_) => Some(self.shut(Closure::Returns, id)),
            };
        }
        let judged = walk.contents.iter().filter_map(|content| {
            let (_, node) = self.proxy(*content)?;
            let access = || self.judge(server, *content);
            Some(match self.lead(server, node) {
                Lead::No => return None,
                Lead::Yes => access(),
                Lead::Maybe(why) => if_open(access(), |_| self.not_judged(why, node)),
                Lead::Through(inner) => if_open(access(), |open| self.after_inner(*content, open, inner)),
            })
        });
        let access = judged.min_by_key(Access::rank)?;
        Some(self.as_reached(server, id, access, &walk, entry))
    }

    fn contents(&self, id: ScopeId) -> Walk {
        match run::limited(self.configuration, id, b"POST") {
            Some(inner) => Walk { contents: vec![inner], depends: None },
            None => walk::steps(self.configuration, id),
        }
    }

    fn proxy(&self, id: ScopeId) -> Option<(Handler, NodeId)> {
        route::handler(self.configuration, id).filter(|(handler, _)| *handler == Handler::Proxy)
    }

    fn judge(&self, server: ScopeId, id: ScopeId) -> Access {
        let Configuration { tree, scopes, .. } = self.configuration;
        Judge { tree, scopes, asked: &AnyRequest { configuration: self.configuration, server } }.access(id)
    }

    fn lead(&self, server: ScopeId, node: NodeId) -> Lead {
        let text = self.configuration.tree.word(node, 1);
        if let Some(known) = self.routes.borrow().get(text).map(Rc::clone) {
            return self.lead_of(&known);
        }
        let route = Rc::new(route::of_directive(self.configuration, node, Some(server)));
        if value::is_constant(text) {
            self.routes.borrow_mut().insert(text, Rc::clone(&route));
        }
        self.lead_of(&route)
    }

    fn lead_of(&self, route: &Route) -> Lead {
        let addresses = match route {
            Route::To(addresses) => addresses,
            Route::Unknown(reason) => return Lead::Maybe(*reason),
        };
        let answers =
            || addresses.iter().flat_map(|to| self.receivers.iter().map(|receiver| to.reaches(receiver)));
        if answers().any(|answer| answer == Some(true)) {
            return Lead::Yes;
        }
        if answers().any(|answer| answer.is_none()) {
            return Lead::Maybe(Reason::HostName);
        }
        let mut ours = addresses.iter().filter(|address| self.configuration.takes(address)).peekable();
        if ours.peek().is_some() && self.depth.get() > SERVERS_LIMIT {
            return Lead::Maybe(Reason::TooManyRedirects);
        }
        let inner = ours.filter_map(|address| self.worst_of(address)).min_by_key(Access::rank);
        inner.map_or(Lead::No, Lead::Through)
    }

    /// The worst access of the servers that listen on this address.
    fn worst_of(&self, address: &Address) -> Option<Access> {
        let known = self.finished.borrow().get(address).cloned();
        // A circle of servers leads nowhere else.
        if let Some(known) = known.or_else(|| self.underway.borrow().get(address).cloned()) {
            return known;
        }
        self.underway.borrow_mut().insert(address.clone(), None);
        self.depth.set(self.depth.get() + 1);
        let servers = self.configuration.servers_at(address);
        let endpoints = servers.flat_map(|server| self.of_server(server));
        let worst = endpoints.map(|endpoint| endpoint.access).min_by_key(Access::rank);
        self.depth.set(self.depth.get() - 1);
        if self.depth.get() == 0 {
            // What was found within a circle may lack a part of it.
            self.underway.borrow_mut().clear();
            self.finished.borrow_mut().insert(address.clone(), worst.clone());
        } else {
            self.underway.borrow_mut().insert(address.clone(), worst.clone());
        }
        worst
    }

    /// A login that nginx sends along opens what asks for it.
    fn after_inner(&self, id: ScopeId, open: Access, inner: Access) -> Access {
        match inner {
            Access::AsksLogin { .. } if route::injects_login(self.configuration, id) => open,
            inner => inner,
        }
    }

    /// Whether anybody comes so far, and by which ways.
    fn as_reached(&self, server: ScopeId, id: ScopeId, access: Access, walk: &Walk, entry: &Walk) -> Access {
        if entry.contents.is_empty() {
            return self.shut(Closure::Returns, server);
        }
        if matches!(access, Access::AsksLogin { .. })
            && let Some(node) = self.asks_for_others(server)
        {
            return self.not_judged(Reason::Subrequests, node);
        }
        if matches!(access, Access::Shut { .. }) {
            return access;
        }
        let scopes = &self.configuration.scopes;
        let is_named = scopes.all[id].kind == Kind::Location(Modifier::Named);
        let internal = scopes.nearest(id, |scope| scope.internal).is_some();
        if (is_named || internal) && !walk::is_referred_to(self.configuration, server, id) {
            return match self.passes_elsewhere(server) {
                Some(node) => if_open(access, |_| self.not_judged(Reason::AccelRedirect, node)),
                None => self.shut(Closure::NoWayIn, id),
            };
        }
        match walk.depends.or(entry.depends) {
            Some((why, node)) => if_open(access, |_| self.not_judged(why, node)),
            None => access,
        }
    }

    fn asks_for_others(&self, server: ScopeId) -> Option<NodeId> {
        let mut known = self.subrequesters.borrow_mut();
        *known.entry(server).or_insert_with(|| walk::asks_for_others(self.configuration, server))
    }

    /// A program that is not the receiver may answer with X-Accel-Redirect.
    fn passes_elsewhere(&self, server: ScopeId) -> Option<NodeId> {
        let mut locations = Vec::new();
        self.collect_locations(server, &mut locations);
        let scopes = &self.configuration.scopes;
        let handlers = locations.iter().filter_map(|id| Some((*id, scopes.all[*id].handler?)));
        let mut elsewhere = handlers.filter(|(_, (handler, node))| match handler {
            Handler::Elsewhere | Handler::Code => true,
            Handler::Answers => false,
            Handler::Proxy => !matches!(self.lead(server, *node), Lead::Yes),
        });
        elsewhere.next().map(|(_, (_, node))| node)
    }

    /// Targets that are asked without their own login: target, source, access.
    fn subrequests(
        &self,
        server: ScopeId,
        locations: &[ScopeId],
        entry: &Walk,
    ) -> Vec<(ScopeId, ScopeId, Access)> {
        let Configuration { tree, scopes, .. } = self.configuration;
        let mut found = Vec::new();
        for source in locations.iter().copied() {
            let lists = [
                scopes.nearest_list(source, |scope| &scope.rare().mirrors),
                scopes.nearest_list(source, |scope| &scope.rare().additions),
            ];
            for node in lists.into_iter().flatten().copied() {
                let path = tree.word(node, 1);
                let Some(target) = walk::target(self.configuration, server, path) else { continue };
                let Some(own) = self.of_location(server, target, entry) else { continue };
                let access = self.judge(server, source);
                let access = self.as_reached(server, source, access, &self.contents(source), entry);
                if access.rank() < own.rank() {
                    found.push((target, source, access));
                }
            }
        }
        found
    }

    /// There is no login in `stream`.
    fn of_stream(&self) -> Vec<Endpoint> {
        let Configuration { tree, scopes, .. } = self.configuration;
        let mut found = Vec::new();
        for server in scopes.stream_servers.iter().copied() {
            let named = |name: &[u8]| {
                tree.children(server).filter(|node| tree.name(*node) == name).collect::<Vec<_>>()
            };
            let Some(node) = named(b"proxy_pass").pop() else { continue };
            let text = tree.word(node, 1);
            let route = if super::value::is_constant(text) {
                route::of_authority(tree, &scopes.stream_upstreams, text, 0)
            } else {
                Route::Unknown(Reason::Variable)
            };
            let rules: Vec<NodeId> =
                tree.children(server).filter(|node| matches!(tree.name(*node), b"allow" | b"deny")).collect();
            let access = match vote_by_rules(tree, &rules, Peer::Anyone, false) {
                (Vote::Refuses(_), _) => Access::Shut { why: Closure::Denied, place: tree.place(node) },
                (Vote::Depends(why), _) => self.not_judged(why, node),
                (Vote::None | Vote::Allows | Vote::AsksLogin, _) => Access::Open { place: tree.place(node) },
            };
            let access = match self.lead_of(&route) {
                Lead::No => continue,
                Lead::Yes => access,
                Lead::Maybe(why) => if_open(access, |_| self.not_judged(why, node)),
                Lead::Through(inner) => if_open(access, |_| inner.clone()),
            };
            let listens = named(b"listen").into_iter().map(|node| text_of(tree.word(node, 1))).collect();
            let (location, place) = ("stream".to_owned(), tree.place(server));
            found.push(Endpoint { server_names: Vec::new(), listens, location, place, access, via: None });
        }
        found
    }

    fn endpoint(&self, server: ScopeId, id: ScopeId, access: Access, via: Option<Place>) -> Endpoint {
        let Configuration { tree, scopes, .. } = self.configuration;
        let scope = &scopes.all[server];
        let names =
            scope.rare().server_names.iter().flat_map(|node| tree.arguments(*node)).map(text_of).collect();
        let listens = scope.rare().listens.iter().map(|node| text_of(tree.word(*node, 1))).collect();
        let location: Vec<String> = tree.arguments(scopes.all[id].node).map(text_of).collect();
        Endpoint {
            server_names: names,
            listens,
            location: location.join(" "),
            place: self.place(id),
            access,
            via,
        }
    }

    fn place(&self, id: ScopeId) -> Place {
        self.configuration.tree.place(self.configuration.scopes.all[id].node)
    }

    fn shut(&self, why: Closure, id: ScopeId) -> Access {
        Access::Shut { why, place: self.place(id) }
    }

    fn not_judged(&self, why: Reason, node: NodeId) -> Access {
        Access::NotJudged { why, place: self.configuration.tree.place(node) }
    }
}

fn if_open(access: Access, then: impl FnOnce(Access) -> Access) -> Access {
    match access {
        Access::Open { .. } => then(access),
        Access::AsksLogin { .. } | Access::Shut { .. } | Access::NotJudged { .. } => access,
    }
}

fn text_of(word: &[u8]) -> String {
    String::from_utf8_lossy(word).into_owned()
}

/// A request of any client, of which only the method is known.
struct AnyRequest<'a> {
    configuration: &'a Configuration,
    server: ScopeId,
}

impl Asked for AnyRequest<'_> {
    fn peer(&self) -> Peer {
        Peer::Anyone
    }

    fn has_login(&self) -> bool {
        false
    }

    fn realm(&self, text: &[u8]) -> Realm {
        self.configuration.realm_of_any_request(text, Some(self.server))
    }

    fn auth_request(&self, target: &[u8]) -> Vote {
        Run::inside(self.configuration, self.server, Peer::Anyone, b"POST".to_vec()).auth_request(target)
    }
}
