//! Coalesced values → where in them the policy is asked.
//!
//! A Prometheus is known by what its chart is, not by its name in the values: each
//! alias is a scope, and so is the chart itself where it is the root.

use super::trento;
use crate::policy::refusal::ValuesPath;
use helm_values::{Coalesced, Key, SubChart, Switches, Table};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The chart that the policy is about; also what the policy calls its settings.
pub(super) const PROMETHEUS: &str = "prometheus";

/// One Prometheus of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    /// The keys that lead to the settings of the chart that holds it: none at the
    /// root, `["trento-server"]` in a wrapper.
    pub path: Vec<Key>,
    /// Its name there, or its alias; `None` for the root chart itself.
    pub name: Option<Key>,
    /// The version of its chart; empty where it is not known. Charts that lie in
    /// charts under one name have one scope: Helm deploys them all by its values.
    pub versions: Vec<Arc<str>>,
    /// Whether Helm deploys it.
    pub deployed: bool,
    /// False where a chart above is disabled: Helm does not ask its schema.
    pub asked: bool,
    /// What decides whether it is deployed.
    pub switches: Arc<Switches>,
}

impl Scope {
    fn root(version: &Arc<str>) -> Scope {
        let (switches, versions) = (Arc::default(), vec![Arc::clone(version)]);
        Scope { path: Vec::new(), name: None, versions, deployed: true, asked: true, switches }
    }

    fn new(sub_chart: &SubChart) -> Scope {
        Scope {
            path: sub_chart.parent().to_vec(),
            name: sub_chart.path.last().cloned(),
            versions: vec![sub_chart.version.clone()],
            deployed: sub_chart.enabled,
            asked: sub_chart.parent_enabled,
            switches: Arc::clone(&sub_chart.switches),
        }
    }

    /// The keys that lead to its settings.
    pub(super) fn settings_path(&self) -> ValuesPath {
        self.place(&ValuesPath::new([PROMETHEUS]))
    }

    /// Its settings, where they are a table.
    pub(super) fn settings<'a>(&self, values: &'a Table) -> Option<&'a Table> {
        let parent = table_at(values, &self.path)?;
        self.name.as_ref().map_or(Some(parent), |name| parent.get(name)?.as_table())
    }

    /// The same below `server`.
    pub(super) fn server<'a>(&self, values: &'a Table) -> Option<&'a Table> {
        self.settings(values)?.get("server")?.as_table()
    }

    /// Where in the values stands what the policy calls `path`.
    pub(super) fn place(&self, path: &ValuesPath) -> ValuesPath {
        let (first, rest) = match path.keys() {
            [first, rest @ ..] if &**first == PROMETHEUS => (self.name.as_ref(), rest),
            keys => (None, keys),
        };
        ValuesPath::from_keys(self.path.iter().chain(first).chain(rest).cloned().collect())
    }
}

/// None: no chart of the tree is Prometheus, the verdict is unknown.
pub(super) fn all(coalesced: &Coalesced) -> Vec<Scope> {
    if &*coalesced.chart == PROMETHEUS {
        return vec![Scope::root(&coalesced.chart_version)];
    }
    let is_one = |it: &&SubChart| &*it.chart == PROMETHEUS || it.name() == PROMETHEUS;
    let mut known: BTreeMap<&[Key], usize> = BTreeMap::new();
    let mut scopes: Vec<Scope> = Vec::new();
    for sub_chart in coalesced.sub_charts.iter().filter(is_one) {
        let at = *known.entry(&sub_chart.path).or_insert(scopes.len());
        match scopes.get_mut(at) {
            Some(scope) => scope.versions.push(sub_chart.version.clone()),
            None => scopes.push(Scope::new(sub_chart)),
        }
    }
    scopes
}

/// Why the receiver of a deployed Prometheus is not known, though a chart is
/// called so: what it is decides, not what it is called.
pub(super) fn not_what_it_is_called(coalesced: &Coalesced, scopes: &[Scope]) -> Option<String> {
    let of_another_chart = |scope: &Scope| {
        let is_it = |it: &&SubChart| {
            it.parent() == scope.path && it.path.last() == scope.name.as_ref() && &*it.chart != PROMETHEUS
        };
        let called = scope.name.as_deref().unwrap_or(PROMETHEUS);
        if let Some(other) = coalesced.sub_charts.iter().find(is_it) {
            return Some(format!("what is called {called} is the chart {}", other.chart));
        }
        let settings = scope.settings(&coalesced.values)?;
        whose_settings(settings).map(|whose| format!("what is called {called} has settings of {whose}"))
    };
    let mut deployed = scopes.iter().filter(|scope| scope.deployed && scope.asked);
    let what = deployed.find_map(of_another_chart)?;
    Some(format!(
        "{what}, whose flags are not those of the community chart prometheus, so nothing is known about the receiver; judge what helm template prints, by --rendered"
    ))
}

/// Why these are not the values that they are judged as; `None` where they may be.
pub(super) fn not_such_values(coalesced: &Coalesced) -> Option<&'static str> {
    let values = &coalesced.values;
    let is_text = |key: &str| values.get(key).is_some_and(|node| node.as_text().is_some());
    if is_text("kind") && is_text("apiVersion") {
        return Some(
            "the values are an object of Kubernetes, with kind and apiVersion, so nothing is known about a release; judge objects by --rendered",
        );
    }
    let server = values.get("server").and_then(|node| node.as_table());
    let is_prometheus = |server: &Table| SERVER.iter().any(|key| server.contains_key(key));
    (&*coalesced.chart == trento::NAME && server.is_some_and(is_prometheus)).then_some(
        "the settings of server stand at the top, as in the chart prometheus itself, where Trento reads none; name that chart by --chart, or write them below prometheus",
    )
}

/// What the policy reads of `server`, which tells that it is Prometheus'.
pub(super) const SERVER: &[&str] = &["extraFlags", "extraArgs", "defaultFlagsOverride", "auth"];

/// The chart that alone has such settings; `None` where they may be the community's.
fn whose_settings(settings: &Table) -> Option<&'static str> {
    let server = settings.get("server").and_then(|node| node.as_table());
    // A default of every version of the community's chart and of none of Bitnami's:
    // there the other setting is a slip of somebody who knows Bitnami's.
    let is_the_communitys = |server: &Table| server.contains_key("configPath");
    let has_bitnamis =
        |server: &Table| server.contains_key("enableRemoteWriteReceiver") && !is_the_communitys(server);
    if settings.contains_key("prometheusSpec") {
        Some("kube-prometheus-stack")
    } else if server.is_some_and(has_bitnamis) {
        Some("the chart prometheus of Bitnami")
    } else {
        None
    }
}

/// The table that `path` leads to.
pub(super) fn table_at<'a>(values: &'a Table, path: &[Key]) -> Option<&'a Table> {
    path.iter().try_fold(values, |table, key| table.get(key)?.as_table())
}
