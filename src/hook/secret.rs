//! A folder where a Secret is mounted → the login in it, or why there is none.
//!
//! What it holds is asked of the policy, like any login.

use crate::mounted_secret::MountedSecret;
use crate::policy::refusal::{At, Code, Node, Refusal};
use crate::policy::{self, Access, Credentials, placeholder};
use serde_json::json;
use std::path::Path;

/// The login, or the refusals. Errors: the folder or a file could not be read;
/// the message has its path.
pub(super) fn read(folder: &Path) -> Result<Result<Credentials, Vec<Refusal>>, String> {
    let secret = MountedSecret::load(folder).map_err(|error| error.to_string())?;
    let others = secret.has_other_keys;
    Ok(match (secret.username, secret.password) {
        (Some(username), Some(password)) => ask(&username, &password),
        (None, None) if others => Err(other_keys()),
        (None, None) => Err(not_found()),
        (None, Some(_)) => Err(missing("username", others)),
        (Some(_), None) => Err(missing("password", others)),
    })
}

/// Whether the password in the mounted Secret is one that nobody filled in.
pub(super) fn holds_placeholder(folder: &Path) -> bool {
    let password = MountedSecret::load(folder).ok().and_then(|secret| secret.password);
    password.is_some_and(|password| placeholder::is_placeholder(&String::from_utf8_lossy(&password)))
}

fn ask(username: &[u8], password: &[u8]) -> Result<Credentials, Vec<Refusal>> {
    // Bytes that are not text become a character that the policy refuses.
    let [username, password] = [username, password].map(String::from_utf8_lossy);
    let basic = json!({ "username": username, "password": password });
    let document = json!({ "prometheus": { "server": { "auth": { "type": "basic", "basic": basic } } } });
    match policy::judge(&document).map(|verdict| verdict.access) {
        Ok(Access::Basic(credentials)) => Ok(credentials),
        Ok(Access::ReceiverOff | Access::Open | Access::BasicInSecret(_)) => Err(not_found()),
        Err(refusals) => Err(refusals.into_iter().map(moved).collect()),
    }
}

/// The same refusal, at the Secret's key.
fn moved(refusal: Refusal) -> Refusal {
    match refusal.at {
        At::Node(node) => Refusal { at: At::SecretKey(node), ..refusal },
        _ => refusal,
    }
}

fn not_found() -> Vec<Refusal> {
    let statement = "the existing Secret is not there, or holds nothing; create it in the namespace of the release, with the type kubernetes.io/basic-auth and the keys username and password";
    vec![Refusal::new(Code::SecretNotFound, statement, Node::ExistingSecret)]
}

fn missing(key: &str, others: bool) -> Vec<Refusal> {
    let beside = if others { ", but keys that a login does not have" } else { "" };
    let statement =
        format!("the existing Secret has no key {key}{beside}; add it, a login is a username and a password");
    vec![Refusal::new(Code::SecretKeyMissing, statement, Node::ExistingSecret)]
}

fn other_keys() -> Vec<Refusal> {
    let statement = "the existing Secret has other keys than username and password, so no login is in it; create it with these two keys, a file of hashes such as auth or users is not read";
    vec![Refusal::new(Code::SecretKeyMissing, statement, Node::ExistingSecret)]
}
