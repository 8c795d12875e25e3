//! The tree → scopes: `http`, each `server`, `location`, `if` and
//! `limit_except`, with what is written in each; and the upstreams, the
//! variables and the servers of `stream`.
//!
//! A scope holds what stands in it, not what it inherits: each reader of a
//! setting walks up by that setting's own rule.

use super::directives::{Effect, effect};
use super::tree::{NodeId, Tree};
use std::collections::HashMap;

pub(super) type ScopeId = usize;

/// How a location's name is compared with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Modifier {
    /// None: the beginning of the path.
    Prefix,
    /// `^~`: the beginning, and no regex of the same level is asked.
    PrefixAlone,
    /// `=`
    Exact,
    /// `~`
    Regex,
    /// `~*`
    RegexCaseless,
    /// `@name`, for internal redirects alone.
    Named,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Http,
    Server,
    Location(Modifier),
    If,
    LimitExcept,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handler {
    /// `proxy_pass`
    Proxy,
    Elsewhere,
    Answers,
    Code,
}

/// One step of a location's or a server's rewriting, in the order written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Set(NodeId),
    Return(NodeId),
    Rewrite(NodeId),
    Break,
    If(ScopeId),
}

#[derive(Debug)]
pub(super) struct Scope {
    pub(super) kind: Kind,
    pub(super) parent: Option<ScopeId>,
    /// The directive that opens it.
    pub(super) node: NodeId,
    /// A location's, without its modifier.
    pub(super) name: Vec<u8>,
    pub(super) auth_basic: Option<NodeId>,
    pub(super) user_file: Option<NodeId>,
    pub(super) satisfy: Option<NodeId>,
    pub(super) rules: Vec<NodeId>,
    pub(super) auth_request: Option<NodeId>,
    pub(super) error_pages: Vec<NodeId>,
    pub(super) headers: Vec<NodeId>,
    pub(super) internal: Option<NodeId>,
    pub(super) handler: Option<(Handler, NodeId)>,
    pub(super) steps: Vec<Step>,
    pub(super) try_files: Option<NodeId>,
    pub(super) limit_except: Option<ScopeId>,
    pub(super) locations: Vec<ScopeId>,
    rare: Option<Box<Rare>>,
}

/// What few locations have.
#[derive(Debug, Default)]
pub(super) struct Rare {
    pub(super) realip: Option<NodeId>,
    pub(super) recursive_error_pages: Option<NodeId>,
    pub(super) mirrors: Vec<NodeId>,
    pub(super) additions: Vec<NodeId>,
    pub(super) index: Option<NodeId>,
    pub(super) odd: Vec<(Effect, NodeId)>,
    pub(super) listens: Vec<NodeId>,
    pub(super) server_names: Vec<NodeId>,
    pub(super) merge_slashes: Option<NodeId>,
    pub(super) verify_client: Option<NodeId>,
}

static NOTHING: Rare = Rare {
    realip: None,
    recursive_error_pages: None,
    mirrors: Vec::new(),
    additions: Vec::new(),
    index: None,
    odd: Vec::new(),
    listens: Vec::new(),
    server_names: Vec::new(),
    merge_slashes: None,
    verify_client: None,
};

impl Scope {
    fn new(kind: Kind, parent: Option<ScopeId>, node: NodeId) -> Self {
        Self {
            kind,
            parent,
            node,
            name: Vec::new(),
            auth_basic: None,
            user_file: None,
            satisfy: None,
            rules: Vec::new(),
            auth_request: None,
            error_pages: Vec::new(),
            headers: Vec::new(),
            internal: None,
            handler: None,
            steps: Vec::new(),
            try_files: None,
            limit_except: None,
            locations: Vec::new(),
            rare: None,
        }
    }

    pub(super) fn rare(&self) -> &Rare {
        self.rare.as_deref().unwrap_or(&NOTHING)
    }

    fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }
}

