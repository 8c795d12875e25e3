//! A password → the bcrypt cost of its hash; a cost → what one worker carries.
//!
//! nginx hashes on every request, in the worker's event loop: a high cost
//! stalls all other requests. It protects a guessable password whose hash
//! leaked, and adds nothing to a generated one (NIST SP 800-63B 5.1.2.2,
//! OWASP ASVS 6.5.2). No clock here: capacity is a table.

use super::generated;

/// What `auto` gives a password that looks generated: the least that bcrypt,
/// nginx, Traefik and htpasswd all take.
const FOR_GENERATED: u32 = 4;
/// What `auto` gives every other one.
const FOR_OTHERS: u32 = 10;

/// The cost of one password's hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    /// 4 to 15.
    pub(crate) factor: u32,
    /// It is high since the password does not look generated, and nobody asked for it.
    pub(crate) is_precaution: bool,
}

/// The cost that `wanted` names, else the one that fits the password.
pub(crate) fn choose(password: &str, wanted: Option<u32>) -> Cost {
    match wanted {
        Some(factor) => Cost { factor, is_precaution: false },
        None if generated::looks_generated(password) => Cost { factor: FOR_GENERATED, is_precaution: false },
        None => Cost { factor: FOR_OTHERS, is_precaution: true },
    }
}

/// What one nginx worker carries when each request is hashed at one cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Capacity {
    /// Requests with a login that it authenticates in a second, busy with nothing else.
    pub(crate) requests_per_second: f64,
    /// Agents that write every 15 seconds and keep it half busy.
    pub agents_at_15s: u32,
}

/// Requests in ten seconds at cost 4, 5, … 15: measured on nginx 1.22 with
/// libxcrypt on a slow core (each step doubles the work); 13 to 15 are halved.
const IN_TEN_SECONDS: [u32; 12] = [7680, 4460, 2200, 1120, 570, 300, 148, 70, 35, 17, 8, 4];

/// The capacity at a cost of 4 to 15; a cost beyond counts as the nearest.
pub(crate) fn capacity(factor: u32) -> Capacity {
    let step = factor.clamp(4, 15) - 4;
    let in_ten_seconds = IN_TEN_SECONDS[step as usize];
    // 15 seconds of a worker, half of it: 0.75 times what it does in ten.
    Capacity { requests_per_second: f64::from(in_ten_seconds) / 10.0, agents_at_15s: in_ten_seconds * 3 / 4 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_password_gets_a_low_cost_and_every_other_a_high_one() {
        for (password, factor) in [
            ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd", 4),
            ("mFvGq4wUe8Zx1TbLs7Ro3Ny6", 4),
            ("correct horse battery staple", 10),
            ("hunter2", 10),
            ("", 10),
        ] {
            let cost = choose(password, None);
            assert_eq!((cost.factor, cost.is_precaution), (factor, factor == 10), "{password}");
        }
    }

    #[test]
    fn a_cost_that_was_asked_for_is_taken_without_a_word() {
        assert_eq!(choose("hunter2", Some(5)), Cost { factor: 5, is_precaution: false });
        assert_eq!(choose("hunter2", Some(10)), Cost { factor: 10, is_precaution: false });
    }

    #[test]
    fn capacity_falls_with_each_step_and_is_never_nothing() {
        let all: Vec<Capacity> = (4..=15).map(capacity).collect();
        assert!(all.windows(2).all(|two| two[0].agents_at_15s > two[1].agents_at_15s), "{all:?}");
        assert!(all.iter().all(|capacity| capacity.requests_per_second > 0.0 && capacity.agents_at_15s > 0));
        assert_eq!(capacity(4), Capacity { requests_per_second: 768.0, agents_at_15s: 5760 });
        assert_eq!(capacity(5), Capacity { requests_per_second: 446.0, agents_at_15s: 3345 });
        assert_eq!(capacity(10), Capacity { requests_per_second: 14.8, agents_at_15s: 111 });
    }
}
