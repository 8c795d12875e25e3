//! The flags of `check`, spelled as Helm spells them.

use crate::check::{self, AnswerForm, CheckRequest, Format, ShownTexts, rendered};
use clap::{Args, ValueHint};
use helm_values::{Chart, HelmVersion, Inputs, Reuse, Upgrade};
use std::ffi::OsString;
use std::path::PathBuf;

#[derive(Args, Debug, Default, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // each is a flag of Helm's
pub(super) struct Check {
    /// Values files, or documents of Flux, Argo CD and others, each release judged by itself, or folders of them; - is standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    files: Vec<OsString>,
    /// Values files that are layered as Helm layers them, and judged once
    #[arg(short = 'f', long, value_name = "FILE", value_hint = ValueHint::FilePath, allow_hyphen_values = true)]
    values: Vec<String>,
    /// Values on the command line, layered over -f
    #[arg(long, value_name = "KEY=VALUE", allow_hyphen_values = true, help_heading = LAYERED)]
    set: Vec<String>,
    /// Like --set, all values are text
    #[arg(long, value_name = "KEY=TEXT", allow_hyphen_values = true, help_heading = LAYERED)]
    set_string: Vec<String>,
    /// Like --set, values are read from files
    #[arg(long, value_name = "KEY=FILE", allow_hyphen_values = true, help_heading = LAYERED)]
    set_file: Vec<String>,
    /// Like --set, values are JSON
    #[arg(long, value_name = "KEY=JSON", allow_hyphen_values = true, help_heading = LAYERED)]
    set_json: Vec<String>,
    /// Like --set-string, nothing in the text is special
    #[arg(long, value_name = "KEY=TEXT", allow_hyphen_values = true, help_heading = LAYERED)]
    set_literal: Vec<String>,
    /// The chart, a folder or a .tgz; without one Trento's defaults stand underneath
    #[arg(long, value_name = "CHART", value_hint = ValueHint::AnyPath, help_heading = CHART)]
    chart: Option<PathBuf>,
    /// Whose behaviour, such as 3.21 or 4.2.4; the newest known by default
    #[arg(long, value_name = "VERSION", value_parser = version, help_heading = CHART)]
    helm_version: Option<HelmVersion>,
    /// The release that is upgraded: what helm get values -o yaml printed
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = UPGRADE)]
    release_values: Option<String>,
    /// Upgrade as helm upgrade --reuse-values does
    #[arg(long, requires = "release_values", help_heading = UPGRADE)]
    reuse_values: bool,
    /// Upgrade as helm upgrade --reset-then-reuse-values does
    #[arg(long, requires = "release_values", help_heading = UPGRADE)]
    reset_then_reuse_values: bool,
    /// Upgrade as helm upgrade --reset-values does
    #[arg(long, help_heading = UPGRADE)]
    reset_values: bool,
    /// The chart of the release that is upgraded
    #[arg(long, value_name = "CHART", requires = "release_values", value_hint = ValueHint::AnyPath, help_heading = UPGRADE)]
    old_chart: Option<PathBuf>,
    /// What an object of the cluster holds that a document takes values from, by its name or KIND/NAME
    #[arg(long, value_name = "NAME=FILE", value_parser = named_file, value_hint = ValueHint::FilePath, help_heading = GITOPS)]
    values_from: Vec<(String, String)>,
    /// Judge rendered objects of any chart, as helm template or kubectl get prints them; - is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = NOT_RENDERED, help_heading = RENDERED)]
    rendered: Vec<String>,
    /// Refuse ways that begin inside of the cluster, too
    #[arg(long, requires = "rendered", conflicts_with_all = NOT_RENDERED, help_heading = RENDERED)]
    strict: bool,
    /// Print the values that Helm would see, and judge nothing: keys, numbers and known words; any other text may be a credential
    #[arg(long, conflicts_with = "output")]
    print_values: bool,
    /// Print the other texts as well, but for those that look like a credential
    #[arg(long, requires = "print_values")]
    show_values: bool,
    /// How to say it
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    output: Format,
    /// Say nothing of what is accepted, and leave out warnings and progress
    #[arg(short, long, conflicts_with = "print_values")]
    quiet: bool,
}

const LAYERED: &str = "Coalesced values";
const CHART: &str = "Chart and Helm";
const UPGRADE: &str = "Upgrade";
const GITOPS: &str = "GitOps documents";
const RENDERED: &str = "Rendered objects";
const NOT_RENDERED: &[&str] = &[
    "files",
    "values",
    "set",
    "set_string",
    "set_file",
    "set_json",
    "set_literal",
    "chart",
    "helm_version",
    "release_values",
    "old_chart",
    "values_from",
    "print_values",
    "show_values",
];

