//go:build helm4

package main

import (
	"helm.sh/helm/v4/pkg/cli/values"
	"helm.sh/helm/v4/pkg/getter"
)

func mergeFiles(files ...string) (map[string]any, error) {
	options := values.Options{ValueFiles: files}
	return options.MergeValues(getter.Providers{})
}
