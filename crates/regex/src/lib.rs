//! The crate `regex`, as far as `jsonschema` asks for it, answered by `regex-lite`.
//!
//! `jsonschema` asks for `regex` with all its features, and features only add
//! up: 1.1 MB of a binary that is uploaded for each task, for nine patterns of
//! ASCII. Both crates are of one project and read one syntax; the lite one has
//! no Unicode classes, refuses a pattern that asks for them, and matches in
//! linear time as well. `[patch.crates-io]` of the root puts this in its place.
//! Nothing else may live here.

use std::fmt;

/// A pattern, compiled.
#[derive(Clone, Debug)]
pub struct Regex(regex_lite::Regex);

/// How a pattern is compiled.
#[derive(Debug)]
pub struct RegexBuilder(regex_lite::RegexBuilder);

/// The pattern is not one, or too large.
#[derive(Clone, Debug)]
pub struct Error(regex_lite::Error);

impl Regex {
    /// Compiles `pattern`.
    pub fn new(pattern: &str) -> Result<Self, Error> {
        regex_lite::Regex::new(pattern).map(Self).map_err(Error)
    }

    /// Whether the pattern matches anywhere in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl RegexBuilder {
    /// Begins with `pattern`.
    pub fn new(pattern: &str) -> Self {
        Self(regex_lite::RegexBuilder::new(pattern))
    }

    /// Compiles the pattern.
    pub fn build(&self) -> Result<Regex, Error> {
        self.0.build().map(Regex).map_err(Error)
    }

    /// How large, in bytes, the compiled pattern may be.
    pub fn size_limit(&mut self, bytes: usize) -> &mut Self {
        self.0.size_limit(bytes);
        self
    }

    /// How large a lazy DFA may become; there is none here.
    pub fn dfa_size_limit(&mut self, _bytes: usize) -> &mut Self {
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {}
