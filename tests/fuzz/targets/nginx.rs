//! Any text as nginx' configuration, with what it includes in sections: an answer, the
//! same one when it is asked again, and the same but for its lines below a comment.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use nginx_configuration::{Address, Configuration, Memory, Outcome, Peer, Request};

const TARGETS: [&str; 3] = ["/prometheus/api/v1/write", "/", "/a%2f../api/v1/write?x=1"];
const MAIN: &str = "/etc/nginx/nginx.conf";

fuzz_target!(|bytes: &[u8]| {
    let sections = fuzz::packed::sections(bytes);
    let main = sections.first().map_or(bytes, |_| &[]);
    let one = Judged::by(main, &sections, "");
    let again = Judged::by(main, &sections, "");
    assert!(one == again, "another answer when asked again");
    // A comment is nothing, wherever a directive may stand.
    let below = Judged::by(main, &sections, "# a comment\n");
    assert!(one == below, "another answer below a comment");
});

/// What is said, without lines.
#[derive(PartialEq)]
struct Judged {
    endpoints: Vec<String>,
    outcomes: Vec<String>,
    is_read: bool,
}

impl Judged {
    fn by(main: &[u8], sections: &[(&[u8], &[u8])], above: &str) -> Self {
        let mut files = Memory::default();
        let text = |content: &[u8]| [above.as_bytes(), content].concat();
        files.insert(MAIN, text(main));
        for (name, content) in sections {
            let name = String::from_utf8_lossy(name);
            files.insert(Path::new("/etc/nginx").join(&*name), text(content));
        }
        let Ok(configuration) = Configuration::load(Path::new(MAIN), &files) else {
            return Self { endpoints: Vec::new(), outcomes: Vec::new(), is_read: false };
        };
        let receivers = [Address::parse("127.0.0.1:9090", 80).expect("an address")];
        let endpoints = configuration.endpoints(&receivers);
        let endpoints = endpoints.iter().map(|endpoint| without_lines(&format!("{endpoint:?}"))).collect();
        let outcomes = TARGETS.iter().map(|target| kind(&configuration.outcome(&request(target)))).collect();
        Self { endpoints, outcomes, is_read: true }
    }
}

fn request(target: &str) -> Request<'_> {
    Request {
        local: Address::parse("127.0.0.1:80", 80).expect("an address"),
        peer: Peer::Ip([192, 0, 2, 1].into()),
        host: "localhost",
        target,
        method: "POST",
    }
}

fn kind(outcome: &Outcome) -> String {
    without_lines(&format!("{outcome:?}"))
}

fn without_lines(text: &str) -> String {
    let mut parts = text.split("line: ");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.trim_start_matches(|letter: char| letter.is_ascii_digit()));
    }
    kept
}
