//! The same values, asked of every kind of Helm there is.

use super::report::{Finding, Judgement};
use super::trento;
use super::{judging, warnings};
use crate::policy::refusal::{At, Warning, WarningCode};
use helm_values::{Coalesced, Error, HelmVersion, Inputs, coalesce_for};
use std::sync::{Arc, LazyLock};

/// One Helm of each behaviour, and which versions share it.
const KINDS: &[(&str, &str)] = &[
    ("3.12.3", "up to 3.12"),
    ("3.13.0", "3.13.0"),
    ("3.14.4", "3.13.1 to 3.17.0"),
    ("3.18.4", "3.17.1 to 3.18.4"),
    ("3.18.6", "3.18.5 and 3.18.6"),
    ("3.19.4", "3.19.0 to 3.19.4"),
    ("3.20.0", "3.19.5 and 3.20.0"),
    ("3.21", "3.20.1 to 3.21"),
    ("4.1.2", "4.0 to 4.1.2"),
    ("4.1.4", "4.1.3 and 4.1.4"),
    ("4.2", "4.2"),
];

static VERSIONS: LazyLock<Vec<HelmVersion>> =
    LazyLock::new(|| KINDS.iter().map(|(version, _)| helm_version(version)).collect());

/// The values as the Helm that was asked for sees them, and a warning where
/// Helm versions disagree about the verdict.
pub(super) fn layered(inputs: Inputs) -> (Result<Arc<Coalesced>, Error>, Option<Finding>) {
    let mut versions = VERSIONS.clone();
    let own = versions.iter().position(|version| version.behaves_as(&inputs.version));
    let own = own.expect("every Helm behaves as one of the kinds");
    versions[own] = inputs.version;
    let mut all = coalesce_for(&trento::for_verdicts(inputs), &versions);
    let disagreement = disagreement(&all, own);
    (all.swap_remove(own), disagreement)
}

/// `all` as the kinds see them. Most values are the same to all of them, and what
/// is the same as `own` needs no verdict of its own.
fn disagreement(all: &[Result<Arc<Coalesced>, Error>], own: usize) -> Option<Finding> {
    if all.iter().all(|other| says_the_same(other, &all[own])) {
        return None;
    }
    let mut verdicts: Vec<(&str, Vec<&str>)> = Vec::new();
    for (layered, (_, shared_by)) in all.iter().zip(KINDS) {
        let verdict = verdict(layered);
        match verdicts.iter_mut().find(|(known, _)| *known == verdict) {
            Some((_, versions)) => versions.push(shared_by),
            None => verdicts.push((verdict, vec![shared_by])),
        }
    }
    (verdicts.len() > 1).then(|| warning(&verdicts))
}

/// Whether both get the same verdict without asking for it.
fn says_the_same(one: &Result<Arc<Coalesced>, Error>, other: &Result<Arc<Coalesced>, Error>) -> bool {
    match (one, other) {
        (Ok(one), Ok(other)) => {
            Arc::ptr_eq(one, other) || one.values == other.values && one.sub_charts == other.sub_charts
        }
        (Err(_), Err(_)) => true,
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    }
}

fn helm_version(version: &str) -> HelmVersion {
    HelmVersion::parse(version).expect("a version of Helm")
}

fn verdict(layered: &Result<Arc<Coalesced>, Error>) -> &'static str {
    match judging::judged(layered.as_deref()).0 {
        Judgement::Accepted { .. } => "accepted",
        Judgement::Refused { .. } => "refused",
        Judgement::Unknown(_) => "not read",
    }
}

fn warning(verdicts: &[(&str, Vec<&str>)]) -> Finding {
    let parts: Vec<String> =
        verdicts.iter().map(|(verdict, versions)| format!("{verdict} by {}", versions.join(", "))).collect();
    let statement = format!(
        "versions of Helm disagree about these values, {}; write them without nulls and as one document, or choose your Helm by --helm-version",
        parts.join(", but ")
    );
    warnings::finding(Warning::new(WarningCode::HelmVersionsDisagree, statement, At::Nowhere), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each release there is up to 3.21 and 4.2, and some to come.
    #[test]
    fn every_helm_behaves_as_one_of_the_kinds() {
        for major in [3, 4] {
            for (minor, patch) in (0..30).flat_map(|minor| (0..12).map(move |patch| (minor, patch))) {
                let version = helm_version(&format!("{major}.{minor}.{patch}"));
                let like = KINDS.iter().filter(|(kind, _)| version.behaves_as(&helm_version(kind))).count();
                assert_eq!(like, 1, "{version}");
            }
        }
    }

    #[test]
    fn the_kinds_are_called_by_the_versions_that_share_them() {
        for (version, called) in [
            ("3.7.2", "up to 3.12"),
            ("3.12.3", "up to 3.12"),
            ("3.13.0", "3.13.0"),
            ("3.13.1", "3.13.1 to 3.17.0"),
            ("3.17.0", "3.13.1 to 3.17.0"),
            ("3.17.1", "3.17.1 to 3.18.4"),
            ("3.18.4", "3.17.1 to 3.18.4"),
            ("3.18.5", "3.18.5 and 3.18.6"),
            ("3.18.6", "3.18.5 and 3.18.6"),
            ("3.19.0", "3.19.0 to 3.19.4"),
            ("3.19.5", "3.19.5 and 3.20.0"),
            ("3.20.0", "3.19.5 and 3.20.0"),
            ("3.20.1", "3.20.1 to 3.21"),
            ("4.0.0", "4.0 to 4.1.2"),
            ("4.1.3", "4.1.3 and 4.1.4"),
            ("4.2.0", "4.2"),
        ] {
            let kind = KINDS.iter().find(|(kind, _)| helm_version(version).behaves_as(&helm_version(kind)));
            assert_eq!(kind.map(|(_, shared_by)| *shared_by), Some(called), "{version}");
        }
    }
}
