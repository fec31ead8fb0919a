package threshold

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sdegauge/internal/contract"
	"sdegauge/internal/spelling"
)

// Error says what is wrong with an expression, and where.
type Error struct {
	// Column is where Text begins, counting characters from 1.
	Column int
	// Text is the offending part; empty where something is missing.
	Text string
	// Problem says what is wrong with it.
	Problem string
	// Allowed is what could stand there.
	Allowed []string
	// Suggestion is what was probably meant; empty where nobody can tell.
	Suggestion string
}

// Error writes everything on one line.
func (e *Error) Error() string {
	s := fmt.Sprintf("column %d: %s", e.Column, e.Problem)
	if len(e.Allowed) > 0 {
		s += "; allowed here: " + strings.Join(e.Allowed, ", ")
	}
	if e.Suggestion != "" {
		s += fmt.Sprintf("; did you mean %q?", e.Suggestion)
	}
	return s
}

// Parse reads one threshold. A requirement has to be one of the contract's; a
// class may have any name. The error is an [*Error].
func Parse(expr string) (Threshold, error) { return ParseFor(expr, nil) }

// ParseFor reads one threshold whose payload classes have to be among classes;
// nil lets any pass.
func ParseFor(expr string, classes []string) (Threshold, error) {
	p := &parser{text: []rune(expr), classes: classes}
	t, err := p.threshold()
	if err != nil {
		return Threshold{}, err
	}
	return t, nil
}

// parser reads an expression from left to right; pos is the index of the next
// character.
type parser struct {
	text    []rune
	pos     int
	classes []string
}

func (p *parser) threshold() (t Threshold, err *Error) {
	p.space()
	if t.Metric, err = p.metric(); err != nil {
		return t, err
	}
	p.space()
	if t.Op, err = p.operator(t.Metric); err != nil {
		return t, err
	}
	p.space()
	at := p.pos
	text := p.until(unicode.IsSpace)
	if t.Limit, err = limit(at, text, t.Metric); err != nil {
		return t, err
	}
	if err = vacuous(at, text, t); err != nil {
		return t, err
	}
	return t, p.clauses(&t)
}

func (p *parser) metric() (m Metric, err *Error) {
	at, word := p.word()
	if word == "class" {
		if m.Class, err = p.class(); err != nil {
			return m, err
		}
		at, word = p.word()
	}
	if word == "rate" && p.take('.') {
		_, rest := p.word()
		word += "." + rest
	}
	m.Name = Name(word)
	f := m.Name.family()
	if f.name == "" || m.Class != "" && !f.scoped {
		return m, unknownMetric(at, word, m.Class != "")
	}
	switch {
	case f.stat:
		m.Stat, err = p.stat(word)
	case m.Name == Checks:
		m.Check, err = p.check()
	case m.Name == Status:
		m.Code, err = p.status()
	}
	return m, err
}

func unknownMetric(at int, word string, scoped bool) *Error {
	e := fail(at, word, fmt.Sprintf("%q is no metric", word))
	if word == "" {
		e.Problem = "a metric is missing"
	}
	if scoped {
		e.Problem += " of a class"
	}
	var names []string
	for _, f := range families {
		if !scoped || f.scoped {
			names, e.Allowed = append(names, string(f.name)), append(e.Allowed, f.form)
		}
	}
	if !scoped {
		names, e.Allowed = append(names, "class"), append(e.Allowed, "class(cart).errors")
	}
	e.Suggestion = spelling.Nearest(word, names)
	if word == "latency" {
		e.Suggestion = string(Response)
	}
	return e
}

// class reads "(NAME)." behind the word class.
func (p *parser) class() (string, *Error) {
	at, name, err := p.argument("class", "a payload class", "class(cart).errors")
	if err != nil {
		return "", err
	}
	if p.classes != nil && !slices.Contains(p.classes, name) {
		return "", misspelt(at, name, fmt.Sprintf("unknown payload class %q", name), p.classes)
	}
	if !p.take('.') {
		return "", fail(p.pos, "", "after class("+name+") a dot and a metric are missing",
			"class("+name+").response.p99", "class("+name+").errors")
	}
	return name, nil
}

