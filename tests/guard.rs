//! `guard` and `verify`: the module's work by hand, on a real nginx.
//!
//! needs: nginx prometheus curl ip

use serde_json::Value;
use std::fs;
use std::process::{Command, Output, Stdio};
use test_support::call::run;
use test_support::edge::{Edge, GROUP, GUARDED, PASSWORD, USERNAME};
use test_support::program::BINARY;

/// One call with the paths of this edge; what it printed, and its exit code.
fn call(edge: &Edge, entry: &str, arguments: &[&str], input: &str) -> (String, i32) {
    let Output { stdout, stderr, status } = output(edge, entry, arguments, input);
    let text = String::from_utf8([stdout, stderr].concat()).expect("text");
    assert!(!text.contains(PASSWORD), "{text}");
    (text, status.code().expect("an exit code"))
}

fn output(edge: &Edge, entry: &str, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(*BINARY);
    command.arg(entry).args(arguments).arg("--htpasswd-path").arg(edge.htpasswd());
    command.arg("--include-path").arg(edge.include()).arg("--nginx").arg(edge.program());
    run(command.stdin(Stdio::piped()), input.as_bytes())
}

const BASIC: [&str; 4] = ["--username", USERNAME, "--password-file", "-"];

#[test]
fn a_login_is_let_in_in_one_call_and_verified_by_another() {
    let mut edge = Edge::new();
    let (text, code) = call(&edge, "guard", &BASIC, &format!("{PASSWORD}\n"));
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("changed: the endpoint asks for a login\n"), "{text}");
    edge.start();
    assert_eq!((edge.write(None), edge.write_with_login()), (401, 204));
    let (text, code) = call(&edge, "verify", &[], "");
    assert_eq!(code, 0, "{text}");
    assert!(text.ends_with("verified: the endpoint asks for a login\n"), "{text}");
    let (text, code) = call(&edge, "guard", &BASIC, PASSWORD);
    assert!(code == 0 && text.contains("nothing changed: the endpoint asks for a login\n"), "{text}");
}

#[test]
fn each_option_of_the_module_has_a_flag_that_does_the_same() {
    let edge = Edge::started(serde_json::json!({"auth_type": "none"}));
    let logins = edge.folder.file("logins", "second:kd83JsQ0xPzW72bvTRm5LcYh\n\nthird:a:b:c\n");
    let password = edge.folder.file("password", format!("{PASSWORD}\r\n"));
    let (logins, password) = (logins.display().to_string(), password.display().to_string());
    let all = [
        "--username",
        USERNAME,
        "--password-file",
        &password,
        "--other-users",
        &logins,
        "--realm",
        "Another",
        "--keep-authorization",
        "--group",
        GROUP,
        "--bcrypt-cost",
        "4",
        "--diff",
    ];
    let (text, code) = call(&edge, "guard", &[&all[..], &["--dry-run"]].concat(), "");
    assert!(code == 0 && text.contains("something would change: "), "{text}");
    assert!(text.contains("+alloy:<bcrypt 4, new>\n+second:<bcrypt 4, new>\n"), "{text}");
    assert!(!edge.htpasswd().exists() && edge.write(None) == 204);
    let (text, code) = call(&edge, "guard", &[&all[..], &["--no-reload"]].concat(), "");
    assert!(code == 0 && text.contains(", and nginx must be reloaded\n"), "{text}");
    assert_eq!(edge.write(None), 204, "nobody has reloaded");
    let (text, code) = call(&edge, "verify", &[], "");
    assert!(code == 1 && text.contains("[reload-owed]"), "{text}");
    let (text, code) = call(&edge, "guard", &all, "");
    assert!(code == 0 && text.contains("and nginx was reloaded\n"), "{text}");
    assert_eq!(
        (edge.write(None), edge.write_with_login(), edge.write(Some(("third", "a:b:c")))),
        (401, 204, 204)
    );
    let include = fs::read_to_string(edge.include()).expect("our own file");
    assert!(include.contains("\"Another\"") && !include.contains("proxy_set_header"), "{include}");
    let (text, code) = call(&edge, "guard", &["--receiver-off"], "");
    assert!(code == 0 && edge.write(None) == 404, "{text}");
    let off = "the receiver is off, and nobody gets in";
    assert!(text.contains(&format!(": lets nobody in\nchanged: {off}, and nginx was reloaded\n")), "{text}");
    let (text, code) = call(&edge, "verify", &[], "");
    assert!(code == 0 && text.ends_with(&format!(": lets nobody in\nverified: {off}\n")), "{text}");
    let (text, code) = call(&edge, "guard", &["--none"], "");
    assert!(code == 0 && text.contains("the endpoint is open to anyone, as chosen, and nginx"), "{text}");
    assert_eq!(edge.write(None), 204);
    let (text, code) = call(&edge, "verify", &[], "");
    assert!(
        code == 0 && text.contains("asks nobody\nverified: the endpoint is open to anyone, as chosen\n"),
        "{text}"
    );
    let (text, code) = call(&edge, "guard", &["--remove"], "");
    assert!(code == 1 && text.contains("[include-in-use]"), "{text}");
    edge.configure("return 404;");
    edge.reload();
    let (text, code) = call(&edge, "guard", &["--remove"], "");
    assert!(code == 0 && !edge.include().exists(), "{text}");
    assert!(text.ends_with("changed: both files are gone\n"), "{text}");
}

