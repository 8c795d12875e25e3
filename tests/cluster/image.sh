#!/usr/bin/env bash
# Our image, as helm-schema/README.md says that it is built. Sourced by run: ok, say, DIR are its.

readonly IMAGE=localhost/remote-write-auth:test

# program ARCHITECTURE: builds the static program, prints its path
program() {
  local triple=$1-unknown-linux-musl
  cargo build --quiet --locked --release --target "$triple" --bin remote-write-auth >&2
  printf '%s\n' "${CARGO_TARGET_DIR:-target}/$triple/release/remote-write-auth"
}

# build PLATFORM FOLDER TAG: prints the image's id
build() { podman build --quiet --no-cache --timestamp 0 --platform "$1" --file helm-schema/Containerfile --tag "$3" "$2"; }

config() { podman image inspect --format "$1" "$2"; }

# The image into $DIR/own.tar; with CLUSTER_BINARY around that program.
own_image() {
  local program
  program=${CLUSTER_BINARY:-$(program x86_64)}
  install -D "$program" "$DIR/amd64/remote-write-auth"
  build linux/amd64 "$DIR/amd64" "$IMAGE" >"$DIR/id"
  podman save --quiet --output "$DIR/own.tar" "$IMAGE"
  say "our image: $(config '{{.Size}}' "$IMAGE") bytes, of them the program $(stat -c %s "$DIR/amd64/remote-write-auth")"
  ok "it is for linux/amd64, and its user is a number" test "$(config '{{.Os}}/{{.Architecture}} {{.Config.User}}' "$IMAGE")" = "linux/amd64 65532:65532"
  ok "it holds one static program and nothing else" one_program "$IMAGE" X86-64
  ok "built again it is the same image" test "$(build linux/amd64 "$DIR/amd64" "$IMAGE-again")" = "$(cat "$DIR/id")"
  podman rmi --force "$IMAGE" "$IMAGE-again" >/dev/null 2>&1 || true
  [ -n "${CLUSTER_BINARY:-}" ] || start_more_programs
}

# Builds what more_images looks at, in a group of its own, where nothing else wants a processor:
# the cases wait for the cluster most of their time.
start_more_programs() {
  set -m
  more_programs >"$DIR/more.log" 2>&1 6>&- 7>&- 8>&- &
  builder=$!
  set +m
}

# The program from another folder, of which the dependencies alone are shared, and the one for arm64.
more_programs() {
  local target=${CARGO_TARGET_DIR:-$PWD/target}
  renice -n 19 -p "$BASHPID" >/dev/null
  mkdir "$DIR/elsewhere"
  git ls-files -z | while IFS= read -r -d '' file; do [ ! -f "$file" ] || cp --parents "$file" "$DIR/elsewhere"; done
  install -D "$(cd "$DIR/elsewhere" && CARGO_TARGET_DIR=$target program x86_64)" "$DIR/again/remote-write-auth"
  install -D "$(program aarch64)" "$DIR/arm64/remote-write-auth"
}

# What start_more_programs began.
more_images() {
  [ -n "$builder" ] || return 0
  ok "the other two programs are built" more_programs_are_built
  builder=''
  ok "the program built from the same lock file in another folder is the same" same_program
  ok "the recipe for arm64 makes an image for arm64" arm64_image
  podman rmi --force "$IMAGE-arm64" >/dev/null 2>&1 || true
}

more_programs_are_built() { wait "$builder" || { cat "$DIR/more.log"; return 1; }; }

# one_program IMAGE MACHINE
one_program() {
  local headers
  rm -rf "$DIR/unpacked" "$DIR/look.tar" && mkdir "$DIR/unpacked"
  podman save --quiet --output "$DIR/look.tar" "$1"
  tar -xf "$DIR/look.tar" -C "$DIR/unpacked"
  jq -r '.[0].Layers[]' "$DIR/unpacked/manifest.json" | while read -r layer; do tar -tf "$DIR/unpacked/$layer"; done >"$DIR/files"
  cat "$DIR/files"
  [ "$(cat "$DIR/files")" = remote-write-auth ] || return 1
  tar -xf "$DIR/unpacked/$(jq -r '.[0].Layers[0]' "$DIR/unpacked/manifest.json")" -C "$DIR/unpacked"
  headers=$(readelf --wide --file-header --program-headers "$DIR/unpacked/remote-write-auth")
  ! grep -q INTERP <<<"$headers" && grep -qE "Machine:.*$2" <<<"$headers"
}

same_program() {
  sha256sum "$DIR/amd64/remote-write-auth" "$DIR/again/remote-write-auth"
  cmp "$DIR/amd64/remote-write-auth" "$DIR/again/remote-write-auth"
}

arm64_image() {
  build linux/arm64 "$DIR/arm64" "$IMAGE-arm64"
  [ "$(config '{{.Os}}/{{.Architecture}}' "$IMAGE-arm64")" = linux/arm64 ] && one_program "$IMAGE-arm64" AArch64
}
