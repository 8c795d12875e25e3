//! What was found out about one release, before it takes a form.

use super::release::STDIN;
use crate::policy::refusal::ValuesPath;
use helm_values::{Origin, SourceKind};

/// One release and its verdict.
pub(super) struct Report {
    /// What was judged, for people.
    pub name: String,
    /// The one file that it is made of, where there is one.
    pub file: Option<String>,
    /// The document in that file, where it holds several things.
    pub document: Option<String>,
    /// The verdict.
    pub outcome: Judgement,
    /// What does not change the verdict.
    pub warnings: Vec<Finding>,
}

/// A verdict.
pub(super) enum Judgement {
    /// The policy has nothing against it.
    Accepted {
        /// Whether a write receiver is on.
        receiver_on: bool,
        /// Who may write.
        auth: Auth,
    },
    /// The policy's reasons, in its order.
    Refused {
        /// Whether a write receiver is on.
        receiver_on: bool,
        /// At least one.
        refusals: Vec<Finding>,
    },
    /// It could not be looked at, and why.
    Unknown(Finding),
}

/// Who may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Auth {
    /// Nobody said.
    NotChosen,
    /// Whoever has the credentials.
    Basic,
    /// Anyone.
    Anyone,
    /// It is said for each way in, by rendered objects.
    AtEachWay,
}

impl Auth {
    /// The auth type; `None` where nobody said.
    pub(super) const fn as_str(self) -> Option<&'static str> {
        match self {
            Auth::Basic => Some("basic"),
            Auth::Anyone => Some("none"),
            Auth::NotChosen | Auth::AtEachWay => None,
        }
    }
}

/// A message about a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// The code at the end of the message; `None` for what could not be read.
    pub code: Option<&'static str>,
    /// The whole message.
    pub message: String,
    /// The setting it is about; empty where it is about the whole.
    pub path: ValuesPath,
    /// Where the setting that won stands.
    pub place: Option<SettingPlace>,
    /// Where the flag stands that made it so.
    pub because: Option<SettingPlace>,
}

/// Where a setting stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SettingPlace {
    /// Source, line and column.
    pub origin: Origin,
    /// The key that stands there, where it may be shown.
    pub key: Option<String>,
}

/// A place as it is reported to people and programs.
pub(super) struct Spot<'a> {
    /// The file, where it is in one that can be opened by this name.
    pub file: Option<&'a str>,
    /// 1-based; 0 where there is none.
    pub line: u32,
    /// 1-based, in characters; 0 where there is none.
    pub column: u32,
    /// What else is to be known: `default in chart X`, the flag.
    pub note: Option<String>,
}

impl Finding {
    /// Where it points; the release's own file where it points at no other.
    pub(super) fn spot<'a>(&'a self, report: &'a Report) -> Spot<'a> {
        let own = report.file.as_deref();
        match &self.place {
            Some(place) => place.spot(own),
            None => Spot { file: own, line: 0, column: 0, note: None },
        }
    }

    /// Where the flag stands that made it so; `None` where there is no flag, or
    /// none that somebody wrote.
    pub(super) fn because(&self) -> Option<Spot<'_>> {
        let place = self.because.as_ref()?;
        (place.origin.source.kind != SourceKind::BuiltIn).then(|| place.spot(None))
    }

    /// The same in words, which are not yet fit for a line.
    pub(super) fn turned_on(&self) -> Option<String> {
        self.because().map(|spot| format!("the receiver is turned on {}", where_it_stands(&spot)))
    }
}

impl SettingPlace {
    /// Where it is; in the file `own` where it is in no other.
    fn spot<'a>(&'a self, own: Option<&'a str>) -> Spot<'a> {
        let Origin { source, line, column } = &self.origin;
        let name = &source.name;
        let in_file = |note: Option<&str>| Spot {
            file: Some(name),
            line: *line,
            column: *column,
            note: note.map(str::to_owned),
        };
        let elsewhere = |file, note| Spot { file, line: 0, column: 0, note: Some(note) };
        match source.kind {
            SourceKind::File => in_file(None),
            SourceKind::ChartFile => in_file(Some("default of the chart")),
            SourceKind::Release => in_file(Some("in the values of the release")),
            SourceKind::Flag => elsewhere(None, format!("by {name}")),
            SourceKind::Chart if *line > 0 => elsewhere(own, format!("default in chart {name}, line {line}")),
            SourceKind::Chart => elsewhere(own, format!("default in chart {name}")),
            SourceKind::BuiltIn => elsewhere(own, format!("by {name}")),
        }
    }
}

/// Where a flag stands.
fn where_it_stands(spot: &Spot) -> String {
    match (spot, &spot.note) {
        (Spot { file: Some(file), line: 1.., .. }, _) => {
            let file = if *file == STDIN { "standard input" } else { file };
            format!("at {file}:{}:{}", spot.line, spot.column)
        }
        (_, Some(note)) if note.starts_with("by ") => note.clone(),
        (_, Some(note)) => format!("by the {note}"),
        (Spot { file, .. }, None) => format!("in {}", file.unwrap_or_default()),
    }
}
