// Prints, for each case in a JSON list, the values that Flux' helm-controller
// makes of references and inline values, by its own package: a list of
// {values} or {error}. A case is {values, refs, objects: {"Kind/name": {key: text}}}.
package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/fluxcd/pkg/apis/meta"
	"github.com/fluxcd/pkg/chartutil"
	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

type testCase struct {
	Values  map[string]any               `json:"values"`
	Refs    []meta.ValuesReference       `json:"refs"`
	Objects map[string]map[string]string `json:"objects"`
}

type answer struct {
	Values map[string]any `json:"values"`
	Error  string         `json:"error,omitempty"`
}

// A cluster that holds the objects of one case.
type cluster struct {
	client.Client
	objects map[string]map[string]string
}

func (c cluster) Get(_ context.Context, key client.ObjectKey, object client.Object, _ ...client.GetOption) error {
	switch typed := object.(type) {
	case *corev1.ConfigMap:
		if data, ok := c.objects["ConfigMap/"+key.Name]; ok {
			typed.Data = data
			return nil
		}
	case *corev1.Secret:
		if data, ok := c.objects["Secret/"+key.Name]; ok {
			typed.Data = map[string][]byte{}
			for key, text := range data {
				typed.Data[key] = []byte(text)
			}
			return nil
		}
	}
	return errors.NewNotFound(schema.GroupResource{}, key.Name)
}

func main() {
	var cases []testCase
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	answers := make([]answer, len(cases))
	for at, one := range cases {
		values, err := chartutil.ChartValuesFromReferences(context.Background(), logr.Discard(),
			cluster{objects: one.Objects}, "ns", one.Values, one.Refs...)
		if err != nil {
			answers[at].Error = err.Error()
		} else {
			answers[at].Values = values
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}
