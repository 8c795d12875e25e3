//! What was found out → messages for people, or one object for programs.

use super::ProbeFormat;
use super::findings::{EndpointState, Findings, LoginState, Shown};
use crate::{sanitize, stdout};
use serde_json::{Value, json};

/// Writes it; the exit code.
pub(super) fn write(findings: &Findings, format: ProbeFormat, verbose: bool) -> u8 {
    match format {
        ProbeFormat::Text => text(findings, verbose),
        ProbeFormat::Json => {
            let document = json(findings, verbose);
            stdout::print(&(sanitize::for_json(&document.to_string()) + "\n"), findings.exit_code())
        }
    }
}

fn text(findings: &Findings, verbose: bool) -> u8 {
    let mut lines = Vec::new();
    if verbose {
        lines.extend(findings.shown.iter().map(request));
    }
    lines.extend(findings.refusals.iter().map(|refusal| at(&refusal.at.to_string(), &refusal.message)));
    if findings.exit_code() == 0 {
        lines.push("the endpoint is shut to clients without a login".to_owned());
        if findings.login == Some(LoginState::LetIn) {
            lines.push("the login is let in".to_owned());
        }
    }
    lines.extend(
        findings
            .warnings
            .iter()
            .map(|warning| format!("warning: {}", at(&warning.at.to_string(), &warning.message))),
    );
    let text: String = lines.iter().map(|line| sanitize::for_line(line) + "\n").collect();
    let written = if text.is_empty() { 0 } else { stdout::print(&text, 0) };
    for (place, message) in &findings.unclear {
        stdout::report_error(&at(place, message));
    }
    written.max(findings.exit_code())
}

fn at(place: &str, message: &str) -> String {
    if place.is_empty() { message.to_owned() } else { format!("{place}: {message}") }
}

fn request(Shown { method, path, login, answer }: &Shown) -> String {
    match answer {
        Ok(status) => format!("{method} {path} {login}: {status}"),
        Err(message) => format!("{method} {path} {login}: {message}"),
    }
}

fn json(findings: &Findings, verbose: bool) -> Value {
    let refusals = findings.refusals.iter();
    let warnings = findings.warnings.iter();
    let verdict = match findings.exit_code() {
        0 => "accepted",
        1 => "refused",
        _ => "unknown",
    };
    let mut document = json!({
        "verdict": verdict,
        "endpoint": match findings.endpoint() {
            EndpointState::Shut => "shut",
            EndpointState::Open => "open",
            EndpointState::Unknown => "unknown",
        },
        "login": findings.login.map(|login| match login {
            LoginState::LetIn => "let-in",
            LoginState::NotLetIn => "not-let-in",
            LoginState::Unknown => "unknown",
        }),
        "refusals": refusals.map(|r| json!({"code": r.code.as_str(), "msg": r.message, "where": r.at.to_string()})).collect::<Vec<_>>(),
        "warnings": warnings.map(|w| json!({"code": w.code.as_str(), "msg": w.message, "where": w.at.to_string()})).collect::<Vec<_>>(),
        "not_told": findings.unclear.iter().map(|(place, msg)| json!({"msg": msg, "where": place})).collect::<Vec<_>>(),
    });
    if verbose {
        let requests = findings.shown.iter().map(|shown| {
            let status = shown.answer.as_ref().ok();
            json!({"method": shown.method, "path": shown.path, "as": shown.login, "status": status, "msg": shown.answer.as_ref().err()})
        });
        document["requests"] = requests.collect();
    }
    document
}
