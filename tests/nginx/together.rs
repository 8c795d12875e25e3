//! Two runs at once on the same files.

use serde_json::{Value, json};
use std::thread;
use test_support::edge::{Edge, PASSWORD, USERNAME, basic};

const ANOTHER: &str = "Hq2XoC7pNz5WmBe9KuTs4RvA";

#[test]
fn two_runs_at_once_leave_a_pair_that_belongs_together() {
    let edge = Edge::started(basic());
    let another = json!({"username": USERNAME, "password": ANOTHER, "realm": "Another"});
    let open = json!({"auth_type": "none"});
    for (one, other) in [(&basic(), &another), (&basic(), &open), (&another, &open), (&another, &another)] {
        for _ in 0..4 {
            both(&edge, one, other);
            let passes = [edge.write(None), edge.write_with_login(), edge.write(Some((USERNAME, ANOTHER)))];
            let expected = [[401, 204, 401], [401, 401, 204], [204, 204, 204]];
            assert!(expected.contains(&passes), "{passes:?} after {one} and {other}");
            let include = std::fs::read_to_string(edge.include()).expect("our own file");
            assert_eq!(include.contains("\"Another\""), passes == expected[1], "{include}");
            assert_eq!(edge.htpasswd().exists(), passes != expected[2]);
        }
    }
    assert_ne!(PASSWORD, ANOTHER);
}

fn both(edge: &Edge, one: &Value, other: &Value) {
    let answers = thread::scope(|scope| {
        let runs = [one, other].map(|options| scope.spawn(|| edge.module(options.clone())));
        runs.map(|run| run.join().expect("a run that ends"))
    });
    for answer in answers {
        assert!(answer.is_accepted(), "{answer:?}");
    }
}
