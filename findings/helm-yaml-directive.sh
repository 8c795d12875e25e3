#!/usr/bin/env bash
# A values file that begins with a %YAML line, as YAML's own specification shows it, is read
# by Helm 3 if it says 1.1, and by Helm 4 never.
#
# Version: helm.sh/helm/v3 3.21.4, helm.sh/helm/v4 4.2.4; Go as they ask for it.
# Guess: both take version 1.1, which their YAML library reads, and both or none take 1.2.
# Seen: Helm 3 takes `%YAML 1.1` and refuses `%YAML 1.2`. Helm 4 refuses both, and a `%TAG`
#   line, too; the same file without that line, but with its three dashes, is read by both.
#   A file that a formatter begins with `%YAML 1.1` stops an upgrade from Helm 3 to 4.
# Source: LoadValues in pkg/chart/v2/loader/load.go of Helm 4 reads piece by piece with the
#   YAMLReader of k8s.io/apimachinery, which cuts at the line `---`: so the line with the percent
#   sign is a document of its own, and go-yaml misses the three dashes after it.
# Needs: go, and its module proxy.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
printf '%%YAML 1.1\n---\na: 1\n' >1.1.yaml
printf '%%YAML 1.2\n---\na: 1\n' >1.2.yaml
printf '%%TAG !e! tag:example.org,2026:\n---\na: 1\n' >tag.yaml
printf -- '---\na: 1\n' >dashes.yaml

# merge MAJOR VERSION: what that Helm makes of each file
merge() {
  mkdir "v$1"
  cat >"v$1/main.go" <<GO
package main

import (
	"encoding/json"
	"fmt"

	"helm.sh/helm/v$1/pkg/cli/values"
	"helm.sh/helm/v$1/pkg/getter"
)

func main() {
	for _, file := range []string{"1.1.yaml", "1.2.yaml", "tag.yaml", "dashes.yaml"} {
		options := values.Options{ValueFiles: []string{file}}
		merged, err := options.MergeValues(getter.Providers{})
		text, _ := json.Marshal(merged)
		if err != nil {
			text = []byte("refused")
		}
		fmt.Printf("Helm $1 reads %s as %s\n", file, text)
	}
}
GO
  (
    cd "v$1"
    go mod init finding >/dev/null 2>&1
    go get "helm.sh/helm/v$1@v$2" >/dev/null 2>&1
    go mod tidy >/dev/null 2>&1
    go build -o ../merge .
  )
  ./merge
}

{ merge 3 3.21.4; merge 4 4.2.4; } | tee seen
diff seen - <<'SEEN'
Helm 3 reads 1.1.yaml as {"a":1}
Helm 3 reads 1.2.yaml as refused
Helm 3 reads tag.yaml as {"a":1}
Helm 3 reads dashes.yaml as {"a":1}
Helm 4 reads 1.1.yaml as refused
Helm 4 reads 1.2.yaml as refused
Helm 4 reads tag.yaml as refused
Helm 4 reads dashes.yaml as {"a":1}
SEEN
