//! Where one release's values come from, as on Helm's command line.

use crate::HelmVersion;
use crate::chart::Chart;
use crate::value::Table;
use std::sync::Arc;

/// Where one release's values come from.
///
/// ```
/// use helm_values::{Inputs, Value, coalesce};
///
/// let inputs = Inputs { set: vec!["a.b=1,c={x,y}".to_owned()], ..Inputs::default() };
/// let values = coalesce(&inputs)?.values;
/// let a = values["a"].as_table().expect("a table");
/// assert_eq!(a["b"].value, Value::Int(1));
/// assert_eq!(a["b"].origin.to_string(), "--set");
/// # Ok::<(), helm_values::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// `-f`, in order, one path each ([`file_list`](crate::file_list) splits what
    /// one flag holds); `-` is standard input.
    pub files: Vec<String>,
    /// What some of these files hold, for whoever has read them already: a pipe can
    /// be read once.
    pub contents: Vec<(String, Arc<[u8]>)>,
    /// Values that the caller has read, over those of the files.
    pub table: Table,
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
    /// The chart; without one nothing stands underneath.
    pub chart: Option<Chart>,
    /// The release that is upgraded, if one is.
    pub upgrade: Upgrade,
    /// Whose behaviour.
    pub version: HelmVersion,
    /// The keys whose settings are asked for, at any depth; empty: all. What Helm
    /// itself asks for is kept, too. Other settings may be left out, which saves
    /// most of the work on a large chart; they are read all the same, so that
    /// what Helm refuses is refused.
    pub only_keys: Arc<[String]>,
}

/// What `helm upgrade` knows of the release before.
#[derive(Clone, Debug, Default)]
pub struct Upgrade {
    /// What becomes of the release's values.
    pub reuse: Reuse,
    /// A file that holds what `helm get values -o yaml` printed.
    pub release_values: Option<String>,
    /// The chart that is installed: its defaults count with [`Reuse::Reuse`].
    pub old_chart: Option<Chart>,
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

impl Inputs {
    /// Neither flags of the `--set` family nor a release before.
    pub(super) fn has_only_files(&self) -> bool {
        let Inputs { set_json, set, set_string, set_file, set_literal, upgrade, .. } = self;
        let Upgrade { old_chart, release_values, .. } = upgrade;
        let flags = [set_json, set, set_string, set_file, set_literal];
        flags.into_iter().all(Vec::is_empty) && old_chart.is_none() && release_values.is_none()
    }
}
