//! Where a location passes requests to.

use super::Configuration;
use super::address::Address;
use super::reason::Reason;
use super::scope::{Handler, Kind, ScopeId};
use super::tree::{NodeId, Tree};
use super::value;
use std::collections::HashMap;

/// The addresses of which one takes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    To(Vec<Address>),
    Unknown(Reason),
}

/// What makes the content of a scope: `if` keeps its location's, `limit_except`
/// only what passes on, a nested location nothing.
pub(super) fn handler(configuration: &Configuration, id: ScopeId) -> Option<(Handler, NodeId)> {
    let scopes = &configuration.scopes;
    let scope = &scopes.all[id];
    let around = || scope.parent.and_then(|parent| scopes.all[parent].handler);
    match scope.kind {
        Kind::If => scope.handler.or_else(around),
        Kind::LimitExcept => scope.handler.or_else(|| {
            around().filter(|(handler, _)| matches!(handler, Handler::Proxy | Handler::Elsewhere))
        }),
        Kind::Http | Kind::Server | Kind::Location(_) => scope.handler,
    }
}

/// Of a `proxy_pass`, whatever is asked.
pub(super) fn of_directive(configuration: &Configuration, node: NodeId, server: Option<ScopeId>) -> Route {
    let Configuration { tree, scopes, .. } = configuration;
    let text = tree.word(node, 1);
    let upto = fixed_part(text);
    if value::is_constant(upto) {
        return resolve(configuration, upto);
    }
    let Some(all) = value::candidates(tree, scopes, server, upto) else {
        return Route::Unknown(Reason::Variable);
    };
    let mut found = Vec::new();
    for text in all {
        match resolve(configuration, &text) {
            Route::To(addresses) => found.extend(addresses),
            // A variable that is empty makes nginx answer 500.
            Route::Unknown(Reason::TargetNotUnderstood) => {}
            unknown @ Route::Unknown(_) => return unknown,
        }
    }
    if found.is_empty() { Route::Unknown(Reason::Variable) } else { Route::To(found) }
}

/// Up to the path: what stands there does not change where it goes.
fn fixed_part(text: &[u8]) -> &[u8] {
    let start = text.windows(3).position(|part| part == b"://").map_or(0, |at| at + 3);
    if text[start..].starts_with(b"unix:") {
        return text;
    }
    let rest = &text[start..];
    let slash = rest.iter().position(|byte| *byte == b'/');
    let path = [&b"$request_uri"[..], b"$uri", b"$document_uri"];
    let variable =
        path.iter().filter_map(|name| rest.windows(name.len()).position(|part| part == *name)).min();
    let end = slash.into_iter().chain(variable).min().unwrap_or(rest.len());
    &text[..start + end]
}

/// Of a `proxy_pass` without variables.
pub(super) fn resolve(configuration: &Configuration, text: &[u8]) -> Route {
    let port = if text.to_ascii_lowercase().starts_with(b"https://") { 443 } else { 80 };
    let authority = authority(text);
    let upstreams = &configuration.scopes.upstreams;
    of_authority(&configuration.tree, upstreams, authority, port)
}

/// The name of an upstream, or an address.
pub(super) fn of_authority(
    tree: &Tree,
    upstreams: &HashMap<Vec<u8>, NodeId>,
    authority: &[u8],
    port: u16,
) -> Route {
    let unknown = Route::Unknown(Reason::TargetNotUnderstood);
    if let Some(upstream) = upstreams.get(&authority.to_ascii_lowercase()) {
        return of_upstream(tree, *upstream);
    }
    let Ok(text) = std::str::from_utf8(authority) else { return unknown };
    Address::parse(text, port).map_or(unknown, |address| Route::To(vec![address]))
}

fn of_upstream(tree: &Tree, upstream: NodeId) -> Route {
    let mut found = Vec::new();
    for node in tree.children(upstream) {
        let name = tree.name(node);
        if name.starts_with(b"balancer_by_lua") {
            return Route::Unknown(Reason::Code);
        }
        if name != b"server" || tree.arguments(node).any(|option| option == b"down") {
            continue;
        }
        let text = std::str::from_utf8(tree.word(node, 1)).ok();
        match text.and_then(|text| Address::parse(text, 80)) {
            Some(address) => found.push(address),
            None => return Route::Unknown(Reason::TargetNotUnderstood),
        }
    }
    if found.is_empty() { Route::Unknown(Reason::TargetNotUnderstood) } else { Route::To(found) }
}

/// Host and port of `http://HOST:PORT/…`, or `unix:PATH`.
pub(super) fn authority(text: &[u8]) -> &[u8] {
    let start = text.windows(3).position(|part| part == b"://").map_or(0, |at| at + 3);
    let rest = &text[start..];
    let ends = |byte: &u8| b"/?#".contains(byte);
    let end = match rest.strip_prefix(b"unix:") {
        Some(path) => path.iter().position(|byte| *byte == b':').map(|end| end + 5),
        None => rest.iter().position(ends),
    };
    &rest[..end.unwrap_or(rest.len())]
}

/// What follows the authority; empty where there is none.
pub(super) fn uri(text: &[u8]) -> Vec<u8> {
    let start = text.windows(3).position(|part| part == b"://").map_or(0, |at| at + 3);
    let rest = &text[start + authority(text).len()..];
    rest.strip_prefix(b":").unwrap_or(rest).to_vec()
}

/// The `proxy_set_header` in force; one own line drops all that are inherited.
pub(super) fn header(configuration: &Configuration, id: ScopeId, name: &[u8]) -> Option<NodeId> {
    let headers = configuration.scopes.nearest_list(id, |scope| &scope.headers);
    headers.iter().rev().find(|node| configuration.tree.word(**node, 1).eq_ignore_ascii_case(name)).copied()
}

/// Whether nginx itself sends a login along: the next server lets in whoever
/// is let in here.
pub(super) fn injects_login(configuration: &Configuration, id: ScopeId) -> bool {
    let value = header(configuration, id, b"authorization").map(|node| configuration.tree.word(node, 2));
    value.is_some_and(|value| !value.is_empty() && value != b"$http_authorization")
}
