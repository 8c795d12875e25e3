//! The address of a receiver → is it shut to those without a login?
//!
//! Asks as a stranger would, in every spelling that one door or another was
//! seen to take for another path, and then with the login. No sample is ever
//! written: the one body that is sent is an empty write request. Nothing here
//! judges settings.

mod http;

use crate::policy::refusal::{self, At, Code, Refusal};
use crate::stdout;
use http::{Address, Answer, Request};
use std::fs;
use std::path::Path;
use zeroize::Zeroizing;

/// Snappy's form of nothing: a write request without a sample.
const NOTHING: &[u8] = &[0];
/// A login that nobody has.
const NOBODY: (&str, &str) = ("remote-write-auth-probe", "nobody has this password");

/// Asks the receiver at `url`; with `secret` also with the login of the Secret
/// that is mounted there. Sentences go to standard output.
pub fn run(url: &str, secret: Option<&Path>) -> u8 {
    match look(url, secret) {
        Ok(refusals) if refusals.is_empty() => {
            stdout::print("the door is shut to those without a login\n", 0)
        }
        Ok(refusals) => stdout::print(&refusal::lines(&refusals), 1),
        Err(sentence) => stdout::report_error(&sentence),
    }
}

fn look(url: &str, secret: Option<&Path>) -> Result<Vec<Refusal>, String> {
    let address = Address::parse(url)?;
    let mut refusals: Vec<Refusal> = Vec::new();
    for target in spellings(&address.path) {
        let request = Request { target: &target, login: None, body: b"" };
        refusals.extend(open(&http::send(&address, &request)?, &target));
    }
    refusals.extend(reveals(&address)?);
    refusals.extend(unreadable(&address)?);
    if let Some(folder) = secret {
        refusals.extend(login(&address, folder)?);
    }
    Ok(refusals)
}

/// The path as it is, and in the forms that reach the same handler while some
/// door takes them for another path.
fn spellings(path: &str) -> Vec<String> {
    let mut targets = vec![path.to_owned()];
    if let Some((before, last)) = path.rsplit_once('/') {
        targets.push(format!("{before}%2F{last}"));
        targets.push(format!("{before}//{last}"));
        targets.push(format!("{before}/./{last}"));
        targets.push(format!("{before}/x/../{last}"));
        let first = last
            .bytes()
            .next()
            .map(|byte| format!("{before}/%{byte:02X}{}", last.get(1..).unwrap_or_default()));
        targets.extend(first);
        targets.extend(
            path.find("/api/v1/").filter(|at| *at > 0).map(|at| path[..at].to_owned() + &path[at + 1..]),
        );
    }
    targets
}

/// Whether an answer to a stranger comes from behind the door.
fn open(answer: &Answer, target: &str) -> Option<Refusal> {
    let behind = match answer.status {
        300..=399 | 401 | 403 => false,
        400 => answer.says("snappy"),
        404 => answer.says("remote write receiver"),
        _ => true,
    };
    behind.then(|| {
        let sentence = format!(
            "a write without a login came through the door and was answered with {}; put the door in front of the whole prefix of Prometheus",
            answer.status
        );
        Refusal::new(Code::ReceiverOpen, sentence, At::Target(target.into()))
    })
}

/// Whether a stranger may stop Prometheus or remove what it holds. Asked of its
/// flags; the paths themselves would do it.
fn reveals(address: &Address) -> Result<Option<Refusal>, String> {
    let Some(at) = address.path.find("/api/v1/") else { return Ok(None) };
    let target = format!("{}/api/v1/status/flags", &address.path[..at]);
    let answer = http::get(address, &target)?;
    let on = |flag: &str| answer.says(&format!("\"{flag}\":\"true\""));
    let sentence = "anyone may reload or stop Prometheus or delete its series through the door; put the door in front of the whole prefix of Prometheus";
    Ok((answer.status == 200 && (on("web.enable-lifecycle") || on("web.enable-admin-api")))
        .then(|| Refusal::new(Code::ReceiverOpen, sentence, At::Target(target))))
}

/// Whether the door can read its logins: nginx answers 403 or 500 when it cannot.
fn unreadable(address: &Address) -> Result<Option<Refusal>, String> {
    let request = Request { target: &address.path, login: Some(NOBODY), body: b"" };
    let answer = http::send(address, &request)?;
    let sentence = format!(
        "the door cannot look up a login, it answers with {}; see that the file or the Secret with the logins is there and can be read",
        answer.status
    );
    Ok(matches!(answer.status, 403 | 500..)
        .then(|| Refusal::new(Code::LoginNotTaken, sentence, At::Target(address.path.clone()))))
}

/// Whether the Secret's login is let in.
fn login(address: &Address, folder: &Path) -> Result<Option<Refusal>, String> {
    let half = |key: &str| {
        let path = folder.join(key);
        let read = fs::read_to_string(&path).map(Zeroizing::new);
        read.map_err(|error| format!("cannot read {}: {}", path.display(), error.kind()))
    };
    let (username, password) = (half("username")?, half("password")?);
    let request = Request { target: &address.path, login: Some((&username, &password)), body: NOTHING };
    let answer = http::send(address, &request)?;
    let sentence = format!(
        "the login of the Secret is not let in, the answer is {}; see that the door has the same login, a change can take two minutes to reach it",
        answer.status
    );
    let is_in = answer.status == 204 || (answer.status == 404 && answer.says("remote write receiver"));
    Ok((!is_in).then(|| Refusal::new(Code::LoginNotTaken, sentence, At::Target(address.path.clone()))))
}
