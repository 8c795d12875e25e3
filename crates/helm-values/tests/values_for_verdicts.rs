//! What is left out for a verdict changes no verdict, and what was read for one
//! Helm is taken for another one only where both read the same.
//!
//! The judge is the whole chain, which `values_as_helm` holds against Helm.
//! `CASES` says how many of each sort are made up (60 by default), `SEED`
//! where to begin.
//! needs: nothing

use helm_values::{
    Coalesced, Error, HelmVersion, Inputs, Node, SubChart, Table, Value, coalesce, coalesce_for,
};
use serde_json::json;
use test_support::chance::{Chance, number};
use test_support::folder::Folder;
use test_support::helm_versions;
use test_support::values::case::Case;
use test_support::values::made_up;

/// One of each behaviour, and some that share one.
fn versions() -> Vec<&'static str> {
    helm_versions::ALL.iter().map(|helm| helm.version).chain(["4.2"]).collect()
}

#[test]
fn verdicts_are_about_what_each_helm_sees() {
    let folder = Folder::new();
    let (cases, seed) = (number("CASES", 60), number("SEED", 1));
    let sorts: [fn(&mut Chance) -> Case; 3] = [made_up::chart, made_up::upgrade, made_up::layers];
    let versions = versions();
    let (mut read, mut asked) = (0, 0);
    for (sort, make) in sorts.into_iter().enumerate() {
        for number in 0..cases {
            let case = make(&mut Chance::new(seed, number));
            let placed = case.place(&folder.path().join(format!("{sort}-{number}")));
            let parsed = |version: &&str| HelmVersion::parse(version).expect("a version");
            let parsed: Vec<HelmVersion> = versions.iter().map(parsed).collect();
            let together = coalesce_for(&for_verdicts(placed.inputs("4")), &parsed);
            for (version, together) in versions.iter().zip(&together) {
                let alone = coalesce(&placed.inputs(version));
                read += usize::from(alone.is_ok());
                asked += seen(alone.as_ref()).map_or(0, |asked| asked.len());
                assert_eq!(seen(together.as_deref()), seen(alone.as_ref()), "{version} {}", case.0);
            }
        }
    }
    assert!(read > 0 && asked > 0, "{read} read, {asked} asked: nothing was compared");
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
    let folder = Folder::new();
    let inputs = case.place(folder.path()).inputs("4");
    assert!(coalesce(&inputs).is_err());
    assert!(coalesce_for(&for_verdicts(inputs.clone()), &[inputs.version])[0].is_err());
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
    let folder = Folder::new();
    let inputs = case.place(folder.path()).inputs("4");
    let all = coalesce(&inputs);
    let some = coalesce_for(&for_verdicts(inputs.clone()), &[inputs.version]).remove(0);
    assert_eq!(seen(some.as_deref()), seen(all.as_ref()));
    let kept = |coalesced: Result<&Coalesced, &Error>| coalesced.map(|coalesced| coalesced.values.len()).ok();
    assert_eq!((kept(all.as_ref()), kept(some.as_deref())), (Some(3), Some(2)));
}

/// In Helm 3 both copies share the list of what they depend on, and the second
/// finds the alias in the place of the name.
#[test]
fn a_chart_that_is_named_twice_is_asked_of_each_helm() {
    let case = Case(json!({
        "chart": {
            "Chart.yaml": "{apiVersion: v2, name: root, version: 1.0.0, dependencies: \
                [{name: sub, alias: a, version: '*'}, {name: sub, alias: b, version: '*'}]}",
            "charts/sub/Chart.yaml": "{apiVersion: v2, name: sub, version: 1.0.0, dependencies: \
                [{name: leaf, alias: prometheus, version: '*'}]}",
            "charts/sub/charts/leaf/Chart.yaml": "{apiVersion: v2, name: leaf, version: 1.0.0}",
        },
    }));
    let folder = Folder::new();
    let versions = ["3.21", "4.2"].map(|version| HelmVersion::parse(version).expect("a version"));
    let inputs = |version| Inputs { version, ..case.place(folder.path()).inputs("4") };
    let together = coalesce_for(&for_verdicts(inputs(versions[0])), &versions);
    let alone = versions.map(|version| coalesce(&inputs(version)));
    assert_ne!(seen(alone[0].as_ref()), seen(alone[1].as_ref()), "both Helms make the same of it");
    for (together, alone) in together.iter().zip(&alone) {
        assert_eq!(seen(together.as_deref()), seen(alone.as_ref()));
    }
}

/// The keys that the policy reads.
fn for_verdicts(inputs: Inputs) -> Inputs {
    let only_keys = KEYS.map(str::to_owned).into();
    Inputs { only_keys, ..inputs }
}

const KEYS: [&str; 4] = ["enabled", "server", "extraManifests", "remote-write-auth"];

type Asked<'a> = (&'a SubChart, Vec<Option<&'a Node>>);

/// What a verdict depends on.
fn seen<'a>(coalesced: Result<&'a Coalesced, &Error>) -> Result<Vec<Asked<'a>>, bool> {
    match coalesced {
        Ok(Coalesced { values, sub_charts, .. }) => {
            let asked = sub_charts.iter().filter(|sub_chart| sub_chart.name() == "prometheus");
            Ok(asked.map(|sub_chart| (sub_chart, below(values, sub_chart))).collect())
        }
        Err(error) => Err(error.is_random()),
    }
}

/// What the policy reads of a sub-chart.
fn below<'a>(values: &'a Table, sub_chart: &SubChart) -> Vec<Option<&'a Node>> {
    let mut keys = sub_chart.path.iter();
    let prometheus = keys.try_fold(values, |table, key| match &table.get(key)?.value {
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
