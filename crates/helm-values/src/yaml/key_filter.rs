//! The settings that a caller asks for, of a table that is large.
//!
//! Most of a chart's defaults are about programs that the caller does not look
//! at. They have to be what Helm takes, and are not made into values.

use std::collections::BTreeSet;

use super::document::{Children, Kind};
use super::resolver::Resolver;
use super::scalar::{self, Scalar, Tag};

/// Settings by their keys, at any depth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeyFilter {
    /// Kept whole.
    pub(crate) whole: BTreeSet<String>,
    /// Kept, and of what is in them the same.
    pub(crate) names: BTreeSet<String>,
}

impl KeyFilter {
    /// What either of both keeps.
    pub(crate) fn and(mut self, other: KeyFilter) -> KeyFilter {
        self.whole.extend(other.whole);
        self.names.extend(other.names);
        self
    }

    /// Whether of what stands under `key` only a part is kept.
    pub(super) fn names_in(&self, key: &str) -> bool {
        self.names.contains(key) && !self.whole.contains(key)
    }

    /// Whether a setting can be left out: nobody asks for it, and nothing in it
    /// could make Helm refuse the table or take one of two by chance.
    pub(super) fn leaves_out(&self, resolver: &Resolver, key: u32, value: u32) -> bool {
        let Kind::Scalar { text, .. } = resolver.kind(key) else { return false };
        let text = resolver.document.text(text);
        !self.whole.contains(text)
            && !self.names.contains(text)
            && is_text(resolver, key)
            && is_harmless(resolver, value, 0)
    }
}

/// Deeper values are made, where their depth is counted.
const DEEPEST: usize = 60;

fn is_harmless(resolver: &Resolver, number: u32, depth: usize) -> bool {
    let all = |Children { first, count }| first..first + count;
    let child = |at: u32| resolver.child(at);
    match resolver.kind(number) {
        Kind::Scalar { .. } => is_finite(resolver, number),
        Kind::Alias { .. } => false,
        Kind::List(_) | Kind::Table(_) if depth > DEEPEST => false,
        Kind::List(children) => all(children).all(|at| is_harmless(resolver, child(at), depth + 1)),
        Kind::Table(children) => {
            keys_differ(resolver, children)
                && all(children)
                    .step_by(2)
                    .all(|at| is_text(resolver, child(at)) && is_harmless(resolver, child(at + 1), depth + 1))
        }
    }
}

/// So many keys are compared with each other, without a row of them in memory.
const FEW: usize = 12;

/// Of two settings with one key the first is warned about.
pub(super) fn keys_differ(resolver: &Resolver, children: Children) -> bool {
    let Children { first, count } = children;
    let keys = (first..first + count).step_by(2).map(|at| resolver.child(at));
    let text = |number: u32| match resolver.kind(number) {
        Kind::Scalar { text, .. } => resolver.document.text(text),
        Kind::List(_) | Kind::Table(_) | Kind::Alias { .. } => "",
    };
    if keys.len() <= FEW {
        let mut few = [""; FEW];
        let few = &mut few[..keys.len()];
        few.iter_mut().zip(keys).for_each(|(place, key)| *place = text(key));
        return (1..few.len()).all(|at| !few[..at].iter().any(|before| is_same(before, few[at])));
    }
    let mut sorted: Vec<&str> = keys.map(text).collect();
    sorted.sort_unstable();
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}

/// Most keys differ in their length or their last letter, which takes no call to find out.
fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.as_bytes().last() == other.as_bytes().last() && one == other
}

/// A key that is nothing but its text.
fn is_text(resolver: &Resolver, number: u32) -> bool {
    match resolver.kind(number) {
        Kind::Scalar { text, tag: Tag::Absent, implicit } => {
            let text = resolver.document.text(text);
            !implicit || text != "<<" && scalar::is_text(text)
        }
        Kind::Scalar { .. } | Kind::List(_) | Kind::Table(_) | Kind::Alias { .. } => false,
    }
}

fn is_finite(resolver: &Resolver, number: u32) -> bool {
    match resolver.kind(number) {
        Kind::Scalar { text, tag: Tag::Absent, implicit } => {
            let text = resolver.document.text(text);
            let is_number = matches!(text.as_bytes().first(), Some(b'.' | b'+' | b'-' | b'0'..=b'9'));
            !implicit
                || !is_number
                || match scalar::resolve(Tag::Absent, text) {
                    Ok(Scalar::Float(float)) => float.is_finite(),
                    Ok(_) => true,
                    Err(_) => false,
                }
        }
        Kind::Scalar { .. } | Kind::List(_) | Kind::Table(_) | Kind::Alias { .. } => false,
    }
}
