//! What becomes of the two files: the real binary, no nginx (option `nginx`
//! empty), hashes judged by htpasswd.
//!
//! `host` is a folder with both files, `transitions` holds who is let in before
//! and after, `attributes` owners and modes, `places` where the files cannot
//! be, `together` two runs at once, `interrupted` what a killed run left.
//!
//! needs: htpasswd strace

mod attributes;
mod host;
mod interrupted;
mod places;
mod together;
mod transitions;
