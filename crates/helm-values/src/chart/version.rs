//! Chart versions and the ranges that a dependency asks for, as Helm's semver
//! library (Masterminds) compares them.

use std::cmp::Ordering;

/// A version; build metadata does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    numbers: [u64; 3],
    pre: String,
}

impl Version {
    /// Reads `1.2.3-rc.1+build`, `v1.2` and `1`.
    pub(super) fn parse(text: &str) -> Option<Version> {
        let (token, rest) = Token::read(text, |c| c.is_ascii_digit())?;
        if !rest.is_empty() {
            return None;
        }
        token.version()
    }

    fn compare(&self, other: &Version) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => compare_pre(&self.pre, &other.pre),
        })
    }
}

fn compare_pre(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => match (a.parse::<u64>(), b.parse::<u64>()) {
                (Ok(a), Ok(b)) => a.cmp(&b),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => a.cmp(b),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// The parts of a version as they are written; a part may be `x` in a range.
struct Token {
    parts: [String; 3],
    pre: Option<String>,
}

impl Token {
    /// The longest version at the beginning, and what stands after it.
    fn read(text: &str, digit: fn(char) -> bool) -> Option<(Token, &str)> {
        let mut rest = text.strip_prefix('v').unwrap_or(text);
        let mut parts = [String::new(), String::new(), String::new()];
        for (at, part) in parts.iter_mut().enumerate() {
            let numbers = if at == 0 { Some(rest) } else { rest.strip_prefix('.') };
            let Some((number, after)) = numbers.and_then(|rest| take(rest, digit)) else { break };
            number.clone_into(part);
            rest = after;
        }
        if parts[0].is_empty() {
            return None;
        }
        let (pre, rest) = labels(rest, '-');
        let (_, rest) = labels(rest, '+');
        Some((Token { parts, pre }, rest))
    }

    fn version(&self) -> Option<Version> {
        let number = |part: &str| if part.is_empty() { Some(0) } else { part.parse().ok() };
        let [major, minor, patch] = &self.parts;
        let numbers = [number(major)?, number(minor)?, number(patch)?];
        let pre = self.pre.clone().unwrap_or_default();
        let zero_led = |label: &str| {
            label.len() > 1 && label.starts_with('0') && label.bytes().all(|b| b.is_ascii_digit())
        };
        (!pre.split('.').any(zero_led)).then_some(Version { numbers, pre })
    }
}

fn take(text: &str, wanted: fn(char) -> bool) -> Option<(&str, &str)> {
    let end = text.find(|c| !wanted(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// Labels with dots between them after `mark`.
fn labels(text: &str, mark: char) -> (Option<String>, &str) {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let Some((first, mut rest)) = text.strip_prefix(mark).and_then(|rest| take(rest, letter)) else {
        return (None, text);
    };
    let mut label = first.to_owned();
    while let Some((next, after)) = rest.strip_prefix('.').and_then(|rest| take(rest, letter)) {
        label.push('.');
        label.push_str(next);
        rest = after;
    }
    (Some(label), rest)
}

/// Which versions a dependency takes; one that cannot be read takes none.
#[derive(Debug, Default)]
pub(super) struct Range(Option<Vec<Vec<Condition>>>);

impl Range {
    /// Reads `>=1.2 <2 || ^3`.
    pub(super) fn parse(text: &str) -> Range {
        Range(groups(text))
    }

    /// Whether `version` lies in it; nothing takes one that cannot be read.
    /// `pre_by_group`: since Helm 3.19 one pre-release in a group of conditions
    /// lets all of the group look at pre-releases.
    pub(super) fn holds(&self, version: Option<&Version>, pre_by_group: bool) -> bool {
        let (Some(version), Some(groups)) = (version, &self.0) else { return false };
        groups.iter().any(|group| {
            let any_pre = group.iter().any(|condition| !condition.version.pre.is_empty());
            group.iter().all(|condition| {
                let pre = if pre_by_group { any_pre } else { !condition.version.pre.is_empty() };
                condition.holds(version, pre, pre_by_group)
            })
        })
    }
}

#[derive(Debug)]
struct Condition {
    operator: &'static str,
    version: Version,
    any_minor: bool,
    any_patch: bool,
    dirty: bool,
}

const OPERATORS: [&str; 11] = ["=>", "=<", ">=", "<=", "!=", "~>", "=", ">", "<", "~", "^"];

fn space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

fn range_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '|' | 'x' | 'X' | '*')
}

fn groups(range: &str) -> Option<Vec<Vec<Condition>>> {
    if range.len() > 512 {
        return None;
    }
    hyphens(range).split("||").map(group).collect()
}

/// `a - b` is `>= a, <= b `.
fn hyphens(range: &str) -> String {
    let mut text = range.to_owned();
    let mut rest = range;
    while let Some(first) = rest.chars().next() {
        if let Some((from, to, after)) = hyphen(rest) {
            let whole = &rest[..rest.len() - after.len()];
            text = text.replacen(whole, &format!(">= {from}, <= {to} "), 1);
            rest = after;
        } else {
            rest = &rest[first.len_utf8()..];
        }
    }
    text
}

fn hyphen(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.trim_start_matches(space);
    let (_, after) = Token::read(start, range_digit)?;
    let from = &start[..start.len() - after.len()];
    let dash = after.trim_start_matches(space);
    let start = dash.strip_prefix('-')?;
    let trimmed = start.trim_start_matches(space);
    if dash.len() == after.len() || trimmed.len() == start.len() {
        return None;
    }
    let (_, after) = Token::read(trimmed, range_digit)?;
    let to = &trimmed[..trimmed.len() - after.len()];
    Some((from, to, after.trim_start_matches(space)))
}

fn group(text: &str) -> Option<Vec<Condition>> {
    let mut conditions = Vec::new();
    let mut rest = text.trim_start_matches(space);
    loop {
        let (condition, after) = condition(rest)?;
        conditions.push(condition);
        let trimmed = after.trim_start_matches(space);
        if trimmed.is_empty() {
            return Some(conditions);
        }
        let comma = trimmed.strip_prefix(',');
        if comma.is_none() && trimmed.len() == after.len() {
            return None;
        }
        rest = comma.unwrap_or(trimmed).trim_start_matches(space);
    }
}

fn condition(text: &str) -> Option<(Condition, &str)> {
    let operator = OPERATORS.into_iter().find(|operator| text.starts_with(operator)).unwrap_or("");
    let start = text[operator.len()..].trim_start_matches(space);
    let (mut token, rest) = Token::read(start, range_digit)?;
    let any = |part: &str| matches!(part, "" | "x" | "X" | "*");
    let [major, minor, patch] = token.parts.each_ref().map(|part| any(part));
    let (any_minor, any_patch) = (!major && minor, !major && !minor && patch);
    let known = if major {
        0
    } else if minor {
        1
    } else {
        2
    };
    if major || minor || patch {
        token.parts[known..].fill("0".to_owned());
    }
    let version = token.version()?;
    Some((Condition { operator, version, any_minor, any_patch, dirty: major || minor || patch }, rest))
}

impl Condition {
    fn holds(&self, version: &Version, pre: bool, pre_by_group: bool) -> bool {
        let looks_at_pre = pre || version.pre.is_empty();
        let ([major, minor, patch], [own_major, own_minor, own_patch]) =
            (version.numbers, self.version.numbers);
        let order = version.compare(&self.version);
        // Older libraries compare `!=` with a whole version before all else.
        if !looks_at_pre && (pre_by_group || self.dirty || self.operator != "!=") {
            return false;
        }
        match self.operator {
            "!=" => {
                if self.dirty {
                    if major != own_major || (minor != own_minor && !self.any_minor) {
                        return true;
                    }
                    if self.any_minor {
                        return false;
                    }
                    if patch != own_patch && !self.any_patch {
                        return true;
                    }
                    if self.any_patch {
                        return compare_pre(&version.pre, &self.version.pre) != Ordering::Equal;
                    }
                }
                order != Ordering::Equal
            }
            ">" if self.dirty => {
                if major != own_major {
                    major > own_major
                } else if self.any_minor {
                    false
                } else if self.any_patch {
                    minor > own_minor
                } else {
                    order == Ordering::Greater
                }
            }
            ">" => order == Ordering::Greater,
            "<" => order == Ordering::Less,
            ">=" | "=>" => order != Ordering::Less,
            "<=" | "=<" if self.dirty => {
                major < own_major || (major == own_major && (minor <= own_minor || self.any_minor))
            }
            "<=" | "=<" => order != Ordering::Greater,
            "^" => self.caret(version, order),
            "" | "=" if !self.dirty => order == Ordering::Equal,
            _ => self.tilde(version, order),
        }
    }

    fn tilde(&self, version: &Version, order: Ordering) -> bool {
        let ([major, minor, _], [own_major, own_minor, own_patch]) = (version.numbers, self.version.numbers);
        if order == Ordering::Less {
            return false;
        }
        if [own_major, own_minor, own_patch] == [0, 0, 0] && !self.any_minor && !self.any_patch {
            return true;
        }
        major == own_major && (minor == own_minor || self.any_minor)
    }

    fn caret(&self, version: &Version, order: Ordering) -> bool {
        let ([major, minor, patch], [own_major, own_minor, own_patch]) =
            (version.numbers, self.version.numbers);
        if order == Ordering::Less {
            return false;
        }
        if own_major > 0 || self.any_minor {
            return major == own_major;
        }
        if major > 0 {
            return false;
        }
        if own_minor > 0 || self.any_patch {
            return minor == own_minor;
        }
        minor == 0 && patch == own_patch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_what_helm_says_they_hold() {
        let cases = [
            ("", "1.2.3", false),
            ("*", "1.2.3", true),
            ("25.x", "25.21.0", true),
            ("25.x.x", "26.0.0", false),
            ("~1.2", "1.2.9", true),
            ("~1.2", "1.3.0", false),
            ("^0.2.3", "0.2.9", true),
            ("^0.2.3", "0.3.0", false),
            (">=1.0.0 <2.0.0", "1.5.0", true),
            (">=1.0.0, <2.0.0", "2.0.0", false),
            ("1.0 - 2.0", "1.9.9", true),
            ("1.0 - 2.0 || 5", "5.1.0", true),
            ("1.2.3", "v1.2.3", true),
            ("1.2.3", "1.2.3+build", true),
            (">=1.0.0", "1.1.0-rc.1", false),
            (">=1.0.0-0", "1.1.0-rc.1", true),
            ("!=1.x", "1.2.0", false),
            ("nonsense", "1.2.0", false),
            ("1.2.3.4", "1.2.3", false),
        ];
        for (range, version, holds) in cases {
            let answer = Range::parse(range).holds(Version::parse(version).as_ref(), true);
            assert_eq!(answer, holds, "{version} in {range}");
        }
    }
}
