#!/usr/bin/env bash
# Two folders in charts/ may hold charts of one name. Helm takes both, and which one's
# templates are rendered differs from run to run: about one run in ten is another.
#
# Version: helm.sh/helm/v3 3.21.4 and helm.sh/helm/v4 4.2.4 (go install).
# Guess: the second chart of a name is refused, or the folders' order decides. The same
#   input gives the same manifests; that is what a review of `helm template` rests on.
# Seen: no error and no warning. Both charts' templates go by the same path
#   (chart/charts/NAME/templates/FILE), the later one wins, and which is later is
#   random: a diff tool or a GitOps controller sees a change that nobody made.
# Source: pkg/chart/loader/load.go (v3) and pkg/chart/v2/loader/load.go (v4), LoadFiles:
#   `range subcharts` goes over a map, whose order Go makes random.
# Needs: go, and its module proxy.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
export HELM_DATA_HOME=$work/data HELM_CACHE_HOME=$work/cache HELM_CONFIG_HOME=$work/config
GOBIN=$work/3 CGO_ENABLED=0 go install helm.sh/helm/v3/cmd/helm@v3.21.4 >/dev/null 2>&1
GOBIN=$work/4 CGO_ENABLED=0 go install helm.sh/helm/v4/cmd/helm@v4.2.4 >/dev/null 2>&1

mkdir chart
printf 'apiVersion: v2\nname: chart\nversion: 0.1.0\n' >chart/Chart.yaml
for folder in one two; do
  mkdir -p "chart/charts/$folder/templates"
  printf 'apiVersion: v2\nname: metrics\nversion: 0.1.0\n' >"chart/charts/$folder/Chart.yaml"
  printf 'from: {folder: %s}\n' "$folder" >"chart/charts/$folder/templates/object.yaml"
done

# Until both were seen; 500 runs without the rarer one would be a chance of one in 10^22.
for major in 3 4; do
  : >"seen-$major"
  for _ in {1..500}; do
    "$major/helm" template release chart 2>>"said-$major" | sed -n 's/^from: {folder: \(.*\)}$/\1/p' >>"seen-$major"
    [ "$(sort -u "seen-$major" | wc -l)" -lt 2 ] || break
  done
  [ ! -s "said-$major" ] || { cat "said-$major"; exit 1; }
  printf 'Helm %s rendered one chart at a time: %s\n' "$major" "$(sort -u "seen-$major" | xargs)"
done | tee seen
diff seen - <<'SEEN'
Helm 3 rendered one chart at a time: one two
Helm 4 rendered one chart at a time: one two
SEEN
