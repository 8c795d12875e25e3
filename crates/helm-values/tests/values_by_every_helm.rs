//! The values that a template sees, by Helm's own program, in each of its behaviours.
//!
//! The judge of the other suites is linked with four versions of Helm. Here a chart's
//! own template prints `.Values`, for every stored case that `helm template` can be
//! given; what Helm refuses, ours refuses.
//!
//! needs: helm-3.12.3 helm-3.14.4 helm-3.18.4 helm-3.18.6 helm-3.19.4 helm-3.20.0 helm-3.21.4 helm-4.1.1 helm-4.1.4 helm-4.2.4

use helm_values::{Chart, Inputs, coalesce};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use test_support::archive;
use test_support::beside_helm::difference;
use test_support::folder::Folder;
use test_support::helm::Helm;
use test_support::helm_versions;
use test_support::values::case::{Case, Placed};

/// What the template makes of its values: hexadecimal, so that no reader changes it.
const TEMPLATE: &str = "kind: Values\nvalues: {{ toJson .Values | printf \"%x\" | quote }}\n";

/// The stored cases but those of an upgrade, which needs a cluster.
fn cases() -> Vec<Case> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/values");
    let read = |name: &str| {
        let text = std::fs::read_to_string(format!("{folder}/{name}.yaml")).expect("a list of cases");
        serde_yaml::from_str::<Vec<Json>>(&text).expect("YAML")
    };
    ["charts", "set"].into_iter().flat_map(read).map(Case).collect()
}

/// The values, or what Helm says against them; `None` where the chart's own
/// `.helmignore` leaves the template out.
fn by_helm(helm: &Helm, asked: &Json) -> Option<Result<Json, String>> {
    let mut command = Command::new(&helm.program);
    command.args(["template", "release"]).arg(asked["chart"].as_str().expect("a chart"));
    for (key, flag) in [
        ("files", "--values"),
        ("set_json", "--set-json"),
        ("set", "--set"),
        ("set_string", "--set-string"),
        ("set_file", "--set-file"),
        ("set_literal", "--set-literal"),
    ] {
        for text in asked[key].as_array().into_iter().flatten() {
            command.arg(flag).arg(text.as_str().expect("a text"));
        }
    }
    let output = command.output().expect("Helm starts");
    if !output.status.success() {
        return Some(Err(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let digits = text.lines().find_map(|line| line.strip_prefix("values: "))?.trim_matches('"');
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("two digits");
    let bytes: Vec<u8> = (0..digits.len()).step_by(2).map(byte).collect();
    Some(Ok(serde_json::from_slice(&bytes).expect("JSON")))
}

/// How one case came out.
enum Outcome {
    Same {
        accepted: bool,
    },
    /// Ours says that Helm answers it differently from run to run.
    Random,
    Unseen,
    Differs(String),
}

fn compared(helm: &Helm, case: &Case, placed: &Placed) -> Outcome {
    let ours = coalesce(&placed.inputs(helm.version)).map(|coalesced| coalesced.values);
    if ours.as_ref().is_err_and(helm_values::Error::is_random) {
        return Outcome::Random;
    }
    let Some(helms) = by_helm(helm, &placed.asked) else { return Outcome::Unseen };
    match difference(&ours, &helms) {
        Some(difference) => Outcome::Differs(format!("{}\n    {difference}", case.0)),
        None => Outcome::Same { accepted: ours.is_ok() },
    }
}

#[test]
fn every_helm_hands_its_templates_the_values_that_ours_has() {
    let cases = cases();
    let folder = Folder::new();
    let placed: Vec<Placed> = cases
        .iter()
        .enumerate()
        .map(|(at, case)| {
            let placed = case.place(&folder.0.join(at.to_string()));
            let chart = placed.asked["chart"].as_str().expect("a chart").to_owned();
            let templates = Path::new(&chart).join("templates");
            std::fs::create_dir_all(&templates).expect("a folder");
            std::fs::write(templates.join("values.yaml"), TEMPLATE).expect("a file");
            placed
        })
        .collect();
    let pairs: Vec<(&Case, &Placed)> = cases.iter().zip(&placed).collect();
    for tested in helm_versions::behaviours() {
        let helm = Helm::new(&tested);
        let next = AtomicUsize::new(0);
        let outcomes = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let take = || next.fetch_add(1, Ordering::Relaxed);
                    while let Some((case, placed)) = pairs.get(take()) {
                        let outcome = compared(&helm, case, placed);
                        outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
                    }
                });
            }
        });
        let outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
        report(&helm, &outcomes, cases.len());
    }
}

