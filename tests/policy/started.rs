//! Generated flags, given to real Prometheus processes: what the policy says of
//! them is what the process does.

use crate::dice::{self, Dice};
use crate::parser::{self, Start};
use crate::rendering;
use remote_write_auth::policy::refusal::WarningCode;
use remote_write_auth::policy::{self, warnings};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use test_support::folder::Folder;

const CASES: usize = 200;
const SWITCH: &str = "web.enable-remote-write-receiver";
/// Long, since a machine can be busy; nothing is decided by it but that a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// What became of a Prometheus.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    On,
    Off,
    /// It did not start, and its last line.
    Stopped(String),
}

/// Ends the process with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(arguments: &[String]) -> Outcome {
    let folder = Folder::with(&[("prometheus.yml", "")]);
    let mut command = Command::new("prometheus");
    command.current_dir(folder.path());
    command.args([
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        "--web.listen-address=127.0.0.1:0",
    ]);
    let piped = command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut running = Running(piped.spawn().expect("prometheus starts"));
    let mut lines = BufReader::new(running.0.stderr.take().expect("its log")).lines().map_while(Result::ok);
    let mut last = String::new();
    while let Some(line) = lines.next() {
        if let Some((_, address)) =
            line.split_once("msg=\"Listening on\"").and_then(|(_, fields)| fields.split_once("address="))
        {
            let address = address.trim().to_owned();
            // It must not wait for somebody to read its log.
            std::thread::spawn(move || lines.for_each(drop));
            return asked(&address);
        }
        if line.contains("Error parsing") || line.contains("level=error") {
            last = line;
        }
    }
    Outcome::Stopped(last)
}

/// Asks the write path with an empty request.
fn asked(address: &str) -> Outcome {
    let begin = Instant::now();
    loop {
        assert!(begin.elapsed() < PATIENCE, "no answer from {address}");
        match status(address).as_deref() {
            Some("404") => return Outcome::Off,
            Some("400" | "204") => return Outcome::On,
            _ => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

fn status(address: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let request = "POST /api/v1/write HTTP/1.1\r\nHost: p\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1).map(str::to_owned)
}

/// A server's flags, what the policy says of them, and the arguments.
struct Case {
    document: Value,
    arguments: Vec<String>,
}

/// Flags by chance, with any character at any place. Left out is what would read a
/// file of this machine, and OTLP, whose flag depends on the version.
fn cases() -> Vec<Case> {
    let mut dice = Dice::new(11);
    let mut cases = Vec::new();
    while cases.len() < CASES {
        let mut server = dice::server_with_flags(&mut dice);
        if !dice.once_in(4) {
            let list = dice.pick(&["extraFlags", "defaultFlagsOverride"]);
            let before = if list == "extraFlags" { "" } else { "--" };
            server = json!({ list: [sprinkled(&mut dice, before)] });
        }
        let arguments = rendering::text(&server).and_then(|text| rendering::arguments(&text));
        let Some(mut arguments) = arguments else { continue };
        arguments.retain(|argument| argument != "--first" && argument != "--last");
        let odd = |it: &String| it.starts_with('@') || it.contains("otlp") || it.contains('\0');
        let is_about_it = arguments.iter().any(|it| it.contains("remote-write"));
        if arguments.iter().any(odd) || !is_about_it {
            continue;
        }
        server["auth"] = json!({"type": "none"});
        cases.push(Case { document: json!({"prometheus": {"server": server}}), arguments });
    }
    cases
}

/// A receiver's flag or feature with one character anywhere in it.
fn sprinkled(dice: &mut Dice, before: &str) -> String {
    let forms = [
        "web.enable-remote-write-receiver",
        "enable-feature=exemplar-storage,remote-write-receiver",
        "enable-feature=remote-write-receiver,exemplar-storage",
        "enable-feature=exemplar-storage, remote-write-receiver ,new-service-discovery-manager",
    ];
    let mut text = format!("{before}{}", dice.pick(&forms));
    if !dice.once_in(4) {
        dice::sprinkle(dice, &mut text);
    }
    text
}

#[test]
fn real_processes_do_what_the_policy_says_of_their_flags() {
    let cases = cases();
    let next = AtomicUsize::new(0);
    let counts = [const { AtomicUsize::new(0) }; 3];
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    counts[judged(case)].fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let [on, off, stopped] = counts.map(AtomicUsize::into_inner);
    let said = format!("{CASES} Prometheus processes: {on} on, {off} off, {stopped} did not start\n");
    let _ = std::io::stdout().write_all(said.as_bytes());
    assert!(on >= 20 && off >= 20 && stopped >= 20, "the dice are loaded: {said}");
}

/// 0 for on, 1 for off, 2 for a Prometheus that did not start.
fn judged(Case { document, arguments }: &Case) -> usize {
    let says_on = policy::receiver_is_on(document);
    let outcome = start(arguments);
    let model = match &outcome {
        Outcome::On => Start::On,
        Outcome::Off => Start::Off,
        Outcome::Stopped(_) => Start::Stops,
    };
    assert_eq!(parser::start(arguments), model, "the model says otherwise: {arguments:?} {outcome:?}");
    match outcome {
        Outcome::On => {
            assert!(says_on, "is on and counts as off: {document} {arguments:?}");
            0
        }
        Outcome::Off => 1,
        Outcome::Stopped(why) => {
            let verdict = policy::judge(document).expect("none is a choice");
            let warned = warnings::find(document, &verdict)
                .iter()
                .any(|warning| warning.code == WarningCode::ReceiverFlagCrashes);
            let is_the_receivers =
                why.contains(&format!("'--{SWITCH}")) || why.contains(&format!("unexpected --{SWITCH}"));
            assert!(warned || !is_the_receivers, "does not start, and nobody says so: {why} {document}");
            2
        }
    }
}
