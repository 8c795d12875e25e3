//! Helm's own entry: `helm template` of a small chart that carries the policy.
//!
//! The chart's defaults are those that `check` puts underneath. The policy speaks
//! through the names of missing properties; how they are framed differs between
//! Helm's two schema libraries, the names do not.

use crate::ask::{self, Asked, CASES};
use remote_write_auth::policy::POLICY;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use test_support::helm::{self, Helm};
use test_support::helm_versions::{self, OLD_SCHEMA_LIBRARY};
use test_support::policy_case::PolicyCase;

const CHART: &str = "apiVersion: v2\nname: umbrella\nversion: 0.1.0\n";

const DEFAULTS: &str = "\
prometheus:
  enabled: true
  server:
    extraFlags:
      - web.enable-lifecycle
      - web.enable-remote-write-receiver
";

const TEMPLATE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: rendered\n";

/// A chart in a folder that is gone with it.
struct Chart(PathBuf);

impl Chart {
    /// The policy in the chart's own schema.
    fn with_the_policy() -> Self {
        let chart = Self::empty();
        chart.write("Chart.yaml", CHART);
        chart.write("values.yaml", DEFAULTS);
        chart.write("templates/rendered.yaml", TEMPLATE);
        chart.write("values.schema.json", POLICY);
        chart
    }

    /// The policy in the schema of a sub-chart that is there so many times, as
    /// `case-0`, `case-1` and so on: one Helm, many questions.
    fn with_the_policy_in(sub_charts: usize) -> Self {
        let chart = Self::empty();
        let alias = |at| format!("  - {{name: one, version: 0.1.0, alias: case-{at}}}\n");
        let aliases: String = (0..sub_charts).map(alias).collect();
        chart.write("Chart.yaml", &format!("{CHART}dependencies:\n{aliases}"));
        chart.write("templates/rendered.yaml", TEMPLATE);
        chart.write("charts/one/Chart.yaml", "apiVersion: v2\nname: one\nversion: 0.1.0\n");
        chart.write("charts/one/values.yaml", DEFAULTS);
        chart.write("charts/one/values.schema.json", POLICY);
        chart
    }

    fn empty() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("remote-write-auth-chart-{}-{next}", std::process::id())))
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.0.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a new folder");
        fs::write(file, text).expect("a file of the chart");
    }
}

