//! Why nothing is known of a release, and where that stands.

use helm_values::{Error, ErrorKind, Node, Origin};

/// Why a release is not known.
#[derive(Debug)]
pub(super) struct Problem {
    pub message: String,
    pub origin: Option<Origin>,
}

impl Problem {
    pub(super) fn at(node: &Node, message: impl Into<String>) -> Problem {
        Problem { message: message.into(), origin: Some(node.origin.clone()) }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        Problem { message: error.message, origin: error.origin }
    }
}

pub(super) fn error(problem: &Problem) -> Error {
    let Problem { message, origin } = problem;
    Error { kind: ErrorKind::Incomplete, message: message.clone(), origin: origin.clone() }
}
