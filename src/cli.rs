//! argv → one of the entries → exit code.
//!
//! The definition of the command line, from which help, completions and
//! errors are made. Clap's own errors print what was typed, which can be a
//! password: `mistake` says them in other words.

mod guard;
mod help;
mod mistake;
mod output;
mod probe;
mod values;

use crate::policy::codes;
use crate::{explain, hook, man, schema, stdout};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{CommandFactory, Parser, Subcommand, ValueHint};
use clap_complete::Shell;
use std::ffi::OsString;
use std::path::PathBuf;

/// Keeps a Prometheus remote write receiver from being left open by accident
#[derive(Parser)]
#[command(name = "remote-write-auth", version, after_help = help::TOP, disable_help_subcommand = true)]
struct CommandLine {
    #[command(subcommand)]
    entry: Entry,
}

#[derive(Subcommand)]
#[command(defer = true)] // of the entry that was asked for alone the options are made
enum Entry {
    /// Judge Helm values: does somebody say who may write to the receiver?
    #[command(after_help = help::CHECK)]
    Check(Box<values::Check>),
    /// Print the policy, a JSON schema, or merge it into a chart's own
    #[command(after_help = help::SCHEMA)]
    Schema {
        /// The chart's own values.schema.json, which gets the policy as one member of its allOf
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        into: Option<PathBuf>,
        /// The chart that the policy is for, a folder or a .tgz: how it names and deploys Prometheus; with --into, the one that FILE lies in by default
        #[arg(long, value_name = "CHART", value_hint = ValueHint::AnyPath)]
        chart: Option<PathBuf>,
    },
    /// Say what a code means and what to do about it; without a code list all
    #[command(after_help = help::EXPLAIN)]
    Explain {
        /// What stands in brackets at the end of a message
        #[arg(value_parser = known_codes(), hide_possible_values = true)]
        code: Option<String>,
        /// How to say it
        #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
        output: explain::Form,
    },
    /// Judge a chart's values inside the cluster, with what a mounted Secret holds
    #[command(after_help = help::HOOK)]
    Hook {
        /// What the policy reads of the values, as JSON
        #[arg(value_name = "VALUES.json", value_hint = ValueHint::FilePath)]
        values: PathBuf,
        /// The folder where the existing Secret is mounted
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        secret: Option<PathBuf>,
    },
    /// Write the htpasswd file of nginx from a mounted Secret
    #[command(after_help = help::HTPASSWD)]
    Htpasswd {
        /// The folder where the Secret is mounted
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        secret: PathBuf,
        /// The file to write; removed while the Secret holds no login
        #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        out: PathBuf,
        /// Stay, and write again whenever the Secret changes
        #[arg(long)]
        watch: bool,
    },
    /// Guard the location of nginx on this host that leads to Prometheus
    #[command(after_help = help::GUARD)]
    Guard(Box<guard::Guard>),
    /// Judge whether nginx on this host asks for the login wherever it leads to Prometheus
    #[command(after_help = help::VERIFY)]
    Verify(Box<guard::Verify>),
    /// Ask an endpoint whether it is shut to those without a login, and lets the login in
    #[command(after_help = help::PROBE)]
    Probe(Box<probe::Probe>),
    /// Print what a shell needs to complete this command line
    #[command(after_help = help::COMPLETIONS)]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the man pages of this command line
    #[command(after_help = help::MAN)]
    Man {
        /// The folder to write them into, which is there already
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        folder: PathBuf,
    },
}

fn definition() -> clap::Command {
    CommandLine::command()
}

/// Runs the command line `argv` (the program's name first); the exit code.
pub fn run(argv: Vec<OsString>) -> u8 {
    if let Some(check) = values::Check::of_files_alone(&argv) {
        return check.run();
    }
    match CommandLine::try_parse_from(argv) {
        Ok(CommandLine { entry }) => dispatch(entry),
        Err(error) => mistake::answer(&error),
    }
}

fn dispatch(entry: Entry) -> u8 {
    match entry {
        Entry::Check(arguments) => arguments.run(),
        Entry::Explain { code, output } => explain::run(code.as_deref(), output),
        Entry::Hook { values, secret } => hook::run(&values, secret.as_deref()),
        Entry::Htpasswd { secret, out, watch } => hook::htpasswd::run(&secret, &out, watch),
        Entry::Guard(arguments) => crate::guard::run(arguments.request()),
        Entry::Verify(arguments) => crate::guard::run(arguments.request()),
        Entry::Probe(arguments) => crate::probe::run(&arguments.request()),
        Entry::Schema { into: None, chart } => schema::print(chart.as_deref()),
        Entry::Schema { into: Some(path), chart } => schema::into(&path, chart.as_deref()),
        Entry::Completions { shell } => completions(shell),
        Entry::Man { folder } => man::run(definition, &folder),
    }
}

/// Shells complete them.
fn known_codes() -> PossibleValuesParser {
    codes::all().map(|entry| PossibleValue::new(entry.code).help(entry.summary)).into()
}

fn completions(shell: Shell) -> u8 {
    let mut command = definition();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "remote-write-auth", &mut script);
    stdout::print(&entries_by_one_name(&String::from_utf8_lossy(&script)), 0)
}

/// For bash `clap_complete` 4.6.11 sets one name for the entry of a program with a hyphen in its own,
/// and looks for another: nothing after the entry is completed. Other shells' scripts have neither.
fn entries_by_one_name(script: &str) -> String {
    script.replace("remote__subcmd__write__subcmd__auth__subcmd__", "remote__write__auth__subcmd__")
}
