//! Whatever call goes wrong: nobody gets in who does not before or after, who
//! gets in before and after always does, the answer is one object, and the
//! next run finishes it.

use crate::scene::{Admitted, Beginning, CANARY, Scene, Transition, transitions};
use crate::sweep::sweep;
use crate::trace::{Call, Disturbed, FAULTS, Fault, calls, disturbed};
use std::os::unix::process::ExitStatusExt;
use std::process::Output;
use std::thread;

/// Calls about memory, threads and signals: the same in every transition.
/// Without them a program cannot answer; what it leaves must be in order
/// all the same.
const ABOUT_THE_PROCESS: [&str; 15] = [
    "brk",
    "clone3",
    "exit_group",
    "fcntl",
    "futex",
    "geteuid",
    "madvise",
    "mmap",
    "mprotect",
    "mremap",
    "munmap",
    "rseq",
    "rt_sigaction",
    "rt_sigprocmask",
    "sigaltstack",
];

struct Sweep<'a> {
    transition: &'a Transition,
    beginning: Beginning,
    before: Admitted,
    after: Admitted,
}

#[test]
fn each_call_of_each_transition_may_fail_or_kill() {
    let transitions = transitions();
    let (first, others) = transitions.split_first().expect("there are some");
    let mut hit = Sweep::new(first).run(|_| true);
    for transition in others {
        hit += Sweep::new(transition).run(|call| !ABOUT_THE_PROCESS.contains(&call.name.as_str()));
    }
    assert!(hit > 800, "only {hit} faults hit");
}

impl<'a> Sweep<'a> {
    fn new(transition: &'a Transition) -> Self {
        let beginning = Beginning::new(transition);
        let scene = beginning.lay_out();
        let before = scene.admitted();
        let answer = scene.run();
        assert!(answer.is_accepted(), "{}: {answer:?}", transition.name);
        let after = scene.admitted();
        assert_ne!(before, after, "{}", transition.name);
        Self { transition, beginning, before, after }
    }

    /// How many faults hit.
    fn run(&self, is_wanted: impl Fn(&Call) -> bool) -> usize {
        let mut calls = calls(&self.beginning.lay_out().options(), &[]);
        calls.retain(is_wanted);
        let faults: Vec<(&Call, Fault)> =
            calls.iter().flat_map(|call| FAULTS.map(|fault| (call, fault))).collect();
        let width = thread::available_parallelism().map_or(2, Into::into);
        sweep(&faults, width, |(call, fault)| self.hits(call, *fault))
    }

    fn hits(&self, call: &Call, fault: Fault) -> bool {
        let what =
            format!("{}, {fault:?} at {} {}: {}", self.transition.name, call.name, call.count, call.line);
        let scene = self.beginning.lay_out();
        let Disturbed { output, was_hit } = disturbed(&scene.options(), &[], call, fault);
        if !was_hit {
            return false;
        }
        let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        assert!(!String::from_utf8_lossy(&said).contains(CANARY), "{what}: a password in {output:?}");
        self.judge_state(&scene, &what);
        self.judge_answer(&scene, call, fault, &output, &what);
        let next = scene.run();
        assert!(next.is_accepted(), "{what}: the next run: {next:?}");
        assert_eq!(scene.admitted(), self.after, "{what}: the next run");
        assert_eq!(scene.litter(), Vec::<String>::new(), "{what}: the next run");
        if fault == Fault::Kill {
            let last = scene.run();
            assert_eq!(last.keys["changed"], false, "{what}: the run after: {last:?}");
        }
        true
    }

    fn judge_state(&self, scene: &Scene, what: &str) {
        let now = scene.admitted();
        assert!(now.is_subset(&self.before) || now.is_subset(&self.after), "{what}: lets in {now:?}");
        let always: Admitted = self.before.intersection(&self.after).copied().collect();
        assert!(always.is_subset(&now), "{what}: keeps out {always:?}, lets in {now:?}");
        assert!(!scene.holds_canary(), "{what}: a password in a file");
    }

    fn judge_answer(&self, scene: &Scene, call: &Call, fault: Fault, output: &Output, what: &str) {
        if fault == Fault::Kill {
            assert_eq!(output.status.signal().or(output.status.code()), Some(9), "{what}: {output:?}");
            return;
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let is_the_answer = call.line.starts_with("write(1<");
        if text.is_empty() && (is_the_answer || ABOUT_THE_PROCESS.contains(&call.name.as_str())) {
            assert!(!output.status.success(), "{what}: {output:?}");
            return;
        }
        assert!(output.stderr.is_empty(), "{what}: {output:?}");
        let answer: serde_json::Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{what}: {error}: {text}"));
        let has_failed = answer["failed"] == true;
        assert_eq!(output.status.code(), Some(i32::from(has_failed)), "{what}: {text}");
        let now = scene.admitted();
        assert!(has_failed || now == self.after, "{what}: says it is done, lets in {now:?}");
        assert!(answer["changed"] == true || now == self.before, "{what}: says nothing changed: {text}");
    }
}
