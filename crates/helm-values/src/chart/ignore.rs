//! A folder's `.helmignore` ─▶ which of its files Helm does not see.

use std::str::Chars;

/// The rules of one `.helmignore`, with Helm's own.
pub(super) struct Rules(Vec<Rule>);

struct Rule {
    pattern: Vec<GlobPart>,
    negated: bool,
    only_folders: bool,
    whole_path: bool,
}

/// What Go's `bufio.Scanner` holds: from this many bytes on a line is too long for Helm.
const TOO_LONG: usize = 64 << 10;

impl Rules {
    /// Reads the rules; nothing where Helm refuses one.
    pub(super) fn parse(bytes: &[u8]) -> Option<Rules> {
        if bytes.split(|byte| *byte == b'\n').any(|line| line.len() >= TOO_LONG) {
            return None;
        }
        let text = String::from_utf8_lossy(bytes);
        let lines = text.strip_prefix('\u{feff}').unwrap_or(&text).lines();
        let mut rules = Vec::new();
        for line in lines.chain(["templates/.?*"]) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if line.contains("**") {
                return None;
            }
            pieces(line)?;
            rules.push(Rule::new(line)?);
        }
        Some(Rules(rules))
    }

    /// Whether the file or folder at `path`, seen from the chart, is ignored.
    pub(super) fn ignore(&self, path: &str, is_folder: bool) -> bool {
        for rule in &self.0 {
            let meets = || rule.meets(path);
            if rule.negated {
                if (rule.only_folders && !is_folder) || !meets() {
                    return true;
                }
            } else if (!rule.only_folders || is_folder) && meets() {
                return true;
            }
        }
        false
    }
}

impl Rule {
    fn new(line: &str) -> Option<Rule> {
        let (negated, line) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let (only_folders, line) = line.strip_suffix('/').map_or((false, line), |rest| (true, rest));
        let whole_path = line.contains('/');
        let pattern = pieces(line.strip_prefix('/').unwrap_or(line))?;
        Some(Rule { pattern, negated, only_folders, whole_path })
    }

    fn meets(&self, path: &str) -> bool {
        let name = if self.whole_path { path } else { path.rsplit('/').next().unwrap_or(path) };
        matches(&self.pattern, &name.chars().collect::<Vec<_>>())
    }
}

/// One piece of a shell pattern as Go's `filepath.Match` reads it.
enum GlobPart {
    /// Any run of characters but `/`.
    Run,
    /// One character but `/`.
    One,
    /// One character of these ranges, or not of them.
    Class { ranges: Vec<(char, char)>, negated: bool },
    /// This character.
    Plain(char),
}

impl GlobPart {
    fn meets(&self, c: char) -> bool {
        match self {
            GlobPart::Run => false,
            GlobPart::One => c != '/',
            GlobPart::Class { ranges, negated } => {
                ranges.iter().any(|&(low, high)| (low..=high).contains(&c)) != *negated
            }
            GlobPart::Plain(plain) => c == *plain,
        }
    }
}

/// The pieces of a pattern; nothing where it is bad.
fn pieces(pattern: &str) -> Option<Vec<GlobPart>> {
    let mut rest = pattern.chars();
    let mut pieces = Vec::new();
    while let Some(c) = rest.next() {
        pieces.push(match c {
            '*' => GlobPart::Run,
            '?' => GlobPart::One,
            '[' => class(&mut rest)?,
            '\\' => GlobPart::Plain(rest.next()?),
            plain => GlobPart::Plain(plain),
        });
    }
    Some(pieces)
}

/// A class, after its opening bracket.
fn class(rest: &mut Chars) -> Option<GlobPart> {
    let negated = rest.as_str().starts_with('^');
    if negated {
        rest.next();
    }
    let mut ranges = Vec::new();
    loop {
        if !ranges.is_empty() && rest.as_str().starts_with(']') {
            rest.next();
            return Some(GlobPart::Class { ranges, negated });
        }
        let low = member(rest)?;
        let is_range = rest.as_str().starts_with('-');
        if is_range {
            rest.next();
        }
        ranges.push((low, if is_range { member(rest)? } else { low }));
    }
}

fn member(rest: &mut Chars) -> Option<char> {
    match rest.next()? {
        '-' | ']' => None,
        '\\' => rest.next(),
        c => Some(c),
    }
}

/// Goes back to the last run only, as Go does: no pattern takes long.
fn matches(pieces: &[GlobPart], name: &[char]) -> bool {
    let (mut piece, mut at) = (0, 0);
    let mut last_run: Option<(usize, usize)> = None;
    loop {
        let meets = match pieces.get(piece) {
            Some(GlobPart::Run) => {
                piece += 1;
                last_run = Some((piece, at));
                continue;
            }
            Some(other) => name.get(at).is_some_and(|&c| other.meets(c)),
            None if at == name.len() => return true,
            None => false,
        };
        if meets {
            piece += 1;
            at += 1;
            continue;
        }
        match last_run {
            Some((after, from)) if name.get(from).is_some_and(|&c| c != '/') => {
                last_run = Some((after, from + 1));
                (piece, at) = (after, from + 1);
            }
            Some(_) | None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_read_as_helm_reads_them() {
        let rules =
            Rules::parse(b"# a comment\n*.swp\n/top.txt\nfolder/\nsub/*.md\n").expect("they are good");
        for (path, is_folder, ignored) in [
            ("a.swp", false, true),
            ("deep/a.swp", false, true),
            ("top.txt", false, true),
            ("deep/top.txt", false, false),
            ("folder", true, true),
            ("folder", false, false),
            ("sub/x.md", false, true),
            ("sub/deep/x.md", false, false),
            ("templates/.hidden", false, true),
            ("values.yaml", false, false),
        ] {
            assert_eq!(rules.ignore(path, is_folder), ignored, "{path}");
        }
        assert!(Rules::parse(b"a/**/b").is_none());
        assert!(Rules::parse(b"[a").is_none());
    }

    /// Seen with Helm 4.2: 65,535 bytes are taken, 65,536 are "token too long".
    #[test]
    fn a_line_is_as_long_as_helm_takes_it() {
        for end in ["", "\n", "\na\n"] {
            for (length, is_taken) in [(65_535, true), (65_536, false), (65_537, false)] {
                let text = format!("a\n{}{end}", "#".repeat(length));
                assert_eq!(Rules::parse(text.as_bytes()).is_some(), is_taken, "{length} {end:?}");
            }
        }
    }
}
