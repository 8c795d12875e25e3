//! The settings that somebody asks for, of a table that is large.
//!
//! Most of a chart's defaults are about programs of which the policy knows nothing.
//! They have to be what Helm takes, and are not made into values.

use std::collections::BTreeSet;

use super::Tree;
use super::nodes::{Children, Kind};
use super::tables::Entries;
use crate::scalar::{self, Scalar, Tag};

/// Settings by their keys, at any depth.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Kept whole.
    pub whole: BTreeSet<String>,
    /// Kept, and of what is in them the same.
    pub names: BTreeSet<String>,
}

impl Wanted {
    /// What either of both wants.
    pub(crate) fn and(mut self, other: Wanted) -> Wanted {
        self.whole.extend(other.whole);
        self.names.extend(other.names);
        self
    }

    /// Whether of what stands under `key` only a part is wanted.
    pub(super) fn names_in(&self, key: &str) -> bool {
        self.names.contains(key) && !self.whole.contains(key)
    }
}

impl Tree<'_> {
    /// Whether a setting can be left out: nobody asks for it, and nothing in it
    /// could make Helm refuse the table or take one of two by chance.
    pub(super) fn is_left_out(&self, entries: &Entries, key: u32, value: u32) -> bool {
        let Some(Wanted { whole, names }) = self.wanted else { return false };
        let Kind::Scalar { text, .. } = self.document.nodes[key as usize].kind else { return false };
        let text = self.document.text(text);
        !whole.contains(text)
            && !names.contains(text)
            && !entries.has_flaws()
            && self.is_text(key)
            && self.is_ordinary(value, 0)
    }

    fn is_ordinary(&self, number: u32, depth: usize) -> bool {
        let all = |Children { first, count }| first..first + count;
        let child = |at: u32| self.document.children[at as usize];
        match self.document.nodes[number as usize].kind {
            Kind::Scalar { .. } => self.is_finite(number),
            Kind::Alias { .. } => false,
            Kind::List(_) | Kind::Table(_) if depth > DEEPEST => false,
            Kind::List(children) => all(children).all(|at| self.is_ordinary(child(at), depth + 1)),
            Kind::Table(children) => {
                self.keys_differ(children)
                    && all(children)
                        .step_by(2)
                        .all(|at| self.is_text(child(at)) && self.is_ordinary(child(at + 1), depth + 1))
            }
        }
    }

    /// Of two settings with one key the first is warned about.
    pub(super) fn keys_differ(&self, children: Children) -> bool {
        let Children { first, count } = children;
        let keys = (first..first + count).step_by(2).map(|at| self.document.children[at as usize]);
        let text = |number: u32| match self.document.nodes[number as usize].kind {
            Kind::Scalar { text, .. } => self.document.text(text),
            Kind::List(_) | Kind::Table(_) | Kind::Alias { .. } => "",
        };
        if count <= 24 {
            let others = |at: usize| keys.clone().take(at);
            return keys
                .clone()
                .enumerate()
                .all(|(at, key)| others(at).all(|other| text(other) != text(key)));
        }
        let mut sorted: Vec<&str> = keys.map(text).collect();
        sorted.sort_unstable();
        sorted.windows(2).all(|pair| pair[0] != pair[1])
    }

    /// A key that is nothing but its text.
    fn is_text(&self, number: u32) -> bool {
        match self.document.nodes[number as usize].kind {
            Kind::Scalar { text, tag: Tag::Absent, implicit } => {
                let text = self.document.text(text);
                !implicit || text != "<<" && scalar::resolve(Tag::Absent, text) == Ok(Scalar::Text)
            }
            Kind::Scalar { .. } | Kind::List(_) | Kind::Table(_) | Kind::Alias { .. } => false,
        }
    }

    fn is_finite(&self, number: u32) -> bool {
        match self.document.nodes[number as usize].kind {
            Kind::Scalar { text, tag: Tag::Absent, implicit } => {
                let text = self.document.text(text);
                !implicit
                    || match scalar::resolve(Tag::Absent, text) {
                        Ok(Scalar::Float(float)) => float.is_finite(),
                        Ok(_) => true,
                        Err(_) => false,
                    }
            }
            Kind::Scalar { .. } | Kind::List(_) | Kind::Table(_) | Kind::Alias { .. } => false,
        }
    }
}

/// Deeper values are made, where their depth is counted.
const DEEPEST: usize = 60;