impl Check {
    /// `check FILE…` without an option, which is what hooks and pipelines call: the same as clap
    /// makes of it, in a quarter less of the time that one file takes.
    pub(super) fn of_files_alone(argv: &[OsString]) -> Option<Self> {
        let [_, entry, files @ ..] = argv else { return None };
        let is_file = |file: &OsString| !file.is_empty() && !file.as_encoded_bytes().starts_with(b"-");
        let are_files = entry == "check" && !files.is_empty() && files.iter().all(is_file);
        are_files.then(|| Self { files: files.to_vec(), ..Self::default() })
    }

    /// Judges what was named; the exit code.
    pub(super) fn run(self) -> u8 {
        match self.rendered.as_slice() {
            [] => check::run(self.request()),
            files => rendered::run(files, self.strict, self.form()),
        }
    }

    fn request(self) -> CheckRequest {
        let (reuse, form) = (self.reuse(), self.form());
        let inputs = Inputs {
            files: Vec::new(),
            set_json: self.set_json,
            set: self.set,
            set_string: self.set_string,
            set_file: self.set_file,
            set_literal: self.set_literal,
            chart: self.chart.map(Chart::from_path),
            upgrade: Upgrade {
                reuse,
                release_values: self.release_values,
                old_chart: self.old_chart.map(Chart::from_path),
            },
            version: self.helm_version.unwrap_or_default(),
            ..Inputs::default()
        };
        let shown = if self.show_values { ShownTexts::All } else { ShownTexts::Harmless };
        let print_values = self.print_values.then_some(shown);
        CheckRequest {
            files: self.files,
            layered: self.values,
            inputs,
            values_from: self.values_from,
            form,
            print_values,
        }
    }

    fn form(&self) -> AnswerForm {
        AnswerForm { format: self.output, quiet: self.quiet }
    }

    /// Helm lets several stand together, and this is who wins.
    fn reuse(&self) -> Reuse {
        if self.reset_values {
            Reuse::Reset
        } else if self.reuse_values {
            Reuse::Reuse
        } else if self.reset_then_reuse_values {
            Reuse::ResetThenReuse
        } else {
            Reuse::IfNothingGiven
        }
    }
}

fn named_file(text: &str) -> Result<(String, String), &'static str> {
    let parts = text.split_once('=').filter(|(name, file)| !name.is_empty() && !file.is_empty());
    let (name, file) =
        parts.ok_or("write the name of a ConfigMap or a Secret, an equals sign, and a file")?;
    Ok((name.to_owned(), file.to_owned()))
}

/// Also as `helm version --short` prints it, with the commit after a plus.
fn version(text: &str) -> Result<HelmVersion, &'static str> {
    let version = text.split_once('+').map_or(text, |(version, _)| version);
    HelmVersion::parse(version.trim()).ok_or("write a version of Helm 3 or 4, such as 3.21 or 4.2.4")
}

#[cfg(test)]
mod tests {
    use super::super::{CommandLine, Entry};
    use super::Check;
    use clap::Parser;
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    fn argv(words: &[&str]) -> Vec<OsString> {
        std::iter::once("remote-write-auth").chain(words.iter().copied()).map(OsString::from).collect()
    }

    #[test]
    fn files_alone_are_what_clap_reads() {
        let mut all: Vec<Vec<OsString>> = [
            &["check", "a.yaml"][..],
            &["check", "a.yaml", "../b", "/c/", "a"],
            &["check", "check", "help", "a=b", "@a", "a --quiet", " "],
        ]
        .map(argv)
        .into();
        all.push([argv(&["check"]), vec![OsString::from_vec(b"\xFF.yaml".to_vec())]].concat());
        for argv in all {
            let Ok(CommandLine { entry: Entry::Check(by_clap) }) = CommandLine::try_parse_from(&argv) else {
                panic!("clap reads {argv:?}")
            };
            assert_eq!(Check::of_files_alone(&argv), Some(*by_clap), "{argv:?}");
        }
    }

    #[test]
    fn all_else_is_left_to_clap() {
        for words in [
            &[][..],
            &["check"],
            &["check", "-"],
            &["check", ""],
            &["check", "a.yaml", "-q"],
            &["check", "--", "a.yaml"],
            &["--quiet", "check", "a.yaml"],
            &["explain", "a.yaml"],
        ] {
            assert_eq!(Check::of_files_alone(&argv(words)), None, "{words:?}");
        }
        assert_eq!(Check::of_files_alone(&[]), None);
    }
}
