//! The forms of an answer that is text for people or JSON for programs.

use clap::ValueEnum;

#[derive(Clone, Copy, Default, ValueEnum)]
pub(super) enum Output {
    #[default]
    Text,
    Json,
}
