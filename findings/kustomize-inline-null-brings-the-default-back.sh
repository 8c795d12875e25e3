#!/usr/bin/env bash
# A null in the `valuesInline` of kustomize's helmCharts does not take a chart's default away, as
# a null does in a file of values: the default is there again.
#
# Version: sigs.k8s.io/kustomize/kustomize/v5 5.8.1 with helm.sh/helm/v3 3.21.4.
# Guess: inline values are handed to Helm like a file of values; a null in them removes the key.
# Seen: the default of the chart stays, unless `valuesMerge: replace` says not to read the file
#   below. The same null in the file that `valuesFile` names works, and so it does in a file of
#   `additionalValuesFiles`. Nothing is said. Who removes a default login by a null inline in
#   order to give another one has both, or only the default one.
# Source: HelmChartInflationGenerator.go merges the inline values over `valuesFile`, which is the
#   chart's own values.yaml where none is named, before Helm sees either; there a null removes
#   the key, and Helm, which reads the chart's values below, finds nothing that removes it.
#   An issue about it, 5803, is open at kustomize.
# Needs: go, and its module proxy.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
export HELM_DATA_HOME=$work/data HELM_CACHE_HOME=$work/cache HELM_CONFIG_HOME=$work/config
export CGO_ENABLED=0 GOBIN=$work/bin
go install helm.sh/helm/v3/cmd/helm@v3.21.4 >/dev/null 2>&1
go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.1 >/dev/null 2>&1

mkdir -p charts/receiver/templates
printf 'apiVersion: v2\nname: receiver\nversion: 0.1.0\n' >charts/receiver/Chart.yaml
printf 'login: {user: default}\n' >charts/receiver/values.yaml
cat >charts/receiver/templates/map.yaml <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: values}
data: {login: "{{ .Values.login | toJson | b64enc }}"}
YAML
printf 'login: null\n' >null.yaml
printf '{}\n' >empty.yaml

# rendered TITLE LINE…: what the chart sees of `login` with these lines of its entry.
rendered() {
  local title=$1
  shift
  printf 'helmCharts:\n- name: receiver\n' >kustomization.yaml
  printf '  %s\n' "$@" >>kustomization.yaml
  printf '%s: %s\n' "$title" "$(bin/kustomize build --enable-helm --helm-command bin/helm . |
    sed -n 's/^  login: //p' | base64 -d)"
}
{
  rendered 'inline' 'valuesInline: {login: null}'
  rendered 'inline, below it a file' 'valuesInline: {login: null}' 'valuesFile: empty.yaml'
  rendered 'inline, replace' 'valuesInline: {login: null}' 'valuesMerge: replace'
  rendered 'valuesFile' 'valuesFile: null.yaml'
  rendered 'additionalValuesFiles' 'additionalValuesFiles: [null.yaml]'
} | tee seen
diff seen - <<'SEEN'
inline: {"user":"default"}
inline, below it a file: {"user":"default"}
inline, replace: null
valuesFile: null
additionalValuesFiles: null
SEEN
