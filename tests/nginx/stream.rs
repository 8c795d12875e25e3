//! A change under a steady stream of valid logins: an agent drops its samples
//! on any 4xx, so it must never see one.

use serde_json::json;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use test_support::edge::{Connection, Edge, PASSWORD, USERNAME, basic};

const LOGIN: Option<(&str, &str)> = Some((USERNAME, PASSWORD));

/// The statuses that requests get while `work` goes on: half of them on a
/// connection that is kept, as agents do.
fn seen_during(edge: &Edge, work: impl FnOnce()) -> BTreeMap<u16, u32> {
    let is_over = AtomicBool::new(false);
    let fresh = || {
        let mut seen = Vec::new();
        while !is_over.load(Ordering::Relaxed) {
            seen.push(edge.write(LOGIN));
        }
        seen
    };
    let kept = || {
        let (mut seen, mut connection) = (Vec::new(), None::<Connection>);
        while !is_over.load(Ordering::Relaxed) {
            let mut open = connection.take().unwrap_or_else(|| edge.connect());
            // A server may close between two requests; then nothing was answered, and the agent asks again.
            if let Some(status) = open.write(LOGIN) {
                seen.push(status);
                connection = Some(open);
            }
        }
        seen
    };
    let all = thread::scope(|scope| {
        let streams = [scope.spawn(fresh), scope.spawn(kept)];
        work();
        is_over.store(true, Ordering::Relaxed);
        streams.map(|stream| stream.join().expect("a stream that ends"))
    });
    let mut counts = BTreeMap::new();
    for status in all.into_iter().flatten() {
        *counts.entry(status).or_default() += 1;
    }
    counts
}

#[test]
fn nobody_with_a_login_is_turned_away_while_it_is_opened_and_shut() {
    let edge = Edge::started(basic());
    let open = json!({"auth_type": "none"});
    let mut rounds = 0;
    let seen = seen_during(&edge, || {
        for _ in 0..6 {
            for options in [open.clone(), basic()] {
                let answer = edge.module(options);
                assert!(answer.is_accepted() && answer.keys["changed"] == true, "{answer:?}");
                rounds += 1;
            }
        }
    });
    assert_eq!(rounds, 12);
    assert_eq!(seen.keys().collect::<Vec<_>>(), [&204], "{seen:?}");
    assert!(seen[&204] > 100, "{seen:?}");
}

#[test]
fn nobody_is_turned_away_while_another_login_comes_and_goes() {
    let edge = Edge::started(basic());
    let mut both = basic();
    both["other_users"] = json!([{"username": "second", "password": "kd83JsQ0xPzW72bvTRm5LcYh"}]);
    let seen = seen_during(&edge, || {
        for _ in 0..10 {
            for options in [both.clone(), basic()] {
                let answer = edge.module(options);
                assert!(answer.is_accepted() && answer.keys["changed"] == true, "{answer:?}");
            }
        }
    });
    assert_eq!(seen.keys().collect::<Vec<_>>(), [&204], "{seen:?}");
}
