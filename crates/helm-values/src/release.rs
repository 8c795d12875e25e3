//! Everything one release is given ─▶ the values that Helm's schema sees.

mod reading;

use super::chart::Loaded;
use super::chart::dependencies::{Process, kept_in_release};
use super::merge::{Coalescing, Shared, share, unshare};
use super::stack::on_deep_stack;
use super::tree::{Table, Value};
use super::{Error, HelmVersion, Warning};
use reading::Reading;
use std::path::PathBuf;
use std::rc::Rc;

/// Where one release's values come from, as on Helm's command line.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// `-f`, in order, one path each (`file_list` splits what one flag holds);
    /// `-` is standard input.
    pub files: Vec<String>,
    /// `--set-json`, one argument each, as the next four.
    pub set_json: Vec<String>,
    /// `--set`.
    pub set: Vec<String>,
    /// `--set-string`.
    pub set_string: Vec<String>,
    /// `--set-file`.
    pub set_file: Vec<String>,
    /// `--set-literal`.
    pub set_literal: Vec<String>,
    /// The chart, a folder or an archive; without one Trento's defaults stand
    /// underneath: Prometheus deployed, receiver on.
    pub chart: Option<PathBuf>,
    /// The chart of the release that is upgraded, where its values are reused.
    pub old_chart: Option<PathBuf>,
    /// A file that holds what `helm get values -o yaml` printed.
    pub release_values: Option<String>,
    /// What becomes of the release's values.
    pub reuse: Reuse,
    /// Whose behaviour.
    pub profile: HelmVersion,
}

/// What `helm upgrade` does with the values of the release before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reuse {
    /// No flag: the old values stay if nothing is given, else they go.
    #[default]
    IfNothingGiven,
    /// `--reuse-values`.
    Reuse,
    /// `--reset-then-reuse-values`.
    ResetThenReuse,
    /// `--reset-values`.
    Reset,
}

/// The values of one release.
#[derive(Clone, Debug, PartialEq)]
pub struct Coalesced {
    /// What Helm's schema sees at the root chart.
    pub values: Table,
    /// Where a chart of the tree has a sub-chart called `prometheus`: there the
    /// policy is asked. None: the chart has no such thing, the verdict is unknown.
    pub scopes: Vec<Scope>,
    /// What Helm does in silence.
    pub warnings: Vec<Warning>,
    /// Whether it is known that every Helm sees the same; false where nobody
    /// looked.
    pub same_to_all: bool,
}

/// A chart with a sub-chart called `prometheus`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The keys that lead to the table that holds `prometheus`: none at the
    /// root, `["trento-server"]` in a wrapper.
    pub path: Vec<String>,
    /// False where a condition or a tag disables the sub-chart, or a chart above it.
    pub deployed: bool,
    /// False where a chart above is disabled: Helm does not ask its schema.
    pub asked: bool,
}

/// Layers the values as `helm install`, `upgrade` and `template` do.
///
/// The tables that come out can be 10,000 deep: walk and drop them
/// `on_deep_stack`.
pub fn layer(inputs: &Inputs) -> Result<Coalesced, Error> {
    on_deep_stack(|| Reading::of(inputs, false).layered(&inputs.profile))
}

/// The same for a verdict: as each of `versions` sees them, in that order, and
/// of a chart's defaults only what a verdict hangs on. Everything is read once.
pub fn layer_for_verdicts(inputs: &Inputs, versions: &[HelmVersion]) -> Vec<Result<Coalesced, Error>> {
    on_deep_stack(|| {
        let mut reading = Reading::of(inputs, true);
        versions.iter().map(|profile| reading.layered(profile)).collect()
    })
}

/// All that was read, for one Helm.
struct Release {
    profile: HelmVersion,
    given: Table,
    /// The values of the release before; none where there is none.
    before: Option<Table>,
    reuse: Reuse,
    chart: Rc<Loaded>,
    old_chart: Option<Rc<Loaded>>,
    warnings: Vec<Warning>,
    same_to_all: bool,
}

impl Release {
    fn read(reading: &mut Reading, profile: &HelmVersion) -> Result<Release, Error> {
        let inputs = reading.inputs;
        let Inputs { reuse, .. } = *inputs;
        let mut warnings = Vec::new();
        let chart = inputs.chart.as_ref().map(|path| reading.chart(path, profile)).transpose()?;
        let chart = chart.unwrap_or_else(|| Rc::new(Loaded::built_in()));
        // A flag can go through any setting of a file, and whether anything is given
        // decides what becomes of a release's values.
        if reading.for_verdicts && only_files(inputs) {
            reading.wanted = chart.wanted();
        }
        let given = reading.given(profile, &mut warnings)?;
        let before = inputs.release_values.as_deref();
        let before = before.map(|path| reading.before(path, profile)).transpose()?;
        let needs_before = match reuse {
            Reuse::Reuse | Reuse::ResetThenReuse => true,
            Reuse::IfNothingGiven | Reuse::Reset => false,
        };
        if needs_before && before.is_none() {
            return Err(Error::new(
                "the values of the release are to be reused and are not here; give what helm get values -o yaml prints with --release-values",
                None,
            ));
        }
        let old_chart = match (reuse, &inputs.old_chart, &inputs.chart) {
            (Reuse::Reuse, Some(path), _) => Some(reading.chart(path, profile)?),
            (Reuse::Reuse, None, Some(_)) => {
                return Err(Error::new(
                    "with --reuse-values the defaults of the chart that was installed count; give that chart with --old-chart",
                    None,
                ));
            }
            (Reuse::Reuse, None, None) => Some(Rc::new(Loaded::built_in())),
            (Reuse::IfNothingGiven | Reuse::ResetThenReuse | Reuse::Reset, _, _) => None,
        };
        // What differs between Helms is then which documents count and which nulls stay.
        let same_to_all = reading.alike && only_files(inputs) && inputs.chart.is_none() && !has_null(&given);
        Ok(Release { same_to_all, profile: *profile, given, before, reuse, chart, old_chart, warnings })
    }

