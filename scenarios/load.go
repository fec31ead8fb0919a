package scenarios

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Options is what loading needs from outside. The zero value uses the process's
// environment and clock and takes any reference switch.
type Options struct {
	// Getenv looks up a variable for ${env:NAME}.
	Getenv func(name string) (value string, ok bool)
	// Now decides whether a consent has expired.
	Now func() time.Time
	// Reference checks the switches of the reference server, all together or one
	// alone, and says what is wrong with them.
	Reference func(switches ...string) error
}

func (o Options) withDefaults() Options {
	if o.Getenv == nil {
		o.Getenv = os.LookupEnv
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Reference == nil {
		o.Reference = func(...string) error { return nil }
	}
	return o
}

// The bounds of a file.
const (
	mostBytes   = 256 << 10
	mostNesting = 50
)

// Load reads and checks a scenario file. What is wrong with its content is an
// [*Errors].
func Load(path string, o Options) (*Scenario, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the scenario: %w", err)
	}
	defer f.Close()
	// One byte more than allowed tells that there is more, also of a pipe.
	data, err := io.ReadAll(io.LimitReader(f, mostBytes+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read the scenario: %w", err)
	}
	return Parse(path, data, o)
}

// Parse reads and checks a scenario. Name stands for the file in messages, and
// relative paths in the scenario start at its folder. The error is an [*Errors]
// that holds every problem found.
func Parse(name string, data []byte, o Options) (*Scenario, error) {
	text := strings.TrimPrefix(string(data), "\ufeff")
	src := newSource(name, text)
	p := newProblems(src)
	s := New()
	s.origin, s.options = func() *source { return src }, o.withDefaults()
	body, e := parseYAML(src, text)
	if e != nil {
		return nil, &Errors{List: []*Error{e}}
	}
	decode(body, s, p, s.options.Getenv)
	check(s, p)
	if err := collect(p.list); err != nil {
		return nil, err
	}
	s.nameStages()
	s.resolvePaths(filepath.Dir(name))
	return s, nil
}

// resolvePaths lets the relative paths of a file start at its folder, so that
// whoever opens them need not know where they were written.
func (s *Scenario) resolvePaths(dir string) {
	t := &s.Target.TLS
	for _, path := range []*string{&t.CA, &t.Certificate, &t.Key, &s.Sessions.From} {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(dir, *path)
		}
	}
}

// nameStages names the stages that have no name by number and arrival.
func (s *Scenario) nameStages() {
	for i := range s.Stages {
		if st := &s.Stages[i]; st.Name == "" {
			st.Name = fmt.Sprintf("%d-%s", i+1, st.Arrival)
		}
	}
}

// parseYAML makes the tree of the one document that the text has to be.
func parseYAML(src *source, text string) (body ast.Node, problem *Error) {
	if e := unreadable(src, text); e != nil {
		return nil, e
	}
	// The parser reads foreign text; should it fall over, that is the text's fault
	// to the reader of the message.
	defer func() {
		if r := recover(); r != nil {
			body, problem = nil, &Error{File: src.file, Problem: fmt.Sprintf("not readable as YAML: %v", r)}
		}
	}()
	file, err := parser.ParseBytes([]byte(text), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxError(src, err)
	}
	var docs []ast.Node
	for _, d := range file.Docs {
		if d.Body != nil {
			docs = append(docs, d.Body)
		}
	}
	switch {
	case len(docs) == 0:
		return nil, &Error{File: src.file, Problem: "the file holds no scenario",
			Allowed: []string{"a mapping with the keys name, stages, mix and others; the shipped scenario smoke is a commented example"}}
	case len(docs) > 1:
		return nil, src.at(markOf(docs[1]), Error{Problem: "a second document begins here: a file holds one scenario"})
	}
	return docs[0], nil
}

// unreadable refuses what is no text, or would take a parser too long.
func unreadable(src *source, text string) *Error {
	if len(text) > mostBytes {
		return &Error{File: src.file, Problem: fmt.Sprintf("longer than %s: list many sessions in a CSV file (sessions.from)", Bytes(mostBytes))}
	}
	depth := 0
	for i, line := range src.lines {
		column := 0
		for rest := line; rest != ""; {
			r, size := utf8.DecodeRuneInString(rest)
			rest = rest[size:]
			column++
			m := mark{line: i + 1, column: column, text: string(r), width: 1}
			switch {
			case r == utf8.RuneError && size == 1:
				return src.at(m, Error{Problem: "not UTF-8"})
			case r < ' ' && r != '\t' && (r != '\r' || rest != "") || r == 0x7f:
				return src.at(m, Error{Problem: fmt.Sprintf("a control character (%U)", r)})
			case r == '[' || r == '{':
				depth++
			case r == ']' || r == '}':
				depth = max(0, depth-1)
			}
			if depth > mostNesting {
				return src.at(m, Error{Problem: fmt.Sprintf("nested deeper than %d", mostNesting)})
			}
		}
	}
	return nil
}

func syntaxError(src *source, err error) *Error {
	var syntax *yaml.SyntaxError
	if !errors.As(err, &syntax) || syntax.Token == nil || syntax.Token.Position == nil {
		return &Error{File: src.file, Problem: "not readable as YAML: " + err.Error()}
	}
	m := markToken(syntax.Token)
	m.text = strings.TrimSpace(m.text)
	return src.at(m, Error{Problem: "not readable as YAML: " + syntax.Message})
}
