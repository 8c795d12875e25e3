#!/usr/bin/env bash
# Helm asks the kubeVersion of the chart that is installed, and of no chart below it:
# neither of a sub-chart nor of a library.
#
# Version: helm.sh/helm/v3 3.21.4 and helm.sh/helm/v4 4.2.4, helm template.
# Guess: a chart that refuses a cluster refuses it wherever it stands in the tree.
# Seen: a chart with kubeVersion ">=1.99" is refused by itself, and rendered whole as a
#   dependency; `helm lint` says nothing either. A sub-chart's own minimum version
#   protects nobody who uses it as a sub-chart, which is what most are for.
# Source: pkg/action/action.go, renderResources: ch.Metadata.KubeVersion of
#   the root is compared with the capabilities, dependencies are not walked.
# Needs: go, and its module proxy.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
export HELM_DATA_HOME=$work/data HELM_CACHE_HOME=$work/cache HELM_CONFIG_HOME=$work/config
GOBIN=$work/3 CGO_ENABLED=0 go install helm.sh/helm/v3/cmd/helm@v3.21.4 >/dev/null 2>&1
GOBIN=$work/4 CGO_ENABLED=0 go install helm.sh/helm/v4/cmd/helm@v4.2.4 >/dev/null 2>&1

mkdir -p picky/templates shared/templates app/charts
printf 'apiVersion: v2\nname: picky\nversion: 0.1.0\nkubeVersion: ">=1.99"\n' >picky/Chart.yaml
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: of-picky}\n' >picky/templates/map.yaml
printf 'apiVersion: v2\nname: shared\nversion: 0.1.0\ntype: library\nkubeVersion: ">=1.99"\n' >shared/Chart.yaml
printf 'apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies:\n- {name: picky, version: 0.1.0}\n- {name: shared, version: 0.1.0}\n' >app/Chart.yaml
cp -r picky shared app/charts

for major in 3 4; do
  for chart in picky app; do
    printf 'Helm %s, %s: %s\n' "$major" "$chart" \
      "$("$major/helm" template release "$chart" 2>&1 | grep -oE 'name: of-picky|chart requires kubeVersion: >=1.99' || true)"
  done
done | tee seen
diff seen - <<'SEEN'
Helm 3, picky: chart requires kubeVersion: >=1.99
Helm 3, app: name: of-picky
Helm 4, picky: chart requires kubeVersion: >=1.99
Helm 4, app: name: of-picky
SEEN
