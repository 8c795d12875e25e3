#!/usr/bin/env bash
# Helm 4 drops the last line of a values file where nothing ends the line and its length is a
# multiple of 4,096 bytes. A file of JSON in one line is then read as an empty one.
#
# Version: helm.sh/helm/v4 4.2.4 with k8s.io/apimachinery 0.36.1, beside helm.sh/helm/v3 3.21.4.
# Guess: a last line counts whatever its length, with a line break at its end or without.
# Seen: of a file with a line of 4,096 or 8,192 bytes at its end that has no line break, Helm 4
#   reads what stands above, without an error; one byte more or less, or a line break, and it
#   reads all. Helm 3 reads all in each case. What prints JSON without a line break (jq -j,
#   jsonencode, a template of Ansible) meets it by chance, once in 4,096 sizes of a file.
# Source: LineReader.Read in k8s.io/apimachinery/pkg/util/yaml/decoder.go: a line that fills the
#   buffer of bufio.Reader comes with isPrefix set; the next read returns io.EOF, and YAMLReader
#   does not look at what came with it. Helm 4 reads values by it (LoadValues in
#   pkg/chart/v2/loader/load.go), Helm 3 unmarshals the whole file.
# Needs: go, and its module proxy.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
for major in 3:3.21.4 4:4.2.4; do
  version=${major#*:} major=${major%%:*}
  mkdir "$major"
  cat >"$major/main.go" <<GO
package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"helm.sh/helm/v$major/pkg/cli/values"
)

func main() {
	for _, length := range []int{4095, 4096, 4097, 8191, 8192, 8193} {
		for _, end := range []string{"", "\n"} {
			line := "last: " + strings.Repeat("x", length-len("last: ")-len(end)) + end
			if err := os.WriteFile("values.yaml", []byte("first: 1\n"+line), 0o600); err != nil {
				panic(err)
			}
			read, err := (&values.Options{ValueFiles: []string{"values.yaml"}}).MergeValues(nil)
			if err != nil {
				panic(err)
			}
			fmt.Printf("Helm $major, last line of %d bytes, ends with %q: %v\n", length, end, slices.Sorted(maps.Keys(read)))
		}
	}
}
GO
  (
    cd "$major"
    go mod init finding
    go get "helm.sh/helm/v$major@v$version"
    go mod tidy
  ) >/dev/null 2>&1
  (cd "$major" && go run .)
done | tee seen
grep -v ': \[first last\]$' seen | diff - <(
  cat <<'SEEN'
Helm 4, last line of 4096 bytes, ends with "": [first]
Helm 4, last line of 8192 bytes, ends with "": [first]
SEEN
)
[ "$(grep -c ': \[first last\]$' seen)" = 22 ]
