#!/usr/bin/env bash
# sigs.k8s.io/yaml, the reader of Kubernetes and Helm, reads a document that
# begins with an empty flow mapping as that mapping alone, and drops all the rest
# of the document without an error.
#
# Version: sigs.k8s.io/yaml 1.6.0 (its copy of go-yaml v2), Go 1.22 or newer.
# Guess: an error, as for `a: 1 text`; or, by the YAML specification, a mapping
#   whose key is an empty mapping.
# Seen: `{}: a` followed by further settings is {}, and so is `{} text`. An empty
#   list does the same. One level deeper all is read.
# Source: parserc.go of go-yaml v2: the end of the document is implicit, and what
#   is left of the stream belongs to a next document that nobody asks for.
# Needs: go, and its module proxy.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
cat >main.go <<'GO'
package main

import (
	"fmt"

	"sigs.k8s.io/yaml"
)

func main() {
	for _, text := range []string{"{}: a\nb: c\n", "{} text\n", "[]: a\nb: c\n", "a: {}\nb: c\n", "b: c\n"} {
		json, err := yaml.YAMLToJSON([]byte(text))
		fmt.Printf("%q is read as %s, error %v\n", text, json, err)
	}
}
GO
go mod init finding >/dev/null 2>&1
go get sigs.k8s.io/yaml@v1.6.0 >/dev/null 2>&1
go run . | tee seen
diff seen - <<'SEEN'
"{}: a\nb: c\n" is read as {}, error <nil>
"{} text\n" is read as {}, error <nil>
"[]: a\nb: c\n" is read as [], error <nil>
"a: {}\nb: c\n" is read as {"a":{},"b":"c"}, error <nil>
"b: c\n" is read as {"b":"c"}, error <nil>
SEEN
