//! What becomes of the two files: the real binary, no nginx (option `nginx`
//! empty), hashes judged by htpasswd.
//!
//! `host` is a folder with both files, `transitions` holds who is let in before
//! and after, `attributes` owners and modes, `places` where the files cannot
//! be, `together` two runs at once, `interrupted` what a killed run left.
//!
//! needs: htpasswd strace

#[path = "guard/attributes.rs"]
mod attributes;
#[allow(dead_code)] // shared with another suite, which uses all of it
#[path = "module/call.rs"]
mod call;
#[path = "guard/host.rs"]
mod host;
#[path = "guard/interrupted.rs"]
mod interrupted;
#[path = "guard/places.rs"]
mod places;
#[path = "guard/together.rs"]
mod together;
#[path = "guard/transitions.rs"]
mod transitions;
