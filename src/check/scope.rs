//! Coalesced values → where in them the policy is asked.

use helm_values::{Coalesced, SubChart, Table};

/// The sub-chart that the policy is about.
const PROMETHEUS: &str = "prometheus";

/// A chart with a sub-chart called `prometheus`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    /// The keys that lead to the table that holds `prometheus`: none at the
    /// root, `["trento-server"]` in a wrapper.
    pub path: Vec<String>,
    /// False where a condition or a tag disables the sub-chart, or a chart above it.
    pub deployed: bool,
    /// False where a chart above is disabled: Helm does not ask its schema.
    pub asked: bool,
}

/// None: the chart has nothing called `prometheus`, the verdict is unknown.
pub(super) fn all(coalesced: &Coalesced) -> Vec<Scope> {
    let scope = |sub_chart: &SubChart| Scope {
        path: sub_chart.parent().to_vec(),
        deployed: sub_chart.enabled,
        asked: sub_chart.parent_enabled,
    };
    coalesced.sub_charts.iter().filter(|sub_chart| sub_chart.name() == PROMETHEUS).map(scope).collect()
}

/// Why the receiver of a deployed Prometheus is not known, though something is
/// called `prometheus`: what it is decides, not what it is called.
pub(super) fn not_what_it_is_called(coalesced: &Coalesced) -> Option<String> {
    let deployed = || coalesced.sub_charts.iter().filter(|it| it.enabled && it.parent_enabled);
    let of_another_chart = |it: &SubChart| {
        let settings = table_at(&coalesced.values, &it.path)?;
        if !["", PROMETHEUS].contains(&it.chart.as_str()) {
            return Some(format!("is the chart {}", it.chart));
        }
        whose_settings(settings).map(|whose| format!("has settings of {whose}"))
    };
    let called = deployed().filter(|it| it.name() == PROMETHEUS).find_map(of_another_chart);
    let aliased = || deployed().find(|it| it.chart == PROMETHEUS && it.name() != PROMETHEUS);
    match called {
        Some(what) => Some(format!(
            "what is called prometheus {what}, whose flags are not those of the community chart prometheus, so nothing is known about the receiver; judge what helm template prints, by --rendered"
        )),
        None => aliased().map(|it| {
            format!(
                "the chart prometheus is there under the alias {}, too, where nothing is known about the receiver; judge what helm template prints, by --rendered",
                it.name()
            )
        }),
    }
}

/// The chart that alone has such settings; `None` where they may be the community's.
fn whose_settings(settings: &Table) -> Option<&'static str> {
    let server = settings.get("server").and_then(|node| node.as_table());
    if settings.contains_key("prometheusSpec") {
        Some("kube-prometheus-stack")
    } else if server.is_some_and(|server| server.contains_key("enableRemoteWriteReceiver")) {
        Some("the chart prometheus of Bitnami")
    } else {
        None
    }
}

fn table_at<'a>(values: &'a Table, path: &[String]) -> Option<&'a Table> {
    path.iter().try_fold(values, |table, key| table.get(key)?.as_table())
}
