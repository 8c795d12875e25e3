//! The law's cases (`tests/cases`), asked at every door that can spell them.
//!
//! `case` reads the cases and says what is expected, with the law's own words;
//! `module`, `check` and `helm` are the doors: real programs, one process a
//! case. Verdict, codes, places and sentences are the same everywhere, and no
//! door repeats a credential. What a door cannot spell is counted, with why.
//!
//! needs: helm-3.14.4 helm-3.21.4 helm-4.2.4

#[path = "doors/ask.rs"]
mod ask;
#[path = "doors/case.rs"]
mod case;
#[path = "doors/check.rs"]
mod check;
#[path = "law/helm.rs"]
mod helm;
#[path = "doors/helm_door.rs"]
mod helm_door;
#[path = "doors/module.rs"]
mod module;
