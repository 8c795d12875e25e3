//! The agent's other methods: a bearer token and a client certificate.

use crate::world::{LET_IN, PASSWORD, SHUT, certificate, encrypted, probe, with_certificate};
use std::fs;
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use test_support::edge::WRITE_PATH;
use test_support::folder::Folder;
use test_support::program::BINARY;

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

/// While it asks; its output is looked at in every test.
#[test]
fn a_credential_is_in_no_argument_and_no_environment() {
    let folder = Folder::with(&[("username", "agent"), ("password", PASSWORD)]);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it has one").port();
    let mut child = Command::new(*BINARY)
        .args(["probe", &format!("http://127.0.0.1:{port}{WRITE_PATH}"), "-v", "--secret"])
        .arg(&folder.0)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    let _asking = listener.accept().expect("the probe");
    for (name, expected) in [("cmdline", "--secret"), ("environ", "PATH=")] {
        let bytes = fs::read(format!("/proc/{}/{name}", child.id())).expect("our own child");
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains(expected) && !text.contains(PASSWORD), "{name}: {text}");
    }
    child.kill().expect("our own child");
    child.wait().expect("it ends");
}

/// Ended by a signal that writes a core, in a folder of its own: whether one was written.
fn leaves_core(command: &[&str], is_ready: impl FnOnce()) -> bool {
    let folder = Folder::new();
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -c unlimited && exec \"$@\"", "sh"])
        .args(command)
        .current_dir(&folder.0)
        .stdout(Stdio::null())
        .spawn()
        .expect("a shell");
    is_ready();
    let sent = Command::new("kill").args(["-ABRT", &child.id().to_string()]).status();
    assert!(sent.expect("kill").success());
    let status = child.wait().expect("our own child");
    assert_eq!(status.signal(), Some(6), "{status:?}");
    status.core_dumped() || !folder.names().is_empty()
}

#[test]
fn a_probe_that_crashes_leaves_no_core_with_its_login_in_it() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}{WRITE_PATH}", silent.local_addr().expect("it has one"));
    let folder = Folder::new();
    let password = folder.file("password", "canary-in-memory").display().to_string();
    let probe = [*BINARY, "probe", &url, "--username", "alloy", "--password-file", &password];
    let mut asked = None;
    assert!(!leaves_core(&probe, || asked = silent.accept().ok()), "a core of the probe");
    assert!(asked.is_some(), "it has read its login, and waits");
    // Where this machine writes none of anybody, nothing is shown.
    let pause = || std::thread::sleep(std::time::Duration::from_millis(500));
    assert!(leaves_core(&["sleep", "60"], pause), "a core of another program");
}
