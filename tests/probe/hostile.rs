//! Servers that mean harm: within the limit, within 32 MiB, and never shut.

use crate::world::{Nginx, Outcome, SHUT, certificate, probe};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use test_support::edge::WRITE_PATH;

const MOST_KIB: u64 = 32 << 10;

/// Whether it goes on: a client that went away ends it.
type Speech = fn(&mut TcpStream) -> std::io::Result<()>;

/// A server that answers every connection so, and the probe of it.
fn asked(speech: Speech) -> Outcome {
    asked_by("http", speech)
}

fn asked_by(scheme: &str, speech: Speech) -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it has one").port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a client");
            thread::spawn(move || {
                let _ = stream.read(&mut [0; 4096]);
                let _ = speech(&mut stream);
            });
        }
    });
    let outcome = probe(&[&format!("{scheme}://127.0.0.1:{port}{WRITE_PATH}")]);
    assert!(outcome.peak_kib > 0 && outcome.peak_kib < MOST_KIB, "{outcome:?}");
    assert!(outcome.took < Duration::from_secs(65), "{outcome:?}");
    outcome
}

/// The same again and again, for longer than anybody waits.
fn for_ever(stream: &mut TcpStream, bytes: &[u8], pause: Duration) -> std::io::Result<()> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(90) {
        stream.write_all(bytes)?;
        thread::sleep(pause);
    }
    Ok(())
}

const NO_PAUSE: Duration = Duration::ZERO;

#[test]
fn a_head_without_an_end_is_given_up() {
    asked(|stream| {
        stream.write_all(b"HTTP/1.1 401 Unauthorized\r\n")?;
        for_ever(stream, b"X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", NO_PAUSE)
    })
    .is_unclear("the head of the answer does not end");
    asked(|stream| {
        stream.write_all(b"HTTP/1.1 401 Unauthorized\r\nX: ")?;
        for_ever(stream, &vec![b'a'; 65536], NO_PAUSE)
    })
    .is_unclear("the head of the answer does not end");
}

