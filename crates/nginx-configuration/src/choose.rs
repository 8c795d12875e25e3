//! Which server and which location nginx chooses for a request.

use super::address::{Address, Listen};
use super::pattern::{Captures, Pattern};
use super::reason::Reason;
use super::scope::{Handler, Kind, Modifier, Scope, ScopeId, Scopes};
use super::tree::{NodeId, Tree};
use std::collections::{HashMap, HashSet};

/// A `listen` of a server, read.
#[derive(Debug)]
pub(super) struct Listening {
    pub(super) listen: Listen,
    is_default: bool,
}

/// What a server listens on; `None` for what is not understood.
pub(super) fn listenings(tree: &Tree, scope: &Scope) -> Vec<Option<Listening>> {
    if scope.rare().listens.is_empty() {
        return vec![Some(Listening { listen: Listen::Any4(80), is_default: false })];
    }
    scope.rare().listens.iter().flat_map(|node| listening(tree, *node)).collect()
}

fn listening(tree: &Tree, node: NodeId) -> Vec<Option<Listening>> {
    let options = || tree.arguments(node).skip(1);
    let is_default = options().any(|option| option == b"default_server" || option == b"default");
    let also_4 = options().any(|option| option == b"ipv6only=off");
    let read = std::str::from_utf8(tree.word(node, 1)).ok().and_then(|text| Listen::parse(text, also_4));
    match read {
        Some(listens) => listens.into_iter().map(|listen| Some(Listening { listen, is_default })).collect(),
        None => vec![None],
    }
}

/// The server of a request, and the one that reads its first line, before the
/// host is known: that one's `merge_slashes` counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen {
    pub(super) server: ScopeId,
    pub(super) by_default: ScopeId,
}

/// By address and port first, then by name. `Ok(None)`: nobody listens there.
pub(super) fn server(
    tree: &Tree,
    scopes: &Scopes,
    local: &Address,
    host: &[u8],
) -> Result<Option<Chosen>, Reason> {
    let all: Vec<(ScopeId, Option<Listening>)> = scopes
        .servers
        .iter()
        .flat_map(|id| listenings(tree, &scopes.all[*id]).into_iter().map(|listening| (*id, listening)))
        .collect();
    if all.iter().any(|(_, listening)| listening.is_none()) {
        return Err(Reason::ListenNotUnderstood);
    }
    let on = |fits: &dyn Fn(&Listen) -> bool| -> Vec<(ScopeId, bool)> {
        let found = all.iter().filter_map(|(id, listening)| Some((*id, listening.as_ref()?)));
        found
            .filter(|(_, listening)| fits(&listening.listen))
            .map(|(id, listening)| (id, listening.is_default))
            .collect()
    };
    let mut here = on(&|listen| listen.is_exactly(local));
    if here.is_empty() {
        here = on(&|listen| matches!(listen, Listen::Any4(_)) == is_ipv4(local) && listen.is_any_for(local));
    }
    if here.is_empty() {
        here = on(&|listen| listen.is_any_for(local));
    }
    let ids: Vec<ScopeId> = here.iter().map(|(id, _)| *id).collect();
    let by_default = here.iter().find(|(_, is_default)| *is_default).or(here.first()).map(|(id, _)| *id);
    let Some(by_default) = by_default else { return Ok(None) };
    let server = by_name(tree, scopes, &ids, host)?.unwrap_or(by_default);
    Ok(Some(Chosen { server, by_default }))
}

fn is_ipv4(address: &Address) -> bool {
    matches!(address, Address::Ip(address, _) if address.is_ipv4())
}

/// The names of the servers at one address, with what nginx drops left out: of
/// names that it calls conflicting the first alone counts, and `.x` conflicts
/// with `x` as a whole, also for the names below it.
#[derive(Default)]
struct Names<'a> {
    taken: HashSet<&'a [u8]>,
    exact: HashMap<&'a [u8], ScopeId>,
    /// Without their star, and whether the name itself counts, too.
    heads: HashMap<&'a [u8], (bool, ScopeId)>,
    tails: HashMap<&'a [u8], ScopeId>,
    patterns: Vec<(&'a [u8], ScopeId)>,
}

impl<'a> Names<'a> {
    fn add(&mut self, name: &'a [u8], id: ScopeId) {
        match name {
            [b'~', ..] | b"$hostname" => self.patterns.push((name, id)),
            [b'.', base @ ..] => {
                if self.taken.insert(base) {
                    self.heads.entry(base).or_insert((true, id));
                }
            }
            [b'*', b'.', base @ ..] => {
                self.heads.entry(base).or_insert((false, id));
            }
            [base @ .., b'.', b'*'] => {
                self.tails.entry(base).or_insert(id);
            }
            _ => {
                if self.taken.insert(name) {
                    self.exact.insert(name, id);
                }
            }
        }
    }

