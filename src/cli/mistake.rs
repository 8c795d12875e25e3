//! clap's error → one message that repeats nothing that was typed.
//!
//! What stands in the place of an option, a subcommand or a value may be a
//! credential (`--set password=a -b`, a stray blank in a password). So only
//! names that this command line has are printed, and a slip of one of them.

use super::CommandLine;
use crate::{nearest, stdout};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};

/// Of more values than this, only the nearest is named.
const MANY: usize = 12;

/// Answers help and version on standard output, a mistake on standard error.
/// Returns the exit code.
pub(super) fn answer(error: &clap::Error) -> u8 {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => stdout::print(&error.render().to_string(), 0),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            stdout::report_error(&format!("nothing was asked for; write one of {}, or --help", entries()))
        }
        ErrorKind::InvalidSubcommand => stdout::report_error(&format!(
            "the first word is not an entry of this program; write one of {}",
            entries()
        )),
        ErrorKind::UnknownArgument => stdout::report_error(&unknown(error)),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => stdout::report_error(&value(error)),
        ErrorKind::ArgumentConflict => stdout::report_error(&format!(
            "{} cannot stand beside {}; leave one of them out",
            argument(error, ContextKind::InvalidArg),
            argument(error, ContextKind::PriorArg),
        )),
        ErrorKind::MissingRequiredArgument => stdout::report_error(&format!(
            "{} is missing; see --help",
            argument(error, ContextKind::InvalidArg)
        )),
        ErrorKind::InvalidUtf8 => stdout::report_error("an argument is not UTF-8; see --help"),
        _ => stdout::report_error("the command line could not be read; see --help"),
    }
}

fn unknown(error: &clap::Error) -> String {
    let typed = argument(error, ContextKind::InvalidArg);
    let mut command = CommandLine::command();
    command.build(); // with the options of each entry, which only the one that was asked for has so far
    let options = options(&command);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let name = typed.trim_start_matches('-');
    match nearest::slip_of(name, &options) {
        Some(option) if option == name => format!("--{option} is an option of another entry; see --help"),
        Some(option) => format!("there is no option --{name}; write --{option}"),
        None => "an argument is neither an option that exists here nor a file; see --help".to_owned(),
    }
}

/// The value itself is never printed; those that the option takes are.
fn value(error: &clap::Error) -> String {
    let option = argument(error, ContextKind::InvalidArg);
    let what = if invalid(error).is_empty() { "has no value" } else { "has a value that it does not take" };
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) if values.len() > MANY => {
            let known: Vec<&str> = values.iter().map(String::as_str).collect();
            let near = nearest::nearest(&invalid(error), &known).unwrap_or_default();
            format!("{option} {what}; the nearest is {near}, and without a value all are listed")
        }
        Some(ContextValue::Strings(values)) if !values.is_empty() => {
            format!("{option} {what}; write one of {}", values.join(", "))
        }
        // A reason of ours is a fixed text; what was typed is not in it.
        _ => match std::error::Error::source(error) {
            Some(reason) => format!("{option} {what}; {reason}"),
            None => format!("{option} {what}; see --help"),
        },
    }
}

/// What was typed in the place of a value; for comparing alone.
fn invalid(error: &clap::Error) -> String {
    match error.get(ContextKind::InvalidValue) {
        Some(ContextValue::String(value)) => value.clone(),
        _ => String::new(),
    }
}

/// The argument as the definition spells it: `--output <FORMAT>`.
fn argument(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(argument)) => argument.clone(),
        Some(ContextValue::Strings(arguments)) => arguments.join(", "),
        _ => "an argument".to_owned(),
    }
}

fn entries() -> String {
    let command = CommandLine::command();
    let names: Vec<&str> =
        command.get_subcommands().filter(|entry| !entry.is_hide_set()).map(Command::get_name).collect();
    names.join(", ")
}

fn options(command: &Command) -> Vec<String> {
    let own = command.get_arguments().filter_map(|argument| argument.get_long().map(str::to_owned));
    let builtin = ["help".to_owned(), "version".to_owned()];
    own.chain(builtin).chain(command.get_subcommands().flat_map(options)).collect()
}