#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// In the order of their nodes.
    pub(super) all: Vec<Scope>,
    pub(super) servers: Vec<ScopeId>,
    /// Of `http`, by name in lower case.
    pub(super) upstreams: HashMap<Vec<u8>, NodeId>,
    /// `map`, `geo` and `split_clients`, by the variable that each makes.
    pub(super) maps: HashMap<Vec<u8>, Vec<NodeId>>,
    pub(super) stream_servers: Vec<NodeId>,
    pub(super) stream_upstreams: HashMap<Vec<u8>, NodeId>,
}

impl Scopes {
    pub(super) fn new(tree: &Tree) -> Self {
        // They are large: growing would touch twice the memory.
        let mut scopes = Self { all: Vec::with_capacity(tree.blocks()), ..Self::default() };
        for node in tree.top().filter(|node| tree.is_block(*node)) {
            match tree.name(node) {
                b"http" => {
                    scopes.open(tree, Kind::Http, None, node);
                }
                b"stream" => scopes.take_stream(tree, node),
                _ => {}
            }
        }
        scopes
    }

    fn take_stream(&mut self, tree: &Tree, stream: NodeId) {
        for node in tree.children(stream) {
            match tree.name(node) {
                b"server" => self.stream_servers.push(node),
                b"upstream" => {
                    self.stream_upstreams.insert(tree.word(node, 1).to_ascii_lowercase(), node);
                }
                _ => {}
            }
        }
    }

    fn open(&mut self, tree: &Tree, kind: Kind, parent: Option<ScopeId>, node: NodeId) -> ScopeId {
        let id = self.all.len();
        self.all.push(Scope::new(kind, parent, node));
        for child in tree.children(node) {
            self.take(tree, id, child);
        }
        id
    }

    fn take(&mut self, tree: &Tree, id: ScopeId, node: NodeId) {
        let name = tree.name(node);
        if tree.is_block(node) {
            return self.take_block(tree, id, node, name);
        }
        let scope = &mut self.all[id];
        match name {
            b"auth_basic" => scope.auth_basic = Some(node),
            b"auth_basic_user_file" => scope.user_file = Some(node),
            b"satisfy" => scope.satisfy = Some(node),
            b"allow" | b"deny" => scope.rules.push(node),
            b"auth_request" => scope.auth_request = Some(node),
            b"set_real_ip_from" => scope.rare_mut().realip = Some(node),
            b"error_page" => scope.error_pages.push(node),
            b"recursive_error_pages" => scope.rare_mut().recursive_error_pages = Some(node),
            b"proxy_set_header" => scope.headers.push(node),
            b"internal" => scope.internal = Some(node),
            b"proxy_pass" => scope.handler = Some((Handler::Proxy, node)),
            b"set" => scope.steps.push(Step::Set(node)),
            b"return" => scope.steps.push(Step::Return(node)),
            b"rewrite" => scope.steps.push(Step::Rewrite(node)),
            b"break" => scope.steps.push(Step::Break),
            b"try_files" => scope.try_files = Some(node),
            b"mirror" => scope.rare_mut().mirrors.push(node),
            b"add_before_body" | b"add_after_body" => scope.rare_mut().additions.push(node),
            b"index" => scope.rare_mut().index = Some(node),
            b"listen" => scope.rare_mut().listens.push(node),
            b"server_name" => scope.rare_mut().server_names.push(node),
            b"merge_slashes" => scope.rare_mut().merge_slashes = Some(node),
            b"ssl_verify_client" => scope.rare_mut().verify_client = Some(node),
            _ => self.take_other(tree, id, node, name),
        }
    }

    fn take_other(&mut self, tree: &Tree, id: ScopeId, node: NodeId, name: &[u8]) {
        let scope = &mut self.all[id];
        match effect(name) {
            Effect::None => {}
            Effect::Answers => scope.handler = Some((Handler::Answers, node)),
            Effect::PassesElsewhere => scope.handler = Some((Handler::Elsewhere, node)),
            Effect::AnswersByCode => {
                scope.handler = Some((Handler::Code, node));
                scope.rare_mut().odd.push((Effect::AnswersByCode, node));
            }
            Effect::Subrequests if tree.word(node, 1) == b"off" => {}
            found @ (Effect::RunsCode | Effect::AsksOtherwise | Effect::Subrequests | Effect::Unknown) => {
                scope.rare_mut().odd.push((found, node));
            }
        }
    }

