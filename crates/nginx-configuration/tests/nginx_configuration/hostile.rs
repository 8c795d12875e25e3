//! Any bytes at all: an error or a reading, never a panic, and in time.

use crate::generate;
use nginx_configuration::{Address, Configuration, Memory, Peer, Request};
use std::path::Path;
use std::time::{Duration, Instant};
use test_support::chance::Chance;

const PIECES: &[&str] = &[
    "{",
    "}",
    ";",
    "\"",
    "'",
    "\\",
    "$",
    "${",
    "#",
    "\n",
    "\r",
    " ",
    "~",
    "[",
    "(",
    "*",
    "..",
    "%",
    "include *;",
    "\u{0}",
    "if ($a = ) {",
    "location @o {",
    "return ;",
    "rewrite ;",
    "limit_except {",
    "error_page ;",
    "access_by_lua_block {",
    "server {",
    "proxy_pass ;",
    "map $a $a { default $a; }",
    "auth_basic $a;",
    "listen ;",
    "server_name ~;",
    "stream {",
    "--[[",
];

fn ask(text: Vec<u8>, others: &[(String, String)]) -> bool {
    let mut files = Memory::default();
    files.insert("/c/nginx.conf", text);
    for (name, text) in others {
        files.insert(format!("/c/{name}"), text.as_bytes());
    }
    let Ok(configuration) = Configuration::load(Path::new("/c/nginx.conf"), &files) else { return false };
    let receiver = Address::parse("unix:FOLDER/receiver", 80).expect("an address");
    let _ = configuration.endpoints(&[receiver]);
    for target in ["/", "/a/b", "/p", "/%2e%2e/", ""] {
        let local = Address::parse("unix:FOLDER/s0", 80).expect("an address");
        let request = Request { local, peer: Peer::Unix, host: "a", target, method: "POST" };
        let _ = configuration.outcome(&request);
    }
    let _ = (configuration.files().len(), configuration.user_files(), configuration.includes(&|_| true));
    let _ = (configuration.receivers_through(&|_| true), configuration.files_on_the_way(&|_| true));
    true
}

#[test]
fn no_bytes_make_it_panic() {
    let mut read = 0;
    for case in 0..3000 {
        let mut chance = Chance::new(case + 1_000_000, 1);
        let files = generate::configuration(&mut chance);
        let mut text = files.main.into_bytes();
        for _ in 0..=chance.below(3) {
            let at = chance.below(text.len() + 1);
            match chance.below(4) {
                0 => text.truncate(at),
                1 => drop(text.drain(at..(at + chance.below(20)).min(text.len()))),
                2 => drop(text.splice(at..at, chance.one_of(PIECES).bytes())),
                _ => {
                    if let Some(byte) = text.get_mut(at) {
                        *byte = u8::try_from(chance.below(256)).expect("a byte");
                    }
                }
            }
        }
        read += usize::from(ask(text, &files.others));
    }
    assert!(read > 300, "only {read} of them were read at all");
}

#[test]
fn no_text_takes_long() {
    let many = 5000;
    for text in [
        "a".repeat(1 << 20),
        "{".repeat(1 << 20),
        "a{".repeat(1 << 19),
        "a;".repeat(1 << 19),
        "#\n".repeat(1 << 19),
        "a_by_lua_block{[[".repeat(1 << 16),
        format!("a_by_lua_block{{{}", "[=".repeat(1 << 19)),
        format!("a_by_lua_block{{[[{}", "]=".repeat(1 << 19)),
        format!("http {{ server {{ {} }} }}", "location /a { proxy_pass http://b; }".repeat(many)),
        format!("http {{ server {{ location / {{ {} }} }} }}", "if ($a) { set $a b; }".repeat(many)),
        format!(
            "http {{ server {{ location / {{ {} proxy_pass http://$a; }} }} }}",
            "set $a $a$a$b;".repeat(many)
        ),
        format!("http {{ {} }}", "server { location / { proxy_pass http://127.0.0.1; } }".repeat(many)),
        format!("http {{ {} }}", "map $a $b { default $b; }".repeat(many)),
    ] {
        let start = Instant::now();
        let shown: String = text.chars().take(60).collect();
        ask(text.into_bytes(), &[]);
        assert!(start.elapsed() < Duration::from_secs(20), "{shown}: {:?}", start.elapsed());
    }
}
