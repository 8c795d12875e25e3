//! Everything one release is given ─▶ the values that Helm's schema sees.

use super::chart::dependencies::{Process, kept_in_release};
use super::chart::{self, Loaded};
use super::documents::{self, Documents};
use super::merge::{self, Coalescing, Shared, share, unshare};
use super::set::{self, SetFlag};
use super::stack::on_deep_stack;
use super::tree::{Origin, Source, SourceKind, Table, Value};
use super::{CouldNotTell, Profile, Warning, file_text};
use std::path::PathBuf;
use std::sync::Arc;

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
    pub profile: Profile,
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
pub struct Layered {
    /// What Helm's schema sees at the root chart.
    pub values: Table,
    /// Where a chart of the tree has a sub-chart called `prometheus`: there the
    /// law is asked. None: the chart has no such thing, the verdict is unknown.
    pub scopes: Vec<Scope>,
    /// What Helm does in silence.
    pub warnings: Vec<Warning>,
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
pub fn layer(inputs: &Inputs) -> Result<Layered, CouldNotTell> {
    on_deep_stack(|| Release::read(inputs)?.layered())
}

/// All that was read.
struct Release {
    profile: Profile,
    given: Table,
    /// The values of the release before; none where there is none.
    before: Option<Table>,
    reuse: Reuse,
    chart: Loaded,
    old_chart: Option<Loaded>,
    warnings: Vec<Warning>,
}

impl Release {
    fn read(inputs: &Inputs) -> Result<Release, CouldNotTell> {
        let Inputs { profile, reuse, .. } = *inputs;
        let mut warnings = Vec::new();
        let given = given(inputs, &mut warnings)?;
        let before = inputs.release_values.as_deref().map(|path| before(path, &profile)).transpose()?;
        let needs_before = match reuse {
            Reuse::Reuse | Reuse::ResetThenReuse => true,
            Reuse::IfNothingGiven | Reuse::Reset => false,
        };
        if needs_before && before.is_none() {
            return Err(CouldNotTell::new(
                "the values of the release are to be reused and are not here; give what helm get values -o yaml prints with --release-values",
                None,
            ));
        }
        let load = |path: &PathBuf| chart::load(path, &profile);
        let chart = inputs.chart.as_ref().map(load).transpose()?;
        let old_chart = match (reuse, &inputs.old_chart, &chart) {
            (Reuse::Reuse, Some(path), _) => Some(load(path)?),
            (Reuse::Reuse, None, Some(_)) => {
                return Err(CouldNotTell::new(
                    "with --reuse-values the defaults of the chart that was installed count; give that chart with --old-chart",
                    None,
                ));
            }
            (Reuse::Reuse, None, None) => Some(Loaded::built_in()),
            (Reuse::IfNothingGiven | Reuse::ResetThenReuse | Reuse::Reset, _, _) => None,
        };
        let chart = chart.unwrap_or_else(Loaded::built_in);
        Ok(Release { profile, given, before, reuse, chart, old_chart, warnings })
    }

    /// Helm comes to a chart's sub-charts in random order: where the order
    /// tells, its answer is random, too.
    fn layered(mut self) -> Result<Layered, CouldNotTell> {
        let siblings = self.chart.has_siblings() || self.old_chart.as_ref().is_some_and(Loaded::has_siblings);
        let answer = self.in_order(false);
        if siblings {
            let same = match (&answer, &self.in_order(true)) {
                (Ok(one), Ok(other)) => same_table(&one.values, &other.values),
                (Err(_), Err(_)) => true,
                (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
            };
            if !same {
                let sentence = "what this chart says hangs on the order in which Helm comes to its sub-charts, which is random; name every sub-chart in Chart.yaml, once";
                return Err(CouldNotTell { random: true, ..CouldNotTell::new(sentence, None) });
            }
        }
        answer.map(|mut layered| {
            self.warnings.append(&mut layered.warnings);
            Layered { warnings: self.warnings, ..layered }
        })
    }

    fn in_order(&self, reversed: bool) -> Result<Layered, CouldNotTell> {
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
        let Process { scopes, warnings, .. } = process;
        Ok(Layered { values: unshare(&values), scopes, warnings })
    }

    /// What is given now over what was given before.
    fn over(&self, before: &Table) -> Shared {
        let given = share(self.given.clone());
        let mut coalescing = Coalescing { nulls: self.profile.nulls, warnings: Vec::new() };
        coalescing.tables(&given, &share(before.clone()), false);
        given
    }

    /// All values of the release before, which replace the new chart's own.
    fn old_defaults(&self, old: &Loaded, before: &Table, reversed: bool) -> Result<Shared, CouldNotTell> {
        let old = old.chart(reversed);
        let before = share(before.clone());
        let mut process = Process::new(&self.profile);
        process.dependencies(&old, &before)?;
        kept_in_release(&old);
        process.coalesce(&old, &before)
    }
}

/// `-f` and the `--set` family over each other.
fn given(inputs: &Inputs, warnings: &mut Vec<Warning>) -> Result<Table, CouldNotTell> {
    let mut table = Table::new();
    for path in &inputs.files {
        let mut read = values_file(path, SourceKind::File, &inputs.profile)?;
        warnings.append(&mut read.warnings);
        merge::layer(&mut table, read.table);
    }
    let families = [
        (SetFlag::Json, &inputs.set_json),
        (SetFlag::Typed, &inputs.set),
        (SetFlag::Text, &inputs.set_string),
        (SetFlag::File, &inputs.set_file),
        (SetFlag::Literal, &inputs.set_literal),
    ];
    // The path is not told: who mixes --set-file up with --set writes a password there.
    let mut read_file =
        |path: &str| file_text::read(path).map_err(|fault| format!("the file to take a value from {fault}"));
    for (flag, arguments) in families {
        for argument in arguments {
            set::apply(&mut table, flag, argument, &inputs.profile, &mut read_file)?;
        }
    }
    Ok(table)
}

/// What `helm get values` printed: `null` where nothing was given.
fn before(path: &str, profile: &Profile) -> Result<Table, CouldNotTell> {
    let mut table = values_file(path, SourceKind::Release, profile)?.table;
    // The heading that it prints without -o.
    for heading in ["USER-SUPPLIED VALUES", "COMPUTED VALUES"] {
        if table.get(heading).is_some_and(|node| node.value == Value::Null) {
            table.remove(heading);
        }
    }
    Ok(table)
}

fn values_file(path: &str, kind: SourceKind, profile: &Profile) -> Result<documents::Read, CouldNotTell> {
    let source = Arc::new(Source { kind, name: path.to_owned() });
    let bytes = file_text::read(path).map_err(|fault| {
        let origin = Origin { source: Arc::clone(&source), line: 0, column: 0 };
        CouldNotTell::new(format!("the file {path} {fault}"), Some(origin))
    })?;
    let documents = if profile.every_document { Documents::All } else { Documents::First };
    documents::read(&bytes, &source, documents).map_err(|error| CouldNotTell::reading(error, &source))
}

/// Whether two tables say the same, wherever it was written.
fn same_table(one: &Table, other: &Table) -> bool {
    one.len() == other.len()
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
