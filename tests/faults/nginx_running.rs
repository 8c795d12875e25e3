//! The steps between write, test and reload, each gone wrong while a real nginx
//! serves: asked by requests, nobody gets in who does not before or after, who
//! gets in before and after always does, and the next run finishes it. strace
//! disturbs the module alone, never nginx.

use crate::scene::{Admitted, CANARY, NEW, OLD};
use crate::sweep::sweep;
use crate::trace::{Call, Disturbed, Fault, calls, disturbed};
use serde_json::{Value, json};
use std::path::PathBuf;
use test_support::edge::Edge;

const FAULTS: [Fault; 2] = [Fault::Error("EIO"), Fault::Kill];

/// Mostly waiting, so more than one a core.
const WIDTH: usize = 4;

struct Transition {
    name: &'static str,
    before: Option<Value>,
    after: Value,
}

fn transitions() -> [Transition; 3] {
    let login = |(username, password): (&str, &str)| json!({"username": username, "password": password, "bcrypt_cost": 4});
    let none = json!({"auth_type": "none"});
    [
        Transition { name: "nothing to basic", before: None, after: login(NEW) },
        Transition { name: "basic to none", before: Some(login(OLD)), after: none.clone() },
        Transition { name: "none to basic", before: Some(none), after: login(NEW) },
    ]
}

/// What of a run goes wrong. How often it then looks and waits is chance, so
/// calls are counted among those about one thing.
#[derive(Clone, Copy, Debug)]
enum About {
    Files,
    PidFile,
    Processes,
    Programs,
}

impl About {
    const ALL: [About; 4] = [About::Files, About::PidFile, About::Processes, About::Programs];

    fn paths(self, edge: &Edge) -> Vec<PathBuf> {
        let temporary = |name: &str| edge.path(&format!(".{name}.remote-write-auth"));
        match self {
            About::Files => {
                vec![
                    edge.folder.0.clone(),
                    edge.htpasswd(),
                    edge.include(),
                    temporary("htpasswd"),
                    temporary("include"),
                ]
            }
            About::PidFile => vec![edge.path("pid")],
            About::Processes => vec!["/proc".into()],
            About::Programs => Vec::new(),
        }
    }

    fn is_step(self, call: &Call) -> bool {
        let is_one_of = |names: &[&str]| names.contains(&call.name.as_str());
        match self {
            About::Files => is_one_of(&["fsync", "renameat", "unlinkat"]),
            About::PidFile => is_one_of(&["openat", "read"]),
            About::Processes => is_one_of(&["openat", "getdents64"]) && call.count <= 2,
            // The judging thread is not a program; the first wait for one is always made.
            About::Programs => {
                is_one_of(&["memfd_create"])
                    || call.line.contains("CLONE_VFORK")
                    || call.name == "wait4" && call.count == 1
            }
        }
    }
}

/// An nginx that serves what the transition begins with.
fn begin(transition: &Transition) -> Edge {
    let mut edge = Edge::new();
    // A pattern: nginx starts without the file, too.
    edge.configure("include FOLDER/includ[e]; proxy_pass http://127.0.0.1:PORT;");
    if let Some(before) = &transition.before {
        let answer = edge.module(before.clone());
        assert!(answer.is_accepted(), "{}: {answer:?}", transition.name);
    }
    edge.start();
    edge
}

/// Who gets through nginx to Prometheus.
fn admitted(edge: &Edge) -> Admitted {
    let asked = [("anybody", None), ("old", Some(OLD)), ("new", Some(NEW))];
    let gets_in = |login| match edge.write(login) {
        204 => true,
        401 | 403 => false,
        other => panic!("answered {other}"),
    };
    asked.into_iter().filter(|(_, login)| gets_in(*login)).map(|(name, _)| name).collect()
}

struct Sweep {
    transition: Transition,
    before: Admitted,
    after: Admitted,
}

#[test]
fn each_step_between_write_and_reload_may_fail_or_kill_while_nginx_serves() {
    for transition in transitions() {
        let edge = begin(&transition);
        let before = admitted(&edge);
        let answer = edge.module(transition.after.clone());
        assert!(answer.is_accepted(), "{}: {answer:?}", transition.name);
        let after = admitted(&edge);
        assert_ne!(before, after, "{}", transition.name);
        let hit = Sweep { transition, before, after }.run();
        assert!(hit > 40, "only {hit} faults hit");
    }
}

impl Sweep {
    /// How many faults hit.
    fn run(&self) -> usize {
        let mut faults = Vec::new();
        for about in About::ALL {
            let edge = begin(&self.transition);
            let options = edge.options(self.transition.after.clone());
            let steps = calls(&options, &about.paths(&edge)).into_iter().filter(|call| about.is_step(call));
            faults.extend(steps.flat_map(|call| FAULTS.map(|fault| (about, call.clone(), fault))));
        }
        sweep(&faults, WIDTH, |(about, call, fault)| self.hits(*about, call, *fault))
    }

    fn hits(&self, about: About, call: &Call, fault: Fault) -> bool {
        let what = format!("{}, {fault:?} at {about:?}, {call:?}", self.transition.name);
        let edge = begin(&self.transition);
        let master = edge.master();
        let options = edge.options(self.transition.after.clone());
        let Disturbed { output, was_hit } = disturbed(&options, &about.paths(&edge), call, fault);
        if !was_hit {
            return false;
        }
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(!said.contains(CANARY), "{what}: a password in {output:?}");
        let now = admitted(&edge);
        assert!(now.is_subset(&self.before) || now.is_subset(&self.after), "{what}: lets in {now:?}: {said}");
        let always: Admitted = self.before.intersection(&self.after).copied().collect();
        assert!(always.is_subset(&now), "{what}: keeps out {always:?}, lets in {now:?}: {said}");
        if fault != Fault::Kill {
            let answer: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{what}: {output:?}"));
            let is_told = answer["failed"] == true;
            assert!(is_told || now == self.after, "{what}: says it is done, lets in {now:?}: {said}");
        }
        self.is_finished_by_the_next(&edge, &what);
        assert_eq!(edge.master(), master, "{what}: nginx itself was left alone");
        true
    }

    fn is_finished_by_the_next(&self, edge: &Edge, what: &str) {
        let next = edge.module(self.transition.after.clone());
        assert!(next.is_accepted(), "{what}: the next run: {next:?}");
        assert_eq!(admitted(edge), self.after, "{what}: after the next run: {next:?}");
        let last = edge.module(self.transition.after.clone());
        assert!(last.is_accepted() && last.keys["changed"] == false, "{what}: the run after: {last:?}");
        let temporary = |name: &&String| name.ends_with(".remote-write-auth");
        assert_eq!(edge.folder.names().iter().find(temporary), None, "{what}");
    }
}
