//! The agent's other methods: a bearer token and a client certificate.

use crate::world::{LET_IN, SHUT, certificate, encrypted, probe, with_certificate};
use test_support::edge::WRITE_PATH;

const BEARER: &str = "client_max_body_size 2m; if ($http_authorization != 'Bearer canary-5f3.~+/=') { return 401; } location / { proxy_pass RECEIVER; }";
const MTLS: &str = "client_max_body_size 2m; ssl_client_certificate CERTIFICATES/ours.crt; location / { proxy_pass RECEIVER; }";

#[test]
fn a_token_is_let_in_and_another_is_not() {
    let nginx = encrypted("server", BEARER);
    let ask = |name: &str, token: &str| {
        let file = nginx.folder.file(name, token).display().to_string();
        probe(&[&nginx.https(), "--ca-file", &certificate("ours.crt"), "--bearer-token-file", &file])
    };
    let outcome = ask("right", "canary-5f3.~+/=\n");
    assert!(outcome.code == 0 && outcome.out.starts_with(LET_IN), "{outcome:?}");
    let outcome = ask("wrong", "canary-5f4");
    assert!(
        outcome.code == 1 && outcome.out.contains("the login is not let in, the answer is 401"),
        "{outcome:?}"
    );
    ask("blank", "canary 5f4").is_unclear("characters that cannot be sent");
    ask("lines", "canary\ncanary").is_unclear("more than one line");
    ask("empty", "\n").is_unclear("is empty");
}

#[test]
fn a_client_certificate_is_let_in_and_that_of_another_authority_is_not() {
    for version in ["TLSv1.2", "TLSv1.3"] {
        let nginx = encrypted("server", &format!("ssl_verify_client on; ssl_protocols {version}; {MTLS}"));
        // Without one nginx answers 400.
        probe(&[&nginx.https(), "--ca-file", &certificate("ours.crt")]).is(0, SHUT, "");
        with_certificate(&nginx.https(), "client", "client").is(0, LET_IN, "");
        with_certificate(&nginx.https(), "foreign", "foreign")
            .is_refused("login-not-taken", "the server does not take the certificate of the client");
    }
}

#[test]
fn an_edge_that_takes_any_certificate_is_open() {
    let nginx = encrypted(
        "server",
        &format!("ssl_verify_client optional_no_ca; if ($ssl_client_s_dn = '') {{ return 403; }} {MTLS}"),
    );
    with_certificate(&nginx.https(), "client", "client")
        .is_refused("receiver-open", "with a certificate that nobody trusts reached the receiver");
}

#[test]
fn keys_that_cannot_be_used_are_named() {
    let url = format!("https://localhost:1{WRITE_PATH}");
    with_certificate(&url, "client", "server")
        .is_unclear("server.key is not the key of the client certificate");
    with_certificate(&url, "client", "encrypted").is_unclear("encrypted.key is encrypted");
    with_certificate(&url, "empty", "client").is_unclear("empty.crt holds no certificate");
    let clear = url.replace("https", "http");
    with_certificate(&clear, "client", "client").is_unclear("a client certificate is sent by TLS alone");
}
