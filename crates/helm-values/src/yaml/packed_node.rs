//! A node of a document in 16 bytes: a file of 10 MB has more than a million.
//!
//! Text of at most 64 MiB is read, so that a place in it, a length and a number of
//! nodes leave some bits of their word free: what kind of node it is goes there.

use super::document::{Children, Kind, Words};
use super::scalar::Tag;

/// A node: what it is, and where it begins.
#[derive(Debug)]
pub(super) struct PackedNode {
    /// The kind in the highest bits; a number of a node or a place in the text below.
    first: u32,
    /// Of a scalar, its tag and whether it is implicit in the highest bits; a count below.
    count: u32,
    /// 0-based.
    pub(super) line: u32,
    /// 0-based, in characters.
    pub(super) column: u32,
}

const _: () = assert!(size_of::<PackedNode>() == 16);

/// The bits below the kind, and those below what is said about a scalar.
const FIRST_BITS: u32 = 30;
const COUNT_BITS: u32 = 27;

const SCALAR: u32 = 0;
const LIST: u32 = 1;
const TABLE: u32 = 2;
const ALIAS: u32 = 3;

/// By their number in `count`.
const TAGS: [Tag; 10] = [
    Tag::Absent,
    Tag::Str,
    Tag::Bool,
    Tag::Int,
    Tag::Float,
    Tag::Null,
    Tag::Timestamp,
    Tag::Binary,
    Tag::Merge,
    Tag::Other,
];

impl PackedNode {
    /// The node, where its numbers fit.
    pub(super) fn new(kind: Kind, (line, column): (u32, u32)) -> Option<PackedNode> {
        let (sort, first, count) = match kind {
            Kind::Scalar { text: Words { first, count }, tag, implicit } => {
                let about = (tag as u32) << 1 | u32::from(implicit);
                (SCALAR, first, fits(count, COUNT_BITS)? | about << COUNT_BITS)
            }
            Kind::List(Children { first, count }) => (LIST, first, count),
            Kind::Table(Children { first, count }) => (TABLE, first, count),
            Kind::Alias { target } => (ALIAS, target, 0),
        };
        Some(PackedNode { first: fits(first, FIRST_BITS)? | sort << FIRST_BITS, count, line, column })
    }

    /// Of a list or a table, which children it has; no more than there are nodes.
    pub(super) fn set_children(&mut self, Children { first, count }: Children) {
        let sort = self.first >> FIRST_BITS;
        self.first = low(first, FIRST_BITS) | sort << FIRST_BITS;
        self.count = count;
    }

    /// What it is.
    pub(super) fn kind(&self) -> Kind {
        let (first, count) = (low(self.first, FIRST_BITS), self.count);
        match self.first >> FIRST_BITS {
            SCALAR => {
                let about = count >> COUNT_BITS;
                let tag = TAGS.get((about >> 1) as usize).copied().unwrap_or(Tag::Other);
                let text = Words { first, count: low(count, COUNT_BITS) };
                Kind::Scalar { text, tag, implicit: about & 1 == 1 }
            }
            LIST => Kind::List(Children { first, count }),
            TABLE => Kind::Table(Children { first, count }),
            _ => Kind::Alias { target: first },
        }
    }
}

fn fits(number: u32, bits: u32) -> Option<u32> {
    (number >> bits == 0).then_some(number)
}

fn low(word: u32, bits: u32) -> u32 {
    word & ((1 << bits) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_comes_out_as_it_went_in() {
        let (last, longest) = ((1 << FIRST_BITS) - 1, (1 << COUNT_BITS) - 1);
        let rows = [(0, 0), (1, 2), (last, u32::MAX)].map(|(first, count)| Children { first, count });
        let mut kinds: Vec<Kind> = rows.map(Kind::List).into_iter().chain(rows.map(Kind::Table)).collect();
        kinds.extend([0, 7, last].map(|target| Kind::Alias { target }));
        for tag in TAGS {
            for implicit in [false, true] {
                kinds.extend([(0, 0), (3, 5), (last, longest)].map(|(first, count)| Kind::Scalar {
                    text: Words { first, count },
                    tag,
                    implicit,
                }));
            }
        }
        for kind in kinds {
            let node = PackedNode::new(kind, (3, u32::MAX)).expect("it fits");
            assert_eq!((node.kind(), node.line, node.column), (kind, 3, u32::MAX));
        }
        for make in [Kind::List, Kind::Table] {
            let mut node = PackedNode::new(make(Children::default()), (0, 0)).expect("it fits");
            node.set_children(rows[2]);
            assert_eq!(node.kind(), make(rows[2]));
        }
    }

    #[test]
    fn what_does_not_fit_is_no_other_node() {
        let beyond = 1 << FIRST_BITS;
        for kind in [
            Kind::Alias { target: beyond },
            Kind::Table(Children { first: beyond, count: 0 }),
            Kind::Scalar { text: Words { first: beyond, count: 0 }, tag: Tag::Absent, implicit: true },
            Kind::Scalar {
                text: Words { first: 0, count: 1 << COUNT_BITS },
                tag: Tag::Absent,
                implicit: true,
            },
        ] {
            assert!(PackedNode::new(kind, (0, 0)).is_none(), "{kind:?}");
        }
    }
}
