//! One answer → what it says of the endpoint or of the login. Pure.
//!
//! *Guard* is only what was seen to ask for a login: a 401, a 403, a wish for a
//! client certificate. *Open* is what a receiver itself says. All else is
//! unclear, with a message for each.

use super::address::Address;
use super::ask_error::AskError;
use super::http::Answer;
use super::tls::TlsError;
use crate::policy::refusal::Code;

/// Seen without a login, or with one that nobody has.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Guard,
    /// What the answer was.
    Open(String),
    Unclear(String),
}

/// Seen with the right login.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LoginSeen {
    /// A write was taken.
    Taken,
    /// By Prometheus, without its receiver.
    ReceiverOff,
    Refused(Code, String),
    Unclear(String),
}

/// nginx' words for a client without a certificate, and with one it does not take.
const CERTIFICATE_WORDS: [&str; 2] = ["No required SSL certificate was sent", "The SSL certificate error"];
/// nginx' and Go's words for clear text at a port of TLS.
const WANTS_TLS: [&str; 2] = ["plain HTTP request was sent to HTTPS port", "HTTP request to an HTTPS server"];
/// A server in Go that knows no such path: Prometheus, or Traefik.
const GO_NOT_FOUND: &str = "404 page not found";

type Answered = Result<Answer, AskError>;

/// Of a write without a login at the path itself.
pub(super) fn anonymous(answered: &Answered, address: &Address, expect_404: bool) -> Seen {
    let answer = match answered {
        Ok(answer) => answer,
        Err(error) if asks_for_certificate(error) => return Seen::Guard,
        Err(error) => return Seen::Unclear(error.to_string()),
    };
    if is_receivers(answer) {
        return Seen::Open(how(answer));
    }
    match answer.status {
        401 | 403 => Seen::Guard,
        400 if says_any(answer, &CERTIFICATE_WORDS) => Seen::Guard,
        404 if expect_404 && !answer.says(GO_NOT_FOUND) => Seen::Guard,
        _ => Seen::Unclear(unclear(answer, address, expect_404)),
    }
}

/// Of another path or spelling, without a login: what it opens, or why that is not known.
pub(super) fn beside(answered: &Answered) -> Seen {
    match answered {
        Ok(answer) if is_receivers(answer) => Seen::Open(how(answer)),
        // Somebody let it through to where nobody answers, or it was put off: it could be open.
        Ok(answer) if matches!(answer.status, 429 | 500..) => Seen::Unclear(put_off_or_broken(answer.status)),
        // It leads nowhere, or to a guard.
        Ok(_) => Seen::Guard,
        Err(error) if asks_for_certificate(error) => Seen::Guard,
        Err(error) => Seen::Unclear(error.to_string()),
    }
}

/// Of a write with the right login.
pub(super) fn login(answered: &Answered) -> LoginSeen {
    let refused = |code, text: &str| LoginSeen::Refused(code, text.to_owned());
    let not_in = |text: String| LoginSeen::Refused(Code::LoginNotTaken, text);
    let answer = match answered {
        Ok(answer) => answer,
        Err(AskError::Tls(error @ (TlsError::CertificateRefused | TlsError::CertificateWanted))) => {
            return not_in(error.to_string());
        }
        Err(error) => return LoginSeen::Unclear(error.to_string()),
    };
    match answer.status {
        200..=299 => LoginSeen::Taken,
        401 => not_in("the login is not let in, the answer is 401; see that the edge has the same login, a change can take two minutes to reach it".into()),
        403 => not_in("the login is turned away, the answer is 403; see that the file with the logins is there and that this host may write".into()),
        400 if says_any(answer, &CERTIFICATE_WORDS) => not_in(TlsError::CertificateRefused.to_string()),
        404 if answer.says("remote write receiver needs") => LoginSeen::ReceiverOff,
        404 | 405 => refused(Code::WritesNotTaken, &format!("the login is let in, and nothing takes writes at this path, the answer is {}; see that the path has the prefix that Prometheus has, /prometheus as a rule", answer.status)),
        400 | 415 => refused(Code::WritesNotTaken, &format!("the login is let in, and an empty write is answered with {}; see that the path leads to the receiver of Prometheus", answer.status)),
        500 => not_in("the edge cannot look up a login, it answers with 500; see that its workers may read the file with the logins".into()),
        502 | 504 => LoginSeen::Unclear(format!("the login is let in, and nobody answers after the edge, the answer is {}; see that Prometheus runs and that the edge may reach it", answer.status)),
        status => LoginSeen::Unclear(put_off_or_broken(status)),
    }
}

/// Whether the receiver itself speaks, or whoever takes writes.
fn is_receivers(answer: &Answer) -> bool {
    match answer.status {
        200 => !answer.content_type.starts_with("text/html"),
        201..=299 | 415 => true,
        // 2.42 to 3.7 name snappy, 3.8 and newer s2.
        400 => answer.says("snappy") || answer.says("s2: corrupt"),
        404 => answer.says("remote write receiver needs"),
        _ => false,
    }
}

