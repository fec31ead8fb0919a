package scenarios

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"sdegauge/internal/spelling"
	"sdegauge/internal/threshold"
)

// decoder fills the model from a tree, and notes where everything stood.
type decoder struct {
	*problems
	getenv func(string) (string, bool)
}

func decode(body ast.Node, s *Scenario, p *problems, getenv func(string) (string, bool)) {
	d := &decoder{p, getenv}
	d.node(body, reflect.ValueOf(s).Elem(), "", "")
}

// node reads one node of any kind into v.
func (d *decoder) node(n ast.Node, v reflect.Value, path string, tag reflect.StructTag) {
	d.source.values[path] = d.source.markValue(n)
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode:
		d.value(path, Error{Problem: "anchors and aliases are not read: write the value where it belongs"})
		return
	case *ast.TagNode:
		d.value(path, Error{Problem: "YAML tags are not read: the key decides the type"})
		return
	}
	_, isNull := n.(*ast.NullNode)
	switch {
	case isScalar(v.Type()):
		d.scalar(n, v, path, tag)
	case isNull:
		// A key whose children are all commented out gives nothing.
	case v.Kind() == reflect.Struct:
		d.mapping(n, v, path)
	case v.Kind() == reflect.Map:
		d.stringMap(n, v, path)
	default:
		d.list(n, v, path, tag)
	}
}

func (d *decoder) mapping(n ast.Node, v reflect.Value, path string) {
	fields := fieldsOf(v.Type())
	keys := names(fields, func(f field) string { return f.key })
	entries, ok := d.entries(n, path, "a mapping with the keys "+strings.Join(keys, ", "))
	if !ok {
		return
	}
	for _, e := range entries {
		key, m := d.mapKey(e)
		child := join(path, key)
		if first, twice := d.source.keys[child]; twice {
			d.addOnce(child, child+" again", d.source.at(m, twiceError(key, first)))
			continue
		}
		at := -1
		for i, f := range fields {
			if f.key == key {
				at = i
			}
		}
		if at < 0 {
			e := unknownKey(key, keys)
			d.meant[join(path, e.Suggestion)] = true
			d.add(child, d.source.at(m, e))
			continue
		}
		d.source.keys[child] = m
		d.node(e.Value, v.Field(fields[at].index), child, fields[at].tag)
	}
}

func unknownKey(key string, keys []string) Error {
	return Error{
		Problem: fmt.Sprintf("unknown key %q", key), Allowed: keys, Suggestion: spelling.Nearest(key, keys),
	}
}

func twiceError(key string, first mark) Error {
	return Error{Problem: fmt.Sprintf("key %q stands here a second time, after line %d", key, first.line)}
}

func (d *decoder) stringMap(n ast.Node, v reflect.Value, path string) {
	entries, ok := d.entries(n, path, "a mapping of names to texts")
	if !ok {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, e := range entries {
		key, m := d.mapKey(e)
		child := join(path, key)
		if first, twice := d.source.keys[child]; twice {
			d.addOnce(child, child+" again", d.source.at(m, twiceError(key, first)))
			d.source.literal = append(d.source.literal, d.source.markValue(e.Value)) // as secret as the first
			continue
		}
		d.source.keys[child] = m
		value := reflect.New(v.Type().Elem()).Elem()
		d.node(e.Value, value, child, "")
		v.SetMapIndex(reflect.ValueOf(key), value)
	}
}

func (d *decoder) list(n ast.Node, v reflect.Value, path string, tag reflect.StructTag) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		d.value(path, Error{Problem: fmt.Sprintf("%s, where a list belongs", kindOf(n)), Allowed: []string{"lines that begin with -"}})
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(seq.Values), len(seq.Values)))
	for i, item := range seq.Values {
		child := index(path, i)
		if _, null := item.(*ast.NullNode); null {
			d.source.values[child] = d.source.markValue(item)
			d.value(child, Error{Problem: "an empty entry in a list"})
			continue
		}
		d.node(item, v.Index(i), child, tag)
	}
}

// entries are the entries of a mapping, or a problem.
func (d *decoder) entries(n ast.Node, path, want string) ([]*ast.MappingValueNode, bool) {
	var entries []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		entries = m.Values
	case *ast.MappingValueNode:
		entries = []*ast.MappingValueNode{m}
	default:
		d.value(path, Error{Problem: fmt.Sprintf("%s, where a mapping belongs", kindOf(n)), Allowed: []string{want}})
		return nil, false
	}
	return entries, true
}

func (d *decoder) mapKey(e *ast.MappingValueNode) (string, mark) {
	m := markOf(e.Key)
	return m.text, m
}

// envForm is a secret's place in a text.
var envForm = regexp.MustCompile(`\$\{(?:env:([A-Za-z_][A-Za-z0-9_]*)\})?`)

// scalar reads one value. A plain number is no text, unless the tag "bare" lets
// it be one, and a text in quotes is no number.
func (d *decoder) scalar(n ast.Node, v reflect.Value, path string, tag reflect.StructTag) {
	text, ok := d.scalarText(n, v.Type(), path, tag)
	if !ok {
		return
	}
	if text, ok = d.expand(text, path); !ok {
		return
	}
	m, form := d.source.values[path], formOf(v.Type())
	if m.quoted && isBare(v.Type()) && !d.source.fromEnv[path] {
		d.value(path, Error{Problem: fmt.Sprintf("a text in quotes, where %s belongs", form)})
		return
	}
	if v.Type() == reflect.TypeFor[Secret]() && !d.source.fromEnv[path] {
		d.source.literal = append(d.source.literal, m)
	}
	if err := parseScalar(v, text); err != nil {
		d.badValue(path, m, form, err)
	}
}