    /// Exact, then the longest `*.x`, the longest `x.*`, the first regex.
    fn find(&self, host: &[u8]) -> Result<Option<ScopeId>, Reason> {
        if let Some(id) = self.exact.get(host) {
            return Ok(Some(*id));
        }
        if let Some((true, id)) = self.heads.get(host) {
            return Ok(Some(*id));
        }
        let dots = || host.iter().enumerate().filter(|(_, byte)| **byte == b'.').map(|(at, _)| at);
        // A dot at the very beginning has nothing before it.
        let head = dots().filter(|at| *at > 0).find_map(|at| self.heads.get(&host[at + 1..]));
        if let Some((_, id)) = head {
            return Ok(Some(*id));
        }
        if let Some(id) =
            dots().collect::<Vec<_>>().into_iter().rev().find_map(|at| self.tails.get(&host[..at]))
        {
            return Ok(Some(*id));
        }
        for (name, id) in &self.patterns {
            let pattern = name.strip_prefix(b"~").ok_or(Reason::ServerName)?;
            let pattern = Pattern::parse(pattern, true).ok_or(Reason::Regex)?;
            if pattern.captures(host).ok_or(Reason::Regex)?.is_some() {
                return Ok(Some(*id));
            }
        }
        Ok(None)
    }
}

fn by_name(tree: &Tree, scopes: &Scopes, ids: &[ScopeId], host: &[u8]) -> Result<Option<ScopeId>, Reason> {
    let all: Vec<(Vec<u8>, ScopeId)> = ids
        .iter()
        .flat_map(|id| scopes.all[*id].rare().server_names.iter().map(move |node| (*id, *node)))
        .flat_map(|(id, node)| tree.arguments(node).map(move |name| (spelled(name), id)))
        .collect();
    let mut names = Names::default();
    for (name, id) in &all {
        names.add(name, *id);
    }
    names.find(host)
}

/// A regex keeps its case: `\S` is not `\s`.
fn spelled(name: &[u8]) -> Vec<u8> {
    if name.starts_with(b"~") { name.to_vec() } else { name.to_ascii_lowercase() }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Location(ScopeId),
    /// Answered with 301 to the same path and a slash.
    SlashRedirect(ScopeId),
}

/// What was found, and whether it ends the search of the levels around it.
enum Search {
    Ends(Found),
    Prefix(ScopeId),
    Nothing,
}

/// `Ok(None)`: none, the server itself answers. A regex that took the path
/// leaves its groups.
pub(super) fn location(
    scopes: &Scopes,
    server: ScopeId,
    path: &[u8],
    groups: &mut Captures,
) -> Result<Option<Found>, Reason> {
    Ok(match search(scopes, server, path, groups)? {
        Search::Ends(found) => Some(found),
        Search::Prefix(id) => Some(Found::Location(id)),
        Search::Nothing => None,
    })
}

fn search(scopes: &Scopes, level: ScopeId, path: &[u8], groups: &mut Captures) -> Result<Search, Reason> {
    let locations = || scopes.all[level].locations.iter().map(|id| (*id, &scopes.all[*id]));
    let of_kind = |id: ScopeId| match scopes.all[id].kind {
        Kind::Location(modifier) => modifier,
        _ => Modifier::Named,
    };
    if let Some((id, _)) =
        locations().find(|(id, scope)| of_kind(*id) == Modifier::Exact && scope.name == path)
    {
        return Ok(Search::Ends(Found::Location(id)));
    }
    let is_prefix = |id: ScopeId| matches!(of_kind(id), Modifier::Prefix | Modifier::PrefixAlone);
    let longest = locations()
        .filter(|(id, scope)| is_prefix(*id) && path.starts_with(&scope.name))
        .max_by_key(|(_, scope)| scope.name.len());
    let is_whole = longest.is_some_and(|(_, scope)| scope.name.len() == path.len());
    if !is_whole
        && let Some((id, _)) = locations().find(|(id, scope)| {
            (is_prefix(*id) || of_kind(*id) == Modifier::Exact) && redirects_to_slash(scope, path)
        })
    {
        // The settings are those of an exact location of that name, where there is one.
        let name = &scopes.all[id].name;
        let exact = locations().find(|(id, scope)| of_kind(*id) == Modifier::Exact && scope.name == *name);
        return Ok(Search::Ends(Found::SlashRedirect(exact.map_or(id, |(id, _)| id))));
    }
    let mut found = Search::Nothing;
    if let Some((id, _)) = longest {
        // A `^~` within does not stop the regexes of this level.
        found = match search(scopes, id, path, groups)? {
            ended @ Search::Ends(_) => return Ok(ended),
            Search::Prefix(nested) => Search::Prefix(nested),
            Search::Nothing => Search::Prefix(id),
        };
        if of_kind(id) == Modifier::PrefixAlone {
            return Ok(found);
        }
    }
    for (id, scope) in locations() {
        let caseless = match of_kind(id) {
            Modifier::Regex => false,
            Modifier::RegexCaseless => true,
            Modifier::Prefix | Modifier::PrefixAlone | Modifier::Exact | Modifier::Named => continue,
        };
        let pattern = Pattern::parse(&scope.name, caseless).ok_or(Reason::Regex)?;
        if let Some(taken) = pattern.captures(path).ok_or(Reason::Regex)? {
            *groups = taken;
            let nested = match search(scopes, id, path, groups)? {
                Search::Ends(Found::Location(nested) | Found::SlashRedirect(nested))
                | Search::Prefix(nested) => nested,
                Search::Nothing => id,
            };
            return Ok(Search::Ends(Found::Location(nested)));
        }
    }
    Ok(found)
}

/// A location `/p/` that passes requests on answers `/p`, before any login.
fn redirects_to_slash(scope: &Scope, path: &[u8]) -> bool {
    let passes = matches!(scope.handler, Some((Handler::Proxy | Handler::Elsewhere, _)));
    passes && scope.name.len() == path.len() + 1 && scope.name.ends_with(b"/") && scope.name.starts_with(path)
}
