//! The flags of the `--set` family.

/// A flag of the family, in the order in which Helm applies them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetFlag {
    /// `--set-json`: the value is JSON.
    Json,
    /// `--set`: whole numbers, booleans and null are not text.
    Typed,
    /// `--set-string`: everything is text.
    Text,
    /// `--set-file`: the value is the path of a file whose content counts.
    File,
    /// `--set-literal`: everything after the first `=` is text.
    Literal,
}

impl SetFlag {
    /// As it is spelled.
    pub const fn name(self) -> &'static str {
        match self {
            SetFlag::Json => "--set-json",
            SetFlag::Typed => "--set",
            SetFlag::Text => "--set-string",
            SetFlag::File => "--set-file",
            SetFlag::Literal => "--set-literal",
        }
    }
}

/// Reads a file that `--set-file` names.
pub(crate) type ReadFile<'a> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'a;
