//! The same steps for any request: which contents a scope may come to, and
//! which locations its server leads to by itself.

use super::Configuration;
use super::choose::{self, Found};
use super::directives::Effect;
use super::pattern::Captures;
use super::reason::Reason;
use super::scope::{ScopeId, Step};
use super::script;
use super::tree::NodeId;
use super::value;

/// Where the steps of a scope may end.
#[derive(Debug)]
pub(super) struct Walk {
    /// The scopes whose content may answer; none: another answer always comes first.
    pub(super) contents: Vec<ScopeId>,
    /// What may answer first, where that depends on the request.
    pub(super) depends: Option<(Reason, NodeId)>,
}

pub(super) fn steps(configuration: &Configuration, id: ScopeId) -> Walk {
    let is_server = configuration.scopes.server_of(id) == Some(id);
    let mut walker = Walker { configuration, is_server, stopped: Vec::new(), depends: None };
    let mut contents = vec![id];
    if !walker.walk(id, &mut contents) {
        walker.stopped.append(&mut contents);
    }
    walker.stopped.sort_unstable();
    walker.stopped.dedup();
    Walk { contents: walker.stopped, depends: walker.depends }
}

struct Walker<'a> {
    configuration: &'a Configuration,
    is_server: bool,
    /// Contents of those who came to a `break`.
    stopped: Vec<ScopeId>,
    depends: Option<(Reason, NodeId)>,
}

impl Walker<'_> {
    /// Whether nobody comes to the end of these steps.
    fn walk(&mut self, id: ScopeId, contents: &mut Vec<ScopeId>) -> bool {
        let Configuration { tree, scopes, .. } = self.configuration;
        for step in &scopes.all[id].steps {
            match step {
                Step::Set(_) => {}
                Step::Return(_) => return true,
                Step::Break => {
                    self.stopped.append(contents);
                    return true;
                }
                Step::Rewrite(node) => {
                    if self.rewrite(*node, contents) {
                        return true;
                    }
                }
                Step::If(inner) => {
                    let node = scopes.all[*inner].node;
                    let holds = script::condition(tree, node, &of_a_write).map(|(holds, _)| holds);
                    let mut within = if self.is_server { contents.clone() } else { vec![*inner] };
                    match holds {
                        Ok(false) => {}
                        Ok(true) => {
                            *contents = within;
                            if self.walk(*inner, contents) {
                                return true;
                            }
                        }
                        Err(why) => {
                            if self.walk(*inner, &mut within) {
                                self.depends = self.depends.or(Some((why, node)));
                            } else {
                                contents.append(&mut within);
                            }
                        }
                    }
                }
            }
        }
        false
    }

    /// A server's rewrites only change which location is searched.
    fn rewrite(&mut self, node: NodeId, contents: &[ScopeId]) -> bool {
        let tree = &self.configuration.tree;
        let (pattern, flag) = (tree.word(node, 1), tree.word(node, 3));
        let always = matches!(
            pattern,
            b"" | b"^" | b".*" | b"^.*" | b"^.*$" | b"(.*)" | b"^(.*)$" | b"^/" | b"/" | b"^/(.*)$"
        );
        let elsewhere = matches!(flag, b"redirect" | b"permanent")
            || script::leaves_for_another_address(tree.word(node, 2));
        if flag == b"break" {
            self.stopped.extend(contents.iter());
            return always;
        }
        if self.is_server && !elsewhere {
            if flag == b"last" {
                self.stopped.extend(contents.iter());
            }
            return always && flag == b"last";
        }
        // Without a flag it goes on, and a later `break` may keep it here.
        if always && (elsewhere || flag == b"last") {
            return true;
        }
        self.depends = self.depends.or(Some((Reason::Regex, node)));
        false
    }
}

/// What is known of any write.
fn of_a_write(text: &[u8]) -> Option<Vec<u8>> {
    if text == b"$request_method" {
        return Some(b"POST".to_vec());
    }
    value::is_constant(text).then(|| text.to_vec())
}

/// A directive by which any location of the server may be asked for without its login.
pub(super) fn asks_for_others(configuration: &Configuration, server: ScopeId) -> Option<NodeId> {
    let scopes = &configuration.scopes;
    let around = scopes.outwards(server).flat_map(|scope| scope.rare().odd.iter());
    let asks =
        |effect: Effect| matches!(effect, Effect::Subrequests | Effect::AnswersByCode | Effect::RunsCode);
    let found = around
        .chain(within(configuration, server).into_iter().flat_map(|id| scopes.all[id].rare().odd.iter()));
    found.into_iter().find(|(effect, _)| asks(*effect)).map(|(_, node)| *node)
}

/// All scopes in this one.
fn within(configuration: &Configuration, id: ScopeId) -> Vec<ScopeId> {
    let scope = &configuration.scopes.all[id];
    let steps = scope.steps.iter().filter_map(|step| match step {
        Step::If(inner) => Some(*inner),
        Step::Set(_) | Step::Return(_) | Step::Rewrite(_) | Step::Break => None,
    });
    let mut found: Vec<ScopeId> =
        steps.chain(scope.limit_except).chain(scope.locations.iter().copied()).collect();
    for inner in found.clone() {
        found.extend(within(configuration, inner));
    }
    found
}

/// Whether an internal redirect of the server may lead to this location.
pub(super) fn is_referred_to(configuration: &Configuration, server: ScopeId, id: ScopeId) -> bool {
    let Configuration { tree, scopes, .. } = configuration;
    let name = scopes.all[id].name.as_slice();
    let is_named = name.starts_with(b"@");
    let leads_here = |text: &[u8]| match text {
        [b'@', ..] => text == name,
        _ if is_named => false,
        _ if !value::is_constant(text) => true,
        [b'/', ..] => target(configuration, server, text).is_none_or(|found| found == id),
        _ => false,
    };
    let around = scopes.outwards(server).map(|scope| scope.error_pages.clone());
    let mut targets: Vec<NodeId> = around.flatten().collect();
    let mut paths: Vec<&[u8]> = Vec::new();
    for inner in [server].into_iter().chain(within(configuration, server)) {
        let scope = &scopes.all[inner];
        targets.extend(scope.error_pages.iter().chain(&scope.try_files).chain(&scope.rare().index));
        for step in &scope.steps {
            if let Step::Rewrite(node) = step {
                paths.push(tree.word(*node, 2));
            }
        }
    }
    paths.extend(targets.iter().filter_map(|node| tree.arguments(*node).next_back()));
    paths.into_iter().any(leads_here)
}

/// The location of a path without variables; `None` where it is not known.
pub(super) fn target(configuration: &Configuration, server: ScopeId, text: &[u8]) -> Option<ScopeId> {
    if !value::is_constant(text) || !text.starts_with(b"/") {
        return None;
    }
    let path = super::path::split(text).0;
    let found = choose::location(&configuration.scopes, server, path, &mut Captures::default());
    match found {
        Ok(Some(Found::Location(id) | Found::SlashRedirect(id))) => Some(id),
        Ok(None) | Err(_) => None,
    }
}
