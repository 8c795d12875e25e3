//! Twice the input costs at most two and a half times: no input of any kind makes
//! the work grow as its square.
//!
//! Instructions are counted, by valgrind, and no seconds: a count is the same on
//! any machine and beside any load. `SIZE` says how large the smaller text is, in
//! bytes (8,000 by default).
//!
//! needs: valgrind

mod files;
mod texts;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use test_support::chance::number;
use test_support::folder::Folder;
use test_support::program::BINARY;

/// The cost of twice the input, in hundredths of that of the input.
const AT_MOST: u64 = 250;

/// One kind of input: its name, and how a call of it is laid into a folder, with
/// so many parts of its kind.
pub(crate) struct Kind {
    pub name: &'static str,
    pub lay: fn(&Folder, usize) -> Call,
}

pub(crate) struct Call {
    pub arguments: Vec<String>,
    /// How many bytes grow.
    pub size: usize,
}

/// How many instructions the program takes.
fn instructions(folder: &Folder, call: &Call) -> u64 {
    let log = folder.path().join("valgrind.log");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg(format!("--log-file={}", log.display())).arg(*BINARY).args(&call.arguments);
    command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status().expect("valgrind starts");
    assert!(status.code().is_some(), "{status}: {:?}", call.arguments.first());
    collected(&log)
}

fn collected(log: &Path) -> u64 {
    let text = std::fs::read_to_string(log).expect("valgrind's words");
    let count = text.lines().find_map(|line| line.split("Collected : ").nth(1));
    count.and_then(|count| count.trim().parse().ok()).unwrap_or_else(|| panic!("no count: {text}"))
}

/// What twice as much costs, in hundredths; what is the same for any size is left out.
fn growth(kind: &Kind) -> u64 {
    let size = usize::try_from(number("SIZE", 8_000)).expect("a small number");
    let measured = |parts: usize| {
        let folder = Folder::new();
        instructions(&folder, &(kind.lay)(&folder, parts))
    };
    let of_sixteen = (kind.lay)(&Folder::new(), 16).size;
    let parts = (size * 16 / of_sixteen.max(1)).max(32);
    let (least, once, twice) = (measured(1), measured(parts), measured(2 * parts));
    (twice - least) * 100 / once.saturating_sub(least).max(1)
}

#[test]
fn twice_the_input_is_at_most_two_and_a_half_times_the_work() {
    let kinds = Mutex::new(texts::KINDS.iter().chain(files::KINDS));
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(kind) = { kinds.lock().expect("no panic").next() } {
                    let growth = growth(kind);
                    if growth > AT_MOST {
                        wrong.lock().expect("no panic").push((kind.name, growth));
                    }
                }
            });
        }
    });
    assert_eq!(wrong.into_inner().expect("no panic"), [], "hundredths of the work for twice the input");
}