impl Drop for Chart {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The names of missing properties that Helm prints, in its order.
fn missing(stderr: &str) -> Vec<&str> {
    stderr.lines().filter_map(name_in).collect()
}

fn name_in(line: &str) -> Option<&str> {
    let line = line.trim_start().strip_prefix("- ")?;
    let by_the_new = line.split_once(": missing property '").and_then(|(_, name)| name.strip_suffix('\''));
    // Up to 3.18.4; its paths have no blank and end at the first colon.
    let by_the_old = || line.split_once(": ").and_then(|(_, name)| name.strip_suffix(" is required"));
    by_the_new.or_else(by_the_old)
}

/// The same for each sub-chart, by its name.
fn missing_by_chart(stderr: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut chart = "";
    for line in stderr.lines() {
        match line.strip_suffix(':').filter(|line| !line.contains(' ')) {
            Some(name) => chart = name,
            None => found.entry(chart).or_default().extend(name_in(line)),
        }
    }
    found
}

/// Helm's own words around the policy's.
const BY_THE_SCHEMA: &str = "values don't meet the specifications of the schema(s)";

/// Up to 3.18.4 Helm asks a schema's own condition before what stands below it,
/// and these checks are the only ones that need the whole document.
const ASKED_FIRST_BY_THE_OLD: [&str; 4] =
    ["[ingress-not-guarded]", "[edge-not-chosen]", "[realm-not-portable]", "[secret-not-mounted]"];

fn ask_one(helm: &Helm, chart: &Chart, case: &PolicyCase, is_old: bool) -> Asked {
    let output = helm.template(&chart.0, &case.values());
    let stderr = String::from_utf8_lossy(&output.stderr);
    let refused = !output.status.success();
    let is_right = refused != case.refusals().is_empty() && refused == stderr.contains(BY_THE_SCHEMA);
    let mut said = missing(&stderr);
    if is_old {
        said.sort_by_key(|message| ASKED_FIRST_BY_THE_OLD.iter().any(|code| message.ends_with(code)));
    }
    if is_right && said == case.messages() {
        Asked::Answered(output)
    } else {
        Asked::Differs(format!("answers {stderr}"))
    }
}

fn ask_many(helm: &Helm, cases: &[&PolicyCase]) -> Vec<Asked> {
    let chart = Chart::with_the_policy_in(cases.len());
    let named = |(at, case): (usize, &&PolicyCase)| (format!("case-{at}"), case.values());
    let values: Map<String, Value> = cases.iter().enumerate().map(named).collect();
    let output = helm.template(&chart.0, &Value::Object(values));
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let found = missing_by_chart(&stderr);
    let is_right = output.status.success() != stderr.contains(BY_THE_SCHEMA);
    let asked = |(at, case): (usize, &&PolicyCase)| {
        let said = found.get(format!("case-{at}").as_str()).cloned().unwrap_or_default();
        if is_right && said == case.messages() {
            Asked::Answered(output.clone())
        } else {
            Asked::Differs(format!("case-{at} answers {stderr}"))
        }
    };
    cases.iter().enumerate().map(asked).collect()
}

/// Up to 3.18.4 Helm writes the values as YAML before it asks the schema and
/// reads them back: it stops at these characters or, at U+0085, sees a blank.
const OLD_HELMS_CHARACTERS: &str =
    "an old Helm writes values as YAML and reads them back, which changes or stops at control characters";

fn an_old_helm_cannot_read(case: &PolicyCase) -> bool {
    let texts = case.values().to_string();
    case.is_one_of_many && case.name.starts_with("portable") && texts.contains(['\u{7f}', '\u{80}', '\u{85}'])
}

fn asked_with(helm: &Helm, is_old: bool) {
    let cannot_read = |case: &&PolicyCase| is_old && an_old_helm_cannot_read(case);
    let (unread, read): (Vec<&PolicyCase>, Vec<&PolicyCase>) = CASES.iter().partition(cannot_read);
    let (many, single): (Vec<&PolicyCase>, Vec<&PolicyCase>) =
        read.into_iter().partition(|case| case.is_one_of_many);
    let mut lots: Vec<Vec<&PolicyCase>> = many.chunks(50).map(<[_]>::to_vec).collect();
    lots.extend(single.into_iter().chain(unread).map(|case| vec![case]));
    let chart = Chart::with_the_policy();
    ask::in_lots(&format!("helm template of {}", helm.version), &lots, |lot| match lot {
        [case] if cannot_read(case) => vec![Asked::CannotSpell(OLD_HELMS_CHARACTERS)],
        [case] => vec![ask_one(helm, &chart, case, is_old)],
        many => ask_many(helm, many),
    });
}

#[test]
fn helm_3_says_what_the_policy_says() {
    asked_with(&helm::newest_3(), false);
}

#[test]
fn helm_4_says_what_the_policy_says() {
    asked_with(&helm::newest_4(), false);
}

#[test]
fn an_old_helm_with_the_old_schema_library_says_what_the_policy_says() {
    asked_with(&Helm::new(&OLD_SCHEMA_LIBRARY), true);
}

/// The programs of the other behaviours, a part of the cases each.
#[test]
fn each_other_helm_says_what_the_policy_says() {
    const IN_FULL: [&str; 3] = ["3.14.4", "3.21.4", "4.2.4"];
    let chart = Chart::with_the_policy();
    let single: Vec<&PolicyCase> = CASES.iter().filter(|case| !case.is_one_of_many).collect();
    let others = helm_versions::behaviours().filter(|helm| !IN_FULL.contains(&helm.version));
    let mut asked = 0;
    for (at, tested) in others.enumerate() {
        // Up to 3.18.4 the old schema library.
        let is_old = ["3.12.3", "3.18.4"].contains(&tested.version);
        let helm = Helm::new(&tested);
        let cases: Vec<&&PolicyCase> = single.iter().skip(at % 5).step_by(5).collect();
        let differ: Vec<String> = cases
            .iter()
            .filter_map(|case| match ask_one(&helm, &chart, case, is_old) {
                Asked::Differs(how) => Some(format!("{}: {how}", case.name)),
                Asked::Answered(_) | Asked::CannotSpell(_) => None,
            })
            .collect();
        assert!(differ.is_empty(), "helm template of {}:\n{}", helm.version, differ.join("\n"));
        assert!(cases.len() >= 40, "{}", cases.len());
        asked += 1;
    }
    assert_eq!(asked, 7);
}
