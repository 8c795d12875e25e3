//! The configuration as we read it beside a running nginx: what the reading says
//! of a request without a login, and what nginx answers.
//!
//! `generate` makes configurations by chance, `world` serves and asks them,
//! `compare` looks for differences, `cases` holds those that were ever found and
//! the traps that people fall into. `CONFIGURATIONS` says how many are made
//! (2,000), `SEED` where they begin; `KEEP` leaves the last one's folder.
//!
//! needs: nginx

mod cases;
mod compare;
mod generate;
mod hostile;
mod world;

use compare::Tally;
use std::thread;
use test_support::chance::{Chance, number};
use world::World;

#[test]
fn what_the_reading_says_is_what_nginx_does() {
    let (count, seed) = (number("CONFIGURATIONS", 2000), number("SEED", 1));
    let mut tally = Tally::default();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..4_u64)
            .map(|offset| {
                scope.spawn(move || {
                    let (world, mut tally) = (World::new(), Tally::default());
                    for case in (seed + offset..seed + count).step_by(4) {
                        let mut chance = Chance::new(case, 1);
                        let files = generate::configuration(&mut chance);
                        let asks = generate::requests(&mut chance, &files);
                        tally.serve(&world, &files, &asks, &format!("SEED={case} CONFIGURATIONS=1"));
                        if case % 20 == 0 && world.dump().starts_with(b"#") {
                            assert!(world.read().is_dumped_as(&world.dump()), "SEED={case}: nginx -T");
                        }
                    }
                    tally
                })
            })
            .collect();
        for thread in threads {
            tally.add(thread.join().expect("no panic"));
        }
    });
    let differences = std::mem::take(&mut tally.differences);
    let shown: Vec<&str> = differences.iter().take(20).map(String::as_str).collect();
    assert!(differences.is_empty(), "{} differences, {tally:?}\n{}", differences.len(), shown.join("\n"));
    if count < 500 {
        return;
    }
    assert!(tally.refused * 20 < tally.configurations, "nginx refuses too many: {tally:?}");
    assert!(tally.not_judged * 10 < tally.requests(), "too few are judged: {tally:?}");
    let least = tally.requests() / 20;
    assert!(tally.passed > least && tally.asked > least && tally.shut > least, "{tally:?}");
}
