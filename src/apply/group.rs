//! A group's name or number → its number.
//!
//! A static binary knows no name service, so what is not in /etc/group is asked
//! of getent, which knows sssd and the like.

use std::fs;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Where getent may be; the caller's PATH is not asked.
const GETENT: [&str; 2] = ["/usr/bin/getent", "/bin/getent"];
/// A directory service that is down answers in its own time, or never.
const PATIENCE: Duration = Duration::from_secs(10);

/// The group's number; `None`: nobody here knows it.
pub(super) fn number_of(group: &str) -> Option<u32> {
    if let Ok(number) = group.parse() {
        return Some(number);
    }
    let known = fs::read("/etc/group").unwrap_or_default();
    number_in(&known, group).or_else(|| GETENT.iter().find_map(|getent| ask(getent, group)))
}

/// The number in the first line of that name: `name:password:number:members`.
fn number_in(lines: &[u8], group: &str) -> Option<u32> {
    lines.split(|byte| *byte == b'\n').find_map(|line| {
        let line = std::str::from_utf8(line).ok()?;
        let mut fields = line.split(':');
        let (name, _, number) = (fields.next()?, fields.next()?, fields.next()?);
        if name == group { number.parse().ok() } else { None }
    })
}

fn ask(getent: &str, group: &str) -> Option<u32> {
    let mut child = Command::new(getent)
        .args(["--", "group", group])
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut output = Vec::new();
    let has_ended = ends_in_time(&mut child);
    // Read after its end: a group with more members than a pipe holds blocks it, and is given up.
    let pipe = child.stdout.take().filter(|_| has_ended)?;
    pipe.take(1 << 20).read_to_end(&mut output).ok()?;
    // Of a service that ignores case the answer's name may differ from ours.
    let line = output.split(|byte| *byte == b'\n').next()?;
    std::str::from_utf8(line).ok()?.split(':').nth(2)?.parse().ok()
}

fn ends_in_time(child: &mut Child) -> bool {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        match child.try_wait() {
            Ok(Some(_)) => return true,
            Ok(None) => thread::sleep(Duration::from_millis(2)),
            Err(_) => break,
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_found_by_number_or_name() {
        assert_eq!(number_of("0"), Some(0));
        assert_eq!(number_of("54321"), Some(54321));
        assert_eq!(number_of("root"), Some(0));
        assert_eq!(number_of("no-such-group-here"), None);
    }

    #[test]
    fn the_first_line_with_just_that_name_counts() {
        let lines = b"a:x:5:b\nab:x:6:\n+:::\nb\nc:x:\nd:x:-1:\nb:x:7:\nb:x:8:\n\xff:x:9:\n";
        for (name, number) in
            [("a", Some(5)), ("ab", Some(6)), ("b", Some(7)), ("c", None), ("d", None), ("e", None)]
        {
            assert_eq!(number_in(lines, name), number, "{name}");
        }
    }

    #[test]
    fn getent_is_asked_where_the_file_does_not_know() {
        let answers: Vec<Option<u32>> = GETENT.iter().map(|getent| ask(getent, "root")).collect();
        assert!(answers.contains(&Some(0)), "{answers:?}");
        assert!(GETENT.iter().all(|getent| ask(getent, "no-such-group-here").is_none()));
    }
}
