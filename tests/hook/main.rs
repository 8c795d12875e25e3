//! The hook and the sidecar's htpasswd: the real binary, folders as Kubernetes
//! mounts a Secret, hashes judged by htpasswd.
//!
//! needs: htpasswd

mod watched;

use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use test_support::program::BINARY;

const CANARY: &str = "canary-5b1d-in-no-output";
/// Long, since a machine can be busy; nothing is decided by it but that a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Each version of a Secret has a folder of its own.
static VERSION: AtomicU32 = AtomicU32::new(0);

/// A folder of its own, gone at the end.
struct World(PathBuf);

impl World {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("rwa-hook-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("secret")).expect("a folder for the test");
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Shows a Secret's keys as the kubelet does: a folder a version, and a link that moves in one step.
    fn mount(&self, keys: &[(&str, &str)]) {
        let secret = self.path("secret");
        let version = format!("..{}", VERSION.fetch_add(1, Ordering::Relaxed));
        fs::create_dir(secret.join(&version)).expect("a new version");
        for (key, value) in keys {
            fs::write(secret.join(&version).join(key), value).expect("a key");
        }
        symlink(&version, secret.join("..data_tmp")).expect("the new link");
        fs::rename(secret.join("..data_tmp"), secret.join("..data")).expect("in one step");
        for entry in fs::read_dir(&secret).expect("the Secret").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.starts_with("..") && keys.iter().all(|(key, _)| *key != name) {
                fs::remove_file(entry.path()).expect("the link of a key that is gone");
            }
        }
        for (key, _) in keys {
            // A link that stays leads to the new version.
            let _ = symlink(format!("..data/{key}"), secret.join(key));
        }
    }

    fn hook(&self, document: &Value) -> (i32, String) {
        fs::write(self.path("values.json"), document.to_string()).expect("the values");
        said(program().arg("hook").arg(self.path("values.json")).arg("--secret").arg(self.path("secret")))
    }

    fn htpasswd(&self) -> Command {
        self.htpasswd_by(program(), &self.path("htpasswd"))
    }

    fn htpasswd_by(&self, mut program: Command, out: &Path) -> Command {
        program.arg("htpasswd").arg("--secret").arg(self.path("secret")).arg("--out").arg(out);
        program
    }

    fn lets_in(&self, username: &str, password: &str) -> bool {
        let file = self.path("htpasswd");
        let judged = Command::new("htpasswd").arg("-vb").arg(file).args([username, password]).output();
        judged.expect("htpasswd runs").status.success()
    }

