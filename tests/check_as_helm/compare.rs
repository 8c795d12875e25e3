//! Our verdict beside Helm's, and what is said where Helm's versions differ.

use crate::made_up::Made;
use helm_values::Inputs;
use remote_write_auth::check::{self, AnswerForm, CheckRequest, Format};
use serde_json::Value;
use std::io::Write;
use test_support::folder::Folder;
use test_support::helm_versions::{self, TestedHelm};
use test_support::judge;
use test_support::values::case::Placed;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accepted,
    Refused,
    /// Nothing to judge.
    Unknown,
}

/// What ours says about a case.
struct Answer {
    verdict: Verdict,
    whole: Value,
}

/// Fails where ours and Helm's differ, with the cases.
pub(crate) fn all(sort: &str, cases: &[Made]) {
    let folder = Folder::new();
    let placed: Vec<Placed> =
        cases.iter().enumerate().map(|(at, made)| made.case.place(&folder.0.join(at.to_string()))).collect();
    let helm: Vec<Vec<_>> = helm_versions::judged()
        .map(|(_, judge)| {
            let asked = placed.iter().map(|placed| &placed.asked);
            judge::ask(judge, asked).iter().map(helms_verdict).collect()
        })
        .collect();
    let (mut wrong, mut random, mut disagreed, mut verdicts) = (Vec::new(), 0, 0, [0; 3]);
    for (at, (made, placed)) in cases.iter().zip(&placed).enumerate() {
        let (mut judged, mut newest) = (Vec::new(), None);
        for ((TestedHelm { version: exact, group, .. }, _), answers) in helm_versions::judged().zip(&helm) {
            let answer = ours(made, placed, exact);
            if says_random(&answer) {
                random += 1;
                judged.clear();
                break;
            }
            let (verdict, words) = &answers[at];
            verdicts[*verdict as usize] += 1;
            if answer.verdict != *verdict {
                wrong.push(format!(
                    "#{at}, Helm {exact}: {}\n    ours: {}\n    Helm: {verdict:?} {words}",
                    shown(&made.case.0),
                    answer.whole
                ));
            }
            judged.push((group, *verdict));
            newest.get_or_insert(answer.whole);
        }
        let (Some((_, first)), Some(newest)) = (judged.first(), newest) else { continue };
        let differ = judged.iter().any(|(_, verdict)| verdict != first);
        disagreed += usize::from(differ);
        if let Some(problem) = misnamed(&newest, &judged, differ) {
            wrong.push(format!("#{at} {}\n    {problem}: {judged:?}", shown(&made.case.0)));
        }
    }
    let all = cases.len();
    let _ = writeln!(
        std::io::stderr(),
        "{sort}: {all} cases, Helm's verdicts {verdicts:?}, on {disagreed} its versions disagree, {random} random"
    );
    assert!(
        wrong.is_empty(),
        "{} of {all} cases ({sort}) are not judged as by Helm:\n{}",
        wrong.len(),
        wrong.iter().take(5).cloned().collect::<Vec<_>>().join("\n"),
    );
    // All sides must be met, else nothing was compared.
    assert!(all < 200 || verdicts.iter().all(|count| *count * 50 > all), "{sort}: {verdicts:?} of {all}");
    assert!(all < 200 || disagreed * 100 > all, "{sort}: Helm's versions disagree on {disagreed} of {all}");
    assert!(random * 10 <= all, "{sort}: {random} of {all} are random in Helm");
}

/// What is wrong with the warning about versions that disagree.
fn misnamed(answer: &Value, judged: &[(&str, Verdict)], differ: bool) -> Option<String> {
    let warnings = answer["warnings"].as_array().expect("a list");
    let warning = warnings.iter().find(|warning| warning["code"] == "helm-versions-disagree");
    let Some(warning) = warning else {
        return differ.then(|| "nothing says that versions disagree".to_owned());
    };
    let msg = warning["msg"].as_str().expect("a text");
    let verdict_of = |name: &str| {
        let before = msg.split_once(name)?.0;
        let words = [
            ("accepted by", Verdict::Accepted),
            ("refused by", Verdict::Refused),
            ("not read by", Verdict::Unknown),
        ];
        let last = words.into_iter().filter_map(|(word, verdict)| Some((before.rfind(word)?, verdict)));
        last.max_by_key(|(at, _)| *at).map(|(_, verdict)| verdict)
    };
    let wrong = judged.iter().find(|(name, verdict)| verdict_of(&format!(" {name}")) != Some(*verdict));
    wrong.map(|(name, _)| format!("{name} is named wrongly in {msg}"))
}

fn ours(made: &Made, placed: &Placed, version: &str) -> Answer {
    let inputs = placed.inputs(version);
    let layered = inputs.files.clone();
    let chart = inputs.chart.clone().filter(|_| !made.without_chart);
    let inputs = Inputs { files: Vec::new(), chart, ..inputs };
    let form = AnswerForm { format: Format::Json, quiet: false };
    let request = CheckRequest {
        files: Vec::new(),
        layered,
        inputs,
        values_from: Vec::new(),
        form,
        print_values: None,
    };
    let (answer, exit_code) = check::answer(request).expect("something is judged");
    let mut list: Value = serde_json::from_str(&answer).expect("JSON");
    let whole = list[0].take();
    let verdict = match (whole["verdict"].as_str(), exit_code) {
        (Some("accepted"), 0) => Verdict::Accepted,
        (Some("refused"), 1) => Verdict::Refused,
        (Some("unknown"), 2) => Verdict::Unknown,
        other => panic!("{other:?}"),
    };
    Answer { verdict, whole }
}

/// A case without the text of the policy.
fn shown(case: &Value) -> String {
    let mut case = case.clone();
    for chart in ["chart", "old_chart"] {
        if let Some(files) = case[chart].as_object_mut() {
            files.retain(|name, _| !name.ends_with("values.schema.json"));
        }
    }
    case.to_string()
}

/// What Helm's schema says, or that there is nothing to judge; beside it Helm's own words.
fn helms_verdict(answer: &Value) -> (Verdict, String) {
    match (answer["error"].as_str(), answer["schema"].as_str()) {
        (Some(error), _) => (Verdict::Unknown, error.to_owned()),
        (None, Some(schema)) => (Verdict::Refused, schema.to_owned()),
        (None, None) => (Verdict::Accepted, answer["value"].to_string()),
    }
}

fn says_random(answer: &Answer) -> bool {
    answer.whole["error"]["msg"].as_str().is_some_and(|msg| msg.contains("random"))
}
