//! A folder where a Secret is mounted → the login in it, or why there is none.
//!
//! What it holds is asked of the policy, like any login.

use super::EXISTING_SECRET;
use crate::mounted_secret::MountedSecret;
use crate::policy::{self, Access, Credentials};
use crate::refusal::{Code, Refusal};
use serde_json::json;
use std::path::Path;

/// The login, or the refusals. Errors: the folder or a file could not be read;
/// the sentence has its path.
pub(super) fn read(folder: &Path) -> Result<Result<Credentials, Vec<Refusal>>, String> {
    let secret = MountedSecret::load(folder).map_err(|error| error.to_string())?;
    Ok(match (secret.username, secret.password) {
        (Some(username), Some(password)) => ask(&username, &password),
        (None, None) => Err(not_found()),
        (None, Some(_)) => Err(missing("username")),
        (Some(_), None) => Err(missing("password")),
    })
}

fn ask(username: &[u8], password: &[u8]) -> Result<Credentials, Vec<Refusal>> {
    // Bytes that are no text become a character that the policy refuses.
    let [username, password] = [username, password].map(String::from_utf8_lossy);
    let basic = json!({ "username": username, "password": password });
    let document = json!({ "prometheus": { "server": { "auth": { "type": "basic", "basic": basic } } } });
    match policy::judge(&document).map(|verdict| verdict.access) {
        Ok(Access::Basic(credentials)) => Ok(credentials),
        Ok(Access::ReceiverOff | Access::Open | Access::BasicInSecret(_)) => Err(not_found()),
        Err(refusals) => Err(refusals.into_iter().map(moved).collect()),
    }
}

/// The same sentence, at the Secret's key.
fn moved(refusal: Refusal) -> Refusal {
    let key = refusal.place.rsplit('.').next().unwrap_or_default();
    Refusal { place: format!("{EXISTING_SECRET}, key {key}"), ..refusal }
}

fn not_found() -> Vec<Refusal> {
    let sentence = "the existing Secret is not there, or holds nothing; create it in the namespace of the release, with the type kubernetes.io/basic-auth and the keys username and password";
    vec![Refusal::new(Code::SecretNotFound, sentence, EXISTING_SECRET)]
}

fn missing(key: &str) -> Vec<Refusal> {
    let sentence =
        format!("the existing Secret has no key {key}; add it, a login is a username and a password");
    vec![Refusal::new(Code::SecretKeyMissing, sentence, EXISTING_SECRET)]
}
