package checks

import (
	"bytes"
	"encoding/json"
	"strconv"

	"sdegauge/internal/contract"
)

// maxDepth is how deep an entity may nest before it is taken for an attack.
const maxDepth = 64

// scanner reads JSON by its grammar (RFC 8259) in one pass and without
// allocating, for encoding/json would match names regardless of letter case,
// keep the last of duplicates and turn null into zero without a word.
//
// The first error stops it: problem is set once, and every method does nothing
// from then on.
type scanner struct {
	text      []byte
	at        int
	problem   string // what is wrong; empty as long as nothing is
	problemAt int
	duplicate []byte // the first name that an object has twice
}

// fail notes the first problem, at the current place.
func (s *scanner) fail(problem string) {
	if s.problem == "" {
		s.problem, s.problemAt = problem, s.at
	}
}

func (s *scanner) failed() bool { return s.problem != "" }

// peek is the next byte after white space, 0 at the end. A NUL in the text looks
// like the end, and no token starts with one.
func (s *scanner) peek() byte {
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// value reads one value of any kind, depth objects and arrays deep.
func (s *scanner) value(depth int) Value {
	c := s.peek()
	start := s.at
	var v Value
	switch {
	case c == '{':
		v.Kind = contract.KindObject
		s.object(depth, nil)
	case c == '[':
		v.Kind = contract.KindArray
		s.array(depth)
	case c == '"':
		v.Kind = contract.KindString
		s.string()
	case c == '-' || '0' <= c && c <= '9':
		return s.number()
	case c == 't':
		v.Kind = contract.KindBoolean
		s.word("true")
	case c == 'f':
		v.Kind = contract.KindBoolean
		s.word("false")
	case c == 'n':
		v.Kind = contract.KindNull
		s.word("null")
	case s.at == len(s.text):
		s.fail("the text ends where a value is due")
	default:
		s.fail("no value starts like this")
	}
	v.Text = s.text[start:s.at]
	return v
}

// object reads an object; member, when not nil, is called after each name and
// reads the value.
func (s *scanner) object(depth int, member func(name []byte)) {
	if depth >= maxDepth {
		s.fail("nested deeper than " + strconv.Itoa(maxDepth) + " levels")
		return
	}
	s.at++ // {
	if s.peek() == '}' {
		s.at++
		return
	}
	var seen names
	for !s.failed() {
		if s.peek() != '"' {
			s.fail("a member has no quoted name")
			return
		}
		name := s.name()
		if s.failed() {
			return
		}
		if !seen.add(name) && s.duplicate == nil {
			s.duplicate = name
		}
		if s.peek() != ':' {
			s.fail("a name is not followed by a colon")
			return
		}
		s.at++
		if member != nil {
			member(name)
		} else {
			s.value(depth + 1)
		}
		if s.ends('}') {
			return
		}
	}
}

// array reads an array.
func (s *scanner) array(depth int) {
	if depth >= maxDepth {
		s.fail("nested deeper than " + strconv.Itoa(maxDepth) + " levels")
		return
	}
	s.at++ // [
	if s.peek() == ']' {
		s.at++
		return
	}
	for !s.failed() {
		s.value(depth + 1)
		if s.ends(']') {
			return
		}
	}
}

// ends reads what follows an entry: a comma, or the closing bracket, or else
// the text is broken there.
func (s *scanner) ends(closing byte) bool {
	if s.failed() {
		return true
	}
	switch c := s.peek(); c {
	case ',':
		s.at++
		return false
	case closing:
		s.at++
		return true
	default:
		s.fail("neither a comma nor a closing bracket")
		return true
	}
}

// string reads a string and says whether it holds an escape.
func (s *scanner) string() (escapes bool) {
	s.at++ // the opening quote
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return escapes
		case c < ' ':
			s.fail("a control character within a string")
			return escapes
		case c == '\\':
			escapes = true
			s.at++
			s.escape()
			if s.failed() {
				return escapes
			}
		}
	}
	s.fail("a string has no end")
	return escapes
}

// escape checks what follows a backslash and stands on its last byte after.
func (s *scanner) escape() {
	if s.at == len(s.text) {
		s.fail("a string has no end")
		return
	}
	switch s.text[s.at] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
	case 'u':
		for range 4 {
			s.at++
			if s.at == len(s.text) || !isHex(s.text[s.at]) {
				s.fail(`an escape \u without four hexadecimal digits`)
				return
			}
		}
	default:
		s.fail("an unknown escape within a string")
	}
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// name reads a member's name, its escapes resolved.
func (s *scanner) name() []byte {
	start := s.at
	escapes := s.string()
	if s.failed() {
		return nil
	}
	quoted := s.text[start:s.at]
	if !escapes {
		return quoted[1 : len(quoted)-1]
	}
	var plain string
	if err := json.Unmarshal(quoted, &plain); err != nil {
		s.fail("a name that is no string: " + err.Error())
	}
	return []byte(plain)
}

// number reads a number and its integral value.
func (s *scanner) number() Value {
	start := s.at
	if s.text[s.at] == '-' {
		s.at++
	}
	// A number starts with one zero or with another digit, never with 01.
	if s.at < len(s.text) && s.text[s.at] == '0' {
		s.at++
	} else {
		s.digits()
	}
	if s.at < len(s.text) && s.text[s.at] == '.' {
		s.at++
		s.digits()
	}
	if s.at < len(s.text) && (s.text[s.at] == 'e' || s.text[s.at] == 'E') {
		s.at++
		if s.at < len(s.text) && (s.text[s.at] == '+' || s.text[s.at] == '-') {
			s.at++
		}
		s.digits()
	}
	v := Value{Kind: contract.KindNumber, Text: s.text[start:s.at]}
	if s.failed() {
		return v
	}
	if n, whole, fits := integral(v.Text); whole {
		v.Kind, v.Int, v.Fits = contract.KindInteger, n, fits
	}
	return v
}

// digits reads one digit or more.
func (s *scanner) digits() {
	start := s.at
	for s.at < len(s.text) && '0' <= s.text[s.at] && s.text[s.at] <= '9' {
		s.at++
	}
	if s.at == start {
		s.fail("a number lacks a digit")
	}
}

// word reads one of JSON's three words.
func (s *scanner) word(word string) {
	if !bytes.HasPrefix(s.text[s.at:], []byte(word)) {
		s.fail("no value starts like this")
		return
	}
	s.at += len(word)
}

// names is the set of an object's member names. The few of an ordinary object
// stay on the stack; a map keeps a hostile one from taking quadratic time.
type names struct {
	n    int
	few  [8][]byte
	rest map[string]struct{}
}

// add puts a name in and reports whether it was new.
func (s *names) add(name []byte) bool {
	for _, known := range s.few[:s.n] {
		if bytes.Equal(known, name) {
			return false
		}
	}
	if s.n < len(s.few) {
		s.few[s.n] = name
		s.n++
		return true
	}
	if _, known := s.rest[string(name)]; known {
		return false
	}
	if s.rest == nil {
		s.rest = make(map[string]struct{})
	}
	s.rest[string(name)] = struct{}{}
	return true
}
