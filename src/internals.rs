//! What the fuzz targets look at, and nobody else: no part of the interface, and
//! gone without the feature `internals`.

use crate::ansible;
use crate::nginx::htpasswd;
use crate::policy::refusal::Refusal;
use crate::policy::{self, Access, Credentials};
use serde_json::json;

/// What the module says of arguments as Ansible sends them: nothing where it takes them.
pub fn judge_arguments(bytes: &[u8]) -> Vec<Refusal> {
    ansible::judge_bytes(bytes)
}

/// The names that an htpasswd text lets in.
pub fn names(text: &[u8]) -> Vec<String> {
    htpasswd::dropped(text, &[])
}

/// The text with words in place of hashes.
pub fn shown(text: &[u8]) -> String {
    htpasswd::shown(text)
}

/// The text for one login at a cost of 4, in which a line of `old` that proves it stays; none where
/// the policy refuses the login.
pub fn renew(old: &[u8], username: &str, password: &str) -> Option<Vec<u8>> {
    let login = login(username, password)?;
    htpasswd::renew(old, &[&login], Some(4)).ok().map(|new| new.text)
}

fn login(username: &str, password: &str) -> Option<Credentials> {
    let basic = json!({"username": username, "password": password});
    let server = json!({"extraFlags": ["web.enable-remote-write-receiver"], "auth": {"basic": basic}});
    match policy::judge(&json!({"prometheus": {"server": server}})).ok()?.access {
        Access::Basic(credentials) => Some(credentials),
        _ => None,
    }
}
