//! `htpasswd --watch`: the file for as long as the Secret and others change.

use crate::{CANARY, Watching, World};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

/// It looks each second.
const SEVERAL_LOOKS: Duration = Duration::from_millis(2500);

#[test]
fn the_file_follows_the_secret_for_as_long_as_it_is_watched() {
    let world = World::new("watch");
    let log = fs::File::create(world.path("log")).expect("a log");
    let mut command = world.htpasswd();
    let command =
        command.arg("--watch").stdin(Stdio::null()).stderr(log.try_clone().expect("once more")).stdout(log);
    let mut watching = Watching(command.spawn().expect("it starts"));
    let log = |world: &World| fs::read_to_string(world.path("log")).expect("the log");

    world.eventually("it says that nobody is let in", |world| log(world).contains("[secret-not-found]"));
    world.mount(&[("username", "agent"), ("password", CANARY)]);
    world.eventually("the login is let in", |world| world.lets_in("agent", CANARY));
    world.mount(&[("username", "agent"), ("password", "canary-5b1d-in-no-output-2")]);
    world.eventually("the new one is let in", |world| world.lets_in("agent", "canary-5b1d-in-no-output-2"));
    assert!(!world.lets_in("agent", CANARY), "the old one is not");
    world.mount(&[]);
    world.eventually("the file is gone with the Secret", |world| !world.path("htpasswd").exists());
    // It looks again meanwhile, and has nothing new to say.
    thread::sleep(SEVERAL_LOOKS);
    world.mount(&[("username", "agent"), ("password", CANARY)]);
    world.eventually("and is back with it", |world| world.lets_in("agent", CANARY));
    world.mount(&[("username", "other"), ("password", CANARY)]);
    world.eventually("another may have the same password", |world| world.lets_in("other", CANARY));
    assert!(!world.lets_in("agent", CANARY), "the name is of the login, too");
    thread::sleep(SEVERAL_LOOKS);
    let nobody = "nobody is let in\nprometheus.server.auth.basic.existingSecret: the existing Secret is not there, or holds nothing; create it in the namespace of the release, with the type kubernetes.io/basic-auth and the keys username and password [secret-not-found]\n";
    let agent = "the login of agent is let in\n";
    let expected = [nobody, agent, agent, nobody, agent, "the login of other is let in\n"];
    assert_eq!(log(&world), expected.concat(), "a line for each change");

    let number = watching.0.id().to_string();
    assert!(Command::new("kill").arg(number).status().expect("kill runs").success());
    assert_eq!(watching.0.wait().expect("it ends").code(), Some(0), "SIGTERM ends it, also as process 1");
}

/// A file that others took away or changed comes back, and a password that nobody can
/// look up any more does not outlive its Secret.
#[test]
fn the_watched_file_is_neither_lost_nor_older_than_its_secret() {
    let world = World::new("kept");
    world.mount(&[("username", "agent"), ("password", CANARY)]);
    let log = fs::File::create(world.path("log")).expect("a log");
    let mut command = world.htpasswd();
    let command =
        command.arg("--watch").stdin(Stdio::null()).stderr(log.try_clone().expect("once more")).stdout(log);
    let _watching = Watching(command.spawn().expect("it starts"));
    let file = world.path("htpasswd");
    let is_back = |world: &World| {
        world.lets_in("agent", CANARY)
            && !fs::read_to_string(&file).is_ok_and(|text| text.contains("mallory"))
            && fs::metadata(&file).is_ok_and(|found| found.permissions().mode() & 0o777 == 0o644)
    };
    world.eventually("the login is let in", is_back);
    let changes: [&dyn Fn(); 4] = [
        &|| fs::remove_file(&file).expect("our own file"),
        &|| fs::write(&file, "").expect("our own file"),
        &|| fs::write(&file, "mallory:{PLAIN}x\n").expect("our own file"),
        &|| fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("our own file"),
    ];
    for change in changes {
        change();
        world.eventually("it is back", is_back);
    }
    // Root reads a file of any mode, so a folder stands in the place of one that cannot be read.
    let password = world.path("secret/password");
    fs::remove_file(&password).expect("a link of our own");
    fs::create_dir(&password).expect("a folder");
    world.eventually("the file is gone", |_| !file.exists());
    let said = |world: &World| fs::read_to_string(world.path("log")).expect("the log");
    let why = "nobody is let in, since the Secret cannot be read: cannot read ";
    world.eventually("it says why", |world| said(world).contains(why));
    thread::sleep(SEVERAL_LOOKS);
    assert_eq!(said(&world).matches(why).count(), 1, "once");
    assert!(!said(&world).contains(CANARY));
    fs::remove_dir(&password).expect("our own folder");
    symlink("..data/password", &password).expect("a link of our own");
    world.eventually("and back with the Secret", is_back);
    fs::rename(world.path("secret"), world.path("gone")).expect("our own folder");
    world.eventually("the file is gone with the whole Secret", |_| !file.exists());
}
