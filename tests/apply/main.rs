//! What becomes of the two files: the real binary, no nginx (option `nginx`
//! empty), hashes judged by htpasswd.
//!
//! `host` is a folder with both files, `transitions` holds who is let in before
//! and after, `generated` which cost a password gets, `attributes` owners and modes, `places` where the files cannot
//! be, `exchanged` what others move meanwhile, `together` two runs at once, `interrupted` what a killed run left.
//!
//! needs: htpasswd openssl strace

mod attributes;
mod exchanged;
mod generated;
mod host;
mod interrupted;
mod places;
mod together;
mod transitions;
