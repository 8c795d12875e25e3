//! Every case at one entry, two at a time, and how many there were.

use std::collections::BTreeMap;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use std::{io::Write, thread};
use test_support::policy_case::{self, PolicyCase};

pub(crate) use test_support::program::BINARY;

pub(crate) static CASES: LazyLock<Vec<PolicyCase>> = LazyLock::new(policy_case::all);

/// What became of a case at a entry.
pub(crate) enum Asked {
    /// The entry answered as expected, and this is all that it printed.
    Answered(Output),
    /// The entry has no way to spell it, and why.
    CannotSpell(&'static str),
    /// It answered something else.
    Differs(String),
}

/// Asks every case by itself, prints the count, and fails with all that differ.
pub(crate) fn everywhere(entry: &str, ask: impl Fn(&PolicyCase) -> Asked + Sync) {
    let each: Vec<Vec<&PolicyCase>> = CASES.iter().map(|case| vec![case]).collect();
    in_lots(entry, &each, |lot| lot.iter().map(|case| ask(case)).collect());
}

/// The same, for a entry that is asked several cases at once.
pub(crate) fn in_lots(
    entry: &str,
    lots: &[Vec<&PolicyCase>],
    ask: impl Fn(&[&PolicyCase]) -> Vec<Asked> + Sync,
) {
    let next = AtomicUsize::new(0);
    let tally = Mutex::new(Tally::default());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(lot) = lots.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let answers = ask(lot);
                    let mut tally = tally.lock().expect("no thread panics with it");
                    lot.iter().zip(answers).for_each(|(case, asked)| tally.add(case, asked));
                }
            });
        }
    });
    let Tally { asked, unspelled, mut differ } = tally.into_inner().expect("no thread panicked with it");
    say(&format!("{entry}: {asked} of {} cases asked{}", CASES.len(), not_spelled(&unspelled)));
    assert_eq!(asked + unspelled.values().sum::<usize>(), CASES.len());
    differ.sort();
    assert!(differ.is_empty(), "{entry}: {} cases differ:\n{}", differ.len(), differ.join("\n"));
}

fn not_spelled(unspelled: &BTreeMap<&str, usize>) -> String {
    let reason = |(why, count): (&&str, &usize)| format!("; {count} cannot be spelled there: {why}");
    unspelled.iter().map(reason).collect::<Vec<_>>().concat()
}

#[derive(Default)]
struct Tally {
    asked: usize,
    unspelled: BTreeMap<&'static str, usize>,
    differ: Vec<String>,
}

impl Tally {
    fn add(&mut self, case: &PolicyCase, asked: Asked) {
        self.asked += 1;
        match asked {
            Asked::Answered(output) => self.differ.extend(repeats(case, &output)),
            Asked::CannotSpell(why) => {
                self.asked -= 1;
                *self.unspelled.entry(why).or_default() += 1;
            }
            Asked::Differs(how) => self.differ.push(format!("{}: {how}", case.name)),
        }
    }
}

/// A complaint where the entry repeated a credential.
fn repeats(case: &PolicyCase, output: &Output) -> Option<String> {
    let printed = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned();
    let repeated = case.secrets().into_iter().find(|secret| printed.contains(secret));
    repeated.map(|secret| format!("{}: prints {secret}:\n{printed}", case.name))
}

/// A line for whoever runs the tests: what `println` says is kept back from
/// them where a test passes.
fn say(line: &str) {
    // A closed pipe is no reason to fail.
    let _ = std::io::stdout().write_all(format!("{line}\n").as_bytes());
}

/// Runs a program to its end with this standard input.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> Output {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // It need not read what it does not want.
    let _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().expect("its output")
}

#[test]
fn there_are_enough_cases_and_each_has_a_name_of_its_own() {
    let names: std::collections::BTreeSet<&str> = CASES.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), CASES.len(), "a name stands twice");
    let written = CASES.iter().filter(|case| !case.name.starts_with("portable")).count();
    say(&format!("{} cases, {written} of them not about a character", CASES.len()));
    assert!(written >= 100, "{written}");
}

#[test]
fn every_refusal_of_the_policy_has_a_case() {
    use remote_write_auth::policy::refusal::Code;
    for code in Code::ALL.iter().filter(|code| **code < Code::PolicyNotMet) {
        let has = |case: &&PolicyCase| case.refusals().iter().any(|refusal| refusal.code == code.as_str());
        let alone = |case: &&PolicyCase| has(case) && case.refusals().len() == 1;
        assert!(CASES.iter().filter(alone).count() >= 2, "{code} alone");
        let never_beside_another = [Code::AuthNotChosen, Code::AuthTypeUnknown].contains(code);
        assert!(CASES.iter().any(|case| has(&case) && case.refusals().len() > 1) || never_beside_another);
    }
}