fn report(helm: &Helm, outcomes: &[Outcome], cases: usize) {
    let count = |wanted: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| wanted(outcome)).count();
    let accepted = count(|outcome| matches!(outcome, Outcome::Same { accepted: true }));
    let refused = count(|outcome| matches!(outcome, Outcome::Same { accepted: false }));
    let random = count(|outcome| matches!(outcome, Outcome::Random));
    let unseen = count(|outcome| matches!(outcome, Outcome::Unseen));
    let version = helm.version;
    let said = format!(
        "Helm {version}: {cases} cases, {accepted} accepted, {refused} refused, {random} random, {unseen} unseen\n"
    );
    // Not by `println`, which is kept back where a test passes.
    let _ = std::io::stdout().write_all(said.as_bytes());
    let different = |outcome: &Outcome| match outcome {
        Outcome::Differs(how) => Some(how.clone()),
        Outcome::Same { .. } | Outcome::Random | Outcome::Unseen => None,
    };
    let differ: Vec<String> = outcomes.iter().filter_map(different).collect();
    assert!(differ.is_empty(), "Helm {version}: {} differ:\n{}", differ.len(), differ.join("\n"));
    assert_eq!(outcomes.len(), cases);
    assert!(accepted >= 40 && refused >= 5 && unseen <= 5, "{said}");
}

/// A chart that prints which one it is, in a file that no other has.
fn printing(chart: &str, version: &str) -> [(String, String); 2] {
    let about = format!("{{apiVersion: v2, name: {chart}, version: {version}}}");
    // An alias is the name that a template sees.
    let printed = format!("deployed: {{{{ .Chart.Name }}}} {chart} {version}\n");
    [("Chart.yaml".to_owned(), about), (format!("templates/{chart}-{version}.yaml"), printed)]
}

/// Sub-charts of one name that lie in charts, named by Chart.yaml or not: how many there
/// are, Helm's templates print.
#[test]
fn helm_deploys_every_sub_chart_of_one_name_that_ours_finds() {
    let declared = |dependency: &str| {
        format!("{{apiVersion: v2, name: c, version: 1.0.0, dependencies: [{{{dependency}}}]}}")
    };
    let leftover = declared("name: prometheus, version: 25.x, repository: '', condition: lit");
    let alias = declared("name: stack, alias: prometheus, version: '*', repository: '', condition: lit");
    let nobody = "{apiVersion: v2, name: c, version: 1.0.0}".to_owned();
    let none_fits = declared("name: prometheus, version: 24.x, repository: ''");
    for (about, second, set, wanted) in [
        (&nobody, "prometheus", None, 2),
        (&leftover, "prometheus", None, 2),
        (&leftover, "prometheus", Some("lit=false"), 0),
        (&alias, "stack", None, 2),
        (&alias, "stack", Some("lit=false"), 0),
        (&none_fits, "prometheus", None, 2),
    ] {
        let folder = Folder::new();
        folder.write("chart/Chart.yaml", about);
        for (name, text) in printing("prometheus", "25.1.0") {
            folder.write(&format!("chart/charts/one/{name}"), text);
        }
        folder.write("chart/charts/two.tgz", archive::packed(second, printing(second, "27.2.0")));
        let chart = folder.path().join("chart");
        for tested in helm_versions::behaviours() {
            let helm = Helm::new(&tested);
            let mut command = Command::new(&helm.program);
            command.args(["template", "release"]).arg(&chart).args(set.map(|set| format!("--set={set}")));
            let output = command.output().expect("Helm starts");
            assert!(output.status.success(), "{output:?}");
            let text = String::from_utf8(output.stdout).expect("UTF-8");
            let helms: BTreeSet<String> =
                text.lines().filter_map(|line| line.strip_prefix("deployed: ")).map(str::to_owned).collect();
            let inputs = Inputs {
                chart: Some(Chart::from_path(&chart)),
                set: set.map(str::to_owned).into_iter().collect(),
                version: helm_values::HelmVersion::parse(helm.version).expect("a version"),
                ..Inputs::default()
            };
            let ours = coalesce(&inputs).expect("it is good");
            let enabled = ours.sub_charts.iter().filter(|sub_chart| sub_chart.enabled);
            let found: BTreeSet<String> =
                enabled.map(|it| format!("{} {} {}", it.name(), it.chart, it.version)).collect();
            assert_eq!(found, helms, "Helm {}, {about}", helm.version);
            assert_eq!(helms.len(), wanted, "Helm {}, {about}", helm.version);
            let warned = ours.warnings.iter().any(|warning| warning.message.contains("one name"));
            assert_eq!(warned, wanted > 1, "{:?}", ours.warnings);
        }
    }
}
