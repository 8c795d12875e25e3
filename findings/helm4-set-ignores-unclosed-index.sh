#!/usr/bin/env bash
# Helm 4's --set ignores an argument whose list index is not closed, and says
# nothing. Helm 3 refuses it.
#
# Version: helm.sh/helm/v4 4.2.4 and helm.sh/helm/v3 3.21.4, package strvals.
# Guess: the same parser with the same error.
# Seen: `a[0=x` sets nothing and is not an error in Helm 4. A forgotten bracket in a
#   pipeline that worked with Helm 3 as a refusal installs the defaults instead.
# Source: pkg/strvals/parser.go: the end of the input is wrapped in the error about
#   the index, and Helm 4 asks by errors.Is whether the end was reached, where
#   Helm 3 compares.
# Needs: go, and its module proxy.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
cat >main.go <<'GO'
package main

import (
	"fmt"

	helm3 "helm.sh/helm/v3/pkg/strvals"
	helm4 "helm.sh/helm/v4/pkg/strvals"
)

func main() {
	for _, argument := range []string{"a[0]=x", "a[0=x"} {
		values, err := helm3.Parse(argument)
		fmt.Printf("Helm 3, %s: %v, refused: %t\n", argument, values, err != nil)
		values, err = helm4.Parse(argument)
		fmt.Printf("Helm 4, %s: %v, refused: %t\n", argument, values, err != nil)
	}
}
GO
go mod init finding >/dev/null 2>&1
go get helm.sh/helm/v3@v3.21.4 helm.sh/helm/v4@v4.2.4 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run . | tee seen
diff seen - <<'SEEN'
Helm 3, a[0]=x: map[a:[x]], refused: false
Helm 4, a[0]=x: map[a:[x]], refused: false
Helm 3, a[0=x: map[], refused: true
Helm 4, a[0=x: map[], refused: false
SEEN
