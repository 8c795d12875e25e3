#!/usr/bin/env bash
# Whether a reference with a targetPath beats the inline values of a Flux HelmRelease depends on
# how deep the path is, and on whether an earlier reference has the same table.
#
# Version: github.com/fluxcd/pkg/chartutil 1.27.2, of helm-controller 1.6; Go as it asks for.
# Guess: one rule: inline values win, as they do over references without a targetPath, or the
#   reference wins, since it names a single place.
# Seen: at a path of one key the inline value wins. At a nested path the reference wins, but not
#   where a reference before it holds the same table: then the inline value wins again. So a
#   Secret that is given for a key that stands inline changes nothing, or changes nothing any
#   more since a ConfigMap was put before it.
# Source: ChartValuesFromReferences in chartutil/values.go merges the inline values in, sets the
#   path, and merges the inline values in once more. MergeMaps in merge.go takes a table over as
#   it is where the other side has none: then the path is set in the inline table itself.
# Needs: go, and its module proxy.
set -euo pipefail

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
cat >main.go <<'GO'
package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/fluxcd/pkg/apis/meta"
	"github.com/fluxcd/pkg/chartutil"
	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// One ConfigMap has a table, the other one word.
type configMaps struct{ client.Client }

func (configMaps) Get(_ context.Context, key client.ObjectKey, found client.Object, _ ...client.GetOption) error {
	data := map[string]string{"table": "auth: {realm: first}", "word": "referenced"}
	found.(*corev1.ConfigMap).Data = map[string]string{"values.yaml": data[key.Name]}
	return nil
}

func main() {
	table := meta.ValuesReference{Kind: "ConfigMap", Name: "table"}
	at := func(path string) meta.ValuesReference {
		return meta.ValuesReference{Kind: "ConfigMap", Name: "word", TargetPath: path}
	}
	for _, one := range []struct {
		inline     string
		references []meta.ValuesReference
	}{
		{`{"user": "inline"}`, []meta.ValuesReference{at("user")}},
		{`{"auth": {"user": "inline"}}`, []meta.ValuesReference{at("auth.user")}},
		{`{"auth": {"user": "inline"}}`, []meta.ValuesReference{table, at("auth.user")}},
	} {
		var inline map[string]any
		if err := json.Unmarshal([]byte(one.inline), &inline); err != nil {
			panic(err)
		}
		values, err := chartutil.ChartValuesFromReferences(context.Background(), logr.Discard(), configMaps{}, "default", inline, one.references...)
		if err != nil {
			panic(err)
		}
		text, _ := json.Marshal(values)
		fmt.Printf("%d reference(s) and %s: %s\n", len(one.references), one.inline, text)
	}
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/fluxcd/pkg/chartutil@v1.27.2 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go build -o finding .
./finding | tee seen
diff seen - <<'SEEN'
1 reference(s) and {"user": "inline"}: {"user":"inline"}
1 reference(s) and {"auth": {"user": "inline"}}: {"auth":{"user":"referenced"}}
2 reference(s) and {"auth": {"user": "inline"}}: {"auth":{"realm":"first","user":"inline"}}
SEEN
