#!/usr/bin/env bash
# `valuesMerge: merge` of kustomize's helmCharts lets the file win over what is said inline, and
# every file of `additionalValuesFiles` wins over both, whatever valuesMerge says.
#
# Version: sigs.k8s.io/kustomize/kustomize/v5 5.8.1 with helm.sh/helm/v3 3.21.4.
# Guess: what is said inline is nearest and wins, as `--set` wins over a file; `override` and
#   `merge` differ in how deep they go.
# Seen: with `override`, the default, the inline value wins over `valuesFile`; with `merge` the file does, at
#   every key that both have, and inline values only fill its gaps. A file of
#   `additionalValuesFiles` wins over the inline value with `override`, `merge` and `replace`.
# Source: replaceValuesInline and its neighbours in HelmChartInflationGenerator.go; the
#   additional files become --values after the file that was merged, in HelmChart.AsHelmArgs.
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
printf 'auth: chart\nonly_inline: chart\n' >charts/receiver/values.yaml
cat >charts/receiver/templates/map.yaml <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: values}
data: {seen: "auth by {{ .Values.auth }}, only_inline by {{ .Values.only_inline }}"}
YAML
printf 'auth: file\n' >file.yaml
printf 'auth: additional\n' >additional.yaml

for additional in '[]' '[additional.yaml]'; do
  for merge in override merge replace; do
    cat >kustomization.yaml <<YAML
helmCharts:
- name: receiver
  valuesFile: file.yaml
  valuesInline: {auth: inline, only_inline: inline}
  valuesMerge: $merge
  additionalValuesFiles: $additional
YAML
    printf '%s, additional %s: %s\n' "$merge" "$additional" \
      "$(bin/kustomize build --enable-helm --helm-command bin/helm . | sed -n 's/^  seen: //p')"
  done
done | tee seen
diff seen - <<'SEEN'
override, additional []: auth by inline, only_inline by inline
merge, additional []: auth by file, only_inline by inline
replace, additional []: auth by inline, only_inline by inline
override, additional [additional.yaml]: auth by additional, only_inline by inline
merge, additional [additional.yaml]: auth by additional, only_inline by inline
replace, additional [additional.yaml]: auth by additional, only_inline by inline
SEEN
