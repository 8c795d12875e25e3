//! The steps of the rewrite module (`set`, `return`, `rewrite`, `break`, `if`),
//! run for one request in the order in which they are written.

use super::Configuration;
use super::path;
use super::pattern::{Captures, Pattern};
use super::reason::Reason;
use super::scope::{Handler, ScopeId, Step};
use super::state::{Run, Stage, done, number};
use super::tree::{NodeId, Tree};

/// Maps that name each other, in a circle perhaps.
const MAPS_LIMIT: usize = 5;

/// How a scope's steps end.
pub(super) enum End {
    /// At the content of this scope: its own, or that of the last `if` that held.
    Through(ScopeId),
    Left(Stage),
}

enum Flow {
    On,
    Stops,
    Leaves(Stage),
}

pub(super) fn run(run: &mut Run, id: ScopeId) -> Result<End, Reason> {
    let is_server = run.configuration.scopes.server_of(id) == Some(id);
    let mut content = id;
    match steps(run, id, &mut content, is_server)? {
        Flow::Leaves(stage) => Ok(End::Left(stage)),
        // A server's rewrites come before the search anyway.
        Flow::On | Flow::Stops if run.path_changed && !is_server => Ok(End::Left(run.search_again())),
        Flow::On | Flow::Stops => Ok(End::Through(content)),
    }
}

fn steps(run: &mut Run, id: ScopeId, content: &mut ScopeId, is_server: bool) -> Result<Flow, Reason> {
    let Configuration { tree, scopes, .. } = run.configuration;
    for step in &scopes.all[id].steps {
        let flow = match step {
            Step::Set(node) => {
                let name = tree.word(*node, 1).strip_prefix(b"$").unwrap_or_default().to_ascii_lowercase();
                let value = run.value(tree.word(*node, 2));
                run.variables.insert(name, value);
                Flow::On
            }
            Step::Return(node) => Flow::Leaves(returned(tree, *node, *content)),
            Step::Rewrite(node) => rewrite(run, *node, *content)?,
            Step::Break => {
                run.path_changed = false;
                Flow::Stops
            }
            Step::If(inner) => {
                let (holds, groups) = condition(tree, scopes.all[*inner].node, &|text| run.value(text))?;
                if let Some(groups) = groups {
                    run.take_groups(groups);
                }
                if holds {
                    let passes_on = |(handler, _)| matches!(handler, Handler::Proxy | Handler::Elsewhere);
                    run.kept_handler |= !is_server && scopes.all[*inner].handler.is_some_and(passes_on);
                    // An `if` of a server has no content of its own.
                    *content = if is_server { *content } else { *inner };
                    steps(run, *inner, content, is_server)?
                } else {
                    Flow::On
                }
            }
        };
        match flow {
            Flow::On => {}
            Flow::Stops | Flow::Leaves(_) => return Ok(flow),
        }
    }
    Ok(Flow::On)
}

/// Only from 400 on, and without a text of its own, does it have an `error_page`.
fn returned(tree: &Tree, node: NodeId, content: ScopeId) -> Stage {
    let (first, text) = (tree.word(node, 1), tree.word(node, 2));
    match number(first) {
        Some(status @ (301 | 302 | 303 | 307 | 308)) => Stage::Failed(status, content),
        Some(status @ 400..) if text.is_empty() => Stage::Failed(status, content),
        Some(status) => done(status),
        None => Stage::Failed(302, content),
    }
}

pub(super) fn leaves_for_another_address(replacement: &[u8]) -> bool {
    [&b"http://"[..], b"https://", b"$scheme"].iter().any(|start| replacement.starts_with(start))
}

fn rewrite(run: &mut Run, node: NodeId, content: ScopeId) -> Result<Flow, Reason> {
    let tree = &run.configuration.tree;
    let (replacement, flag) = (tree.word(node, 2), tree.word(node, 3));
    let pattern = Pattern::parse(tree.word(node, 1), false).ok_or(Reason::Regex)?;
    let Some(groups) = pattern.captures(&run.path).ok_or(Reason::Regex)? else { return Ok(Flow::On) };
    run.take_groups(groups);
    if flag == b"permanent" {
        return Ok(Flow::Leaves(Stage::Failed(301, content)));
    }
    if flag == b"redirect" || leaves_for_another_address(replacement) {
        return Ok(Flow::Leaves(Stage::Failed(302, content)));
    }
    let (path, arguments) = path::split(replacement);
    let path = run.value(path).ok_or(Reason::Variable)?;
    if path.is_empty() {
        return Ok(Flow::Leaves(done(500)));
    }
    if replacement.contains(&b'?') {
        let mut new = run.value(arguments).ok_or(Reason::Variable)?;
        if !replacement.ends_with(b"?") && !run.arguments.is_empty() {
            new = [&new, &b"&"[..], &run.arguments].concat();
        }
        run.arguments = new;
    }
    run.path = path;
    run.internal = true;
    run.path_changed = flag != b"break";
    Ok(if flag.is_empty() { Flow::On } else { Flow::Stops })
}

