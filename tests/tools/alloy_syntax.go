// Prints, for each configuration of Alloy in a JSON list of texts, the endpoints
// that Grafana's own parser sees: null where it does not take the text, else a
// list of {label, attributes: {path: text, or null for an expression}}.
package main

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"

	"github.com/grafana/alloy/syntax/ast"
	"github.com/grafana/alloy/syntax/parser"
	"github.com/grafana/alloy/syntax/token"
)

type endpoint struct {
	Label      string             `json:"label"`
	Attributes map[string]*string `json:"attributes"`
}

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		panic(err)
	}
	answers := make([]*[]endpoint, len(texts))
	for at, text := range texts {
		answers[at] = read([]byte(text))
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}

func read(text []byte) *[]endpoint {
	file, err := parser.ParseFile("", text)
	if err != nil {
		return nil
	}
	found := []endpoint{}
	isValid := true
	for _, statement := range file.Body {
		writer, ok := statement.(*ast.BlockStmt)
		if !ok || strings.Join(writer.Name, ".") != "prometheus.remote_write" {
			continue
		}
		for _, inner := range writer.Body {
			if block, ok := inner.(*ast.BlockStmt); ok && strings.Join(block.Name, ".") == "endpoint" {
				one := endpoint{Label: writer.Label, Attributes: map[string]*string{}}
				isValid = collect(block.Body, "", one.Attributes) && isValid
				found = append(found, one)
			}
		}
	}
	// A text that Go cannot unquote fails when Alloy evaluates it, whatever block it is in.
	ast.Walk(unquoter{&isValid}, file)
	if !isValid {
		return nil
	}
	return &found
}

type unquoter struct{ isValid *bool }

func (u unquoter) Visit(node ast.Node) ast.Visitor {
	if literal, ok := node.(*ast.LiteralExpr); ok && literal.Kind == token.STRING {
		if _, err := strconv.Unquote(literal.Value); err != nil {
			*u.isValid = false
		}
	}
	return u
}

func collect(body ast.Body, around string, into map[string]*string) bool {
	isValid := true
	for _, statement := range body {
		switch one := statement.(type) {
		case *ast.BlockStmt:
			isValid = collect(one.Body, around+strings.Join(one.Name, ".")+".", into) && isValid
		case *ast.AttributeStmt:
			into[around+one.Name.Name] = nil
			if literal, ok := one.Value.(*ast.LiteralExpr); ok && literal.Kind == token.STRING {
				text, err := strconv.Unquote(literal.Value)
				isValid = isValid && err == nil
				into[around+one.Name.Name] = &text
			}
		}
	}
	return isValid
}
