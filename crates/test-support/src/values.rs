//! Generated cases of values, and how they are laid out on disk.

pub mod archives;
mod blocks;
pub mod case;
pub mod made_up;
pub mod set_strings;