/// Whether it holds, and the groups of a regex that matched.
pub(super) fn condition(
    tree: &Tree,
    node: NodeId,
    value: &dyn Fn(&[u8]) -> Option<Vec<u8>>,
) -> Result<(bool, Option<Captures>), Reason> {
    let mut words: Vec<&[u8]> = tree.arguments(node).collect();
    if let Some(first) = words.first_mut() {
        *first = first.strip_prefix(b"(").unwrap_or(first);
    }
    if let Some(last) = words.last_mut() {
        *last = last.strip_suffix(b")").unwrap_or(last);
    }
    words.retain(|word| !word.is_empty() || words_may_be_empty(tree, node));
    let known = |text: &[u8]| value(text).ok_or(Reason::Condition);
    match words.as_slice() {
        [variable] if variable.starts_with(b"$") => {
            let found = known(variable)?;
            Ok((!found.is_empty() && found != b"0", None))
        }
        [variable, b"="] => Ok((known(variable)?.is_empty(), None)),
        [variable, b"!="] => Ok((!known(variable)?.is_empty(), None)),
        [variable, b"=", wanted] => Ok((known(variable)? == known(wanted)?, None)),
        [variable, b"!=", wanted] => Ok((known(variable)? != known(wanted)?, None)),
        [variable, operator @ (b"~" | b"~*" | b"!~" | b"!~*"), pattern] => {
            let pattern = Pattern::parse(pattern, operator.ends_with(b"*")).ok_or(Reason::Regex)?;
            let groups = pattern.captures(&known(variable)?).ok_or(Reason::Regex)?;
            Ok((groups.is_some() != operator.starts_with(b"!"), groups))
        }
        [test, _] if test.starts_with(b"-") || test.starts_with(b"!-") => Err(Reason::Disk),
        _ => Err(Reason::Condition),
    }
}

/// A bracket that stands alone leaves an empty word; `""` in between is one, too.
fn words_may_be_empty(tree: &Tree, node: NodeId) -> bool {
    tree.word(node, 1) != b"(" && tree.arguments(node).next_back() != Some(b")")
}

/// What a `map` makes of what is known; geo and `split_clients` are not.
pub(super) fn mapped(run: &Run, name: &[u8], depth: usize) -> Option<Vec<u8>> {
    let Configuration { tree, scopes, .. } = run.configuration;
    let [map] = scopes.maps.get(name)?.as_slice() else { return None };
    if tree.name(*map) != b"map" || tree.count(*map) != 3 || depth > MAPS_LIMIT {
        return None;
    }
    let source = run.value_within(tree.word(*map, 1), depth + 1)?;
    let entries =
        || tree.children(*map).filter(|node| tree.count(*node) == 2 && tree.name(*node) != b"include");
    if tree.children(*map).any(|node| tree.count(node) == 1 && tree.name(node) == b"hostnames") {
        return None;
    }
    let is_plain = |key: &[u8]| key != b"default" && !key.starts_with(b"~");
    let exact = entries().find(|node| {
        let key = tree.name(*node);
        is_plain(key) && key.strip_prefix(b"\\").unwrap_or(key).eq_ignore_ascii_case(&source)
    });
    if let Some(node) = exact {
        return run.value_within(tree.word(node, 1), depth + 1);
    }
    for node in entries() {
        let Some(pattern) = tree.name(node).strip_prefix(b"~") else { continue };
        let (pattern, caseless) =
            pattern.strip_prefix(b"*").map_or((pattern, false), |pattern| (pattern, true));
        if Pattern::parse(pattern, caseless)?.captures(&source)?.is_some() {
            // Its groups are not taken over.
            let value = tree.word(node, 1);
            return super::value::is_constant(value).then(|| value.to_vec());
        }
    }
    entries()
        .find(|node| tree.name(*node) == b"default")
        .map_or(Some(Vec::new()), |node| run.value_within(tree.word(node, 1), depth + 1))
}

/// A map whose value is made anew each time.
pub(super) fn is_volatile(configuration: &Configuration, name: &[u8]) -> bool {
    let Configuration { tree, scopes, .. } = configuration;
    let maps = scopes.maps.get(name).into_iter().flatten();
    maps.flat_map(|map| tree.children(*map))
        .any(|node| tree.count(node) == 1 && tree.name(node) == b"volatile")
}
