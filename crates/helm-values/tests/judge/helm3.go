//go:build helm3

package main

import (
	"helm.sh/helm/v3/pkg/cli/values"
	"helm.sh/helm/v3/pkg/getter"
)

func mergeFiles(files ...string) (map[string]any, error) {
	options := values.Options{ValueFiles: files}
	return options.MergeValues(getter.Providers{})
}
