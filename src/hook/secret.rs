//! A folder where a Secret is mounted → the login in it, or why there is none.
//!
//! Kubernetes shows a Secret as files behind the link `..data`, which it moves
//! in one step: both halves are read from one version. What they hold is asked
//! of the policy, like any login.

use crate::policy::{self, Access, Credentials};
use crate::refusal::{At, Code, Node, Refusal};
use serde_json::json;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// More than the policy ever takes; a larger file is cut, and refused for its length.
const ENOUGH: u64 = 4096;
/// A Secret that changes faster than this is read as it stands.
const ATTEMPTS: u32 = 5;

type Half = Option<Zeroizing<Vec<u8>>>;

/// The login, or the refusals. Errors: the folder or a file could not be read;
/// the message has its path.
pub(super) fn read(folder: &Path) -> Result<Result<Credentials, Vec<Refusal>>, String> {
    Ok(match halves(folder)? {
        (Some(username), Some(password)) => ask(&username, &password),
        (None, None) => Err(not_found()),
        (None, Some(_)) => Err(missing("username")),
        (Some(_), None) => Err(missing("password")),
    })
}

fn halves(folder: &Path) -> Result<(Half, Half), String> {
    if !folder.is_dir() {
        return Err(format!("{} is not a folder; mount the Secret there", folder.display()));
    }
    for _ in 1..ATTEMPTS {
        let before = version(folder);
        let read = (half(folder, "username")?, half(folder, "password")?);
        if version(folder) == before {
            return Ok(read);
        }
    }
    Ok((half(folder, "username")?, half(folder, "password")?))
}

fn version(folder: &Path) -> Option<PathBuf> {
    fs::read_link(folder.join("..data")).ok()
}

fn half(folder: &Path, key: &str) -> Result<Half, String> {
    let path = folder.join(key);
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(ENOUGH).unwrap_or(0)));
    match File::open(&path).and_then(|file| file.take(ENOUGH).read_to_end(&mut bytes)) {
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("cannot read {}: {error}", path.display())),
    }
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

fn missing(key: &str) -> Vec<Refusal> {
    let statement =
        format!("the existing Secret has no key {key}; add it, a login is a username and a password");
    vec![Refusal::new(Code::SecretKeyMissing, statement, Node::ExistingSecret)]
}
