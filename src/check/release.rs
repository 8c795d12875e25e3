//! One release that is judged.

use super::gitops::sketch::Sketch;
use helm_values::{Error, Inputs, shown_path};

/// Standard input, as an argument.
pub(super) const STDIN: &str = "-";

/// One release that `helm install` or `upgrade` would make.
pub(super) struct Release {
    /// What it is called in the answer.
    pub name: String,
    /// The one file that it is made of, where there is one.
    pub file: Option<String>,
    /// The document in the file that it is.
    pub document: Option<String>,
    /// Where its values come from, or why that is unknown.
    pub inputs: Result<Inputs, Error>,
    /// What is not known, where something is, and how the release is drawn with
    /// other stand-ins for it.
    pub unknown: Option<(Error, Sketch)>,
}

impl Release {
    /// A release of a document.
    pub(super) fn sketched(
        file: &str,
        document: &str,
        inputs: Result<Inputs, Error>,
        unknown: Option<Error>,
        sketch: Sketch,
    ) -> Release {
        Release {
            name: format!("{}, {document}", name_of(file)),
            file: Some(shown_path(file)),
            document: Some(document.to_owned()),
            inputs,
            unknown: unknown.map(|unknown| (unknown, sketch)),
        }
    }

    /// A file, or a document of it, that is no release.
    pub(super) fn unread(file: &str, error: Error) -> Release {
        let inputs = Err(error);
        Release { name: name_of(file), file: Some(shown_path(file)), document: None, inputs, unknown: None }
    }
}

/// What a file is called in the answer.
pub(super) fn name_of(file: &str) -> String {
    if file.trim() == STDIN { "standard input".to_owned() } else { shown_path(file) }
}
