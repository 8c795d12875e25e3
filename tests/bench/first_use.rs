//! Documents of Helm values, JSON, one a file → the microseconds in which the
//! policy is asked for the first time in this process, and for the second.

use anyhow::{Context, Result};
#[cfg(target_env = "musl")]
use remote_write_auth::allocator::Allocator;
use remote_write_auth::policy::judge;
use std::io::Write;
use std::time::Instant;

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: Allocator = Allocator::new();

fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).context("name a file of values, in JSON")?;
    let text = std::fs::read(&path).with_context(|| path.display().to_string())?;
    let document = serde_json::from_slice(&text).with_context(|| path.display().to_string())?;
    let microseconds = || {
        let start = Instant::now();
        let verdict = std::hint::black_box(judge(std::hint::black_box(&document)));
        let taken = start.elapsed().as_nanos();
        drop(verdict);
        f64::from(u32::try_from(taken).unwrap_or(u32::MAX)) / 1000.0
    };
    let (first, second) = (microseconds(), microseconds());
    writeln!(std::io::stdout(), "{first} {second}").context("nobody reads")
}
