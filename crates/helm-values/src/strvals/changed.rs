//! The values of `--set` and `--set-string` that Helm takes otherwise than they
//! stand there, in silence, taken down while an argument is read.
//!
//! The grammar gives a comma, a backslash and curly brackets a meaning, which a
//! password that was generated does not know of. What was escaped on purpose
//! (`\,`) is not reported.

use super::SetFlag;

/// A value that Helm takes otherwise than it stands on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedValue {
    /// The flag that it was given by.
    pub flag: SetFlag,
    /// The keys that lead to it, with dots between them, as they stand there.
    pub key: String,
    /// What became of it.
    pub change: Change,
}

/// What Helm's grammar does to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A comma ended it, and what follows is another setting.
    CutAtComma,
    /// A backslash that escapes nothing is gone.
    LostBackslash,
    /// Its curly brackets made a list of it.
    MadeList,
}

/// What was changed in one argument so far.
pub(super) struct Changes<'a> {
    flag: SetFlag,
    /// The keys of the value that is read.
    key: &'a str,
    found: Vec<ChangedValue>,
}

impl<'a> Changes<'a> {
    pub(super) const fn new(flag: SetFlag) -> Self {
        Changes { flag, key: "", found: Vec::new() }
    }

    /// A value is read to which these keys lead.
    pub(super) fn begin(&mut self, key: &'a str) {
        // A key at the top, after one that is not: what followed the comma was part of a value.
        if self.key.contains('.') && !key.contains(['.', '[']) {
            self.add(Change::CutAtComma);
        }
        self.key = key;
    }

    /// That became of the value that is read.
    pub(super) fn add(&mut self, change: Change) {
        match self.flag {
            SetFlag::Typed | SetFlag::Text => {
                self.found.push(ChangedValue { flag: self.flag, key: self.key.to_owned(), change });
            }
            // A path is none of the values, and the others take every character as it stands.
            SetFlag::File | SetFlag::Json | SetFlag::Literal => {}
        }
    }

    pub(super) fn into_found(self) -> Vec<ChangedValue> {
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strvals::apply;
    use crate::{HelmVersion, Table};

    fn changed(flag: SetFlag, argument: &str) -> Vec<(String, Change)> {
        let mut no_file = |_: &str| Ok(Vec::new());
        let found = apply(&mut Table::new(), flag, argument, &HelmVersion::NEWEST, &mut no_file);
        found.expect("Helm takes it").into_iter().map(|it| (it.key, it.change)).collect()
    }

    #[test]
    fn what_the_grammar_changes_is_found() {
        for (argument, wanted) in [
            ("a.p=x", &[][..]),
            ("a.p=x,a.q=y", &[]),
            ("p=x,q=y", &[]),
            (r"a.p=x\,y=z", &[]),
            (r"a.p=\{x", &[]),
            (r"a.p=x\\y", &[]),
            (r"a.p=x\y", &[("a.p", Change::LostBackslash)]),
            (r"a.p=x\", &[("a.p", Change::LostBackslash)]),
            (r"a.p=x\y,a.q=\z,a.r=z", &[("a.p", Change::LostBackslash), ("a.q", Change::LostBackslash)]),
            (r"a\.p.q=x\y", &[(r"a\.p.q", Change::LostBackslash)]),
            (r"a\p=x", &[]),
            (r"a[0].p=x\y", &[("a[0].p", Change::LostBackslash)]),
            ("a.p={x}", &[("a.p", Change::MadeList)]),
            (r"a.p={x\y}", &[("a.p", Change::MadeList)]),
            ("a.p={x,y},a.q=z", &[("a.p", Change::MadeList)]),
            ("a.p={x,y},q=z", &[("a.p", Change::MadeList), ("a.p", Change::CutAtComma)]),
            ("a.p=x,y=z", &[("a.p", Change::CutAtComma)]),
            ("a.p=x,y[0]=z", &[]),
            ("a.p=x,y==,a.q=z", &[("a.p", Change::CutAtComma)]),
            ("", &[]),
        ] {
            for flag in [SetFlag::Typed, SetFlag::Text] {
                let found = changed(flag, argument);
                let wanted: Vec<(String, Change)> =
                    wanted.iter().map(|(key, change)| ((*key).to_owned(), *change)).collect();
                assert_eq!(found, wanted, "{argument}");
            }
        }
    }

    #[test]
    fn what_is_taken_to_the_letter_is_not_changed() {
        assert!(changed(SetFlag::Literal, r"a.p=x\y,z={a}").is_empty());
        assert!(changed(SetFlag::Json, r#"a.p="x\n",z=[1]"#).is_empty());
        assert!(changed(SetFlag::File, r"a.p=x\y,z={a}").is_empty());
    }
}
