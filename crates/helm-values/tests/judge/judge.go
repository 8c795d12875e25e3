// The judge: what does Helm itself make of these values?
//
// Cases come as JSON lines on standard input, answers go as JSON lines to
// standard output, one for each, in order. What differs between Helm's major
// versions stands in helm3*.go and helm4*.go; ./build links each with the Helm
// of a profile.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// A Case is what one line asks.
type Case struct {
	// Kind is "read", the table that -f gets from a file, or "values".
	Kind string `json:"kind"`
	// YAML is that file, in base64.
	YAML []byte `json:"yaml"`
	Values
}

// An Answer has a value or an error.
type Answer struct {
	Value any    `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
	// Schema is what the charts' schemas have against the value.
	Schema string `json:"schema,omitempty"`
}

func main() {
	folder, err := os.MkdirTemp("", "helm-judge-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	err = judgeAll(folder)
	os.RemoveAll(folder)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func judgeAll(folder string) error {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	answers := json.NewEncoder(os.Stdout)
	answers.SetEscapeHTML(false)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) == 0 {
			return nil // the end of the cases
		}
		var c Case
		if err := json.Unmarshal(line, &c); err != nil {
			return err
		}
		if err := answers.Encode(judgeInTime(folder, c)); err != nil {
			return err
		}
		if err != nil {
			return nil
		}
	}
}

// Up to 3.20 some charts that import values into themselves keep Helm busy for
// ever. Nobody can stop it; it ends with the judge.
func judgeInTime(folder string, c Case) Answer {
	told := make(chan Answer, 1)
	go func() { told <- judge(folder, c) }()
	select {
	case answer := <-told:
		return answer
	case <-time.After(30 * time.Second):
		return Answer{Error: "Helm does not come to an end"}
	}
}

func judge(folder string, c Case) (answer Answer) {
	defer func() {
		if cause := recover(); cause != nil {
			answer = Answer{Error: fmt.Sprint("panic: ", cause)}
		}
	}()
	switch c.Kind {
	case "read":
		return read(folder, c.YAML)
	case "values":
		return askValues(c.Values)
	default:
		return Answer{Error: "no such kind: " + c.Kind}
	}
}

// read asks Helm for the values of one -f.
func read(folder string, yaml []byte) Answer {
	file := folder + "/values.yaml"
	if err := os.WriteFile(file, yaml, 0o600); err != nil {
		return Answer{Error: err.Error()}
	}
	merged, err := mergeFiles(file)
	if err != nil {
		return Answer{Error: err.Error()}
	}
	return Answer{Value: merged}
}