    /// Whether this Helm must make the same of it as the other one of `other`:
    /// they have the same values, and nothing on which versions differ.
    fn is_as(&self, other: &Release) -> bool {
        let Release { profile: _, given, before, reuse, chart, old_chart, warnings, same_to_all } = other;
        let charts = [Some(chart), old_chart.as_ref()].into_iter().flatten();
        let tables = [Some(given), before.as_ref()].into_iter().flatten();
        Rc::ptr_eq(&self.chart, chart)
            && match (&self.old_chart, old_chart) {
                (Some(one), Some(other)) => Rc::ptr_eq(one, other),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            }
            && (self.reuse, &self.warnings, self.same_to_all) == (*reuse, warnings, *same_to_all)
            && charts.into_iter().all(|chart| chart.is_taken_alike())
            && !tables.into_iter().any(has_null)
            && self.given == *given
            && self.before == *before
    }

    /// Helm comes to a chart's sub-charts in random order: where the order
    /// tells, its answer is random, too.
    fn layered(&self) -> Result<Coalesced, Error> {
        let siblings =
            self.chart.has_siblings() || self.old_chart.as_ref().is_some_and(|chart| chart.has_siblings());
        let answer = self.in_order(false);
        if siblings {
            let same = match (&answer, &self.in_order(true)) {
                (Ok(one), Ok(other)) => same_table(&one.values, &other.values),
                (Err(_), Err(_)) => true,
                (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
            };
            if !same {
                let sentence = "what this chart says hangs on the order in which Helm comes to its sub-charts, which is random; name every sub-chart in Chart.yaml, once";
                return Err(Error { random: true, ..Error::new(sentence, None) });
            }
        }
        answer.map(|layered| {
            let warnings = self.warnings.iter().cloned().chain(layered.warnings).collect();
            Coalesced { warnings, same_to_all: self.same_to_all, ..layered }
        })
    }

    fn in_order(&self, reversed: bool) -> Result<Coalesced, Error> {
        let chart = self.chart.chart(reversed);
        let given = match &self.before {
            None => share(self.given.clone()),
            Some(before) => match self.reuse {
                Reuse::IfNothingGiven if self.given.is_empty() => share(before.clone()),
                Reuse::IfNothingGiven | Reuse::Reset => share(self.given.clone()),
                Reuse::ResetThenReuse => self.over(before),
                Reuse::Reuse => {
                    if let Some(old_chart) = &self.old_chart {
                        let defaults = self.old_defaults(old_chart, before, reversed)?;
                        chart.borrow_mut().values = Some(defaults);
                    }
                    self.over(before)
                }
            },
        };
        let mut process = Process::new(&self.profile);
        process.dependencies(&chart, &given)?;
        let values = process.coalesce(&chart, &given)?;
        drop((chart, given));
        let Process { scopes, warnings, .. } = process;
        Ok(Coalesced { values: unshare(values), scopes, warnings, same_to_all: false })
    }

    /// What is given now over what was given before.
    fn over(&self, before: &Table) -> Shared {
        let given = share(self.given.clone());
        let mut coalescing = Coalescing { nulls: self.profile.nulls, warnings: Vec::new() };
        coalescing.tables(&given, &share(before.clone()), false);
        given
    }

    /// All values of the release before, which replace the new chart's own.
    fn old_defaults(&self, old: &Loaded, before: &Table, reversed: bool) -> Result<Shared, Error> {
        let old = old.chart(reversed);
        let before = share(before.clone());
        let mut process = Process::new(&self.profile);
        process.dependencies(&old, &before)?;
        kept_in_release(&old);
        process.coalesce(&old, &before)
    }
}

/// Neither flags of the `--set` family nor a release before.
fn only_files(inputs: &Inputs) -> bool {
    let Inputs { set_json, set, set_string, set_file, set_literal, old_chart, release_values, .. } = inputs;
    let flags = [set_json, set, set_string, set_file, set_literal];
    flags.into_iter().all(Vec::is_empty) && old_chart.is_none() && release_values.is_none()
}

pub(super) fn has_null(table: &Table) -> bool {
    fn is_or_has(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => false,
            Value::List(items) => items.iter().any(|item| is_or_has(&item.value)),
            Value::Table(table) => has_null(table),
        }
    }
    table.values().any(|node| is_or_has(&node.value))
}

/// Whether two tables say the same, wherever it was written.
fn same_table(one: &Table, other: &Table) -> bool {
    one.is(other)
        || one.len() == other.len()
            && one.iter().zip(other).all(|((key, value), (other_key, other_value))| {
                key == other_key && same(&value.value, &other_value.value)
            })
}

fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Table(one), Value::Table(other)) => same_table(one, other),
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| same(&one.value, &other.value))
        }
        (one, other) => one == other,
    }
}