    fn eventually(&self, statement: &str, is_so: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_so(self) {
            assert!(start.elapsed() < PATIENCE, "not so after {PATIENCE:?}: {statement}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Ended with the test, whatever becomes of it.
struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program() -> Command {
    Command::new(*BINARY)
}

fn said(command: &mut Command) -> (i32, String) {
    let Output { status, stdout, stderr } = command.output().expect("it runs");
    let text = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
    assert!(!text.contains(CANARY), "{text}");
    (status.code().expect("it ends by itself"), text)
}

fn values(auth: &Value) -> Value {
    let server = json!({ "extraFlags": ["web.enable-remote-write-receiver"], "auth": auth });
    json!({ "prometheus": { "server": server }, "remote-write-auth": { "edge": "traefik" }, "existingSecretType": "" })
}

fn existing() -> Value {
    values(&json!({ "basic": { "existingSecret": "agents" } }))
}

#[test]
fn a_choice_is_accepted_without_a_word() {
    let world = World::new("accepted");
    for auth in [json!({ "type": "none" }), json!({ "basic": { "username": "xxxx", "password": "xxxx" } })] {
        assert_eq!(world.hook(&values(&auth)), (0, String::new()));
    }
}

#[test]
fn what_the_policy_refuses_is_refused_in_the_policys_words() {
    let world = World::new("refused");
    let (code, text) = world.hook(&values(&json!({})));
    assert_eq!(code, 1);
    assert_eq!(
        text,
        "prometheus.server.auth: the Prometheus remote write receiver is on, but nothing says who may write to it; give a username and a password for basic auth, or set the auth type to none to leave it open to anyone [auth-not-chosen]\n"
    );
}

/// The template has compared the names and says so in the form that the policy refuses.
#[test]
fn another_secret_in_the_volume_is_refused_before_the_secret_is_asked() {
    let world = World::new("mounted");
    world.mount(&[("username", "agents"), ("password", CANARY)]);
    let mut document = existing();
    document["remote-write-auth"]["edge"] = json!("nginx");
    for (mounted, is_refused) in [("agents", false), ("remote-write-auth", true), ("agentz", true)] {
        document["prometheus"]["server"]["extraVolumes"] =
            json!([{ "name": "remote-write-auth-secret", "secret": { "secretName": mounted } }]);
        let (code, text) = world.hook(&document);
        assert_eq!(code, i32::from(is_refused), "{text}");
        assert_eq!(text.contains("[secret-not-mounted]"), is_refused, "{text}");
        assert_eq!(text.starts_with("prometheus.server.extraVolumes: "), is_refused, "{text}");
    }
}

#[test]
fn an_existing_secret_is_asked_for_its_login() {
    let world = World::new("existing");
    let at = "prometheus.server.auth.basic.existingSecret";
    let refused = |statement: &str| (1, format!("{at}{statement}\n"));
    let absent = refused(
        ": the existing Secret is not there, or holds nothing; create it in the namespace of the release, with the type kubernetes.io/basic-auth and the keys username and password [secret-not-found]",
    );
    let lacks = |key: &str| {
        refused(&format!(
            ": the existing Secret has no key {key}; add it, a login is a username and a password [secret-key-missing]"
        ))
    };
    let others = refused(
        ": the existing Secret has other keys than username and password, so no login is in it; create it with these two keys, a file of hashes such as auth or users is not read [secret-key-missing]",
    );
    assert_eq!(world.hook(&existing()), absent);
    for (keys, wanted) in [
        (vec![], absent.clone()),
        (vec![("user", "a")], others.clone()),
        (vec![("auth", CANARY)], others),
        (
            vec![("user", "a"), ("password", CANARY)],
            refused(
                ": the existing Secret has no key username, but keys that a login does not have; add it, a login is a username and a password [secret-key-missing]",
            ),
        ),
        (vec![("username", "a")], lacks("password")),
        (vec![("password", CANARY)], lacks("username")),
        (
            vec![("username", "a"), ("password", "")],
            refused(
                ", key password: basic auth has no password; give one, or set the auth type to none to leave the receiver open to anyone [password-missing]",
            ),
        ),
        (
            vec![("username", ""), ("password", CANARY)],
            refused(
                ", key username: basic auth has no username; give one, or set the auth type to none to leave the receiver open to anyone [username-missing]",
            ),
        ),
        (
            vec![("username", "a"), ("password", "canary-5b1d-in-no-output\n")],
            refused(
                ", key password: the password would not reach every program unchanged; use printable ASCII without double quote and backslash, with no blank at either end and no line break, which echo and --set-file leave at the end [password-not-portable]",
            ),
        ),
        (
            vec![("username", "a"), ("password", "$2y$05$canary-5b1d-in-no-output")],
            refused(
                ", key password: the password looks like a hash, and clients would have to send that hash as their password; give the password itself, whatever asks for it makes a hash of its own [password-looks-hashed]",
            ),
        ),
        (
            vec![("username", "a:b"), ("password", CANARY)],
            refused(
                ", key username: the username would not reach every program unchanged; use printable ASCII without colon, double quote and backslash, with no blank at either end and no hash sign in front [username-not-portable]",
            ),
        ),
    ] {
        world.mount(&keys);
        assert_eq!(world.hook(&existing()), wanted, "{keys:?}");
    }
    world.mount(&[("username", "a"), ("password", CANARY)]);
    assert_eq!(
        world.hook(&existing()),
        (0, "accepted; the type of the existing Secret could not be seen from here, and one that is not kubernetes.io/basic-auth leaves the edge shut\n".to_owned())
    );
    let mut typed = existing();
    typed["existingSecretType"] = json!("kubernetes.io/basic-auth");
    assert_eq!(world.hook(&typed), (0, String::new()));
    world.mount(&[("username", "a"), ("password", "${canary-5b1d-in-no-output}"), ("note", "b")]);
    assert_eq!(
        world.hook(&typed),
        (0, "warning: prometheus.server.auth.basic.existingSecret, key password: the password looks like a placeholder that was never filled in, and is the password as it stands; judge the values that come after the step which fills it in, or give the password itself [password-is-a-placeholder]\n".to_owned())
    );
    world.mount(&[("username", "a"), ("password", CANARY)]);
    typed["existingSecretType"] = json!("Opaque");
    assert_eq!(
        world.hook(&typed),
        refused(
            ": the existing Secret is not of the type kubernetes.io/basic-auth; create it anew with that type and the keys username and password, since a Secret cannot change its type [secret-wrong-type]"
        )
    );
}

#[test]
fn bytes_that_are_no_text_are_refused_and_not_shown() {
    let world = World::new("bytes");
    world.mount(&[("username", "a"), ("password", "")]);
    fs::write(world.path("secret/password"), b"\xff\xfe\0").expect("written through the link");
    let (code, text) = world.hook(&existing());
    assert_eq!(code, 1);
    assert!(text.starts_with("prometheus.server.auth.basic.existingSecret, key password: "), "{text}");
    assert!(text.ends_with(" [password-not-portable]\n"), "{text}");
}

#[test]
fn a_prometheus_that_is_not_deployed_has_no_login_to_ask_for() {
    let world = World::new("disabled");
    let mut document = existing();
    document["prometheus"]["enabled"] = json!(false);
    document["existingSecretType"] = json!("kubernetes.io/basic-auth");
    fs::write(world.path("values.json"), document.to_string()).expect("the values");
    assert_eq!(said(program().arg("hook").arg(world.path("values.json"))), (0, String::new()));
    // Deployed it would be asked for.
    document["prometheus"]["enabled"] = json!(true);
    fs::write(world.path("values.json"), document.to_string()).expect("the values");
    assert_eq!(said(program().arg("hook").arg(world.path("values.json"))).0, 2);
}

#[test]
fn a_second_way_in_beside_traefik_is_refused_unless_all_is_open() {
    let world = World::new("ingress");
    let mut document = values(&json!({ "basic": { "username": "xx", "password": "xx" } }));
    document["prometheus"]["server"]["ingress"] = json!({ "enabled": true });
    let (code, text) = world.hook(&document);
    assert!(code == 1 && text.ends_with(" [ingress-not-guarded]\n"), "{text}");
    for (pointer, value) in [
        ("/remote-write-auth/edge", json!("nginx")),
        ("/prometheus/server/ingress/enabled", json!(false)),
        ("/prometheus/server/auth", json!({ "type": "none" })),
    ] {
        let mut other = document.clone();
        *other.pointer_mut(pointer).expect("it is there") = value;
        assert_eq!(world.hook(&other), (0, String::new()), "{pointer}");
    }
}

#[test]
fn an_edge_that_is_not_chosen_and_a_realm_that_opens_are_refused() {
    let world = World::new("edge");
    let login = values(&json!({ "basic": { "username": "xx", "password": "xx" } }));
    for (settings, code) in [
        (json!({ "edge": "" }), "edge-not-chosen"),
        (json!({ "edge": "treafik" }), "edge-not-chosen"),
        (json!({}), "edge-not-chosen"),
        (json!({ "edge": "nginx", "realm": "off" }), "realm-not-portable"),
    ] {
        let mut document = login.clone();
        document["remote-write-auth"] = settings;
        let (exit_code, text) = world.hook(&document);
        assert!(exit_code == 1 && text.starts_with("remote-write-auth."), "{text}");
        assert!(text.ends_with(&format!(" [{code}]\n")), "{text}");
    }
    let mut document = login;
    document["remote-write-auth"] = json!({ "edge": "external" });
    assert_eq!(world.hook(&document), (0, String::new()));
}

#[test]
fn what_cannot_be_read_is_told_apart_from_what_is_refused() {
    let world = World::new("unread");
    let missing = world.path("nothing.json");
    let (code, text) = said(program().arg("hook").arg(&missing));
    assert!(code == 2 && text.contains("nothing.json: No such file"), "{text}");
    fs::write(&missing, format!("{{\"{CANARY}\": {CANARY}")).expect("written");
    let (code, text) = said(program().arg("hook").arg(&missing));
    assert!(code == 2 && text.contains("is not JSON"), "{text}");
    fs::write(&missing, "[".repeat(1 << 20)).expect("written");
    assert_eq!(said(program().arg("hook").arg(&missing)).0, 2);
    let (code, text) = said(program().arg("hook").arg("/dev/zero"));
    assert!(code == 2 && text.contains("/dev/zero is larger than 16 MiB"), "{text}");
    let document = values(&json!({ "type": "none" })).to_string();
    let longest = " ".repeat((16 << 20) - document.len()) + &document;
    fs::write(&missing, &longest).expect("written");
    assert_eq!(said(program().arg("hook").arg(&missing)), (0, String::new()), "just 16 MiB");
    fs::write(&missing, longest + " ").expect("written");
    let (code, text) = said(program().arg("hook").arg(&missing));
    assert!(code == 2 && text.contains("nothing.json is larger than 16 MiB"), "{text}");
    fs::write(&missing, existing().to_string()).expect("written");
    assert_eq!(said(program().arg("hook").arg(&missing)).0, 2, "no --secret");
    assert_eq!(said(program().arg("hook").arg(&missing).arg("--secret").arg("/nothing/here")).0, 2);
}

#[test]
fn the_file_follows_the_secret_once() {
    let world = World::new("once");
    world.mount(&[("username", "agent"), ("password", CANARY)]);
    assert_eq!(said(&mut world.htpasswd()), (0, "the login of agent is let in\n".into()));
    assert!(world.lets_in("agent", CANARY));
    let first = fs::read(world.path("htpasswd")).expect("written");
    assert_eq!(said(&mut world.htpasswd()).0, 0);
    assert_eq!(fs::read(world.path("htpasswd")).expect("written"), first, "a second run changes nothing");

    world.mount(&[("username", "agent")]);
    let (code, text) = said(&mut world.htpasswd());
    assert!(code == 1 && text.contains("[secret-key-missing]"), "{text}");
    assert!(!world.path("htpasswd").exists(), "an old password does not outlive its Secret");
    assert_eq!(said(world.htpasswd().arg("--out").arg("/nothing/here/htpasswd")).0, 2);
}

/// A file system that takes no writes refuses to remove even what is not there.
#[test]
fn where_nobody_is_let_in_already_nothing_is_written() {
    let world = World::new("unwritten");
    let script = "mount -t tmpfs -o ro none \"$1\" && shift && exec \"$@\"";
    let folder = world.path("folder");
    fs::create_dir(&folder).expect("our own folder");
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", script, "sh"]).arg(&folder).arg(*BINARY);
    let (code, text) = said(&mut world.htpasswd_by(command, &folder.join("htpasswd")));
    assert!(code == 1 && text.starts_with("nobody is let in\n"), "{code} {text}");
}

#[test]
fn a_file_that_is_a_link_is_left_alone() {
    let world = World::new("link");
    world.mount(&[("username", "agent"), ("password", CANARY)]);
    fs::write(world.path("other"), "theirs").expect("written");
    symlink(world.path("other"), world.path("htpasswd")).expect("linked");
    let (code, text) = said(&mut world.htpasswd());
    assert!(code == 2 && text.contains("it is a symbolic link"), "{text}");
    assert_eq!(fs::read_to_string(Path::new(&world.path("other"))).expect("read"), "theirs");
}
