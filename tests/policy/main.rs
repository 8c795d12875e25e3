//! The policy itself: its text, what it decides, and what is said beside it.
//!
//! `subset` keeps the text readable for every Helm, `messages` keeps its words
//! printable at every edge, `receiver` compares it with what the chart renders,
//! `witness` with another validator (both on documents by chance, `dice`),
//! `quick` tells that what is asked first for speed changes nothing, and
//! `warnings` asks what is said on acceptance.
//!
//! needs: helm-3.21.4 helm-4.2.4

mod dice;
mod messages;
mod quick;
mod receiver;
mod rendering;
mod subset;
mod warnings;
mod witness;
