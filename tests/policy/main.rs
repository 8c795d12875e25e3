//! The policy itself: its text, what it decides, and what is said beside it.
//!
//! `subset` keeps the text readable for every Helm, `messages` keeps its words
//! printable at every edge, `receiver` compares it with what the chart renders,
//! `witness` with another validator (both on documents by chance, `dice`),
//! `quick` tells that what is asked first for speed changes nothing, `started`
//! gives generated flags to real Prometheus processes, and compares with `parser`, a model of theirs, and `warnings` asks what
//! is said on acceptance.
//!
//! needs: helm-3.21.4 helm-4.2.4 prometheus

mod dice;
mod messages;
mod parser;
mod quick;
mod receiver;
mod rendering;
mod started;
mod subset;
mod warnings;
mod witness;
