//go:build helm3 && !without_merge

package main

import (
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
)

func process(loaded *chart.Chart, given map[string]any) error {
	return chartutil.ProcessDependenciesWithMerge(loaded, given)
}