#[test]
fn early_answers_for_ever_are_given_up() {
    asked(|stream| for_ever(stream, b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", NO_PAUSE))
        .is_unclear("the head of the answer does not end");
}

#[test]
fn a_few_early_answers_are_skipped() {
    asked(|stream| {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")?;
        stream.write_all(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
    })
    .is(0, SHUT, "");
}

#[test]
fn a_byte_every_three_seconds_is_given_up_after_ten() {
    for scheme in ["http", "https"] {
        // The first of a head, and of a record of TLS.
        let byte: Speech = if scheme == "http" {
            |stream| for_ever(stream, b"H", Duration::from_secs(3))
        } else {
            |stream| for_ever(stream, b"\x16", Duration::from_secs(3))
        };
        let outcome = asked_by(scheme, byte);
        assert!(outcome.code == 2 && outcome.took < Duration::from_secs(12), "{scheme}: {outcome:?}");
    }
    let whole_head_first = asked(|stream| {
        stream.write_all(b"HTTP/1.1 401 Unauthorized\r\n")?;
        for_ever(stream, b"X: a\r\n", Duration::from_secs(3))
    });
    whole_head_first.is_unclear("no whole answer came within 10 s");
    assert!(whole_head_first.took < Duration::from_secs(12), "{whole_head_first:?}");
}

#[test]
fn records_of_tls_for_ever_are_given_up() {
    let warnings: Speech = |stream| for_ever(stream, b"\x15\x03\x03\0\x02\x01\x5a", NO_PAUSE);
    // Handshake messages of which each says that it is long, in records that hold little.
    let handshakes: Speech = |stream| for_ever(stream, b"\x16\x03\x03\0\x04\x02\x0f\xff\xff", NO_PAUSE);
    let nothing: Speech = |stream| for_ever(stream, b"\x16\x03\x03\0\0", NO_PAUSE);
    for speech in [warnings, handshakes, nothing] {
        let outcome = asked_by("https", speech);
        assert!(outcome.code == 2 && outcome.took < Duration::from_secs(12), "{outcome:?}");
    }
}

#[test]
fn silence_is_given_up_after_ten_seconds() {
    let outcome = asked(|stream| {
        thread::sleep(Duration::from_secs(90));
        stream.flush()
    });
    outcome.is_unclear("no whole answer came within 10 s");
    assert!(outcome.took < Duration::from_secs(12), "{outcome:?}");
}

#[test]
fn a_body_without_an_end_does_not_hold_the_probe() {
    let chunks = asked(|stream| {
        stream.write_all(b"HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        for_ever(stream, b"1;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\na\r\n", NO_PAUSE)
    });
    chunks.is_unclear("the body of the answer does not end");
    // A size, and an extension of a chunk, that go on and on.
    let size: Speech = |stream| {
        stream.write_all(b"HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        for_ever(stream, b"00000000", NO_PAUSE)
    };
    let extension: Speech = |stream| {
        stream.write_all(b"HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n1;")?;
        for_ever(stream, b"aaaaaaaa", NO_PAUSE)
    };
    for speech in [size, extension] {
        asked(speech).is_unclear("the body of the answer does not end");
    }
    let dripping = asked(|stream| {
        stream.write_all(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 1000\r\n\r\n")?;
        for_ever(stream, b"a", Duration::from_secs(1))
    });
    dripping.is_unclear("no whole answer came within 10 s");
    assert!(dripping.took < Duration::from_secs(12), "{dripping:?}");
}

/// Nine seconds a request are within its limit; all together they are not.
#[test]
fn slow_answers_are_given_up_after_a_minute() {
    let slow = asked(|stream| {
        thread::sleep(Duration::from_secs(9));
        stream.write_all(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
    });
    assert!(slow.code == 2 && slow.took > Duration::from_secs(55), "{slow:?}");
    assert_eq!(slow.err.lines().count(), 1, "{slow:?}");
}

#[test]
fn a_redirect_to_itself_is_asked_once() {
    let outcome = asked(|stream| {
        stream.write_all(
            b"HTTP/1.1 302 Found\r\nLocation: /prometheus/api/v1/write\r\nContent-Length: 0\r\n\r\n",
        )
    });
    outcome.is_unclear("redirects (302)");
    assert!(outcome.took < Duration::from_secs(5), "{outcome:?}");
}

#[test]
fn another_protocol_is_not_an_answer() {
    // SETTINGS, with which a server of HTTP/2 alone begins.
    asked(|stream| stream.write_all(b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64"))
        .is_unclear("does not speak HTTP/1.1");
    asked(|stream| stream.write_all(b"SSH-2.0-OpenSSH_9.2p1\r\n")).is_unclear("does not speak HTTP/1.1");
    asked(|stream| stream.shutdown(std::net::Shutdown::Both)).is_unclear("the connection ");
}

/// A real one, before nginx 1.25, and whoever else agrees on nothing but HTTP/2.
#[test]
fn a_server_of_http_2_alone_is_not_shut() {
    let clear = Nginx::listening("http2", "location / { return 401; }", "");
    probe(&[&clear.url()]).is_unclear("does not speak HTTP/1.1");
    let port = server_of_http_2();
    probe(&[&format!("https://localhost:{port}{WRITE_PATH}"), "--ca-file", &certificate("ours.crt")])
        .is_unclear("does not speak HTTP/1.1 over TLS");
}

/// Over TLS, of HTTP/2 alone: its handshake fails with a client that offers another.
fn server_of_http_2() -> u16 {
    let chain = CertificateDer::from_pem_file(certificate("server.crt")).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(certificate("server.key")).expect("a key");
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has both")
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)
        .expect("they belong together");
    config.alpn_protocols = vec![b"h2".to_vec()];
    let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0").expect("a free port"));
    let port = listener.local_addr().expect("it has one").port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a client");
            let mut connection = ServerConnection::new(Arc::clone(&config)).expect("a server");
            while connection.is_handshaking() && connection.complete_io(&mut stream).is_ok() {}
        }
    });
    port
}

#[test]
fn names_from_a_server_do_nothing_to_a_terminal() {
    let outcome = asked(|stream| {
        stream.write_all(b"HTTP/1.1 302 Found\r\nLocation: /\x1b[31m\r\nContent-Length: 0\r\n\r\n")
    });
    assert!(outcome.code == 2 && !outcome.err.contains('\u{1b}'), "{outcome:?}");
}
