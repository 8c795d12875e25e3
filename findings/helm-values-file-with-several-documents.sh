#!/usr/bin/env bash
# A values file of several YAML documents means one thing to Helm 3 and another
# to Helm 4: Helm 3 reads the first document and drops the others without a word,
# Helm 4 lays them over each other.
#
# Version: helm.sh/helm/v3 3.21.4, helm.sh/helm/v4 4.2.4; Go as they ask for it.
# Guess: both refuse a second document, or both read the same.
# Seen: `a: 1`, `---`, `a: 2`, `b: 3` is a=1 in Helm 3, and a=2, b=3 in Helm 4.
#   `--- two`, which is a valid begin of a document that is a text, is dropped by
#   Helm 3 and refused by Helm 4. An upgrade of Helm can change what is installed
#   from a file that nobody touched.
# Source: pkg/cli/values/options.go and pkg/chart/v2/loader/load.go (LoadValues)
#   of Helm 4, which reads document by document; options.go of Helm 3, which
#   unmarshals the whole file, of which its YAML library reads the first document.
# Needs: go, and its module proxy.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
printf 'a: 1\n---\na: 2\nb: 3\n' >two.yaml
printf 'a: 1\n--- two\n' >text.yaml

# merge MAJOR VERSION: what that Helm makes of both files
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
	for _, file := range []string{"two.yaml", "text.yaml"} {
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
Helm 3 reads two.yaml as {"a":1}
Helm 3 reads text.yaml as {"a":1}
Helm 4 reads two.yaml as {"a":2,"b":3}
Helm 4 reads text.yaml as refused
SEEN
