//! Ports for programs that are started and bind them by themselves.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below those that Linux gives to whoever asks for any port or connects to somebody
/// (`ip_local_port_range`, from 32768), so that nobody gets one by chance.
const FIRST: u16 = 12_000;
const COUNT: u16 = 20_000;
/// How far processes with neighbouring numbers begin from each other.
const DISTANCE: u32 = 250;

/// A port at which nobody listens. No other test of this process gets it, so that a
/// program that starts late is not taken for another one, or its port for a dead one.
pub fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() * DISTANCE % u32::from(COUNT)).expect("below COUNT");
    (0..COUNT)
        .map(|_| FIRST + (first + GIVEN.fetch_add(1, Ordering::Relaxed)) % COUNT)
        .find(|&port| TcpListener::bind(("127.0.0.1", port)).is_ok())
        .expect("a free port")
}
