//! A Helm version ─▶ how it behaves where versions differ.

use crate::chart::VersionDifferences;
use std::fmt;

/// The behaviour of one Helm version: what it does with nulls, with several
/// documents in a file and with its flags.
///
/// ```
/// use helm_values::HelmVersion;
///
/// let version = HelmVersion::parse("v3.19.4").expect("a version of Helm 3");
/// assert!(version.behaves_as(&HelmVersion::parse("3.19.0").expect("another one")));
/// assert!(!version.behaves_as(&HelmVersion::NEWEST));
/// assert_eq!(version.to_string(), "3.19.4");
/// assert_eq!(HelmVersion::parse("2.17"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one difference between versions")]
pub struct HelmVersion {
    /// How nulls delete.
    pub(crate) nulls: Nulls,
    /// Which documents of a values file count.
    pub(crate) every_document: bool,
    /// `--set-json '{…}'`, a whole object in place of `key=json`.
    pub(crate) set_json_object: bool,
    /// `--set a[0` is taken for `a[0]`, since an end that is wrapped in another
    /// error is an end, too.
    pub(crate) end_in_index_is_success: bool,
    /// Two aliases of one chart do not share what its Chart.yaml names.
    pub(crate) copies_dependencies: bool,
    /// An import-values path that is not text is printed as one; it crashed before.
    pub(crate) prints_import_paths: bool,
    /// One pre-release in a group of version conditions opens all of the group.
    pub(crate) pre_releases_by_group: bool,
    version: (u16, u16, u16),
}

/// How a null in one layer deletes what stands below it. Each variant is named
/// after the first version that had it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Nulls {
    /// 3.12 and before: everywhere, also where values are imported.
    V3_7_2,
    /// Nulls stay in what a chart imports, and what it imports overrules its own.
    V3_13_0,
    /// What a chart imports does not.
    V3_13_1,
    /// A user's nulls reach into sub-charts.
    V3_17_1,
    /// A null for a key that the chart does not know goes away.
    V3_19_5,
    /// It stays, and a sub-chart's own null stays, too.
    V3_20_1,
    /// A chart's own null goes away.
    V4_2_0,
}

impl HelmVersion {
    /// The newest Helm that is known here.
    pub const NEWEST: HelmVersion = HelmVersion::from_numbers((4, 2, u16::MAX));

    /// The behaviour of `3.21`, `v4.2.4` and the like; without a patch number
    /// the last patch of that minor. Nothing for other majors than 3 and 4.
    pub fn parse(text: &str) -> Option<HelmVersion> {
        let mut parts = text.strip_prefix('v').unwrap_or(text).splitn(3, '.');
        let number = |part: Option<&str>, absent: Option<u16>| match part {
            None => absent,
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok(),
            Some(_) => None,
        };
        let major = number(parts.next(), None)?;
        let minor = number(parts.next(), Some(u16::MAX))?;
        let patch = number(parts.next(), Some(u16::MAX))?;
        (major == 3 || major == 4).then(|| HelmVersion::from_numbers((major, minor, patch)))
    }

    /// Whether the two versions make the same of everything.
    pub fn behaves_as(&self, other: &HelmVersion) -> bool {
        HelmVersion { version: other.version, ..*self } == *other
    }

    /// Whether the two versions make the same of what was read, where only
    /// `differences` can show.
    pub(crate) fn coalesces_as(&self, other: &HelmVersion, differences: VersionDifferences) -> bool {
        let VersionDifferences { nulls, copies, imports, defaults, conditions } = differences;
        let shares_defaults = |version: &HelmVersion| version.nulls < Nulls::V3_13_0;
        let imports_over = |version: &HelmVersion| version.nulls == Nulls::V3_13_0;
        (!nulls || self.nulls == other.nulls)
            && (!(defaults || copies || imports) || shares_defaults(self) == shares_defaults(other))
            && (!imports || imports_over(self) == imports_over(other))
            && (!copies || self.copies_dependencies == other.copies_dependencies)
            && (!imports || self.prints_import_paths == other.prints_import_paths)
            && (!conditions || self.pre_releases_by_group == other.pre_releases_by_group)
    }

    const fn from_numbers(version: (u16, u16, u16)) -> HelmVersion {
        let (major, minor, patch) = version;
        let helm_4 = major >= 4;
        let nulls = match (helm_4, minor, patch) {
            (true, 0, _) | (true, 1, ..=2) => Nulls::V3_19_5,
            (true, 1, _) => Nulls::V3_20_1,
            (true, _, _) => Nulls::V4_2_0,
            (false, ..=12, _) => Nulls::V3_7_2,
            (false, 13, 0) => Nulls::V3_13_0,
            (false, ..=16, _) | (false, 17, 0) => Nulls::V3_13_1,
            (false, ..=18, _) | (false, 19, ..=4) => Nulls::V3_17_1,
            (false, 19, _) | (false, 20, 0) => Nulls::V3_19_5,
            (false, _, _) => Nulls::V3_20_1,
        };
        HelmVersion {
            nulls,
            every_document: helm_4,
            set_json_object: helm_4,
            end_in_index_is_success: helm_4,
            copies_dependencies: helm_4,
            prints_import_paths: helm_4 || minor > 18 || (minor == 18 && patch >= 5),
            pre_releases_by_group: helm_4 || minor >= 19,
            version,
        }
    }
}

impl Default for HelmVersion {
    fn default() -> Self {
        HelmVersion::NEWEST
    }
}

impl fmt::Display for HelmVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor, patch) = self.version;
        match (minor, patch) {
            (u16::MAX, _) => write!(f, "{major}"),
            (_, u16::MAX) => write!(f, "{major}.{minor}"),
            (_, _) => write!(f, "{major}.{minor}.{patch}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_behave_as_the_release_that_changed_it() {
        let nulls = |version| HelmVersion::parse(version).map(|version| version.nulls);
        for (version, expected) in [
            ("3.7", Some(Nulls::V3_7_2)),
            ("3.12", Some(Nulls::V3_7_2)),
            ("3.13.0", Some(Nulls::V3_13_0)),
            ("3.13.1", Some(Nulls::V3_13_1)),
            ("3.14.4", Some(Nulls::V3_13_1)),
            ("3.17.0", Some(Nulls::V3_13_1)),
            ("v3.17", Some(Nulls::V3_17_1)),
            ("3.19.4", Some(Nulls::V3_17_1)),
            ("3.19", Some(Nulls::V3_19_5)),
            ("3.20.0", Some(Nulls::V3_19_5)),
            ("3", Some(Nulls::V3_20_1)),
            ("4.1.2", Some(Nulls::V3_19_5)),
            ("4.1", Some(Nulls::V3_20_1)),
            ("4.2.4", Some(Nulls::V4_2_0)),
            ("4", Some(Nulls::V4_2_0)),
            ("2.17", None),
            ("4.x", None),
            ("4.2.4-rc.1", None),
            ("", None),
        ] {
            assert_eq!(nulls(version), expected, "{version}");
        }
    }
}
