#!/usr/bin/env bash
# A program with a hyphen in its name gets a completion script for bash that completes
# its subcommands and nothing after them.
#
# Version: clap_complete 4.6.11 with clap 4.6.9 (crates.io), bash 5.
# Guess: a hyphen in a name, as in cargo-deny, changes nothing.
# Seen: `two-words run --<TAB>` offers nothing, and the same program called `words` offers
#   `--fast`. The script sets the state `two__words__subcmd__run` and then looks for
#   `two__subcmd__words__subcmd__run`, so no case is entered and no error is shown.
# Source: src/aot/shells/bash.rs: the state is made with `__` for a hyphen, the cases of
#   subcommands with `__subcmd__` for one.
# Needs: Rust, and its registry.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "finding"
version = "0.1.0"
edition = "2021"

[dependencies]
clap = { version = "=4.6.9", default-features = false, features = ["std", "help", "string"] }
clap_complete = "=4.6.11"
TOML
cat >src/main.rs <<'RUST'
use clap::{Arg, ArgAction, Command};

fn main() {
    let name = std::env::args().nth(1).expect("a name");
    let run = Command::new("run").arg(Arg::new("fast").long("fast").action(ArgAction::SetTrue));
    let mut program = Command::new(name.clone()).subcommand(run);
    clap_complete::generate(clap_complete::Shell::Bash, &mut program, name, &mut std::io::stdout());
}
RUST
cargo build --quiet >/dev/null 2>&1

# completes PROGRAM WORD…: what bash offers in place of the last word
completes() {
  target/debug/finding "$1" >script
  bash --norc -c '
    source ./script
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    function=$(complete -p "$1" | grep -oE "_[a-z_]+ *-o|-F [a-z_]+" | grep -oE "_[a-z_]+" | head -n 1)
    "$function" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    echo "$*: ${COMPREPLY[*]-}"' bash "$@"
}

{
  completes words r
  completes words run --f
  completes two-words r
  completes two-words run --f
} | tee seen
diff seen - <<'SEEN'
words r: run
words run --f: --fast
two-words r: run
two-words run --f: 
SEEN
