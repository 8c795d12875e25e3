# shellcheck shell=bash disable=SC2154 # whoever sources this sets: top, target
# What ansible/build and .packaging/build share: what they need, looked for before
# anything is written, and the static programs.

missing=()

# need PROGRAM WHAT-TO-DO
need() { command -v "$1" >/dev/null 2>&1 || missing+=("$1 is not here; $2"); }

# need_rust ARCHITECTURE…: with the target of each
need_rust() {
    local architecture triple
    if ! command -v cargo >/dev/null 2>&1 || ! command -v rustc >/dev/null 2>&1; then
        missing+=("Rust is not here; install it with rustup, or run tests/tools/install rust")
        return
    fi
    for architecture; do
        triple=$architecture-unknown-linux-musl
        [ -d "$(rustc --print sysroot)/lib/rustlib/$triple" ] ||
            missing+=("Rust has no target $triple; run rustup target add $triple, or give a program for $architecture")
    done
}

# need_compiler ARCHITECTURE: of C, which .cargo/config.toml names, for the probe's TLS
need_compiler() {
    local variable=CC_$1_unknown_linux_musl compiler
    compiler=$(sed -n "s/^$variable = \"\(.*\)\"$/\1/p" "$top/.cargo/config.toml")
    compiler=${!variable:-$compiler}
    need "$compiler" "install a C compiler for $1, or name it with $variable"
}

# need_file FILE OPTION
need_file() { [ -f "$1" ] || missing+=("there is no file $1; $2 takes a program that has been built"); }

# need_folder FOLDER OPTION: one that files can be put into, or that can be made
need_folder() {
    local above=$1
    while [ ! -e "$above" ] && [ "$above" != . ] && [ "$above" != / ]; do above=$(dirname "$above"); done
    [ -d "$above" ] && [ -w "$above" ] || missing+=("$above is not a folder to write to; give another one by $2")
}

# need_key KEY: of gpg, with its secret half
need_key() {
    need gpg "install gnupg on Debian, gpg2 on SUSE, or leave out --sign-with"
    if command -v gpg >/dev/null 2>&1 && ! gpg --batch --list-secret-keys -- "$1" >/dev/null 2>&1; then
        missing+=("gpg has no secret key $1; import it with gpg --import, or name another with --sign-with")
    fi
}

# Ends here, with all that is missing, before anything is touched.
end_if_something_is_missing() {
    [ ${#missing[@]} -gt 0 ] || return 0
    printf "$1: %s\n" "${missing[@]}" >&2
    printf '%s: nothing was built, and nothing was touched\n' "$1" >&2
    exit 1
}

# program_for ARCHITECTURE: builds the whole program, which goes into RPMs, tarballs and
# the image, and prints its path.
program_for() { build_for "$1" release; }

# upload_for ARCHITECTURE: what Ansible uploads, the module alone: without a command line,
# charts, TLS and C, a third as large. By a profile of its own, so into a folder of its own.
upload_for() { build_for "$1" upload --no-default-features; }

# build_for ARCHITECTURE PROFILE OPTION…: for the probe's TLS a C compiler of the
# architecture is needed, for the rest none.
build_for() {
    local triple=$1-unknown-linux-musl profile=$2 remaps
    shift 2
    remaps=$(without_home "$triple") || return
    # The configuration names linker and C compilers; cargo finds it by itself from within the tree alone.
    cargo --config "$top/.cargo/config.toml" --config "target.$triple.rustflags=[$remaps]" build --quiet \
        --profile "$profile" --locked --target "$triple" --bin remote-write-auth "$@" \
        --manifest-path "$top/Cargo.toml" --target-dir "$target" >&2
    printf '%s\n' "$target/$triple/$profile/remote-write-auth"
}

# without_home TRIPLE: for rustc, so that a program is the same whoever builds it. The text
# of a panic has the path of its source, and that is in the home of who builds.
without_home() {
    local folder
    cargo fetch --quiet --locked --target "$1" --manifest-path "$top/Cargo.toml" >&2 || return
    for folder in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do
        printf '"--remap-path-prefix=%s=/cargo",' "$folder"
    done
}

version_of_cargo() { sed -n 's/^version = "\(.*\)"$/\1/p' "$top/Cargo.toml" | head -n 1 | grep .; }
