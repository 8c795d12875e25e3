//! The order of the requests, and what each says.
//!
//! First the path itself without a login: where that shows neither a guard nor
//! an open receiver, nothing more is asked. Then what lies beside it, then the
//! login. A limit or a broken connection ends a series: the probe asks no more
//! than it must.

use super::address::spellings;
use super::ask_error::AskError;
use super::body;
use super::client::{Ask, Client};
use super::findings::{Findings, LoginState};
use super::login::{Credential, Login, Whose};
use super::verdict::{self, LoginSeen, Seen};
use crate::policy::refusal::{At, Code, WarningCode};

/// A question that needs nothing but the endpoint.
type Question = fn(&mut Client, &mut Findings);

/// Asks all of it.
pub(super) fn ask(client: &mut Client, login: &Login, expect_404: bool, findings: &mut Findings) {
    let path = client.address.path().to_owned();
    if the_path_itself(client, &path, expect_404, findings) {
        every_spelling(client, &path, findings);
        for step in [otlp as Question, reveals] {
            in_time(client, findings, &path, step);
        }
        if findings.guard_seen && !expect_404 {
            in_time(client, findings, &path, |client, findings| logins(client, &path, login, findings));
        }
    }
    findings.shown = std::mem::take(&mut client.shown);
}

/// Asks the next question, or says that the time is over: what was not asked
/// must not count as shut. Said once is enough.
fn in_time(
    client: &mut Client,
    findings: &mut Findings,
    path: &str,
    ask: impl FnOnce(&mut Client, &mut Findings),
) {
    if client.has_time() {
        ask(client, findings);
    } else if findings.unclear.is_empty() {
        findings.unclear(path, AskError::OutOfTime.to_string());
    }
}

fn write<'a>(path: &'a str, credential: Option<&'a Credential>, body: &'a [u8]) -> Ask<'a> {
    Ask { method: "POST", path, snappy: true, body, credential }
}

/// Whether it is worth to ask on.
fn the_path_itself(client: &mut Client, path: &str, expect_404: bool, findings: &mut Findings) -> bool {
    let answered = client.ask(&write(path, None, body::EMPTY));
    match verdict::anonymous(&answered, &client.address, expect_404) {
        Seen::Guard => findings.guard_seen = true,
        Seen::Open(answer) => open(path, &answer, findings),
        Seen::Unclear(message) => {
            findings.unclear(path, message);
            return false;
        }
    }
    true
}

fn open(path: &str, answer: &str, findings: &mut Findings) {
    findings.refuse(
        Code::ReceiverOpen,
        path,
        format!("a write without a login reached the receiver and was answered with {answer}; ask for the login before the whole prefix of Prometheus"),
    );
}

/// Every other spelling of the path. Where the path itself is open they tell nothing more.
fn every_spelling(client: &mut Client, path: &str, findings: &mut Findings) {
    if findings.guard_seen {
        for spelled in &spellings(path)[1..] {
            let answered = client.ask(&write(spelled, None, body::EMPTY));
            if !look_beside(spelled, &verdict::beside(&answered), findings) {
                return;
            }
        }
    }
}

/// Whether the series goes on.
fn look_beside(path: &str, seen: &Seen, findings: &mut Findings) -> bool {
    match seen {
        Seen::Guard => true,
        Seen::Open(answer) => {
            open(path, answer, findings);
            true
        }
        Seen::Unclear(message) => {
            findings.unclear(path, message.clone());
            false
        }
    }
}

/// The other receiver of Prometheus, below the same prefix.
fn otlp(client: &mut Client, findings: &mut Findings) {
    let Some(prefix) = client.address.prefix() else { return };
    for path in spellings(&format!("{prefix}/api/v1/otlp/v1/metrics")) {
        let ask =
            Ask { method: "POST", path: &path, snappy: false, body: body::EMPTY_OTLP, credential: None };
        let answered = client.ask(&ask);
        if !look_beside(&path, &verdict::beside(&answered), findings) {
            return;
        }
        // One open spelling is enough, here too.
        if findings.refusals.last().is_some_and(|refusal| refusal.at == At::Target(path.clone())) {
            return;
        }
    }
}

