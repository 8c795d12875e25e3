//! A file of a chart, by its name there, and what is said of one that cannot
//! be read.

use crate::input_file::shown_path;
use crate::value::SourceKind;
use crate::value::{Origin, Source};
use crate::{Error, ErrorKind};
use std::path::Path;
use std::sync::Arc;

/// A file of a chart; without content if values do not depend on it.
pub(super) struct File {
    pub(super) name: String,
    pub(super) data: Vec<u8>,
}

/// Whether values depend on a file of this name.
pub(super) fn matters(name: &str) -> bool {
    match name.strip_prefix("charts/") {
        Some(below) => below.split_once('/').is_none_or(|(_, rest)| matters(rest)),
        None => matches!(
            name,
            "Chart.yaml" | "Chart.lock" | "values.yaml" | "requirements.yaml" | "requirements.lock"
        ),
    }
}

/// A file that could not be read, or that Helm would refuse; `message` goes on
/// after the path.
pub(super) fn file_error(path: &Path, kind: ErrorKind, message: &str) -> Error {
    let path = shown_path(&path.display().to_string());
    let message = format!("{path} {message}");
    about(path, kind, message)
}

/// A file that the system does not let us read.
pub(super) fn io_error(path: &Path, error: &std::io::Error) -> Error {
    let path = shown_path(&path.display().to_string());
    let message = format!("cannot read {path}: {error}; check the path");
    about(path, ErrorKind::Unreadable, message)
}

/// About the file called `path`, which `message` need not name.
pub(super) fn about(path: String, kind: ErrorKind, message: String) -> Error {
    let source = Arc::new(Source { kind: SourceKind::File, name: path });
    Error::with_kind(kind, message, Some(Origin { source, line: 0, column: 0 }))
}

/// The label of a file in a chart.
pub(super) fn join(label: &str, name: &str) -> String {
    format!("{}/{}", label.trim_end_matches('/'), printable_name(name))
}

/// A name as it may be printed. It is of whoever packed the chart: nothing in it
/// may steer a terminal or look like the message around it.
pub(super) fn printable_name(name: &str) -> String {
    let may_be_printed = |letter: char| {
        letter == ' ' || letter.is_ascii_graphic() && !matches!(letter, '"' | '\'' | '`' | '\\')
    };
    name.chars().map(|letter| if may_be_printed(letter) { letter } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strange_name_in_a_chart_is_not_printed() {
        assert_eq!(join("umb/", "charts/a\u{1b}[2J\"\n::error é"), "umb/charts/a?[2J??::error ?");
    }
}
