package expect

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"sdegauge/internal/contract"
)

// node is a value of a body as the table's reader sees it.
type node struct {
	kind contract.Kind // a number is KindNumber, whole or not
	// text is the value of a string, the token of a number, or true or false.
	text    string
	entries []*node
	members []pair
}

type pair struct {
	name  string
	value *node
}

// tolerant reads JSON, and beyond it what the documents leave open: comments
// (B-08), other forms of numbers (B-09), text after the value (B-10), a
// byte-order mark (B-12), bytes that are no UTF-8 (B-14), control characters
// (B-15). The first departure is noted in open; what no reading explains is an
// error.
type tolerant struct {
	b     []byte
	at    int
	depth int
	open  string
	twice bool // some object has a member twice (B-17)
}

var (
	errNotJSON = errors.New("not JSON")
	errDeep    = errors.New("nested deeper than any document speaks of")
)

func (t *tolerant) note(what string) {
	if t.open == "" {
		t.open = what
	}
}

// read reads the one value of a body.
func (t *tolerant) read() (*node, error) {
	if rest, marked := bytes.CutPrefix(t.b, []byte("\ufeff")); marked {
		t.b = rest
		t.note("a byte-order mark before the JSON")
	}
	v, err := t.value()
	if err != nil {
		return nil, err
	}
	if t.space(); t.at < len(t.b) {
		t.note("something after the JSON")
	}
	return v, nil
}

// space skips white space and comments.
func (t *tolerant) space() {
	for t.at < len(t.b) {
		rest := t.b[t.at:]
		switch {
		case strings.IndexByte(" \t\r\n", rest[0]) >= 0:
			t.at++
		case bytes.HasPrefix(rest, []byte("//")):
			t.note("a comment")
			end := bytes.IndexByte(rest, '\n')
			if end < 0 {
				end = len(rest)
			}
			t.at += end
		case bytes.HasPrefix(rest, []byte("/*")):
			end := bytes.Index(rest[2:], []byte("*/"))
			if end < 0 {
				return
			}
			t.note("a comment")
			t.at += end + 4
		default:
			return
		}
	}
}

// next is the next byte that is no white space; 0 at the end.
func (t *tolerant) next() byte {
	if t.space(); t.at < len(t.b) {
		return t.b[t.at]
	}
	return 0
}

func (t *tolerant) value() (*node, error) {
	switch t.next() {
	case '{':
		return t.object()
	case '[':
		return t.array()
	case '"':
		text, _, err := t.text()
		return &node{kind: contract.KindString, text: text}, err
	}
	return t.word()
}

// enter opens an object or an array.
func (t *tolerant) enter() error {
	t.at++
	if t.depth++; t.depth > openDepth {
		return errDeep
	}
	return nil
}

// more reads what stands between the entries of an object or an array.
func (t *tolerant) more(closing byte) (bool, error) {
	switch t.next() {
	case ',':
		t.at++
		return true, nil
	case closing:
		t.at++
		t.depth--
		return false, nil
	}
	return false, errNotJSON
}

func (t *tolerant) object() (*node, error) {
	v := &node{kind: contract.KindObject}
	if err := t.enter(); err != nil {
		return nil, err
	}
	if t.next() == '}' {
		t.at++
		t.depth--
		return v, nil
	}
	seen := map[string]bool{}
	for {
		if t.next() != '"' {
			return nil, errNotJSON
		}
		name, escaped, err := t.text()
		if err != nil {
			return nil, err
		}
		if escaped {
			t.note("an escape in the name of a member")
		}
		if t.next() != ':' {
			return nil, errNotJSON
		}
		t.at++
		member, err := t.value()
		if err != nil {
			return nil, err
		}
		t.twice = t.twice || seen[name]
		seen[name] = true
		v.members = append(v.members, pair{name, member})
		if more, err := t.more('}'); !more {
			return v, err
		}
	}
}

func (t *tolerant) array() (*node, error) {
	v := &node{kind: contract.KindArray}
	if err := t.enter(); err != nil {
		return nil, err
	}
	if t.next() == ']' {
		t.at++
		t.depth--
		return v, nil
	}
	for {
		entry, err := t.value()
		if err != nil {
			return nil, err
		}
		v.entries = append(v.entries, entry)
		if more, err := t.more(']'); !more {
			return v, err
		}
	}
}

