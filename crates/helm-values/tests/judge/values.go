package main

import (
	"encoding/json"
	"os"

	"sigs.k8s.io/yaml"
)

// Values is what a case of the kind "values" asks: what does the schema of
// this chart see? Everything is a path or an argument of Helm's command line.
type Values struct {
	Files         []string `json:"files"`
	SetJSON       []string `json:"set_json"`
	Set           []string `json:"set"`
	SetString     []string `json:"set_string"`
	SetFile       []string `json:"set_file"`
	SetLiteral    []string `json:"set_literal"`
	Chart         string   `json:"chart"`
	OldChart      string   `json:"old_chart"`
	ReleaseValues string   `json:"release_values"`
	// Reuse is "", "reuse", "reset-then-reuse" or "reset".
	Reuse string `json:"reuse"`
}

// askValues answers with the coalesced values, and in Schema with what the
// schemas of the charts say about them.
func askValues(asked Values) Answer {
	values, schema, err := layeredValues(asked)
	if err != nil {
		return Answer{Error: err.Error()}
	}
	answer := Answer{Value: values}
	if schema != nil {
		answer.Schema = schema.Error()
	}
	return answer
}

// keptConfig is what a release keeps of the values that it was given.
func keptConfig(path string) (map[string]any, error) {
	var config map[string]any
	text, err := os.ReadFile(path)
	if err == nil {
		err = yaml.Unmarshal(text, &config)
	}
	return config, err
}

// keptChart is what a release keeps of its chart: what JSON does.
func keptChart[Chart any](chart *Chart) (*Chart, error) {
	kept := new(Chart)
	text, err := json.Marshal(chart)
	if err == nil {
		err = json.Unmarshal(text, kept)
	}
	return kept, err
}
