//! A group's name or number → its number.
//!
//! A static binary knows no name service, so what is not in /etc/group is asked
//! of getent, which knows sssd and the like.

use crate::policy::refusal::{Code, OptionPath, Refusal};
use crate::process;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Where getent may be; the caller's PATH is not asked.
const GETENT: [&str; 2] = ["/usr/bin/getent", "/bin/getent"];
/// A directory service that is down answers in its own time, or never.
const PATIENCE: Duration = Duration::from_secs(10);

/// Nobody here knows the group.
pub(super) fn not_found() -> Refusal {
    let message = "the group whose member reads the htpasswd file is known neither to /etc/group nor to getent; \
                   install what makes it first, or write the group that nginx workers run as";
    Refusal::new(Code::GroupNotFound, message, OptionPath::new("group"))
}

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
    let output = process::run(Path::new(getent), &["--", "group", group], PATIENCE).ok()?;
    // A service that ignores case may answer with another spelling of the name.
    let line = output.stdout.split(|byte| *byte == b'\n').next()?;
    std::str::from_utf8(line).ok()?.split(':').nth(2)?.parse().ok()
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
