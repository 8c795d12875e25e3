//! Reports → text for people: a block for each refusal.

use super::release::STDIN;
use super::report::{Auth, Finding, Judgement, Report, SettingPlace, Spot};
use crate::sanitize::for_line;
use helm_values::SourceKind;

/// Reports as a text, with the colours of a terminal or without; quietly
/// without a word about what is accepted.
pub(super) fn write(reports: &[Report], quiet: bool, colours: bool) -> String {
    let mut page = Page { text: String::new(), colours };
    for report in reports {
        page.report(report, reports.len() == 1 && !quiet);
    }
    if reports.len() > 1 && !quiet {
        page.line(&summary(reports));
    }
    page.text
}

struct Page {
    text: String,
    colours: bool,
}

const BOLD: &str = "1";
const RED: &str = "1;31";
const GREEN: &str = "1;32";
const YELLOW: &str = "1;33";

impl Page {
    fn report(&mut self, report: &Report, alone: bool) {
        match &report.outcome {
            Judgement::Accepted { receiver_on, auth } if alone => {
                let (name, accepted) =
                    (self.painted(BOLD, &for_line(&report.name)), self.painted(GREEN, "accepted"));
                self.line(&format!("{name}: {accepted}; {}", means(*receiver_on, *auth)));
            }
            Judgement::Accepted { .. } => {}
            Judgement::Refused { refusals, .. } => {
                for refusal in refusals {
                    self.block(report, (RED, "refused"), refusal);
                }
            }
            Judgement::Unknown(why) => self.block(report, (RED, "could not tell"), why),
        }
        for warning in &report.warnings {
            self.block(report, (YELLOW, "warning"), warning);
        }
    }

    fn block(&mut self, report: &Report, (colour, kind): (&str, &str), finding: &Finding) {
        let Spot { file, line, column, note } = finding.spot(report);
        let file = for_line(file.filter(|file| *file != STDIN).unwrap_or(&report.name));
        let head = if line == 0 { file } else { format!("{file}:{line}:{column}") };
        let (head, kind) = (self.painted(BOLD, &head), self.painted(colour, kind));
        self.line(&format!("{head}: {kind}: {}", for_line(&finding.message)));
        if let Some(place) = &finding.place {
            self.mark(place);
        }
        if let Some(note) = note {
            self.line(&format!("  = {}", for_line(&noted(finding, note))));
        }
        if let Some(because) = finding.turned_on() {
            self.line(&format!("  = {}", for_line(&because)));
        }
    }

    /// The line of YAML as far as its key. Drawn from the place alone: the line
    /// itself can hold credentials, neighbours and comments.
    fn mark(&mut self, place: &SettingPlace) {
        let (origin, Some(key)) = (&place.origin, &place.key) else { return };
        if origin.line == 0
            || !matches!(origin.source.kind, SourceKind::File | SourceKind::ChartFile | SourceKind::Release)
        {
            return;
        }
        let (number, key) = (origin.line.to_string(), for_line(key));
        let gutter = " ".repeat(number.len());
        let indent = " ".repeat(indentation(origin.column));
        let under = self.painted(BOLD, &"^".repeat(key.chars().count()));
        self.line(&format!("  {number} | {indent}{key}: …"));
        self.line(&format!("  {gutter} | {indent}{under}"));
    }

    fn painted(&self, colour: &str, text: &str) -> String {
        if self.colours { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}

/// Where no line is shown, the values path says what it is about.
fn noted(finding: &Finding, note: String) -> String {
    if finding.path.keys().is_empty() { note } else { format!("{}, {note}", finding.path) }
}

fn means(receiver_on: bool, auth: Auth) -> &'static str {
    match (auth, receiver_on) {
        (Auth::Basic, _) => "basic auth guards the receiver",
        (Auth::Anyone, _) => "the receiver is open to anyone",
        (Auth::AtEachWay, _) => "no way from outside of the cluster is open",
        (Auth::NotChosen, _) => "the receiver is off",
    }
}

/// A key far to the right, as in one long line of JSON, is not drawn there.
fn indentation(column: u32) -> usize {
    let blanks = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
    if blanks > 60 { 4 } else { blanks }
}

fn summary(reports: &[Report]) -> String {
    let count =
        |wanted: fn(&Judgement) -> bool| reports.iter().filter(|report| wanted(&report.outcome)).count();
    let accepted = count(|outcome| matches!(outcome, Judgement::Accepted { .. }));
    let refused = count(|outcome| matches!(outcome, Judgement::Refused { .. }));
    let unknown = count(|outcome| matches!(outcome, Judgement::Unknown(_)));
    let all = reports.len();
    format!("{all} judged: {accepted} accepted, {refused} refused, {unknown} could not be judged")
}
