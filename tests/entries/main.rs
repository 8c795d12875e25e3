//! The policy's cases (`tests/cases`), asked at every entry that can spell them.
//!
//! `case` reads the cases and says what is expected, with the policy's own words;
//! `module`, `check` and `helm` are the entries: real programs, one process a
//! case. Verdict, codes, places and messages are the same everywhere, and no
//! entry repeats a credential. What a entry cannot spell is counted, with why.
//!
//! needs: helm-3.12.3 helm-3.14.4 helm-3.18.4 helm-3.18.6 helm-3.19.4 helm-3.20.0 helm-3.21.4 helm-4.1.1 helm-4.1.4 helm-4.2.4

mod ask;
mod check;
mod helm_itself;
mod module;
