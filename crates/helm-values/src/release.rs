//! Everything one release is given ─▶ the values that Helm's schema sees.
//!
//! ```text
//! inputs ─▶ reading (files, flags, charts) ─▶ upgrade (the release before) ─▶ Coalesced
//! ```

mod inputs;
mod reading;
mod upgrade;

pub use inputs::{Inputs, Reuse, Upgrade};
pub use reading::read_values_file;

use super::chart::{SubChart, VersionDifferences};
use super::stack::on_deep_stack;
use super::value::Table;
use super::{ChangedValue, Error, HelmVersion, Warning};
use reading::Reading;
use std::sync::Arc;
use upgrade::Release;

/// The values of one release.
#[derive(Clone, Debug, PartialEq)]
pub struct Coalesced {
    /// What Helm's schema sees at the root chart.
    pub values: Table,
    /// The name in the root chart's Chart.yaml; empty without a chart.
    pub chart: Arc<str>,
    /// The version there.
    pub chart_version: Arc<str>,
    /// Each sub-chart of each chart of the tree, in the order in which Helm comes
    /// to them.
    pub sub_charts: Arc<[SubChart]>,
    /// What Helm does in silence.
    pub warnings: Vec<Warning>,
    /// The values that `--set` and `--set-string` take otherwise than they stand there.
    ///
    /// ```
    /// use helm_values::{Change, Inputs, SetFlag, coalesce};
    ///
    /// let inputs = Inputs { set: vec![r"auth.password=a\b".to_owned()], ..Inputs::default() };
    /// let changed = &coalesce(&inputs)?.changed[0];
    /// assert_eq!((changed.flag, changed.key.as_str()), (SetFlag::Typed, "auth.password"));
    /// assert_eq!(changed.change, Change::LostBackslash);
    /// # Ok::<(), helm_values::Error>(())
    /// ```
    pub changed: Vec<ChangedValue>,
}

/// The values of a release as `helm install`, `upgrade` and `template` make them.
///
/// The tables that come out can be 10,000 deep: walk and drop them
/// [`on_deep_stack`].
///
/// ```
/// use helm_values::{HelmVersion, Inputs, coalesce};
///
/// let folder = std::env::temp_dir().join(format!("helm-values-{}", std::process::id()));
/// std::fs::create_dir_all(&folder).expect("a folder");
/// let file = folder.join("values.yaml");
/// std::fs::write(&file, "server:\n  port: 0123\n").expect("a file");
/// let inputs = Inputs {
///     files: vec![file.display().to_string()],
///     version: HelmVersion::parse("3.21").expect("a version"),
///     ..Inputs::default()
/// };
/// let coalesced = coalesce(&inputs)?;
/// let port = &coalesced.values["server"].as_table().expect("a table")["port"];
/// assert_eq!(port.value, helm_values::Value::Float(83.0)); // YAML 1.1 reads an octal number
/// assert_eq!((port.origin.line, port.origin.column), (2, 3));
/// # std::fs::remove_dir_all(&folder).expect("it is ours");
/// # Ok::<(), helm_values::Error>(())
/// ```
pub fn coalesce(inputs: &Inputs) -> Result<Coalesced, Error> {
    on_deep_stack(|| Release::read(&mut Reading::new(inputs, false), &inputs.version)?.coalesced())
}

/// The values as each of `versions` makes them; `inputs.version` does not count.
///
/// What all of them read the same is read once, and versions that make the same of it
/// share one answer.
///
/// ```
/// use helm_values::{HelmVersion, Inputs, coalesce_for};
///
/// let versions = ["3.21", "4.2"].map(|version| HelmVersion::parse(version).expect("a version"));
/// // Only Helm 4 takes a whole object.
/// let inputs = Inputs { set_json: vec![r#"{"a": 1}"#.to_owned()], ..Inputs::default() };
/// let answers = coalesce_for(&inputs, &versions);
/// assert!(answers[0].is_err() && answers[1].is_ok());
/// ```
pub fn coalesce_for(inputs: &Inputs, versions: &[HelmVersion]) -> Vec<Result<Arc<Coalesced>, Error>> {
    on_deep_stack(|| {
        let mut reading = Reading::new(inputs, versions.len() > 1);
        let mut known = Vec::new();
        versions.iter().map(|version| coalesced_once(&mut reading, version, &mut known)).collect()
    })
}

/// What was coalesced for one version, for the next that would make the same of it.
struct Known {
    release: Release,
    /// What in it could show that versions differ.
    differences: VersionDifferences,
    answer: Result<Arc<Coalesced>, Error>,
}

fn coalesced_once(
    reading: &mut Reading,
    version: &HelmVersion,
    known: &mut Vec<Known>,
) -> Result<Arc<Coalesced>, Error> {
    let reads_the_same = |known: &&Known| known.release.version.coalesces_as(version, known.differences);
    if reading.is_version_independent()
        && let Some(known) = known.iter().find(reads_the_same)
    {
        return known.answer.clone();
    }
    let release = Release::read(reading, version)?;
    if let Some(known) = known.iter().find(|known| known.release.coalesces_as(&release, known.differences)) {
        return known.answer.clone();
    }
    let (differences, answer) = (release.differences(), release.coalesced().map(Arc::new));
    known.push(Known { release, differences, answer: answer.clone() });
    answer
}