fn how(answer: &Answer) -> String {
    answer.status.to_string()
}

fn says_any(answer: &Answer, words: &[&str]) -> bool {
    words.iter().any(|words| answer.says(words))
}

fn asks_for_certificate(error: &AskError) -> bool {
    matches!(error, AskError::Tls(TlsError::CertificateWanted | TlsError::CertificateRefused))
}

fn unclear(answer: &Answer, address: &Address, expect_404: bool) -> String {
    match answer.status {
        300..=399 => redirect(answer, address),
        400 if says_any(answer, &WANTS_TLS) => "this is a port of https and was asked in clear text; write https:// in the address".to_owned(),
        400 => "the edge does not take the request, the answer is 400; see its log, and that host and path are right".to_owned(),
        404 if expect_404 => "the answer is a 404 of Prometheus or of Traefik, not of the include that closes the endpoint; see that nginx has that include at this path".to_owned(),
        404 => "nothing is found at this path, the answer is 404; see that the path has the prefix that agents write to, /prometheus as a rule, or say by --expect-404 that the endpoint is closed".to_owned(),
        405 => "nothing takes writes at this path, the answer is 405; see that the path is the one that agents write to".to_owned(),
        200 => "a web page answers at this path; see that the path is the one that agents write to".to_owned(),
        413 => "the edge takes no body at all, the answer is 413; see its limits for bodies".to_owned(),
        status => put_off_or_broken(status),
    }
}

fn put_off_or_broken(status: u16) -> String {
    match status {
        429 => "the edge limits how often it is asked, the answer is 429; ask again later, or from a host that is not limited".to_owned(),
        503 => "the edge or Prometheus puts requests off, the answer is 503; ask again later, and see their logs".to_owned(),
        502 | 504 => format!("nobody answers after the edge, and no login was asked for before, the answer is {status}; see that Prometheus runs and that the edge may reach it"),
        _ => format!("the answer is {status}, which says nothing about a login; see the log of the edge"),
    }
}

