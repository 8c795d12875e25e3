//! Words with variables → what they can be.

use super::scope::{ScopeId, Scopes, Step};
use super::tree::{NodeId, Tree};
use std::cell::Cell;
use std::collections::BTreeSet;

/// More values than this are not told apart.
const VALUES_LIMIT: usize = 64;
const DEPTH_LIMIT: usize = 6;
const STEPS_LIMIT: u32 = 1000;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    Text(&'a [u8]),
    /// Names of variables do not depend on case.
    Variable(Vec<u8>),
    /// `$1` to `$9`
    Group(usize),
}

/// What nginx refuses is taken as text.
pub(super) fn parts(text: &[u8]) -> Vec<Part<'_>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let plain = rest.iter().position(|byte| *byte == b'$').unwrap_or(rest.len());
        if plain > 0 {
            parts.push(Part::Text(&rest[..plain]));
            rest = &rest[plain..];
            continue;
        }
        let (part, length) = match &rest[1..] {
            [digit @ b'1'..=b'9', ..] => (Part::Group(usize::from(digit - b'0')), 2),
            [b'{', name @ ..] if name.contains(&b'}') => {
                let length = name_length(name);
                (Part::Variable(name[..length].to_ascii_lowercase()), length + 3)
            }
            name => match name_length(name) {
                0 => (Part::Text(&rest[..1]), 1),
                length => (Part::Variable(name[..length].to_ascii_lowercase()), length + 1),
            },
        };
        parts.push(part);
        rest = rest.get(length..).unwrap_or_default();
    }
    parts
}

fn name_length(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

pub(super) fn is_constant(text: &[u8]) -> bool {
    !text.contains(&b'$')
}

/// All that a word can be, whatever is asked; `None` where that is not known.
pub(super) fn candidates(
    tree: &Tree,
    scopes: &Scopes,
    server: Option<ScopeId>,
    text: &[u8],
) -> Option<BTreeSet<Vec<u8>>> {
    Candidates { tree, scopes, server, steps_left: Cell::new(STEPS_LIMIT) }.of_text(text, 0)
}

struct Candidates<'a> {
    tree: &'a Tree,
    scopes: &'a Scopes,
    server: Option<ScopeId>,
    /// Variables that are made of each other would take for ever.
    steps_left: Cell<u32>,
}

impl Candidates<'_> {
    fn of_text(&self, text: &[u8], depth: usize) -> Option<BTreeSet<Vec<u8>>> {
        let steps_left = self.steps_left.get().checked_sub(1).filter(|_| depth <= DEPTH_LIMIT)?;
        self.steps_left.set(steps_left);
        let mut found = BTreeSet::from([Vec::new()]);
        for part in parts(text) {
            let next = match part {
                Part::Text(text) => BTreeSet::from([text.to_vec()]),
                Part::Variable(name) => self.of_variable(&name, depth)?,
                Part::Group(_) => return None,
            };
            found = found
                .iter()
                .flat_map(|before| next.iter().map(|after| [before.as_slice(), after].concat()))
                .collect();
            if found.len() > VALUES_LIMIT {
                return None;
            }
        }
        Some(found)
    }

    fn of_variable(&self, name: &[u8], depth: usize) -> Option<BTreeSet<Vec<u8>>> {
        if name == b"scheme" {
            return Some(BTreeSet::from([b"http".to_vec(), b"https".to_vec()]));
        }
        let maps = self.scopes.maps.get(name);
        let sets = self.server.map_or_else(Vec::new, |server| self.sets(server, name));
        if maps.is_none() && sets.is_empty() {
            return None;
        }
        // A variable that nothing has set yet is empty.
        let mut found = BTreeSet::from([Vec::new()]);
        for node in sets {
            found.extend(self.of_text(self.tree.word(node, 2), depth + 1)?);
        }
        for node in maps.into_iter().flatten().flat_map(|map| self.tree.children(*map)) {
            found.extend(match (self.tree.count(node), self.tree.name(node)) {
                (1, b"hostnames" | b"volatile" | b"ranges") | (2, b"include") => continue,
                (2, _) => self.of_text(self.tree.word(node, 1), depth + 1)?,
                _ => return None,
            });
        }
        (found.len() <= VALUES_LIMIT).then_some(found)
    }

    /// Every `set` of this variable in the server.
    fn sets(&self, scope: ScopeId, name: &[u8]) -> Vec<NodeId> {
        let scope = &self.scopes.all[scope];
        let mut found = Vec::new();
        for step in &scope.steps {
            match step {
                Step::Set(node) => {
                    let set = self.tree.word(*node, 1).strip_prefix(b"$").unwrap_or_default();
                    if set.eq_ignore_ascii_case(name) {
                        found.push(*node);
                    }
                }
                Step::If(inner) => found.extend(self.sets(*inner, name)),
                Step::Return(_) | Step::Rewrite(_) | Step::Break => {}
            }
        }
        found.extend(scope.locations.iter().flat_map(|location| self.sets(*location, name)));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fall_into_parts() {
        let variable = |name: &str| Part::Variable(name.as_bytes().to_vec());
        for (text, expected) in [
            ("a", vec![Part::Text(b"a")]),
            ("$A_1-b", vec![variable("a_1"), Part::Text(b"-b")]),
            ("${a}b$c", vec![variable("a"), Part::Text(b"b"), variable("c")]),
            (
                "/$1/$23",
                vec![Part::Text(b"/"), Part::Group(1), Part::Text(b"/"), Part::Group(2), Part::Text(b"3")],
            ),
            ("a$", vec![Part::Text(b"a"), Part::Text(b"$")]),
            ("", vec![]),
        ] {
            assert_eq!(parts(text.as_bytes()), expected, "{text}");
        }
    }
}
