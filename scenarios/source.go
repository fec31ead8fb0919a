package scenarios

import (
	"fmt"
	"slices"
	"strings"
)

// mark is where one text stands in a file, counted from 1 in characters.
type mark struct {
	line, column int
	text         string // without quotes
	width        int    // as it stands, quotes included
	quoted       bool
	// inside is the column at which text begins where it stands in the file
	// character by character; 0 where quoting or folding changed it.
	inside int
}

// source is the file a scenario came from: where each value stands, and what
// was read from the environment.
type source struct {
	file    string
	lines   []string
	values  map[string]mark // by path
	keys    map[string]mark // by path
	fromEnv map[string]bool // by path
	secrets []Secret
	literal []mark // secrets that stand in the file: no excerpt shows them
}

// source is where the scenario's values stand; nil without a file. A scenario
// keeps it behind a function, for fmt follows a pointer under a verb that does
// not fit, and the text of a file may hold secrets.
func (s *Scenario) source() *source {
	if s.origin == nil {
		return nil
	}
	return s.origin()
}

func newSource(file, text string) *source {
	return &source{
		file: file, lines: strings.Split(text, "\n"),
		values: map[string]mark{}, keys: map[string]mark{}, fromEnv: map[string]bool{},
	}
}

// at gives an error its place.
func (s *source) at(m mark, e Error) *Error {
	e.File, e.Line, e.Column, e.width = s.file, m.line, m.column, m.width
	if slices.Contains(s.literal, m) {
		e.Text = Mask
	} else if e.Text == "" {
		e.Text = m.text
	}
	e.source = s
	return &e
}

// excerpt is a line of the file with its secrets starred out.
func (s *source) excerpt(line int) string {
	if line < 1 || line > len(s.lines) {
		return ""
	}
	text := []rune(strings.TrimSuffix(s.lines[line-1], "\r"))
	for _, m := range s.literal {
		for i := m.column - 1; m.line == line && i < min(m.column-1+m.width, len(text)); i++ {
			text[i] = '*'
		}
	}
	return string(text)
}

// part is the mark of a part of a value, column counting its characters from 1.
// Where the text is not in the file as it is, the whole value is marked.
func (m mark) part(column int, text string) mark {
	if m.inside == 0 {
		return m
	}
	return mark{line: m.line, column: m.inside + column - 1, text: text, width: len([]rune(text))}
}

// problems gathers what is wrong with a scenario, with a file or without one.
type problems struct {
	source *source // nil without a file
	// placeless says that the values are no longer those of the file, so that
	// paths name them and no lines.
	placeless bool
	list      []*Error
	// spoilt are paths of which something wrong is known already, so that one
	// mistake is not reported twice.
	spoilt map[string]bool
	// meant are keys that an unknown key was probably meant to be: they are not
	// reported missing as well.
	meant map[string]bool
}

func newProblems(s *source) *problems {
	return &problems{source: s, spoilt: map[string]bool{}, meant: map[string]bool{}}
}

// value reports a value.
func (p *problems) value(path string, e Error) {
	p.at(path, path, func(s *source) map[string]mark { return s.values }, e)
}

// key reports the presence of a key.
func (p *problems) key(path string, e Error) {
	p.at(path, path, func(s *source) map[string]mark { return s.keys }, e)
}

// missing reports that the mapping at path lacks a key.
func (p *problems) missing(path, key string, e Error) {
	child := join(path, key)
	if p.meant[child] || p.spoilt[path] {
		return
	}
	p.at(child, path, func(s *source) map[string]mark { return s.values }, e)
}

// at reports a problem of path with the mark of another path, or of what it
// stands in.
func (p *problems) at(path, marked string, marks func(*source) map[string]mark, e Error) {
	if p.placed() {
		m, ok := marks(p.source)[marked]
		for up := marked; !ok && up != ""; {
			up = up[:max(0, strings.LastIndexAny(up, ".["))]
			m, ok = p.source.values[up]
		}
		if ok {
			p.add(path, p.source.at(m, e))
			return
		}
	}
	p.add(path, &e)
}

// placed reports whether a file says where values stand.
func (p *problems) placed() bool { return p.source != nil && !p.placeless }

func (p *problems) add(path string, e *Error) { p.addOnce(path, path, e) }

// addOnce reports a problem of path unless one with its id has been.
func (p *problems) addOnce(path, id string, e *Error) {
	if p.spoilt[id] {
		return
	}
	p.spoilt[id] = true
	e.Path = path
	p.list = append(p.list, e)
}

// given reports whether the file has the key; without a file nobody knows.
func (p *problems) given(path string) bool {
	if !p.placed() {
		return false
	}
	_, ok := p.source.keys[path]
	return ok
}

// fromEnv reports whether the environment had a part in the value at path, or in
// one below it.
func (p *problems) fromEnv(path string) bool {
	if p.source == nil {
		return false
	}
	for at := range p.source.fromEnv {
		if strings.HasPrefix(at, path) {
			return true
		}
	}
	return false
}

// quote writes a value as a message may show it: as it stands in the file, so
// that what came from the environment stays there.
func (p *problems) quote(path string, value any) string {
	if p.placed() || p.fromEnv(path) {
		if m, ok := p.source.values[path]; ok {
			return fmt.Sprintf("%q", m.text)
		}
	}
	return fmt.Sprintf("%q", fmt.Sprint(value))
}

// join appends a key to a path.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// index appends a position to a path.
func index(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
