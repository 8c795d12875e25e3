#!/usr/bin/env bash
# A Helm 3 that is built from its module renders for Kubernetes 1.20, whatever its version:
# the version of Kubernetes that it assumes comes from its Makefile.
#
# Version: helm.sh/helm/v3 3.21.4 (go install), beside helm.sh/helm/v4 4.2.4.
# Guess: `helm template` assumes the version of the Kubernetes libraries that it was built
#   with, as the released program does.
# Seen: .Capabilities.KubeVersion is v1.20.0 in Helm 3.21.4, and a chart with kubeVersion
#   ">=1.25" is refused. A chart with a branch for old clusters renders that branch: API
#   versions that are long gone. Helm 4 takes the version from its own modules.
# Source: pkg/chartutil/capabilities.go, k8sVersionMajor and k8sVersionMinor, which the
#   Makefile sets by -ldflags -X; pkg/chart/common/capabilities.go of Helm 4.
# Needs: go, and its module proxy.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
export HELM_DATA_HOME=$work/data HELM_CACHE_HOME=$work/cache HELM_CONFIG_HOME=$work/config
GOBIN=$work/3 CGO_ENABLED=0 go install helm.sh/helm/v3/cmd/helm@v3.21.4 >/dev/null 2>&1
GOBIN=$work/4 CGO_ENABLED=0 go install helm.sh/helm/v4/cmd/helm@v4.2.4 >/dev/null 2>&1

mkdir -p chart/templates
printf 'apiVersion: v2\nname: chart\nversion: 0.1.0\n' >chart/Chart.yaml
cat >chart/templates/map.yaml <<'YAML'
metadata: {name: "{{ .Capabilities.KubeVersion }}, old cluster: {{ semverCompare "<1.25" .Capabilities.KubeVersion.Version }}"}
YAML
# client-go v0.36 belongs to Kubernetes 1.36.
for major in 3 4; do
  printf 'Helm %s, built with client-go %s, renders for %s\n' "$major" \
    "$(go version -m "$major/helm" | awk '$2 == "k8s.io/client-go" { print $3 }')" \
    "$("$major/helm" template release chart | sed -n 's/^metadata: {name: "\(.*\)"}$/\1/p')"
done | tee seen
diff seen - <<'SEEN'
Helm 3, built with client-go v0.36.2, renders for v1.20.0, old cluster: true
Helm 4, built with client-go v0.36.1, renders for v1.36.0, old cluster: false
SEEN