// stat reads ".p99.9" behind the name of a time.
func (p *parser) stat(name string) (Stat, *Error) {
	if !p.take('.') {
		return "", fail(p.pos, "", fmt.Sprintf("%s is a distribution: say which figure of it", name), forms(name+".")...)
	}
	at, text := p.word()
	if p.pos+1 < len(p.text) && p.text[p.pos] == '.' && unicode.IsDigit(p.text[p.pos+1]) {
		p.pos++
		_, fraction := p.word()
		text += "." + fraction
	}
	s, ok := parseStat(text)
	if !ok {
		e := misspelt(at, text, fmt.Sprintf("%q is no figure of a distribution", text), statForms)
		if s, ok := synonyms[text]; ok {
			e.Suggestion = string(s)
		}
		e.Allowed = append(slices.Clone(statForms), "any percentile between p0 and p100")
		return "", e
	}
	return s, nil
}

// synonyms are what stats are called elsewhere.
var synonyms = map[string]Stat{
	"p100": Max, "maximum": Max, "worst": Max,
	"avg": Mean, "average": Mean, "median": "p50",
}

func forms(before string) []string {
	all := make([]string, len(statForms))
	for i, s := range statForms {
		all[i] = before + s
	}
	return all
}

// check reads ".failed" or "(ID)" behind the word checks.
func (p *parser) check() (string, *Error) {
	if p.take('.') {
		if at, word := p.word(); word != "failed" {
			return "", misspelt(at, word, fmt.Sprintf("%q is no count of checks", word), []string{"failed"})
		}
		return "", nil
	}
	at, id, err := p.argument("checks", "a requirement", "checks(U-02)", "checks.failed")
	if err != nil {
		return "", err
	}
	if _, known := contract.LookupRequirement(id); known {
		return id, nil
	}
	e := fail(at, id, fmt.Sprintf("there is no requirement %q", id), "the id of a requirement, such as U-02 or V-04")
	if upper := strings.ToUpper(id); upper != id {
		if _, known := contract.LookupRequirement(upper); known {
			e.Suggestion = upper
		}
	}
	return "", e
}

// status reads "(CODE)" behind the word status.
func (p *parser) status() (int, *Error) {
	at, text, err := p.argument("status", "a status code", "status(503)")
	if err != nil {
		return 0, err
	}
	code, bad := strconv.Atoi(text)
	if bad != nil || code < 100 || code > 599 {
		return 0, fail(at, text, fmt.Sprintf("%q is no status code", text), "a number from 100 to 599")
	}
	return code, nil
}

// argument reads "(TEXT)" behind a word.
func (p *parser) argument(word, what string, examples ...string) (at int, text string, err *Error) {
	if !p.take('(') {
		return 0, "", fail(p.pos, "", fmt.Sprintf("%s needs %s in brackets", word, what), examples...)
	}
	at, text = p.word()
	switch {
	case text == "":
		return 0, "", fail(at, "", fmt.Sprintf("%s needs %s in brackets", word, what), examples...)
	case !p.take(')'):
		return 0, "", fail(p.pos, "", "a closing bracket is missing", ")")
	}
	return at, text, nil
}

// word takes letters, digits, "_" and "-", and says where they began.
func (p *parser) word() (at int, word string) {
	at = p.pos
	return at, p.until(func(r rune) bool {
		return r > unicode.MaxASCII || r != '_' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// until takes everything before the first character that stop names.
func (p *parser) until(stop func(rune) bool) string {
	from := p.pos
	for p.pos < len(p.text) && !stop(p.text[p.pos]) {
		p.pos++
	}
	return string(p.text[from:p.pos])
}

func (p *parser) space() { p.until(func(r rune) bool { return !unicode.IsSpace(r) }) }

func isSpace(r rune) bool { return unicode.IsSpace(r) }

// take takes one character if it is next.
func (p *parser) take(r rune) bool {
	if p.pos < len(p.text) && p.text[p.pos] == r {
		p.pos++
		return true
	}
	return false
}

// fail is the error at the index at.
func fail(at int, text, problem string, allowed ...string) *Error {
	return &Error{Column: at + 1, Text: text, Problem: problem, Allowed: allowed}
}

// misspelt is the error of a name that is not among the allowed ones.
func misspelt(at int, text, problem string, allowed []string) *Error {
	e := fail(at, text, problem, allowed...)
	e.Suggestion = spelling.Nearest(text, allowed)
	return e
}
