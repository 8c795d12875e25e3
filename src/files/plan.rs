//! What stands there and what should → what is to be done. Pure.

use super::folder::Found;

/// A file as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DesiredFile {
    /// All its bytes.
    pub(crate) bytes: Vec<u8>,
    /// Owner, group and mode.
    pub(crate) attributes: Attributes,
}

/// Whose a file is and what they may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attributes {
    /// The owner's number; `None`: whoever makes the file.
    pub(crate) owner: Option<u32>,
    /// The group's number; `None`: whatever it gets.
    pub(crate) group: Option<u32>,
    /// The permission bits, 0 to 0o7777.
    pub(crate) mode: u32,
}

/// What is to be done with one file.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is as it should be.
    Keep,
    /// Its bytes are right; owner, group or mode are not.
    SetAttributes,
    /// It is not there, or says something else.
    Replace,
    /// It should not be there.
    Remove,
}

/// Compares; `None`: the file should not be there.
pub(crate) fn step(found: &Found, wanted: Option<&DesiredFile>) -> Step {
    match (found, wanted) {
        (Found::Absent, None) => Step::Keep,
        (Found::Absent, Some(_)) => Step::Replace,
        (Found::File(_), None) => Step::Remove,
        (Found::File(file), Some(wanted)) => {
            let Attributes { owner, group, mode } = wanted.attributes;
            let same = |wanted: Option<u32>, is: u32| wanted.is_none_or(|wanted| wanted == is);
            let fits = same(owner, file.owner) && same(group, file.group) && mode == file.mode;
            match (file.bytes == wanted.bytes, fits) {
                (true, true) => Step::Keep,
                // Another name of it may stand where it is not ours to change.
                (true, false) if file.links == 1 => Step::SetAttributes,
                _ => Step::Replace,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::folder::Content;

    fn found(bytes: &str, owner: u32, group: u32, mode: u32, links: u64) -> Found {
        let (bytes, context) = (bytes.into(), None);
        Found::File(Content { bytes, owner, group, mode, links, context, changed: (0, 0), identity: (0, 0) })
    }

    fn wanted(owner: Option<u32>, group: Option<u32>) -> DesiredFile {
        DesiredFile { bytes: b"a".to_vec(), attributes: Attributes { owner, group, mode: 0o640 } }
    }

    #[test]
    fn the_least_that_is_needed_is_done() {
        let root = wanted(Some(0), Some(5));
        for (found, wanted, expected) in [
            (Found::Absent, None, Step::Keep),
            (Found::Absent, Some(&root), Step::Replace),
            (found("a", 0, 5, 0o640, 1), None, Step::Remove),
            (found("a", 0, 5, 0o640, 1), Some(&root), Step::Keep),
            (found("a", 0, 5, 0o640, 2), Some(&root), Step::Keep),
            (found("b", 0, 5, 0o640, 1), Some(&root), Step::Replace),
            (found("a", 1, 5, 0o640, 1), Some(&root), Step::SetAttributes),
            (found("a", 0, 6, 0o640, 1), Some(&root), Step::SetAttributes),
            (found("a", 0, 5, 0o644, 1), Some(&root), Step::SetAttributes),
            (found("a", 0, 5, 0o4640, 1), Some(&root), Step::SetAttributes),
            (found("a", 0, 5, 0o644, 2), Some(&root), Step::Replace),
            (found("a", 7, 6, 0o640, 1), Some(&super::tests::wanted(None, None)), Step::Keep),
            (found("a", 7, 6, 0o640, 1), Some(&super::tests::wanted(Some(7), None)), Step::Keep),
        ] {
            assert_eq!(step(&found, wanted), expected, "{found:?} {wanted:?}");
        }
    }
}
