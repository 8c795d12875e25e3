//! Ours beside Helm's.

use helm_values::{ErrorKind, coalesce};
use serde_json::{Value as Json, json};
use test_support::beside_helm::{difference, keep};
use test_support::folder::Folder;
use test_support::helm_versions::{self, TestedHelm};
use test_support::judge;
use test_support::values::case::{Case, Placed};

/// From 3.17.3 on Helm bounds what an archive holds, and so refuses a link with a size.
/// It is refused here whatever the version is.
const BEFORE_BOUNDS: [&str; 3] = ["3.14.4", "3.13.0", "3.12.3"];

/// Fails where ours and Helm's differ, with the cases.
#[expect(clippy::print_stdout, reason = "how many were accepted and how many are random, for who looks")]
pub(crate) fn all(sort: &str, cases: &[Case]) {
    let folder = Folder::new();
    let placed: Vec<Placed> =
        cases.iter().enumerate().map(|(at, case)| case.place(&folder.0.join(at.to_string()))).collect();
    for (TestedHelm { version: exact, .. }, version) in helm_versions::judged() {
        let asked = placed.iter().map(|placed| &placed.asked);
        let answers: Vec<_> = judge::ask(version, asked).into_iter().map(values).collect();
        let (mut accepted, mut random, mut unread, mut wrong) = (0, 0, 0, Vec::new());
        for (at, (placed, helm)) in placed.iter().zip(&answers).enumerate() {
            accepted += usize::from(helm.is_ok());
            let ours = coalesce(&placed.inputs(exact)).map(|coalesced| coalesced.values);
            if ours.as_ref().is_err_and(helm_values::Error::is_random) {
                random += 1;
            } else if helm.is_ok()
                && BEFORE_BOUNDS.contains(&exact)
                && ours.as_ref().is_err_and(|error| error.kind == ErrorKind::TooLarge)
            {
                unread += 1;
            } else if let Some(difference) = difference(&ours, helm) {
                keep(&format!("{sort}-{version}-{at}.json"), cases[at].0.to_string());
                wrong.push(format!("#{at} {}\n    {difference}", cases[at].0));
            }
        }
        let all = cases.len();
        println!(
            "{sort}, Helm {exact}: {all} cases, {accepted} accepted, {random} random, {unread} not read"
        );
        assert!(
            wrong.is_empty(),
            "{} of {all} cases ({sort}) do not come out as from Helm {exact}:\n{}",
            wrong.len(),
            wrong.iter().take(12).cloned().collect::<Vec<_>>().join("\n"),
        );
        // Both sides must be met, else nothing was compared.
        assert!(all < 200 || accepted * 10 > all, "{sort}: Helm {exact} accepts only {accepted} of {all}");
        assert!(all < 200 || unread * 100 < all, "{sort}: {unread} of {all} are not read here");
        assert!(all < 200 || random * 10 < all, "{sort}: {random} of {all} are random in Helm");
    }
}

/// The judge says null of an empty table.
fn values(answer: Json) -> Result<Json, String> {
    judge::values(answer).map(|values| if values.is_null() { json!({}) } else { values })
}
