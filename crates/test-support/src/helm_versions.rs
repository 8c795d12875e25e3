//! The versions of Helm that suites ask, in one table: what each is asked as, and
//! which versions behave like it.

use std::fs;
use std::path::Path;

/// One version of Helm.
#[derive(Clone, Copy, Debug)]
pub struct TestedHelm {
    /// As `check --helm-version` and `tests/tools/install` take it.
    pub version: &'static str,
    /// The judge that is linked with this Helm, a folder of `tests/judge`.
    pub judge: Option<&'static str>,
    /// Where suites ask the whole program: the variable that names another build
    /// of it than the one that `tests/tools/install` makes.
    pub variable: Option<&'static str>,
    /// The versions that make the same of all values, as `check` calls them.
    pub group: &'static str,
}

const fn row(
    version: &'static str,
    judge: Option<&'static str>,
    variable: Option<&'static str>,
    group: &'static str,
) -> TestedHelm {
    TestedHelm { version, judge, variable, group }
}

/// All of them, the newest first.
pub const ALL: [TestedHelm; 13] = [
    row("4.2.4", Some("v4.2"), Some("HELM_4_2"), "4.2"),
    row("4.1.4", None, Some("HELM_4_1_4"), "4.1.3 and 4.1.4"),
    row("4.1.1", None, Some("HELM_4_1_1"), "4.0 to 4.1.2"),
    row("3.21.4", Some("v3.21"), Some("HELM_3_21"), "3.20.1 to 3.21"),
    row("3.20.0", None, Some("HELM_3_20_0"), "3.19.5 and 3.20.0"),
    row("3.19.4", None, Some("HELM_3_19_4"), "3.19.0 to 3.19.4"),
    row("3.18.6", None, Some("HELM_3_18_6"), "3.18.5 and 3.18.6"),
    row("3.18.4", None, Some("HELM_3_18_4"), "3.17.1 to 3.18.4"),
    row("3.17.4", Some("v3.17"), None, "3.17.1 to 3.18.4"),
    row("3.17.0", None, None, "3.13.1 to 3.17.0"),
    row("3.14.4", Some("v3.14"), Some("HELM_3_14"), "3.13.1 to 3.17.0"),
    row("3.13.0", Some("v3.13"), None, "3.13.0"),
    row("3.12.3", Some("v3.12"), Some("HELM_3_12"), "up to 3.12"),
];

/// The newest of Helm 4.
pub const NEWEST_4: TestedHelm = ALL[0];
/// The newest of Helm 3.
pub const NEWEST_3: TestedHelm = ALL[3];
/// The newest with the old schema library.
pub const OLD_SCHEMA_LIBRARY: TestedHelm = ALL[10];

/// Those that have a judge, with its name; the variable JUDGE names one alone.
pub fn judged() -> impl Iterator<Item = (TestedHelm, &'static str)> {
    let only = std::env::var("JUDGE").ok();
    let judged = ALL.into_iter().filter_map(|helm| Some((helm, helm.judge?)));
    judged.filter(move |(_, judge)| only.as_deref().is_none_or(|only| only == *judge))
}

/// Those that suites start as programs.
pub fn programs() -> impl Iterator<Item = TestedHelm> {
    ALL.into_iter().filter(|helm| helm.variable.is_some())
}

/// One program of each behaviour, the newest that suites start.
pub fn behaviours() -> impl Iterator<Item = TestedHelm> {
    let is_first = |at: usize, helm: &TestedHelm| !programs().take(at).any(|other| other.group == helm.group);
    programs().enumerate().filter(move |(at, helm)| is_first(*at, helm)).map(|(_, helm)| helm)
}

/// The versions of Helm that the `needs:` lines of suites below `folder` name.
pub fn needed_below(folder: &Path) -> Vec<String> {
    let mut needed = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of suites") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            needed.extend(needed_below(&path));
        } else if let Ok(text) = fs::read_to_string(&path) {
            let lines = text.lines().take(40).filter_map(|line| line.split_once(" needs: "));
            let tools = lines.flat_map(|(_, tools)| tools.split_whitespace());
            needed.extend(
                tools
                    .filter_map(|tool| {
                        tool.strip_prefix("helm-")
                            .filter(|version| version.starts_with(|letter: char| letter.is_ascii_digit()))
                    })
                    .map(str::to_owned),
            );
        }
    }
    needed
}

#[cfg(test)]
mod tests {
    use super::*;
    use helm_values::HelmVersion;

    #[test]
    fn suites_need_only_programs_of_the_table() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let needed: Vec<String> =
            ["tests", "crates"].iter().flat_map(|folder| needed_below(&root.join(folder))).collect();
        assert!(!needed.is_empty());
        let known: Vec<&str> = programs().map(|helm| helm.version).collect();
        for version in needed {
            assert!(known.contains(&version.as_str()), "helm-{version} is needed, and is not in the table");
        }
    }

    /// 3.13.0 alone is asked as a library only.
    #[test]
    fn each_behaviour_has_a_program() {
        let groups: std::collections::BTreeSet<&str> = ALL.iter().map(|helm| helm.group).collect();
        let asked: Vec<&str> = behaviours().map(|helm| helm.group).collect();
        assert_eq!((asked.len(), groups.len()), (10, 11), "{asked:?}");
        assert_eq!(groups, asked.into_iter().chain(["3.13.0"]).collect());
    }

    #[test]
    fn one_group_is_one_behaviour() {
        let parsed = |helm: &TestedHelm| HelmVersion::parse(helm.version).expect("a version");
        for one in &ALL {
            for other in &ALL {
                let same = parsed(one).behaves_as(&parsed(other));
                assert_eq!(same, one.group == other.group, "{} and {}", one.version, other.version);
            }
        }
    }

    #[test]
    fn each_judge_is_there() {
        let judges = Path::new(env!("CARGO_MANIFEST_DIR")).join("../helm-values/tests/judge");
        for (helm, judge) in judged() {
            let module = fs::read_to_string(judges.join(judge).join("go.mod")).expect("its module");
            assert!(module.contains(&format!(" v{}", helm.version)), "{judge} is not of {}", helm.version);
        }
    }
}