// text reads a string and says whether it has an escape.
func (t *tolerant) text() (text string, escaped bool, err error) {
	var out []byte
	for t.at++; t.at < len(t.b); {
		c := t.b[t.at]
		switch {
		case c == '"':
			t.at++
			return string(out), escaped, nil
		case c == '\\':
			escaped = true
			if out, err = t.escape(out); err != nil {
				return "", escaped, err
			}
			continue
		case c < ' ':
			t.note("a control character in a string")
		}
		r, size := utf8.DecodeRune(t.b[t.at:])
		if r == utf8.RuneError && size == 1 {
			t.note("bytes that are no UTF-8")
		}
		out = utf8.AppendRune(out, r)
		t.at += size
	}
	return "", escaped, errNotJSON
}

var plainEscapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape reads one escape; those that readers trip over are open (B-16).
func (t *tolerant) escape(out []byte) ([]byte, error) {
	if t.at++; t.at >= len(t.b) {
		return nil, errNotJSON
	}
	c := t.b[t.at]
	if t.at++; c != 'u' {
		plain, ok := plainEscapes[c]
		if !ok {
			return nil, errNotJSON
		}
		if c == '/' {
			t.note("an escaped slash")
		}
		return append(out, plain), nil
	}
	r, ok := t.hex()
	if !ok {
		return nil, errNotJSON
	}
	if r == 0 || utf16.IsSurrogate(r) {
		t.note("an escape of NUL or of half a character")
	}
	if utf16.IsSurrogate(r) && t.at+1 < len(t.b) && t.b[t.at] == '\\' && t.b[t.at+1] == 'u' {
		back := t.at
		t.at += 2
		low, ok := t.hex()
		if whole := utf16.DecodeRune(r, low); ok && whole != utf8.RuneError {
			return utf8.AppendRune(out, whole), nil
		}
		t.at = back
	}
	return utf8.AppendRune(out, r), nil
}

// hex reads four hexadecimal digits.
func (t *tolerant) hex() (rune, bool) {
	if t.at+4 > len(t.b) {
		return 0, false
	}
	var r rune
	for _, c := range t.b[t.at : t.at+4] {
		digit := strings.IndexByte("0123456789abcdef", c|0x20)
		if digit < 0 || c < '0' {
			return 0, false
		}
		r = r<<4 | rune(digit)
	}
	t.at += 4
	return r, true
}

// word reads what has no brackets or quotes.
func (t *tolerant) word() (*node, error) {
	start := t.at
	for t.at < len(t.b) && (isAlnum(t.b[t.at]) || strings.IndexByte("+-.", t.b[t.at]) >= 0) {
		t.at++
	}
	word := string(t.b[start:t.at])
	switch word {
	case "true", "false":
		return &node{kind: contract.KindBoolean, text: word}, nil
	case "null":
		return &node{kind: contract.KindNull}, nil
	}
	plain, ok := numberForm(word)
	if !ok {
		return nil, errNotJSON
	}
	if !plain {
		t.note("the number " + clip(word) + " in a form, or of a size, of which nothing is said")
		word = "0"
	}
	return &node{kind: contract.KindNumber, text: word}, nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isAlnum(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z' }

// clip keeps a text short enough for a reason.
func clip(text string) string {
	if len(text) > 40 {
		return text[:37] + "…"
	}
	return text
}

// digitsOf cuts the digits that a text begins with.
func digitsOf(text string) (digits, rest string) {
	rest = strings.TrimLeft(text, "0123456789")
	return text[:len(text)-len(rest)], rest
}

// numberForm says whether a word is a number in any form that some reader knows,
// and whether it is one of JSON without exponent and of at most 18 characters.
func numberForm(word string) (plain, ok bool) {
	body := strings.TrimPrefix(strings.TrimPrefix(word, "-"), "+")
	if len(word)-len(body) > 1 {
		return false, false
	}
	if body == "NaN" || body == "Infinity" {
		return false, true
	}
	if hex, is := strings.CutPrefix(strings.ToLower(body), "0x"); is {
		return false, hex != "" && strings.Trim(hex, "0123456789abcdef") == ""
	}
	whole, rest := digitsOf(body)
	fraction, point := "", false
	if after, is := strings.CutPrefix(rest, "."); is {
		point = true
		fraction, rest = digitsOf(after)
	}
	if whole == "" && fraction == "" {
		return false, false
	}
	if rest != "" {
		if rest[0]|0x20 != 'e' {
			return false, false
		}
		exponent := rest[1:]
		if exponent != "" && (exponent[0] == '+' || exponent[0] == '-') {
			exponent = exponent[1:]
		}
		digits, tail := digitsOf(exponent)
		return false, digits != "" && tail == ""
	}
	plain = word[0] != '+' && whole != "" && (whole == "0" || whole[0] != '0') && (!point || fraction != "") && len(word) <= 18
	return plain, true
}
