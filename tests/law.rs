//! The law itself: its text, what it decides, and what is said beside it.
//!
//! `subset` keeps the text readable for every Helm, `sentences` keeps its words
//! printable at every door, `receiver` compares it with what the chart renders,
//! `witness` with another validator, `warnings` asks what is said on acceptance.

#[path = "law/sentences.rs"]
mod sentences;
#[path = "law/warnings.rs"]
mod warnings;
