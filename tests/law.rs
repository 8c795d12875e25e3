//! The law itself: its text, what it decides, and what is said beside it.
//!
//! `subset` keeps the text readable for every Helm, `sentences` keeps its words
//! printable at every door, `receiver` compares it with what the chart renders,
//! `witness` with another validator (both on documents by chance, `dice`),
//! `quick` tells that what is asked first for speed changes nothing, and
//! `warnings` asks what is said on acceptance.
//!
//! needs: helm-3.21.4 helm-4.2.4

#[path = "law/dice.rs"]
mod dice;
#[path = "law/helm.rs"]
mod helm;
#[path = "law/quick.rs"]
mod quick;
#[path = "law/receiver.rs"]
mod receiver;
#[path = "law/rendering.rs"]
mod rendering;
#[path = "law/sentences.rs"]
mod sentences;
#[path = "law/subset.rs"]
mod subset;
#[path = "law/warnings.rs"]
mod warnings;
#[path = "law/witness.rs"]
mod witness;
