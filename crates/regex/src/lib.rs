//! The crate `regex`, as far as `jsonschema` asks for it, in a tenth of its size.
//!
//! `jsonschema` asks for `regex` with all its features, and features only add
//! up: 1.1 MB of a binary that is uploaded for each task, for a few patterns. Those
//! of the policy are automata that `build.rs` makes by the engine of `regex` itself
//! (`regex-automata`); a run steps through them, a few instructions for a byte. Other
//! patterns, which only the macro of `jsonschema` and tests have, go to `regex-lite`:
//! one syntax, linear time, without Unicode classes. `[patch.crates-io]` of the root
//! puts this in the place of `regex`. Nothing else may live here.

use regex_automata::Input;
use regex_automata::dfa::{Automaton, sparse};
use std::fmt;
use std::sync::Arc;

/// The policy's patterns, each with its automaton.
const AUTOMATA: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/automata.rs"));

/// A pattern, compiled.
#[derive(Clone, Debug)]
pub struct Regex(Engine);

#[derive(Clone, Debug)]
enum Engine {
    Prepared { pattern: &'static str, automaton: Arc<sparse::DFA<&'static [u8]>> },
    Lite(regex_lite::Regex),
}

/// How a pattern is compiled.
#[derive(Debug)]
pub struct RegexBuilder(String, regex_lite::RegexBuilder);

/// The pattern is not one, or too large.
#[derive(Clone, Debug)]
pub struct Error(regex_lite::Error);

impl Regex {
    /// Compiles `pattern`.
    pub fn new(pattern: &str) -> Result<Self, Error> {
        RegexBuilder::new(pattern).build()
    }

    /// Whether the pattern matches anywhere in `text`.
    ///
    /// # Panics
    /// Never: an automaton gives up only at a word boundary, and `build.rs` makes none that has one.
    pub fn is_match(&self, text: &str) -> bool {
        match &self.0 {
            Engine::Prepared { automaton, .. } => automaton
                .try_search_fwd(&Input::new(text).earliest(true))
                .expect("no byte ends the search of an automaton that has no word boundary")
                .is_some(),
            Engine::Lite(regex) => regex.is_match(text),
        }
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Engine::Prepared { pattern, .. } => pattern,
            Engine::Lite(regex) => regex.as_str(),
        }
    }
}

/// The automaton of a pattern of the policy.
fn prepared(pattern: &str) -> Option<Engine> {
    let (pattern, bytes) = AUTOMATA.iter().find(|(known, _)| *known == pattern)?;
    let (automaton, _) = sparse::DFA::from_bytes(bytes).expect("build.rs wrote it for this machine");
    Some(Engine::Prepared { pattern, automaton: Arc::new(automaton) })
}

impl RegexBuilder {
    /// Begins with `pattern`.
    pub fn new(pattern: &str) -> Self {
        Self(pattern.to_owned(), regex_lite::RegexBuilder::new(pattern))
    }

    /// Compiles the pattern.
    pub fn build(&self) -> Result<Regex, Error> {
        let RegexBuilder(pattern, lite) = self;
        let engine = prepared(pattern).map_or_else(|| lite.build().map(Engine::Lite), Ok);
        engine.map(Regex).map_err(Error)
    }

    /// How large, in bytes, the compiled pattern may be.
    pub fn size_limit(&mut self, bytes: usize) -> &mut Self {
        self.1.size_limit(bytes);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policys_patterns_are_prepared_and_others_are_not() {
        assert!(AUTOMATA.len() >= 10, "{}", AUTOMATA.len());
        for (pattern, _) in AUTOMATA {
            let regex = Regex::new(pattern).expect("a pattern");
            assert!(matches!(regex.0, Engine::Prepared { .. }), "{pattern}");
            assert_eq!(regex.as_str(), *pattern);
        }
        let other = Regex::new("^a+$").expect("a pattern");
        assert!(matches!(other.0, Engine::Lite(_)));
        assert!(other.is_match("aa") && !other.is_match("ab"));
    }
}
