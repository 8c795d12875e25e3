# shellcheck shell=bash
# Rust: what is on PATH when it is new enough, else rustup from the distribution.

RUST_WANTED=1.88

rust_version() { cargo --version 2>/dev/null | cut -d' ' -f2; }

ensure_rust() {
  rust_fits || install_rust
  rust_fits || die "Rust $RUST_WANTED or newer is not here (found: $(rust_version || true)); install it with rustup (https://rustup.rs), then run again"
  # Cargo links with the system's compiler.
  have cc || install_packages cc gcc "$(if have apt-get; then echo libc6-dev; else echo glibc-devel; fi)"
  local component
  for component in rustfmt clippy; do
    have "cargo-${component/rustfmt/fmt}" && cargo "${component/rustfmt/fmt}" --version >/dev/null 2>&1 && continue
    have rustup || die "Rust's $component is not here; install it, then run again"
    step "adding $component to Rust" rustup component add "$component" || die "rustup cannot add $component; add it by hand, then run again"
  done
}

rust_fits() { have cargo && cargo --version >/dev/null 2>&1 && at_least "$RUST_WANTED" "$(rust_version)"; }

install_rust() {
  change
  if ! have rustup; then
    if have apt-get && ! apt-cache show rustup >/dev/null 2>&1; then as_root apt-get update >/dev/null 2>&1 || true; fi
    # Debian has rustup from 13 on.
    if have zypper || apt-cache show rustup >/dev/null 2>&1; then install_packages rust rustup; fi
    hash -r
  fi
  have rustup || return 0
  step "installing stable Rust with rustup" rustup toolchain install stable --profile minimal || die "rustup cannot install Rust; install Rust $RUST_WANTED or newer, then run again"
  rustup default >/dev/null 2>&1 || rustup default stable >/dev/null 2>&1
  # An older toolchain may be the default: this run and its children use the new one.
  rust_fits || export RUSTUP_TOOLCHAIN=stable
}

# ensure_musl ARCHITECTURE
ensure_musl() {
  ensure_rust
  local target
  target=$1-unknown-linux-musl
  [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ] && return
  have rustup || die "Rust's target $target is not here and neither is rustup; install the target, then run again"
  step "adding $target to Rust" rustup target add "$target" || die "rustup cannot add $target; add it by hand, then run again"
}

# A program for developers alone: unoptimised, since building it is what costs;
# without its advisory database (.cargo/deny.toml says why), so without git.
ensure_cargo_deny() {
  local root=$CACHE/cargo-deny-$1
  [ -x "$root/bin/cargo-deny" ] && return
  if have cargo-deny && [ "$(cargo-deny --version)" = "cargo-deny $1" ]; then return; fi
  ensure_rust
  CARGO_TARGET_DIR=$root/build step "building cargo-deny $1 (a few minutes, once)" \
    cargo install --quiet --locked "cargo-deny@$1" --no-default-features \
    --profile dev --config profile.dev.debug=0 --root "$root" ||
    die "cargo-deny $1 cannot be built; install it with cargo, then run again"
  rm -rf "$root/build"
}
