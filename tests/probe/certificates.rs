//! Over TLS: what is taken and what is not, and why.

use crate::world::{LET_IN, Nginx, SHUT, WHOLE, certificate, encrypted, probe, probe_with};
use rustls::crypto::ring::{self, sign::any_supported_type};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, ServerConnection};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use test_support::edge::WRITE_PATH;

#[test]
fn a_certificate_of_a_trusted_authority_is_taken() {
    let nginx = encrypted("server", WHOLE);
    nginx.probe_by("ours.crt").is(0, LET_IN, "");
    nginx.probe_by("both.crt").is(0, LET_IN, "");
    let by_address = nginx.https().replace("localhost", "127.0.0.1");
    probe(&[&by_address, "--ca-file", &certificate("ours.crt")]).is(0, SHUT, "");
    probe_with(&[&nginx.https()], &[("SSL_CERT_FILE", &certificate("ours.crt"))]).is(0, SHUT, "");
}

#[test]
fn both_versions_of_tls_are_spoken_and_no_older_one() {
    for version in ["TLSv1.2", "TLSv1.3"] {
        encrypted("server", &format!("ssl_protocols {version}; {WHOLE}"))
            .probe_by("ours.crt")
            .is(0, LET_IN, "");
    }
    let old = encrypted("server", &format!("ssl_protocols TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0; {WHOLE}"));
    old.probe_by("ours.crt").is_unclear("neither TLS 1.2 nor 1.3");
    // The alert is the one for a certificate that is missing, and none was asked for.
    let weak = encrypted("server", &format!("ssl_protocols TLSv1.2; ssl_ciphers AES128-SHA; {WHOLE}"));
    weak.probe_by("ours.crt").is_unclear("the server refused to speak TLS");
}

#[test]
fn a_certificate_that_is_not_taken_has_a_reason() {
    for (name, authorities, words) in [
        (
            "server",
            "theirs.crt",
            "is of an authority that is not trusted here; name the certificate of that authority by --ca-file",
        ),
        ("expired", "ours.crt", "the certificate of the server expired "),
        ("early", "ours.crt", "is not valid yet"),
        ("named", "ours.crt", "is for other names than that of the address (elsewhere.example.com)"),
        ("nameless", "ours.crt", "holds no name as a subject alternative name"),
        ("client", "ours.crt", "is made for another use"),
    ] {
        encrypted(name, WHOLE).probe_by(authorities).is_unclear(words);
    }
    // The system's own authorities know nothing of ours.
    let nginx = encrypted("server", WHOLE);
    probe(&[&nginx.https()]).is_unclear("is of an authority that is not trusted here");
}

#[test]
fn a_certificate_that_is_trusted_itself_is_taken_as_it_is() {
    encrypted("itself", WHOLE).probe_by("itself.crt").is(0, LET_IN, "");
}

#[test]
fn a_certificate_that_is_trusted_itself_is_checked_all_the_same() {
    for (name, authorities, words) in [
        (
            "itself",
            "ours.crt",
            "presents the certificate of an authority as its own, and it is not itself among the trusted ones",
        ),
        // The same key and the same name: not the same certificate.
        ("itself", "itself-again.crt", "presents the certificate of an authority as its own"),
        (
            "itself-named",
            "itself-named.crt",
            "is for other names than that of the address (elsewhere.example.com)",
        ),
        ("itself-expired", "itself-expired.crt", "expired "),
        ("itself-client", "itself-client.crt", "is made for another use"),
    ] {
        encrypted(name, WHOLE).probe_by(authorities).is_unclear(words);
    }
}

/// Shows one certificate and signs with the key of another.
#[derive(Debug)]
struct Thief(Arc<CertifiedKey>);

impl ResolvesServerCert for Thief {
    fn resolve(&self, _: ClientHello) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

#[test]
fn a_certificate_without_its_key_is_not_taken() {
    let chain = CertificateDer::from_pem_file(certificate("itself.crt")).expect("a certificate");
    for (key, words) in [
        ("itself.key", "the connection was closed without an answer"),
        ("server.key", "is signed in a way that is not taken, or its signature is wrong"),
    ] {
        let key = PrivateKeyDer::from_pem_file(certificate(key)).expect("a key");
        let key = any_supported_type(&key).expect("a key that ring takes");
        let thief = Thief(Arc::new(CertifiedKey::new(vec![chain.clone()], key)));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has both")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(thief));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it has one").port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            let mut connection = ServerConnection::new(Arc::new(config)).expect("a server");
            // Up to the request, then it goes away.
            while connection.is_handshaking() && connection.complete_io(&mut stream).is_ok() {}
            let _ = connection.complete_io(&mut stream);
        });
        let url = format!("https://localhost:{port}{WRITE_PATH}");
        probe(&[&url, "--ca-file", &certificate("itself.crt")]).is_unclear(words);
        server.join().expect("it ends");
    }
}

#[test]
fn the_wrong_kind_of_port_is_named() {
    let nginx = encrypted("server", WHOLE);
    probe(&[&format!("http://localhost:{}{WRITE_PATH}", nginx.port)])
        .is_unclear("this is a port of https and was asked in clear text");
    let clear = Nginx::new(WHOLE);
    clear.probe_by("ours.crt").is_unclear("does not speak TLS");
}

#[test]
fn files_that_hold_no_certificate_are_named() {
    let url = format!("https://localhost:1{WRITE_PATH}");
    probe(&[&url, "--ca-file", &certificate("empty.crt")])
        .is_unclear("empty.crt holds no certificate in PEM");
    probe(&[&url, "--ca-file", "/nothing"]).is_unclear("cannot read /nothing: No such file or directory");
}
