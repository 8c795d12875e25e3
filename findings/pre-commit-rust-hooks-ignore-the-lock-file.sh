#!/usr/bin/env bash
# pre-commit builds a hook that is written in Rust without its Cargo.lock: users get other
# versions of its dependencies than the hook's author pinned and tested.
#
# Version: pre-commit 4.7.0 (PyPI), cargo 1.80 or newer; either 1.6.0 (crates.io).
# Guess: a repository whose Cargo.lock is committed, and whose hook is pinned by `rev`, is
#   built with the versions in that lock file, as `cargo build` in it does.
# Seen: the lock file has either 1.6.0. The hook calls Either::factor_none, which came later:
#   `cargo build --locked` fails, and pre-commit builds and runs the hook.
# Source: pre_commit/languages/rust.py calls `cargo install --bins --root … --path .`, and
#   cargo install ignores the lock file unless --locked is given.
# Needs: Python 3.10 or newer with venv, Rust, git, and their registries.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check pre-commit==4.7.0 >/dev/null
export PRE_COMMIT_HOME=$work/home GIT_CONFIG_GLOBAL=$work/gitconfig
git config --global user.name somebody
git config --global user.email somebody@example.com

mkdir -p hook/src
cat >hook/Cargo.toml <<'TOML'
[package]
name = "hook"
version = "0.1.0"
edition = "2021"

[dependencies]
either = "1.6"
TOML
cat >hook/src/main.rs <<'RUST'
use either::Either;

fn main() {
    let one: Either<Option<u8>, Option<u8>> = Either::Left(Some(1));
    println!("{}", one.factor_none().is_some());
}
RUST
cat >hook/.pre-commit-hooks.yaml <<'YAML'
- {id: hook, name: hook, entry: hook, language: rust, pass_filenames: false, verbose: true}
YAML
(
  cd hook
  cargo update --quiet --package either --precise 1.6.0
  git init --quiet && git add . && git commit --quiet --message hook && git tag v1
)
mkdir user
cat >user/.pre-commit-config.yaml <<YAML
repos: [{repo: "$work/hook", rev: v1, hooks: [{id: hook}]}]
YAML
(cd user && git init --quiet && git add .)

{
  grep -A 1 'name = "either"' hook/Cargo.lock | sed -n 's/^version = /locked: /p'
  (cd hook && cargo build --locked 2>&1) | grep -oE 'no method named .factor_none.' | head -n 1 || true
  (cd user && ../env/bin/pre-commit run --all-files 2>&1) | grep -oE 'Passed|Failed|^true$'
} | tee seen
diff seen - <<'SEEN'
locked: "1.6.0"
no method named `factor_none`
Passed
true
SEEN