    fn take_block(&mut self, tree: &Tree, id: ScopeId, node: NodeId, name: &[u8]) {
        match name {
            b"server" => {
                let server = self.open(tree, Kind::Server, Some(id), node);
                self.servers.push(server);
            }
            b"location" => {
                let (modifier, name) = location_name(tree, node);
                let location = self.open(tree, Kind::Location(modifier), Some(id), node);
                self.all[location].name = name;
                self.all[id].locations.push(location);
            }
            b"if" => {
                let inner = self.open(tree, Kind::If, Some(id), node);
                self.all[id].steps.push(Step::If(inner));
            }
            b"limit_except" => {
                let inner = self.open(tree, Kind::LimitExcept, Some(id), node);
                self.all[id].limit_except = Some(inner);
            }
            b"upstream" => {
                self.upstreams.insert(tree.word(node, 1).to_ascii_lowercase(), node);
            }
            b"map" | b"geo" | b"split_clients" => {
                let made = tree.arguments(node).next_back().unwrap_or_default();
                let made = made.strip_prefix(b"$").unwrap_or(made).to_ascii_lowercase();
                self.maps.entry(made).or_default().push(node);
            }
            _ => self.take_other(tree, id, node, name),
        }
    }

    /// The scope that this directive opens.
    pub(super) fn opened_by(&self, node: NodeId) -> Option<ScopeId> {
        self.all.binary_search_by_key(&node, |scope| scope.node).ok()
    }

    /// From this scope outwards.
    pub(super) fn outwards(&self, id: ScopeId) -> impl Iterator<Item = &Scope> {
        std::iter::successors(Some(&self.all[id]), |scope| scope.parent.map(|parent| &self.all[parent]))
    }

    /// The nearest of what is written here or further out.
    pub(super) fn nearest<T>(&self, id: ScopeId, setting: impl Fn(&Scope) -> Option<T>) -> Option<T> {
        self.outwards(id).find_map(setting)
    }

    /// A list that one own entry replaces as a whole.
    pub(super) fn nearest_list(&self, id: ScopeId, list: impl Fn(&Scope) -> &Vec<NodeId>) -> &[NodeId] {
        self.outwards(id).map(list).find(|list| !list.is_empty()).map_or(&[], |list| list)
    }

    pub(super) fn server_of(&self, id: ScopeId) -> Option<ScopeId> {
        std::iter::successors(Some(id), |id| self.all[*id].parent)
            .find(|id| self.all[*id].kind == Kind::Server)
    }

    /// The location that an `if` or a `limit_except` stands in, or this one.
    pub(super) fn location_of(&self, id: ScopeId) -> ScopeId {
        match (self.all[id].kind, self.all[id].parent) {
            (Kind::If | Kind::LimitExcept, Some(parent)) => self.location_of(parent),
            _ => id,
        }
    }
}

fn location_name(tree: &Tree, node: NodeId) -> (Modifier, Vec<u8>) {
    let (first, second) = (tree.word(node, 1), tree.word(node, 2));
    if tree.count(node) > 2 {
        let modifier = match first {
            b"=" => Modifier::Exact,
            b"^~" => Modifier::PrefixAlone,
            b"~*" => Modifier::RegexCaseless,
            _ => Modifier::Regex,
        };
        return (modifier, second.to_vec());
    }
    let (modifier, name) = match first {
        [b'=', name @ ..] => (Modifier::Exact, name),
        [b'^', b'~', name @ ..] => (Modifier::PrefixAlone, name),
        [b'~', b'*', name @ ..] => (Modifier::RegexCaseless, name),
        [b'~', name @ ..] => (Modifier::Regex, name),
        [b'@', ..] => (Modifier::Named, first),
        _ => (Modifier::Prefix, first),
    };
    (modifier, name.to_vec())
}
