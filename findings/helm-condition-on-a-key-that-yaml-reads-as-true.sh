#!/usr/bin/env bash
# A sub-chart whose condition is `sub.on` cannot be switched off: Helm reads the key `on`
# of values.yaml as a boolean, and calls it `true`.
#
# Version: helm.sh/helm/v3 3.21.4 and helm.sh/helm/v4 4.2.4, packages chart and chartutil.
# Guess: a key is a name, and `condition: sub.on` finds `sub: {on: false}`. Values of YAML 1.1
#   that surprise are known; that keys are read the same way is not.
# Seen: the value stands under the key `true`, so the condition finds nothing, which counts as
#   enabled: the sub-chart is deployed although its switch says false. `sub.enabled` works, and
#   so does a quoted "on". Nothing warns. The same goes for `y`, `n`, `no`, `yes` and `off`.
# Source: sigs.k8s.io/yaml turns keys that YAML 1.1 reads as booleans into "true" and "false"
#   on the way to JSON; the condition's path is split at dots and looked up as text.
# Needs: go, and its module proxy.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
cat >main.go <<'GO'
package main

import (
	"fmt"

	common4 "helm.sh/helm/v4/pkg/chart/common"
	archive4 "helm.sh/helm/v4/pkg/chart/loader/archive"
	loader4 "helm.sh/helm/v4/pkg/chart/v2/loader"
	util4 "helm.sh/helm/v4/pkg/chart/v2/util"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
)

func files(condition, key string) map[string]string {
	return map[string]string{
		"Chart.yaml": "{apiVersion: v2, name: root, version: 1.0.0, " +
			"dependencies: [{name: sub, version: 1.0.0, condition: " + condition + "}]}",
		"values.yaml":         "sub: {" + key + ": false}\n",
		"charts/sub/Chart.yaml": "{apiVersion: v2, name: sub, version: 1.0.0}",
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	for _, one := range [][2]string{{"sub.enabled", "enabled"}, {"sub.on", "on"}, {"sub.on", `"on"`}} {
		var three []*loader.BufferedFile
		var four []*archive4.BufferedFile
		for name, text := range files(one[0], one[1]) {
			three = append(three, &loader.BufferedFile{Name: name, Data: []byte(text)})
			four = append(four, &archive4.BufferedFile{Name: name, Data: []byte(text)})
		}
		chart3, err := loader.LoadFiles(three)
		check(err)
		check(chartutil.ProcessDependencies(chart3, chartutil.Values{}))
		chart4, err := loader4.LoadFiles(four)
		check(err)
		check(util4.ProcessDependencies(chart4, common4.Values{}))
		fmt.Printf("condition %s, %s: false: %v; deployed by Helm 3: %t, by Helm 4: %t\n", one[0], one[1],
			chart3.Values["sub"], len(chart3.Dependencies()) == 1, len(chart4.Dependencies()) == 1)
	}
}
GO
go mod init finding >/dev/null 2>&1
go get helm.sh/helm/v3@v3.21.4 helm.sh/helm/v4@v4.2.4 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run . | tee seen
diff seen - <<'SEEN'
condition sub.enabled, enabled: false: map[enabled:false]; deployed by Helm 3: false, by Helm 4: false
condition sub.on, on: false: map[global:map[] true:false]; deployed by Helm 3: true, by Helm 4: true
condition sub.on, "on": false: map[on:false]; deployed by Helm 3: false, by Helm 4: false
SEEN
