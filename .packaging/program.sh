# shellcheck shell=bash disable=SC2154 # whoever sources this sets: top, target
# What ansible/build and .packaging/build share: what they need, looked for before
# anything is written, and the static program.

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

# need_file FILE OPTION
need_file() { [ -f "$1" ] || missing+=("there is no file $1; $2 takes a program that has been built"); }

# Ends here, with all that is missing, before anything is touched.
end_if_something_is_missing() {
    [ ${#missing[@]} -gt 0 ] || return 0
    printf "$1: %s\n" "${missing[@]}" >&2
    printf '%s: nothing was built, and nothing was touched\n' "$1" >&2
    exit 1
}

# program_for ARCHITECTURE: builds it and prints its path. Rust's own linker: no cross
# compiler is needed, since nothing here has C in it.
program_for() {
    local triple=$1-unknown-linux-musl variable
    variable=CARGO_TARGET_${triple^^}_LINKER
    export "${variable//-/_}=rust-lld"
    cargo build --quiet --release --locked --target "$triple" --bin remote-write-auth \
        --manifest-path "$top/Cargo.toml" --target-dir "$target" >&2
    printf '%s\n' "$target/$triple/release/remote-write-auth"
}

version_of_cargo() { sed -n 's/^version = "\(.*\)"$/\1/p' "$top/Cargo.toml" | head -n 1 | grep .; }
