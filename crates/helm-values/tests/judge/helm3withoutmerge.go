//go:build helm3 && without_merge

package main

import (
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
)

// Before 3.13 there was one way alone.
func process(loaded *chart.Chart, given map[string]any) error {
	return chartutil.ProcessDependencies(loaded, given)
}
