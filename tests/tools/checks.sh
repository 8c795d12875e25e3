# shellcheck shell=bash
# What suites that are scripts share: a line for each check, and the counts.

passed=0 failed=0

# check TITLE COMMAND…: the command's exit code decides, its output explains.
check() {
  local title=$1 output
  shift
  if output=$("$@" 2>&1); then
    passed=$((passed + 1))
    printf 'ok   %s\n' "$title"
  else
    failed=$((failed + 1))
    printf 'FAIL %s\n%s\n' "$title" "$(tail -n 20 <<<"$output")"
  fi
}
