#!/usr/bin/env bash
# A Secret's `false` turns a switch on where Flux sets it at a targetPath, if the Secret was made
# from a file or by `echo`: its line break makes it a text, and a text that is not empty is true.
#
# Version: github.com/fluxcd/pkg/chartutil 1.27.2, of helm-controller 1.6; Go as it asks for.
# Guess: the value is trimmed, or `false` with a line break after it is refused.
# Seen: `valuesFrom` with a `targetPath` reads the value as `helm --set` does, so `false` is a
#   boolean. With a line break behind it, it is the text "false\n", and a template's `if` takes it
#   for true; `42` becomes a text in the same way. Nothing is said. The same Secret without a
#   targetPath, as a file of values `enabled: false`, does not care for the line break.
# Source: ReplacePathValue in chartutil/values.go, which calls Helm's strvals.ParseInto with the
#   value as it is; typedVal in Helm's pkg/strvals/parser.go compares all of it with the words.
# Needs: go, and its module proxy.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
	"text/template"

	"github.com/fluxcd/pkg/chartutil"
	"helm.sh/helm/v4/pkg/chart/common"
)

func main() {
	shown := template.Must(template.New("").Parse(`{{ if .enabled }}on{{ else }}off{{ end }}` + "\n"))
	for _, text := range []string{"false", "false\n", "0", "0\n"} {
		values := common.Values{}
		if err := chartutil.ReplacePathValue(values, "enabled", text); err != nil {
			panic(err)
		}
		fmt.Printf("%q is set as %#v: ", text, values["enabled"])
		if err := shown.Execute(os.Stdout, values); err != nil {
			panic(err)
		}
	}
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/fluxcd/pkg/chartutil@v1.27.2 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go build -o finding .
./finding | tee seen
diff seen - <<'SEEN'
"false" is set as false: off
"false\n" is set as "false\n": on
"0" is set as 0: off
"0\n" is set as "0\n": on
SEEN
