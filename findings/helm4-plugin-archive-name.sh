#!/usr/bin/env bash
# Helm 4 installs a plugin from an archive only if the folder in it is called what
# the archive's file name begins with; the name in plugin.yaml does not count.
#
# Version: helm.sh/helm/v4 4.2.4, helm plugin install FILE.tgz.
# Guess: the plugin is the folder with plugin.yaml, and its name stands there.
# Seen: the same bytes install as hello-0.1.0.tgz and not as plugin-hello-0.1.0.tgz
#   or helm-hello.tgz. A release that names its files after the project cannot be
#   installed, and what is missed is a plugin.yaml that is there.
# Source: internal/plugin/installer/local_installer.go and extractor.go: the file's
#   name up to a hyphen and a digit with a dot after it is the folder.
# Needs: go, and its module proxy.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
GOBIN=$work/bin CGO_ENABLED=0 go install helm.sh/helm/v4/cmd/helm@v4.2.4 >/dev/null 2>&1
export HELM_DATA_HOME=$work/data HELM_CACHE_HOME=$work/cache HELM_CONFIG_HOME=$work/config

mkdir hello
cat >hello/plugin.yaml <<'YAML'
apiVersion: v1
type: cli/v1
name: hello
version: 0.1.0
runtime: subprocess
config: {usage: hello, shortHelp: says hello}
runtimeConfig:
  platformCommand: [{command: echo, args: [hello]}]
YAML
tar -czf hello-0.1.0.tgz hello
cp hello-0.1.0.tgz plugin-hello-0.1.0.tgz
cp hello-0.1.0.tgz helm-hello.tgz

for file in hello-0.1.0.tgz plugin-hello-0.1.0.tgz helm-hello.tgz; do
  if said=$(bin/helm plugin install --verify=false "./$file" 2>&1); then
    echo "$file: installed, and says $(bin/helm hello)"
    bin/helm plugin uninstall hello >/dev/null 2>&1
  else
    echo "$file: $(grep -o 'plugin.yaml not found in expected directory' <<<"$said")"
  fi
done | tee seen
diff seen - <<'SEEN'
hello-0.1.0.tgz: installed, and says hello
plugin-hello-0.1.0.tgz: plugin.yaml not found in expected directory
helm-hello.tgz: plugin.yaml not found in expected directory
SEEN