/// Whether anybody may stop Prometheus or remove what it holds. Asked of its
/// flags; the paths themselves would do it.
fn reveals(client: &mut Client, findings: &mut Findings) {
    let Some(prefix) = client.address.prefix() else { return };
    let path = format!("{prefix}/api/v1/status/flags");
    let ask = Ask { method: "GET", path: &path, snappy: false, body: b"", credential: None };
    match client.ask(&ask) {
        Ok(answer) if answer.status == 200 => {
            let on = |flag: &str| answer.says(&format!("\"{flag}\":\"true\""));
            if on("web.enable-lifecycle") || on("web.enable-admin-api") {
                let message = "anyone may reload or stop Prometheus or delete its series through the edge; ask for the login before the whole prefix of Prometheus";
                findings.refuse(Code::ReceiverOpen, path, message);
            }
        }
        answered => {
            if let Seen::Unclear(message) = verdict::beside(&answered) {
                findings.unclear(path, message);
            }
        }
    }
}

fn logins(client: &mut Client, path: &str, login: &Login, findings: &mut Findings) {
    let own = match login {
        Login::Unknown => None,
        Login::Absent => {
            findings.login = Some(LoginState::NotLetIn);
            let message = "the agent has no login, and the endpoint asks for one; set prometheus-auth and its credentials in the configuration of the agent";
            findings.refuse(Code::LoginNotTaken, path, message);
            return;
        }
        Login::Header(credential) => Some(credential),
        Login::Certificate(_) => Some(&Credential::Certificate(Whose::Own)),
    };
    if !nobody_stays_out(client, path, own, findings) {
        return;
    }
    if let Some(credential) = own
        && is_let_in(client, path, credential, findings)
    {
        large(client, path, credential, findings);
    }
}

/// A login of the same kind that nobody has. nginx answers 403 or 500 to it where
/// it cannot read its logins; without a login it answers 401 all the same.
fn nobody_stays_out(
    client: &mut Client,
    path: &str,
    own: Option<&Credential>,
    findings: &mut Findings,
) -> bool {
    let guard_is_401 = client.shown.first().is_some_and(|first| first.answer == Ok(401));
    let nobody = Credential::nobody(own);
    let answered = client.ask(&write(path, Some(&nobody), body::EMPTY));
    match (&answered, verdict::beside(&answered)) {
        (Ok(answer), _) if guard_is_401 && matches!(answer.status, 403 | 500) => {
            let message = format!(
                "the edge cannot look up a login, it answers with {}; see that the file or the Secret with the logins is there and can be read",
                answer.status
            );
            findings.login = own.map(|_| LoginState::NotLetIn);
            findings.refuse(Code::LoginNotTaken, path, message);
            false
        }
        (_, Seen::Open(status)) => {
            let message = format!(
                "a write {} reached the receiver and was answered with {status}; see that the edge compares what it is shown",
                nobody.shown()
            );
            findings.refuse(Code::ReceiverOpen, path, message);
            true
        }
        (_, Seen::Unclear(message)) => {
            findings.login = own.map(|_| LoginState::Unknown);
            findings.unclear(path, message);
            false
        }
        (_, Seen::Guard) => true,
    }
}

fn is_let_in(client: &mut Client, path: &str, credential: &Credential, findings: &mut Findings) -> bool {
    let answered = client.ask(&write(path, Some(credential), body::EMPTY));
    let (state, goes_on) = match verdict::login(&answered) {
        LoginSeen::Taken => (LoginState::LetIn, true),
        LoginSeen::ReceiverOff => {
            let message = "the login is let in, and Prometheus runs without its receiver, so that agents lose their samples; start it with --web.enable-remote-write-receiver";
            findings.warn(WarningCode::ReceiverOff, path, message);
            (LoginState::LetIn, false)
        }
        LoginSeen::Refused(code, message) => {
            findings.refuse(code, path, message);
            (if code == Code::LoginNotTaken { LoginState::NotLetIn } else { LoginState::LetIn }, false)
        }
        LoginSeen::Unclear(message) => {
            findings.unclear(path, message);
            (LoginState::Unknown, false)
        }
    };
    findings.login = Some(state);
    goes_on
}

/// A write of the size of a full batch. Writers drop a batch on 413.
fn large(client: &mut Client, path: &str, credential: &Credential, findings: &mut Findings) {
    let body = body::large();
    match client.ask(&write(path, Some(credential), &body)) {
        Ok(answer) if answer.status == 413 => {
            let message = format!(
                "a write of {} bytes is turned away with 413, and agents drop a batch on that; raise client_max_body_size of nginx, or maxRequestBodyBytes of the buffering middleware of Traefik",
                body.len()
            );
            findings.refuse(Code::BodyTooLarge, path, message);
        }
        Ok(answer) if (200..=299).contains(&answer.status) => (),
        Ok(answer) => findings.unclear(
            path,
            format!(
                "a write of {} bytes is answered with {}; see the log of the edge and of Prometheus",
                body.len(),
                answer.status
            ),
        ),
        Err(error) => findings.unclear(path, error.to_string()),
    }
}
