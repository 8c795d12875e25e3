# shellcheck shell=bash
# Rust: what is on PATH when it is new enough, else rustup from the distribution,
# else the distribution's own when that is new enough.

RUST_WANTED=1.88

rust_version() { cargo --version 2>/dev/null | cut -d' ' -f2; }

ensure_rust() {
  rust_fits || install_rust
  rust_fits || die "Rust $RUST_WANTED or newer is not here (found: $(found "$(rust_version)")); install it with rustup (https://rustup.rs), then run again"
  # Cargo links with the system's compiler.
  have cc || install_packages cc gcc "$(if have apt-get; then echo libc6-dev; else echo glibc-devel; fi)"
}

# ensure_rust_component rustfmt|clippy
ensure_rust_component() {
  local command=${1/rustfmt/fmt}
  ensure_rust
  rust_component_works "$command" && return
  change
  if have rustup; then
    step "adding $1 to Rust" rustup component add "$1" || die "rustup cannot add $1; add it by hand, then run again"
  elif have apt-get; then
    install_packages "$1" "$(debian_rust_component "$1")"
  fi
  hash -r
  rust_component_works "$command" || die "Rust's $1 is not here; install the one that belongs to Rust $(rust_version), then run again"
}

rust_component_works() { have "cargo-$1" && cargo "$1" --version >/dev/null 2>&1; }

rust_fits() { have cargo && cargo --version >/dev/null 2>&1 && at_least "$RUST_WANTED" "$(rust_version)"; }

install_rust() {
  change
  local packages
  if ! have rustup; then
    ! have apt-get || apt_lists
    # rustup first: it has the target for static binaries, too. Debian has it from 13 on.
    if [ -n "$(candidate rustup)" ]; then
      install_packages rust rustup
    elif packages=$(own_rust); then
      # shellcheck disable=SC2086 # names without blanks
      install_packages rust $packages "$(if have apt-get; then echo ca-certificates; else echo ca-certificates-mozilla; fi)"
    fi
    hash -r
  fi
  have rustup || return 0
  step "installing stable Rust with rustup" rustup toolchain install stable --profile minimal || die "rustup cannot install Rust; install Rust $RUST_WANTED or newer, then run again"
  rustup default >/dev/null 2>&1 || rustup default stable >/dev/null 2>&1
  # An older toolchain may be the default: this run and its children use the new one.
  rust_fits || export RUSTUP_TOOLCHAIN=stable
}

# The distribution's packages of a Rust that is new enough. A stable Debian's
# own never is for long; beside it stands the one that its browsers are built with.
own_rust() {
  local packages
  for packages in 'cargo rustc' 'cargo-web rustc-web' 'cargo rust'; do
    if at_least "$RUST_WANTED" "$(candidate "${packages% *}")" && at_least "$RUST_WANTED" "$(candidate "${packages#* }")"; then
      printf '%s\n' "$packages"
      return
    fi
  done
  return 1
}

debian_rust_component() {
  local web=''
  if dpkg-query -W -f '${Status}' cargo-web 2>/dev/null | grep -q ' installed$'; then web=-web; fi
  case $1 in
    rustfmt) echo "rustfmt$web" ;;
    clippy) echo "rust$web-clippy" ;;
  esac
}

# ensure_musl ARCHITECTURE
ensure_musl() {
  ensure_rust
  local target
  target=$1-unknown-linux-musl
  ensure_cross_compiler "$1"
  [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ] && return
  have rustup || die "Rust's target $target is not here and neither is rustup; install the target, then run again"
  step "adding $target to Rust" rustup target add "$target" || die "rustup cannot add $target; add it by hand, then run again"
}

# For ring's C and assembly. Of another architecture only where the distribution has it by this name.
ensure_cross_compiler() {
  [ "$1" != "$(uname -m)" ] || return 0
  have "$1-linux-gnu-gcc" && return
  have apt-get || { say "no $1-linux-gnu-gcc is here: the probe for $1 needs CC_$1_unknown_linux_musl=COMPILER"; return 0; }
  install_packages "$1-linux-gnu-gcc" "gcc-${1//_/-}-linux-gnu" "libc6-dev-$(debian_architecture "$1")-cross"
}

debian_architecture() { case $1 in x86_64) echo amd64 ;; aarch64) echo arm64 ;; *) echo "$1" ;; esac; }

# ensure_cargo_program NAME VERSION [OPTION…]
# A program for developers alone: unoptimised, since building it is what costs.
ensure_cargo_program() {
  local name=$1 version=$2
  local root=$CACHE/$name-$version
  shift 2
  [ -x "$root/bin/$name" ] && return
  if have "$name" && [ "$(cargo "${name#cargo-}" --version)" = "$name $version" ]; then return; fi
  ensure_rust
  CARGO_TARGET_DIR=$root/build step "building $name $version (a few minutes, once)" \
    cargo install --quiet --locked "$name@$version" "$@" \
    --profile dev --config profile.dev.debug=0 --root "$root" ||
    die "$name $version cannot be built; install it with cargo, then run again"
  rm -rf "$root/build"
}
