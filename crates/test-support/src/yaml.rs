//! Generators of YAML documents.

pub mod grammar;
pub mod real;
pub mod scalars;
pub mod spellings;
pub mod tokens;