#[test]
fn programs_get_the_modules_answer() {
    let edge = Edge::started(test_support::edge::basic());
    edge.configure(&format!(
        "{GUARDED} location ~ write {{ auth_basic off; proxy_pass http://127.0.0.1:PORT; }}"
    ));
    edge.configure_server(&format!(
        "location /prometheus/ {{ {GUARDED} }} location ~ write {{ proxy_pass http://127.0.0.1:PORT; }}"
    ));
    edge.reload();
    assert_eq!(edge.write(None), 204);
    let (text, code) = call(&edge, "verify", &["-o", "json"], "");
    let answer: Value = serde_json::from_str(&text).expect("one document");
    assert_eq!((code, &answer["code"]), (1, &Value::from("auth-bypassed")), "{text}");
    assert_eq!(answer["endpoints"].as_array().expect("a list").len(), 2);
    assert_eq!((&answer["access"], &answer["changed"]), (&Value::from("basic"), &Value::from(false)));
    let (text, code) = call(&edge, "verify", &[], "");
    assert!(code == 1 && text.contains("location ~ write of "), "{text}");
    // What somebody has edited is not said to be ours.
    let own = fs::read_to_string(edge.include()).expect("our own file");
    edge.folder.file("include", format!("# edited\n{own}"));
    let (text, _) = call(&edge, "verify", &["-o", "json"], "");
    let answer: Value = serde_json::from_str(&text).expect("one document");
    assert_eq!(answer["access"], Value::Null, "{text}");
}

#[test]
fn what_nobody_can_tell_is_exit_code_2_and_what_is_wrong_is_1() {
    let edge = Edge::new();
    let (text, code) = call(&edge, "verify", &[], "");
    assert!(code == 2 && text.contains("[nginx-not-understood]"), "the include is not there: {text}");
    edge.configure("proxy_pass http://127.0.0.1:PORT;");
    let (text, code) = call(&edge, "verify", &[], "");
    assert!(code == 1 && text.contains("[include-not-used]"), "{text}");
    assert!(!text.contains("[auth-bypassed]"), "nobody said where the receiver is: {text}");
    let receiver = format!("127.0.0.1:{}", test_support::edge::prometheus());
    let (text, code) =
        call(&edge, "verify", &["--receiver-address", "127.0.0.1:1", "--receiver-address", &receiver], "");
    assert!(code == 1 && text.contains("[auth-bypassed]"), "{text}");
    edge.configure(GUARDED);
    assert_eq!(call(&edge, "guard", &BASIC, PASSWORD).1, 0);
    let (text, code) = call(&edge, "verify", &[], "");
    assert!(code == 2 && text.contains("[nginx-not-seen]") && text.contains("asks for a login"), "{text}");
    for (arguments, input, words) in [
        (&["--username", "a:b", "--password-file", "-"][..], PASSWORD, "[username-not-portable]"),
        (&BASIC[..], "", "[password-missing]"),
        (&[][..], "", "[auth-not-chosen]"),
        (&["--none", "--bcrypt-cost", "99"][..], "", "[option-out-of-range]"),
    ] {
        let (text, code) = call(&edge, "guard", arguments, input);
        assert!(code == 1 && text.contains(words), "{arguments:?} {text}");
    }
    for arguments in [
        &["--username", USERNAME, "--password-file", "/nowhere/file"][..],
        &["--username", USERNAME][..],
        &["--none", "--remove"][..],
        &["--password", PASSWORD][..],
    ] {
        let (text, code) = call(&edge, "guard", arguments, "");
        assert!(code == 2 && text.starts_with("remote-write-auth: "), "{arguments:?} {text}");
    }
    let colonless = edge.folder.file("logins", format!("{PASSWORD}\n")).display().to_string();
    let (text, code) = call(&edge, "guard", &[&BASIC[..], &["--other-users", &colonless]].concat(), PASSWORD);
    assert!(code == 2 && text.contains("line 1 of "), "{text}");
}

