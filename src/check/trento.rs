//! Trento's chart as far as the policy sees it, for whoever names none:
//! Prometheus deployed, receiver on.

use helm_values::{Chart, Inputs, Reuse, Source, SourceKind};
use std::sync::{Arc, LazyLock};

/// The keys that the policy reads; of other settings a verdict does not depend.
const KEYS: [&str; 13] = [
    "enabled",
    "server",
    "extraManifests",
    "remote-write-auth",
    // What tells that they are another's values.
    "prometheusSpec",
    "kind",
    "apiVersion",
    SOPS,
    // What is a slip of one of the first.
    "enable",
    "auth",
    "extraFlags",
    "extraArgs",
    "defaultFlagsOverride",
];

static ONLY_KEYS: LazyLock<Arc<[String]>> = LazyLock::new(|| KEYS.map(str::to_owned).into());

/// Where SOPS writes about a file that it has encrypted.
pub(super) const SOPS: &str = "sops";

/// The chart's name.
pub(super) const NAME: &str = "trento-server";

const FILES: [(&str, &str); 3] = [
    (
        "Chart.yaml",
        "\
apiVersion: v2
name: trento-server
version: 0.0.0
dependencies:
  - name: prometheus
    version: '*'
    condition: prometheus.enabled
",
    ),
    (
        "values.yaml",
        "\
prometheus:
  enabled: true
  server:
    extraFlags:
      - web.enable-lifecycle
      - web.enable-remote-write-receiver
    service:
      additionalPorts:
        - name: auth-proxy
          port: 8081
          targetPort: 8081
    ingress:
      servicePort: 8081
",
    ),
    (
        "charts/prometheus/Chart.yaml",
        "\
apiVersion: v2
name: prometheus
version: 0.0.0
",
    ),
];

static CHART: LazyLock<Chart> = LazyLock::new(|| {
    let source = Source { kind: SourceKind::BuiltIn, name: "the defaults of Trento".to_owned() };
    Chart::from_files(&source, &FILES).expect("a sound chart")
});

/// The inputs with Trento's chart underneath where they name none.
pub(super) fn underneath(mut inputs: Inputs) -> Inputs {
    if inputs.chart.is_none() {
        inputs.chart = Some(CHART.clone());
        if inputs.upgrade.reuse == Reuse::Reuse && inputs.upgrade.old_chart.is_none() {
            inputs.upgrade.old_chart = Some(CHART.clone());
        }
    }
    inputs
}

/// The same, and of all settings those alone that a verdict depends on.
pub(super) fn for_verdicts(inputs: Inputs) -> Inputs {
    Inputs { only_keys: Arc::clone(&ONLY_KEYS), ..underneath(inputs) }
}

#[cfg(test)]
mod tests {
    use super::super::scope::{self, Scope};
    use super::*;
    use helm_values::coalesce;

    #[test]
    fn without_a_chart_prometheus_is_deployed_and_can_be_switched_off() {
        let scopes = |set: &[&str]| {
            let set = set.iter().map(|&text| text.to_owned()).collect();
            let inputs = underneath(Inputs { set, ..Inputs::default() });
            scope::all(&coalesce(&inputs).expect("nothing is wrong"))
        };
        let deployed = |set: &[&str]| match scopes(set).as_slice() {
            [Scope { name: Some(name), deployed, asked: true, .. }] if &**name == "prometheus" => {
                Some(*deployed)
            }
            _ => None,
        };
        assert_eq!(deployed(&[]), Some(true));
        assert_eq!(deployed(&["prometheus.enabled=false"]), Some(false));
    }
}
