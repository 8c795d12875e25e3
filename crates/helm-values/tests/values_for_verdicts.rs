//! What is left out for a verdict changes no verdict, and what one Helm made of
//! the values is taken for another one only where both make the same of them.
//!
//! The judge is the whole chain, which `values_as_helm` holds against Helm.
//! `CASES` says how many of each sort are made up (60 by default), `SEED`
//! where to begin.
//! needs: nothing

use helm_values::tree::{Node, Table, Value};
use helm_values::{self, Coalesced, Error, HelmVersion, Scope};
use serde_json::json;
use test_support::chance::{Chance, number};
use test_support::values::case::Case;
use test_support::values::made_up;

/// One of each behaviour, and some that share one.
const VERSIONS: [&str; 12] = [
    "4.2.4", "3.14.4", "3.17.0", "3.17.4", "3.18.4", "3.18.6", "3.19.4", "3.20.0", "3.21.4", "4.1.2",
    "4.1.4", "4.2",
];

#[test]
fn verdicts_are_about_what_each_helm_sees() {
    let folder = std::env::temp_dir().join(format!("values-for-verdicts-{}", std::process::id()));
    let (cases, seed) = (number("CASES", 60), number("SEED", 1));
    let sorts: [fn(&mut Chance) -> Case; 3] = [made_up::chart, made_up::upgrade, made_up::layers];
    let (mut read, mut asked) = (0, 0);
    for (sort, make) in sorts.into_iter().enumerate() {
        for number in 0..cases {
            let case = make(&mut Chance::new(seed, number));
            let placed = case.place(&folder.join(format!("{sort}-{number}")));
            let versions = VERSIONS.map(|version| HelmVersion::parse(version).expect("a version"));
            let together = helm_values::layer_for_verdicts(&placed.inputs("4"), &versions);
            for (version, together) in VERSIONS.iter().zip(&together) {
                let alone = helm_values::layer(&placed.inputs(version));
                read += usize::from(alone.is_ok());
                asked += alone.as_ref().map_or(0, |layered| layered.scopes.len());
                assert_eq!(told(together), told(&alone), "{version} {}", case.0);
            }
        }
    }
    std::fs::remove_dir_all(&folder).expect("it is ours");
    assert!(read > 0 && asked > 0, "{read} read, {asked} scopes: nothing was compared");
}

/// The old chart's defaults are laid under the new chart, whose sub-chart they
/// break.
#[test]
fn defaults_of_an_old_chart_count_in_the_new_one() {
    let case = Case(json!({
        "chart": {
            "Chart.yaml": "{apiVersion: v2, name: root, version: 1.0.0, dependencies: [{name: sub, alias: a, version: '*'}]}",
            "charts/sub/Chart.yaml": "{apiVersion: v2, name: sub, version: 1.0.0}",
        },
        "old_chart": {
            "Chart.yaml": "{apiVersion: v2, name: root, version: 1.0.0}",
            "values.yaml": "a: no table",
        },
        "release_values": "{}",
        "reuse": "reuse",
    }));
    let folder = std::env::temp_dir().join(format!("values-for-verdicts-old-{}", std::process::id()));
    let inputs = case.place(&folder).inputs("4");
    assert!(helm_values::layer(&inputs).is_err());
    assert!(helm_values::layer_for_verdicts(&inputs, &[inputs.profile])[0].is_err());
    std::fs::remove_dir_all(&folder).expect("it is ours");
}

/// The policy asks about them beside Prometheus.
#[test]
fn defaults_of_the_policys_own_chart_are_kept() {
    let case = Case(json!({
        "chart": {
            "Chart.yaml": "{apiVersion: v2, name: root, version: 1.0.0}",
            "values.yaml": "{left-out: {a: 1}, remote-write-auth: {endpoint: traefik}}",
            "charts/p/Chart.yaml": "{apiVersion: v2, name: prometheus, version: 1.0.0}",
        },
        "files": ["{left-out: {b: 1}, prometheus: {server: {ingress: {enabled: true}}}}"],
    }));
    let folder = std::env::temp_dir().join(format!("values-for-verdicts-own-{}", std::process::id()));
    let inputs = case.place(&folder).inputs("4");
    let all = helm_values::layer(&inputs);
    let some = helm_values::layer_for_verdicts(&inputs, &[inputs.profile]).remove(0);
    assert_eq!(told(&some), told(&all));
    let kept = |layered: Result<Coalesced, Error>| layered.map(|layered| layered.values.len());
    assert_eq!((kept(all), kept(some)), (Ok(3), Ok(2)));
    std::fs::remove_dir_all(&folder).expect("it is ours");
}

/// What a verdict hangs on.
fn told(layered: &Result<Coalesced, Error>) -> Result<Vec<(&Scope, Vec<Told<'_>>)>, bool> {
    match layered {
        Ok(layered) => {
            Ok(layered.scopes.iter().map(|scope| (scope, below(&layered.values, scope))).collect())
        }
        Err(error) => Err(error.random),
    }
}

type Told<'a> = Option<&'a Node>;

/// What the policy reads at a scope.
fn below<'a>(values: &'a Table, scope: &Scope) -> Vec<Told<'a>> {
    let keys = scope.path.iter().map(String::as_str).chain(["prometheus"]);
    let prometheus = keys.into_iter().try_fold(values, |table, key| match &table.get(key)?.value {
        Value::Table(inner) => Some(inner),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => {
            None
        }
    });
    let Some(prometheus) = prometheus else { return Vec::new() };
    let own_chart = values.get("remote-write-auth");
    let keys = ["enabled", "server", "extraManifests", "global"];
    keys.into_iter().map(|key| prometheus.get(key)).chain([own_chart]).collect()
}
