# shellcheck shell=bash
# What the installers share: the cache folder, messages, a step with its time.

# shellcheck disable=SC2034 # the others use it
CACHE=${REMOTE_WRITE_AUTH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/remote-write-auth}

say() { printf 'tools: %s\n' "$*"; }

die() {
  printf 'tools: %s\n' "$*" >&2
  exit 1
}

# To be called before anything is changed: ends the look that install takes
# before it waits for its lock.
change() { [ -z "${LOOKING-}" ] || exit 1; }

# step TEXT COMMAND…: runs it in silence, says how long it took; when it fails,
# shows what it printed and says so.
step() {
  local text=$1 log start=$SECONDS
  shift
  change
  log=$(mktemp)
  say "$text"
  if "$@" </dev/null >"$log" 2>&1 9>&-; then
    rm -f "$log"
    say "$text: done in $((SECONDS - start)) s"
  else
    tail -n 30 "$log" >&2
    rm -f "$log"
    return 1
  fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    printf 'not root, and sudo is not there\n' >&2
    return 1
  fi
}

have() { command -v "$1" >/dev/null 2>&1; }

# How a message names the version that was found.
found() { printf '%s' "${1:-none}"; }

# at_least WANTED FOUND: is FOUND that version or a newer one
at_least() { [ -n "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }
