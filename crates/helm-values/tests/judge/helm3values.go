//go:build helm3

package main

import (
	"errors"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/cli/values"
	"helm.sh/helm/v3/pkg/getter"
)

func layeredValues(asked Values) (map[string]any, error, error) {
	options := values.Options{
		ValueFiles: asked.Files, JSONValues: asked.SetJSON, Values: asked.Set, StringValues: asked.SetString,
		FileValues: asked.SetFile, LiteralValues: asked.SetLiteral,
	}
	given, err := options.MergeValues(getter.Providers{})
	if err != nil {
		return nil, nil, err
	}
	loaded, err := installable(asked.Chart)
	if err != nil {
		return nil, nil, err
	}
	if asked.ReleaseValues != "" {
		config, err := keptConfig(asked.ReleaseValues)
		if err != nil {
			return nil, nil, err
		}
		given, err = reused(asked, loaded, config, given)
		if err != nil {
			return nil, nil, err
		}
	}
	if err := process(loaded, given); err != nil {
		return nil, nil, err
	}
	all, err := chartutil.CoalesceValues(loaded, given)
	if err != nil {
		return nil, nil, err
	}
	return all, chartutil.ValidateAgainstSchema(loaded, all), nil
}

// reused does what upgrade does with the values of the release before.
func reused(asked Values, loaded *chart.Chart, config, given map[string]any) (map[string]any, error) {
	switch asked.Reuse {
	case "reset":
		return given, nil
	case "reuse":
		old, err := installable(asked.OldChart)
		if err != nil {
			return nil, err
		}
		if err := process(old, config); err != nil {
			return nil, err
		}
		kept, err := keptChart(old)
		if err != nil {
			return nil, err
		}
		defaults, err := chartutil.CoalesceValues(kept, config)
		if err != nil {
			return nil, err
		}
		given = chartutil.CoalesceTables(given, config)
		loaded.Values = defaults
		return given, nil
	case "reset-then-reuse":
		return chartutil.CoalesceTables(given, config), nil
	}
	if len(given) == 0 && len(config) > 0 {
		return config, nil
	}
	return given, nil
}

// installable loads a chart and asks of it what install asks.
func installable(path string) (*chart.Chart, error) {
	loaded, err := loader.Load(path)
	if err != nil {
		return nil, err
	}
	if kind := loaded.Metadata.Type; kind != "" && kind != "application" {
		return nil, errors.New("not installable")
	}
	for _, dependency := range loaded.Metadata.Dependencies {
		found := false
		for _, below := range loaded.Dependencies() {
			found = found || below.Name() == dependency.Name
		}
		if !found {
			return nil, errors.New("missing in charts/")
		}
	}
	return loaded, nil
}
