//! A user's or a group's name → numbers.
//!
//! A static binary knows no name service, so what is not in /etc/passwd and
//! /etc/group is asked of getent, which knows sssd and the like.

use crate::nginx::server::WorkerIdentity;
use crate::process;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Where getent may be; the caller's PATH is not asked.
const GETENT: [&str; 2] = ["/usr/bin/getent", "/bin/getent"];
/// A directory service that is down answers in its own time, or never.
const PATIENCE: Duration = Duration::from_secs(10);

/// The group's number; `None`: nobody here knows it.
pub(super) fn group_number(group: &str) -> Option<u32> {
    number("/etc/group", "group", group)
}

/// As whom a worker of this user and this group runs: nginx gives it all groups
/// of the user, too.
pub(super) fn worker_of(user: &str, group: &str) -> Option<WorkerIdentity> {
    let number = number("/etc/passwd", "passwd", user)?;
    let mut groups = vec![group_number(group)?];
    groups.extend(groups_of(&fs::read("/etc/group").unwrap_or_default(), user));
    Some(WorkerIdentity { user: number, groups })
}

fn number(file: &str, database: &str, name: &str) -> Option<u32> {
    if let Ok(number) = name.parse() {
        return Some(number);
    }
    let known = fs::read(file).unwrap_or_default();
    number_in(&known, name).or_else(|| GETENT.iter().find_map(|getent| ask(getent, database, name)))
}

fn lines(text: &[u8]) -> impl Iterator<Item = Vec<&str>> {
    let lines = text.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
    lines.map(|line| line.split(':').collect())
}

/// The number in the first line of that name: `name:password:number:…`.
fn number_in(text: &[u8], name: &str) -> Option<u32> {
    lines(text).find_map(|fields| match fields[..] {
        [found, _, number, ..] if found == name => number.parse().ok(),
        _ => None,
    })
}

/// The groups that name the user as a member: `name:password:number:members`.
fn groups_of(text: &[u8], user: &str) -> Vec<u32> {
    let member = |fields: Vec<&str>| match fields[..] {
        [_, _, number, members] if members.split(',').any(|member| member == user) => number.parse().ok(),
        _ => None,
    };
    lines(text).filter_map(member).collect()
}

fn ask(getent: &str, database: &str, name: &str) -> Option<u32> {
    let output = process::run(Path::new(getent), &["--", database, name], PATIENCE).ok()?;
    // A service that ignores case may answer with another spelling of the name.
    let line = output.stdout.split(|byte| *byte == b'\n').next()?;
    std::str::from_utf8(line).ok()?.split(':').nth(2)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_found_by_number_or_name() {
        assert_eq!(group_number("0"), Some(0));
        assert_eq!(group_number("54321"), Some(54321));
        assert_eq!(group_number("root"), Some(0));
        assert_eq!(group_number("no-such-group-here"), None);
    }

    #[test]
    fn the_first_line_with_just_that_name_counts() {
        let lines = b"a:x:5:b\nab:x:6:\n+:::\nb\nc:x:\nd:x:-1:\nb:x:7:\nb:x:8:\n\xff:x:9:\n";
        for (name, number) in
            [("a", Some(5)), ("ab", Some(6)), ("b", Some(7)), ("c", None), ("d", None), ("e", None)]
        {
            assert_eq!(number_in(lines, name), number, "{name}");
        }
        assert_eq!(groups_of(b"a:x:5:b\nc:x:6:d,b\ne:x:7:bb\nf:x:8:\n", "b"), [5, 6]);
    }

    #[test]
    fn getent_is_asked_where_the_file_does_not_know() {
        for database in ["group", "passwd"] {
            let answers: Vec<Option<u32>> =
                GETENT.iter().map(|getent| ask(getent, database, "root")).collect();
            assert!(answers.contains(&Some(0)), "{answers:?}");
        }
        assert!(GETENT.iter().all(|getent| ask(getent, "group", "no-such-group-here").is_none()));
        assert_eq!(worker_of("root", "root").map(|worker| worker.user), Some(0));
        assert_eq!(worker_of("no-such-user-here", "root"), None);
    }
}
