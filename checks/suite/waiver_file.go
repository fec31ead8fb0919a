package suite

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"sdegauge/checks"
	"sdegauge/internal/spelling"
)

// WaiverError is one thing that is wrong with a file of waivers. Line and Column
// count from 1, in characters.
type WaiverError struct {
	File         string
	Line, Column int
	Problem      string
	excerpt      string
}

// Error writes the problem with the line it stands on:
//
//	waivers.yaml:3:3: unknown key "resaon"; did you mean "reason"?
//	     3 |   resaon: the proxy does it
//	       |   ^
func (e *WaiverError) Error() string {
	text := fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Problem)
	if e.excerpt == "" {
		return text
	}
	return fmt.Sprintf("%s\n%6d | %s\n       | %*s", text, e.Line, e.excerpt, e.Column, "^")
}

// waiverKeys are the keys of a waiver; the last may be left out.
var waiverKeys = []string{"requirement", "reason", "owner", "until", "target"}

// ParseWaivers reads a YAML list of waivers:
//
//	# waivers.yaml
//	- requirement: V-05
//	  reason: the proxy in front answers for the server
//	  owner: Jo Smith, platform team
//	  until: 2026-12-31
//
// target, a name or URL of --target, may be added. Every [*WaiverError] is
// reported, joined.
func ParseWaivers(text []byte, file string) ([]Waiver, error) {
	d := &waiverReader{file: file, lines: strings.Split(string(text), "\n")}
	tree, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, d.syntax(err)
	}
	var waivers []Waiver
	for _, document := range tree.Docs {
		list, ok := document.Body.(*ast.SequenceNode)
		switch {
		case document.Body == nil:
		case !ok:
			d.add(document.Body, "a list of waivers belongs here: lines that begin with - requirement:")
		default:
			for _, item := range list.Values {
				if w, ok := d.waiver(item); ok {
					waivers = append(waivers, w)
				}
			}
		}
	}
	if len(d.errs) > 0 {
		slices.SortStableFunc(d.errs, func(a, b *WaiverError) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
		all := make([]error, len(d.errs))
		for i, e := range d.errs {
			all[i] = e
		}
		return nil, errors.Join(all...)
	}
	return waivers, nil
}

// waiverReader gathers what is wrong with its place.
type waiverReader struct {
	file  string
	lines []string
	errs  []*WaiverError
}

func (d *waiverReader) add(n ast.Node, problem string) { d.at(n.GetToken(), problem) }

func (d *waiverReader) at(t *token.Token, problem string) {
	e := &WaiverError{File: d.file, Line: 1, Column: 1, Problem: problem}
	if t != nil {
		e.Line, e.Column = max(1, t.Position.Line), max(1, t.Position.Column)
	}
	if e.Line <= len(d.lines) {
		e.excerpt = checks.Printable([]byte(strings.ReplaceAll(strings.TrimRight(d.lines[e.Line-1], "\r"), "\t", " ")), checks.TextLimit)
	}
	d.errs = append(d.errs, e)
}

// syntax places an error of the YAML parser.
func (d *waiverReader) syntax(err error) error {
	var placed yaml.Error
	if !errors.As(err, &placed) {
		return fmt.Errorf("%s: %w", d.file, err)
	}
	d.at(placed.GetToken(), placed.GetMessage())
	return d.errs[0]
}

// waiver reads one entry of the list.
func (d *waiverReader) waiver(item ast.Node) (w Waiver, ok bool) {
	before := len(d.errs)
	var entries []*ast.MappingValueNode
	switch m := item.(type) {
	case *ast.MappingNode:
		entries = m.Values
	case *ast.MappingValueNode:
		entries = []*ast.MappingValueNode{m}
	default:
		d.add(item, "a waiver is a mapping with the keys "+strings.Join(waiverKeys, ", "))
		return w, false
	}
	seen := map[string]bool{}
	first := item.GetToken()
	for i, e := range entries {
		key := e.Key.GetToken().Value
		if i == 0 {
			first, w.Line = e.Key.GetToken(), e.Key.GetToken().Position.Line
		}
		switch {
		case !slices.Contains(waiverKeys, key):
			hint := "; the keys are " + strings.Join(waiverKeys, ", ")
			if near := spelling.Nearest(key, waiverKeys); near != "" {
				hint = fmt.Sprintf("; did you mean %q?", near)
				seen[near] = true // one mistake, one error
			}
			d.at(e.Key.GetToken(), fmt.Sprintf("unknown key %q%s", key, hint))
		case seen[key]:
			d.at(e.Key.GetToken(), fmt.Sprintf("%s stands here a second time", key))
		default:
			seen[key] = true
			d.value(&w, key, e.Value)
		}
	}
	for _, key := range waiverKeys[:4] {
		if !seen[key] {
			d.at(first, fmt.Sprintf("the waiver has no %s", key))
		}
	}
	return w, len(d.errs) == before
}

// value reads one value. Numbers and dates stand without quotes or with them.
func (d *waiverReader) value(w *Waiver, key string, n ast.Node) {
	text := ""
	switch v := n.(type) {
	case *ast.StringNode:
		text = v.Value
	case *ast.LiteralNode:
		text = v.Value.Value
	case *ast.IntegerNode, *ast.FloatNode:
		text = n.GetToken().Value
	case *ast.NullNode:
	default:
		d.add(n, fmt.Sprintf("%s is a text", key))
		return
	}
	if text = strings.TrimSpace(text); text == "" {
		d.add(n, fmt.Sprintf("%s is empty", key))
		return
	}
	switch key {
	case "requirement":
		w.Requirement = text
		d.requirement(n, text)
	case "reason":
		w.Reason = text
	case "owner":
		w.Owner = text
	case "target":
		w.Target = text
	case "until":
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			d.add(n, fmt.Sprintf("until is %q; a day is written 2026-12-31", text))
		}
		w.Until = day
	}
}

// requirement checks that a pattern matches something; a waiver is about
// requirements, not about single cases.
func (d *waiverReader) requirement(n ast.Node, pattern string) {
	rows := Rows()
	for i := range rows {
		rows[i].Cases = nil
	}
	if err := match(rows, pattern, map[string]bool{}); err != nil {
		d.add(n, err.Error())
	}
}
