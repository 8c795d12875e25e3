#!/usr/bin/env bash
# helm-docs in strict mode says of values that they have no documentation although it
# prints their descriptions otherwise, leaves the chart out, and ends with 0.
#
# Version: github.com/norwoodj/helm-docs 1.14.2, --documentation-strict-mode.
# Guess: what stands in the table's column Description is documentation, and a strict
#   mode that finds some missing ends with an error, as linters do.
# Seen: `# -- text` above a key fills the table. In strict mode the same key is a value
#   without documentation, the chart is skipped with a warning, and the exit code is 0.
#   Only the older form `# key -- text` counts. A pipeline that switches strict mode on
#   stays green and no longer renews the page.
# Source: pkg/helm/chart_info.go: what is documented is looked up in the comments with a
#   key's path in them; comments without one are taken from the YAML nodes later.
# Needs: go, and its module proxy.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
GOBIN=$work/bin CGO_ENABLED=0 go install github.com/norwoodj/helm-docs/cmd/helm-docs@v1.14.2 >/dev/null 2>&1

chart() {
  mkdir "$1"
  printf 'apiVersion: v2\nname: %s\nversion: 0.1.0\n' "$1" >"$1/Chart.yaml"
  printf '%s\nreplicas: 1\n' "$2" >"$1/values.yaml"
}
chart short '# -- how many run'
chart long '# replicas -- how many run'

for name in short long; do
  for mode in '' --documentation-strict-mode; do
    status=0
    said=$(cd "$name" && ../bin/helm-docs $mode --dry-run 2>&1) || status=$?
    printf '%s, %s: exit code %s; %s\n' "$name" "${mode:-no flag}" "$status" \
      "$(grep -oE '^\| replicas.*|values without documentation' <<<"$said")"
  done
done | tee seen
diff seen - <<'SEEN'
short, no flag: exit code 0; | replicas | int | `1` | how many run |
short, --documentation-strict-mode: exit code 0; values without documentation
long, no flag: exit code 0; | replicas | int | `1` | how many run |
long, --documentation-strict-mode: exit code 0; | replicas | int | `1` | how many run |
SEEN