// scalarText is the text of a node that can be a value of type t.
func (d *decoder) scalarText(n ast.Node, t reflect.Type, path string, tag reflect.StructTag) (string, bool) {
	text, form := d.source.values[path].text, formOf(t)
	switch node := n.(type) {
	case *ast.StringNode:
		return text, true
	case *ast.LiteralNode:
		return strings.TrimSuffix(node.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode, *ast.BoolNode:
		if !isText(t) || tag.Get("bare") != "" {
			return text, true
		}
		d.value(path, Error{Problem: kindOf(n) + ", where a text belongs", Allowed: []string{`a text; quotes make it one: "` + text + `"`}})
	case *ast.NullNode:
		d.value(path, Error{Problem: "no value", Allowed: []string{form}})
	default:
		d.value(path, Error{Problem: kindOf(n) + ", where one value belongs", Allowed: []string{form}})
	}
	return "", false
}

// badValue reports what a type's own parser did not take, as exactly as it says.
func (d *decoder) badValue(path string, m mark, form string, err error) {
	hidden := d.source.fromEnv[path]
	switch e := err.(type) {
	case *threshold.Error:
		if hidden {
			d.value(path, Error{Problem: fmt.Sprintf("%q is no threshold", m.text), Allowed: []string{form}})
			return
		}
		part := m.part(e.Column, e.Text)
		d.add(path, d.source.at(part, Error{Text: e.Text, Problem: e.Problem, Allowed: e.Allowed, Suggestion: e.Suggestion}))
	case *valueError:
		problem := Error{Problem: fmt.Sprintf("%q %s", m.text, e.problem), Allowed: []string{form}}
		if !hidden {
			problem.Suggestion = e.suggestion
		}
		d.value(path, problem)
	default:
		d.value(path, Error{Problem: fmt.Sprintf("%q is not %s", m.text, form)})
	}
}

// expand puts the environment's values into a text.
func (d *decoder) expand(text, path string) (string, bool) {
	m, ok := d.source.values[path], true
	var expanded strings.Builder
	rest := 0
	for _, at := range envForm.FindAllStringSubmatchIndex(text, -1) {
		expanded.WriteString(text[rest:at[0]])
		rest = at[1]
		part := m.part(len([]rune(text[:at[0]]))+1, text[at[0]:at[1]])
		if at[2] < 0 {
			d.add(path, d.source.at(part, Error{Problem: fmt.Sprintf("%q opens what it does not close", text[at[0]:]),
				Allowed: []string{"${env:NAME}, which reads the variable NAME of the environment"}}))
			ok = false
			continue
		}
		name := text[at[2]:at[3]]
		value, set := d.getenv(name)
		if !set {
			d.add(path, d.source.at(part, Error{Problem: fmt.Sprintf("the environment variable %s is not set", name)}))
			ok = false
			continue
		}
		d.source.fromEnv[path] = true
		d.source.secrets = append(d.source.secrets, NewSecret(value))
		expanded.WriteString(value)
	}
	expanded.WriteString(text[rest:])
	return expanded.String(), ok
}

// kindOf says what a node is, for somebody who expected something else.
func kindOf(n ast.Node) string {
	switch n := n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return fmt.Sprintf("the number %s", n.GetToken().Value)
	case *ast.BoolNode:
		return fmt.Sprintf("the truth value %s", n.GetToken().Value)
	case *ast.StringNode, *ast.LiteralNode:
		return "a text"
	case *ast.NullNode:
		return "nothing"
	}
	return "something else"
}

// markOf is where a node stands; a block mapping stands where its first key does.
func markOf(n ast.Node) mark {
	switch node := n.(type) {
	case *ast.MappingNode:
		if !node.IsFlowStyle && len(node.Values) > 0 {
			return markOf(node.Values[0])
		}
	case *ast.MappingValueNode:
		return markOf(node.Key)
	}
	if n.GetToken() == nil {
		return mark{line: 1, column: 1}
	}
	return markToken(n.GetToken())
}

// markValue is where a value stands; the parser gives a value that is not there
// the text "null", and a place behind its key.
func (s *source) markValue(n ast.Node) mark {
	m := markOf(n)
	if _, null := n.(*ast.NullNode); !null || m.line > len(s.lines) {
		return m
	}
	line := []rune(s.lines[m.line-1])
	if m.column <= len(line) && strings.HasPrefix(string(line[m.column-1:]), m.text) {
		return m
	}
	return mark{line: m.line, column: min(m.column, len(line)+1), width: 1}
}

func markToken(tk *token.Token) mark {
	m := mark{line: tk.Position.Line, column: tk.Position.Column, text: tk.Value}
	raw := strings.TrimSpace(tk.Origin)
	if first, _, folded := strings.Cut(raw, "\n"); folded {
		raw = first
	}
	m.width = max(1, len([]rune(raw)))
	switch tk.Type {
	case token.SingleQuoteType, token.DoubleQuoteType:
		m.quoted = true
		if len(raw) == len(tk.Value)+2 {
			m.inside = m.column + 1
		}
	case token.LiteralType, token.FoldedType:
		m.quoted = true
	default:
		if raw == tk.Value {
			m.inside = m.column
		}
	}
	return m
}
