#!/usr/bin/env bash
# `valuesObject: {}` in an Argo CD Application hides all of `values` beside it: the two are not
# merged, and an empty object counts as said.
#
# Version: github.com/argoproj/argo-cd/v3 3.6.1, package application/v1alpha1; Go as it asks for.
# Guess: the two are merged as files of values are; or, since each is optional, an empty one is
#   like none.
# Seen: of both only valuesObject is handed to Helm, also where it is `{}`; `null` is like none.
#   An overlay that adds one key by valuesObject drops every line of values, and with them the
#   login of a proxy, without a word.
# Source: ValuesYAML of ApplicationSourceHelm in application/v1alpha1/values.go. That they exclude
#   each other is in the documentation; that an empty object counts is not.
# Needs: go, and its module proxy.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
export GOTOOLCHAIN=go1.27.3
# In a copy of the module: its own versions of the modules of Kubernetes count there only.
go mod download -json github.com/argoproj/argo-cd/v3@v3.6.1 >module.json 2>/dev/null
cp -r "$(sed -n 's/^\t"Dir": "\(.*\)",$/\1/p' module.json)" source
chmod -R u+w source
mkdir source/finding
cat >source/finding/main.go <<'GO'
package main

import (
	"fmt"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"sigs.k8s.io/yaml"
)

func main() {
	for _, object := range []string{"", "valuesObject: null", "valuesObject: {}", "valuesObject: {replicas: 2}"} {
		var helm v1alpha1.ApplicationSourceHelm
		if err := yaml.Unmarshal([]byte("values: 'auth: basic'\n"+object), &helm); err != nil {
			panic(err)
		}
		fmt.Printf("values beside %q: %q\n", object, helm.ValuesYAML())
	}
}
GO
(
  cd source
  go mod edit -dropreplace=github.com/argoproj/argo-cd/gitops-engine/v3
  go build -mod=mod -o ../finding ./finding
) 2>/dev/null
./finding | tee seen
diff seen - <<'SEEN'
values beside "": "auth: basic"
values beside "valuesObject: null": "auth: basic"
values beside "valuesObject: {}": "{}\n"
values beside "valuesObject: {replicas: 2}": "replicas: 2\n"
SEEN
