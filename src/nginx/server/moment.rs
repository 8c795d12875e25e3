//! File times and process times on one clock: nanoseconds since boot.
//!
//! A file's ctime is on the real-time clock, which jumps when it is set; a
//! process' start is counted since boot in ticks. Both are coarse, so
//! [`Moment::may_precede`] speaks of what is certain.

use rustix::time::{ClockId, Timespec, clock_gettime};
use std::thread;
use std::time::Duration;

/// One of `starttime`'s ticks: `USER_HZ` is 100 on every Linux that Rust builds for.
const TICK: i64 = NANOSECONDS / 100;
const NANOSECONDS: i64 = 1_000_000_000;

/// A file's time may lag its change by one tick of the slowest kernel.
const LAG: i64 = TICK;

/// A point in time of this boot; before it where negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64);

impl Moment {
    /// When a file with this ctime changed. A ctime to come is one from before
    /// the clock was set back: that file may have changed just now.
    pub fn from_ctime(ctime_seconds: i64, ctime_nanoseconds: i64) -> Self {
        let (now, boot) = (read(ClockId::Realtime), read(ClockId::Boottime));
        let ctime = ctime_seconds.saturating_mul(NANOSECONDS).saturating_add(ctime_nanoseconds);
        Self(ctime.min(now).saturating_sub(now.saturating_sub(boot)))
    }

    /// Now.
    pub fn now() -> Self {
        Self(read(ClockId::Boottime))
    }

    /// When a process began whose `starttime` this is: at most a tick later.
    pub(super) fn from_ticks(ticks: u64) -> Self {
        Self(i64::try_from(ticks).unwrap_or(i64::MAX).saturating_mul(TICK))
    }

    /// Whether what began here may have begun before `change`.
    pub(super) fn may_precede(self, change: Moment) -> bool {
        self.0 < change.0.saturating_add(LAG)
    }

    /// Returns when whatever begins from now on certainly began after this change: two ticks
    /// at most, since no change is to come.
    pub(super) fn let_pass(self) {
        let missing = self.0.saturating_add(LAG + TICK).saturating_sub(Self::now().0);
        let missing = u64::try_from(missing).unwrap_or(0);
        thread::sleep(Duration::from_nanos(missing));
    }
}

fn read(clock: ClockId) -> i64 {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(clock);
    tv_sec.saturating_mul(NANOSECONDS).saturating_add(tv_nsec)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;
    use test_support::folder::Folder;

    fn changed_now() -> Moment {
        let folder = Folder::new();
        let metadata = std::fs::metadata(folder.file("changed", "x")).expect("our own file");
        Moment::from_ctime(metadata.ctime(), metadata.ctime_nsec())
    }

    #[test]
    fn a_change_is_dated_between_the_moments_around_it() {
        let before = Moment::now();
        let change = changed_now();
        let after = Moment::now();
        let slack = 1_000_000;
        assert!(
            before.0 - LAG - slack < change.0 && change.0 < after.0 + slack,
            "{before:?} {change:?} {after:?}"
        );
    }

    #[test]
    fn what_begins_after_a_change_was_let_pass_is_certainly_later() {
        for _ in 0..20 {
            let change = changed_now();
            change.let_pass();
            let mut child = std::process::Command::new("true").spawn().expect("a program");
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).expect("our own child");
            child.wait().expect("our own child");
            let ticks = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(19));
            let began = Moment::from_ticks(ticks.expect("a field").parse().expect("a number"));
            assert!(!began.may_precede(change), "{began:?} {change:?}");
        }
    }

    #[test]
    fn what_is_within_a_tick_may_precede() {
        let change = Moment(5 * TICK + 3);
        assert!(Moment::from_ticks(5).may_precede(change));
        assert!(Moment::from_ticks(6).may_precede(change));
        assert!(!Moment::from_ticks(7).may_precede(change));
        assert!(!Moment::from_ticks(6).may_precede(Moment(5 * TICK)));
    }

    #[test]
    fn a_time_to_come_counts_as_now() {
        let change = Moment::from_ctime(i64::MAX, 0);
        assert!(change <= Moment::now());
        assert!(Moment::from_ticks(1).may_precede(change));
    }

    #[test]
    fn a_time_long_before_boot_is_before_everything() {
        assert!(!Moment::from_ticks(2).may_precede(Moment::from_ctime(0, 0)));
        assert!(!Moment::from_ticks(2).may_precede(Moment::from_ctime(i64::MIN, i64::MIN)));
    }
}