/// The blocks of a page in one language, in order.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let start = format!("\n```{language}\n");
    page.split(&*start).skip(1).map(|rest| rest.split("```\n").next().expect("an end")).collect()
}

/// In namespaces of its own, so that nothing of this machine's nginx counts.
#[test]
fn the_page_for_hosts_without_ansible_does_what_it_says_line_by_line() {
    let page = include_str!("../ansible/docs/without-ansible.md");
    let (vhosts, commands) = (blocks(page, "nginx"), blocks(page, "sh"));
    assert_eq!((vhosts.len(), commands.len()), (1, 4));
    let folder = test_support::folder::Folder::new();
    fs::create_dir(folder.0.join("bin")).expect("our own folder");
    std::os::unix::fs::symlink(*BINARY, folder.0.join("bin/remote-write-auth")).expect("our own folder");
    fs::create_dir(folder.0.join("nginx")).expect("our own folder");
    folder.file("nginx/vhost.conf", vhosts[0]);
    folder.file("nginx/empty.conf", "");
    let kinds =
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|kind| format!("{kind}_temp_path {kind};"));
    let main = |vhost: &str| {
        format!(
            "user nobody nogroup; pid /etc/nginx/nginx.pid; error_log /etc/nginx/error.log; events {{}} \
             http {{ access_log off; {} include /etc/nginx/{vhost}.conf; }}\n",
            kinds.join(" ").replace("_path ", "_path /etc/nginx/")
        )
    };
    folder.file("nginx/nginx.conf", main("empty"));
    folder.file("before", main("vhost"));
    let script = format!(
        "set -e; cd {folder}; chmod 755 . nginx; mount --bind nginx /etc/nginx; ip link set lo up\n\
         PATH={folder}/bin:$PATH:/usr/sbin; nginx -e /etc/nginx/error.log; cp before /etc/nginx/nginx.conf\n\
         {commands}\nremote-write-auth guard --username alloy --password-file /etc/nginx/prometheus-password | grep 'no longer lets in: alloy-old'\n\
         nginx -e /etc/nginx/error.log -s quit",
        folder = folder.0.display(),
        commands = commands.join("\n"),
    );
    let arguments =
        ["--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-c", &script];
    let done = run(Command::new("unshare").args(arguments), b"");
    let (text, errors) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{text}{errors}");
    let lines: Vec<&str> =
        text.lines().filter(|line| line.starts_with("changed") || line.starts_with("verified")).collect();
    let reloaded = "changed: the endpoint asks for a login, and nginx was reloaded";
    let expected =
        [reloaded, "changed: the endpoint asks for a login", "verified: the endpoint asks for a login"];
    assert_eq!(lines, expected, "{text}{errors}");
    assert!(
        text.contains("/etc/nginx/vhost.conf:4: location ^~ /prometheus/ of 80: asks for a login"),
        "{text}"
    );
}