/// Where a redirect leads, if it is fit to be typed.
fn redirect(answer: &Answer, address: &Address) -> String {
    let leads = answer.location.as_deref().and_then(|location| {
        let path = location.starts_with('/').then(|| address.with_path(location));
        let target = path.or_else(|| Address::parse(location).ok())?.shown();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:%[]".contains(c);
        (target.chars().all(is_plain) && target.len() < 300).then_some(target)
    });
    let status = answer.status;
    match leads {
        Some(target) => format!(
            "the address redirects ({status}) to {target}, and a write does not survive a redirect; ask there: remote-write-auth probe {target}"
        ),
        None => format!(
            "the address redirects ({status}) to where it does not say in a plain way; ask at the address that it leads to"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::http;
    use std::io;

    /// A status, a type and a body, as they come.
    fn answered(status: u16, content_type: &str, body: &str) -> Answered {
        let text = format!("HTTP/1.1 {status} x\r\nContent-Type: {content_type}\r\n\r\n{body}");
        http::read(&mut text.as_bytes())
    }

    fn seen_anonymous(answered: &Answered, expect_404: bool) -> Seen {
        anonymous(
            answered,
            &Address::parse("https://h/prometheus/api/v1/write").expect("an address"),
            expect_404,
        )
    }

    fn says(seen: &Seen, words: &str) -> bool {
        matches!(seen, Seen::Unclear(message) if message.contains(words))
    }

    const RECEIVER_OFF: &str = "remote write receiver needs to be enabled";

    #[test]
    fn a_guard_is_what_asks_for_a_login_alone() {
        for (status, body) in [(401, ""), (403, ""), (400, CERTIFICATE_WORDS[0]), (400, CERTIFICATE_WORDS[1])]
        {
            assert_eq!(seen_anonymous(&answered(status, "text/html", body), false), Seen::Guard, "{status}");
        }
        for (error, is_guard) in [
            (TlsError::CertificateWanted, true),
            (TlsError::CertificateRefused, true),
            (TlsError::HandshakeFailed, false),
            (TlsError::Refused, false),
        ] {
            let answered = Err(AskError::Tls(error));
            assert_eq!(seen_anonymous(&answered, false) == Seen::Guard, is_guard, "{answered:?}");
            assert_eq!(beside(&answered) == Seen::Guard, is_guard, "{answered:?}");
        }
        assert!(says(&seen_anonymous(&Err(AskError::Closed), false), "closed without an answer"));
        assert!(says(&beside(&Err(AskError::Closed)), "closed without an answer"));
        let closed = answered(404, "text/html", "404 Not Found");
        assert_eq!(seen_anonymous(&closed, true), Seen::Guard);
        assert!(says(&seen_anonymous(&closed, false), "nothing is found at this path"));
        assert!(says(
            &seen_anonymous(&answered(404, "", GO_NOT_FOUND), true),
            "a 404 of Prometheus or of Traefik"
        ));
    }

    #[test]
    fn open_is_what_a_receiver_says() {
        for (status, content_type, body) in [
            (200, "application/json", "{}"),
            (204, "", ""),
            (299, "", ""),
            (415, "", ""),
            (400, "", "snappy: corrupt input"),
            (400, "", "s2: corrupt input"),
            (404, "", RECEIVER_OFF),
        ] {
            let answered = answered(status, content_type, body);
            let open = Seen::Open(status.to_string());
            assert_eq!([&seen_anonymous(&answered, false), &beside(&answered)], [&open; 2]);
        }
    }

    #[test]
    fn all_else_at_the_path_is_unclear() {
        for (status, body, words) in [
            (200, "", "a web page answers"),
            (301, "", "redirects (301) to where it does not say"),
            (400, "", "the edge does not take the request"),
            (400, WANTS_TLS[0], "this is a port of https"),
            (400, WANTS_TLS[1], "this is a port of https"),
            (405, "", "nothing takes writes at this path"),
            (413, "", "takes no body at all"),
            (418, "", "the answer is 418, which says nothing"),
            (429, "", "limits how often it is asked"),
            (500, "", "the answer is 500, which says nothing"),
            (502, "", "nobody answers after the edge"),
            (503, "", "puts requests off"),
            (504, "", "nobody answers after the edge"),
        ] {
            let seen = seen_anonymous(&answered(status, "text/html", body), false);
            assert!(says(&seen, words), "{status}: {seen:?}");
        }
    }

    #[test]
    fn a_redirect_is_named_where_it_can_be_typed() {
        let to = |location: &str| {
            let text = format!("HTTP/1.1 307 x\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
            seen_anonymous(&http::read(&mut text.as_bytes()), false)
        };
        let long = |length: usize| format!("https://h/{}", "x".repeat(length - "https://h/".len()));
        for (location, words) in [
            ("https://other/w?a=b", "redirects (307) to https://other/w, "),
            ("/w", "remote-write-auth probe https://h/w"),
            (&long(299), "ask there: remote-write-auth probe https://h/xxx"),
            (&long(300), "to where it does not say in a plain way"),
            ("https://h/;id", "to where it does not say in a plain way"),
            ("w", "to where it does not say in a plain way"),
        ] {
            let seen = to(location);
            assert!(says(&seen, words), "{location}: {seen:?}");
        }
    }

    #[test]
    fn another_path_leads_nowhere_or_could_be_open() {
        for status in [200, 301, 400, 401, 403, 404, 405, 428, 499] {
            assert_eq!(beside(&answered(status, "text/html", "")), Seen::Guard, "{status}");
        }
        for status in [429, 500, 502, 503, 504, 599] {
            assert!(matches!(beside(&answered(status, "text/html", "")), Seen::Unclear(_)), "{status}");
        }
    }

    #[test]
    fn what_became_of_a_login_is_told_apart() {
        let refused = |seen: LoginSeen| match seen {
            LoginSeen::Refused(code, message) => Some((code.as_str(), message)),
            _ => None,
        };
        for (status, body, code, words) in [
            (400, CERTIFICATE_WORDS[0], "login-not-taken", "does not take the certificate"),
            (401, "", "login-not-taken", "the answer is 401"),
            (403, "", "login-not-taken", "the answer is 403"),
            (500, "", "login-not-taken", "cannot look up a login"),
            (400, "", "writes-not-taken", "an empty write is answered with 400"),
            (404, "", "writes-not-taken", "nothing takes writes at this path, the answer is 404"),
            (405, "", "writes-not-taken", "the answer is 405"),
            (415, "", "writes-not-taken", "is answered with 415"),
        ] {
            let (found, message) = refused(login(&answered(status, "", body))).expect("a refusal");
            assert!(found == code && message.contains(words), "{status}: {found}, {message}");
        }
        for error in [TlsError::CertificateRefused, TlsError::CertificateWanted] {
            let (code, message) = refused(login(&Err(AskError::Tls(error.clone())))).expect("a refusal");
            assert_eq!((code, message), ("login-not-taken", error.to_string()));
        }
        for status in [200, 204, 299] {
            assert_eq!(login(&answered(status, "", "")), LoginSeen::Taken);
        }
        assert_eq!(login(&answered(404, "", RECEIVER_OFF)), LoginSeen::ReceiverOff);
        for (answered, words) in [
            (answered(429, "", ""), "limits how often"),
            (answered(502, "", ""), "the login is let in, and nobody answers"),
            (answered(503, "", ""), "puts requests off"),
            (answered(504, "", ""), "the login is let in, and nobody answers"),
            (Err(AskError::Tls(TlsError::HandshakeFailed)), "refused to speak TLS"),
            (Err(AskError::Broken(io::ErrorKind::ConnectionReset.into())), "the connection broke"),
        ] {
            let seen = login(&answered);
            assert!(matches!(&seen, LoginSeen::Unclear(message) if message.contains(words)), "{seen:?}");
        }
    }
}
