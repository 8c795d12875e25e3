//! The explain entry: a code → what it means and what to do about it.
//!
//! The list of codes and a page for each are the policy's (`codes`); here they
//! take a form. A page is text for people; its parts are recognized by their
//! headings, for programs.

use crate::policy::codes::{self, CodeEntry, Kind, Part};
use crate::stdout;
use serde_json::{Value, json};
use std::fmt::Write;

/// The headings of a page, in their order.
const HEADINGS: [&str; 6] =
    ["Refused:", "Warns:", "Accepted:", "Does not warn:", "With Ansible:", "With Helm:"];

/// The form of an explanation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// Text for people
    #[default]
    Text,
    /// One JSON document, a list where no code is named
    Json,
}

/// Explains `code`, or lists all; the exit code.
pub(crate) fn run(code: Option<&str>, form: Form) -> u8 {
    let text = match (code.and_then(find), form) {
        (Some(entry), Form::Text) => explained(entry),
        (Some(entry), Form::Json) => format!("{:#}\n", as_json(entry)),
        (None, Form::Text) => list(),
        (None, Form::Json) => format!("{:#}\n", codes::all().map(summed_up).collect::<Value>()),
    };
    stdout::print(&text, 0)
}

fn find(code: &str) -> Option<&'static CodeEntry> {
    codes::all().find(|entry| entry.code == code)
}

fn explained(entry: &CodeEntry) -> String {
    let CodeEntry { code, part, kind, summary, page } = entry;
    format!("{code}: {summary}\nA {} of the {}.\n\n{page}", kind.as_str(), part.as_str())
}

fn list() -> String {
    let parts = [Part::Policy, Part::Module, Part::ActionPlugin, Part::Hook, Part::Probe, Part::Check];
    let groups = parts.into_iter().flat_map(|part| [(part, Kind::Refusal), (part, Kind::Warning)]);
    let mut text = String::new();
    for (part, kind) in groups {
        let mut entries = codes::all().filter(|entry| (entry.part, entry.kind) == (part, kind)).peekable();
        if entries.peek().is_some() {
            let gap = if text.is_empty() { "" } else { "\n" };
            writeln!(text, "{gap}{}s of the {}:", capital(kind.as_str()), part.as_str())
                .expect("a String takes everything");
        }
        for CodeEntry { code, summary, .. } in entries {
            writeln!(text, "  {code:<28} {summary}").expect("a String takes everything");
        }
    }
    text
}

fn capital(word: &str) -> String {
    word.get(..1).unwrap_or_default().to_uppercase() + word.get(1..).unwrap_or_default()
}

fn summed_up(entry: &CodeEntry) -> Value {
    json!({
        "code": entry.code,
        "part": entry.part.as_str(),
        "kind": entry.kind.as_str(),
        "summary": entry.summary,
    })
}

fn as_json(entry: &CodeEntry) -> Value {
    let section = |headings: &[&str]| headings.iter().find_map(|heading| section(entry.page, heading));
    let mut document = summed_up(entry);
    document["explanation"] = json!(paragraph(before_headings(entry.page)));
    document["example"] = json!(section(&["Refused:", "Warns:"]).map(example));
    document["better"] = json!(section(&["Accepted:", "Does not warn:"]).map(example));
    document["ansible"] = json!(section(&["With Ansible:"]).map(paragraph));
    document["helm"] = json!(section(&["With Helm:"]).map(paragraph));
    document
}

fn before_headings(page: &str) -> &str {
    let end = HEADINGS.iter().filter_map(|heading| page.find(&format!("\n{heading}\n"))).min();
    &page[..end.unwrap_or(page.len())]
}

/// What stands under `heading`.
fn section<'a>(page: &'a str, heading: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("\n{heading}\n"))?;
    Some(before_headings(rest))
}

/// A text whose lines were wrapped, in one.
fn paragraph(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines that were indented, as they are in a file.
fn example(text: &str) -> String {
    let line = |line: &str| format!("{}\n", line.strip_prefix("    ").unwrap_or(line));
    text.trim_matches('\n').lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_parts_in_order_and_no_other() {
        for entry in codes::all() {
            let found: Vec<&str> =
                entry.page.lines().filter(|line| line.ends_with(':') && !line.starts_with(' ')).collect();
            let known: Vec<&str> = HEADINGS.into_iter().filter(|heading| found.contains(heading)).collect();
            assert_eq!(found, known, "{}", entry.code);
            let warns = found.iter().any(|heading| ["Warns:", "Does not warn:"].contains(heading));
            let refuses = found.iter().any(|heading| ["Refused:", "Accepted:"].contains(heading));
            assert!(if entry.kind == Kind::Warning { !refuses } else { !warns }, "{}", entry.code);
            assert!(!paragraph(before_headings(entry.page)).is_empty(), "{}", entry.code);
            assert!(found.iter().any(|heading| heading.starts_with("With ")), "{}", entry.code);
        }
    }
}
