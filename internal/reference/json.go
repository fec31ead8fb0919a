package reference

import (
	"bytes"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// fault is what is wrong with a body and where. The path is made of the table's
// names and of indexes, so no message can repeat what the client sent.
type fault struct {
	path, problem string
	syntax        bool // the body is not JSON
}

func (f *fault) String() string {
	if f.path == "" {
		return f.problem
	}
	return f.path + ": " + f.problem
}

// in and at put the fault deeper, under a member or an entry, as the reader
// comes back out of the body.
func (f *fault) in(name string) *fault {
	switch {
	case f == nil:
		return nil
	case f.path == "" || f.path[0] == '[':
		f.path = name + f.path
	default:
		f.path = name + "." + f.path
	}
	return f
}

func (f *fault) at(index int) *fault {
	if f != nil {
		f.in(fmt.Sprintf("[%d]", index))
	}
	return f
}

// unknown puts the fault into a member that has no place in the table; where in
// it does not matter.
func (f *fault) unknown() *fault {
	if f != nil {
		f.path = "(unknown member)"
	}
	return f
}

// scanner reads the tokens of JSON as RFC 8259 has them and nothing more
// lenient: no comments, no NaN, no invalid UTF-8, no lone surrogates.
type scanner struct {
	buf []byte
	pos int
}

func (s *scanner) malformed(what string) *fault {
	return &fault{problem: fmt.Sprintf("not JSON at byte %d: %s", s.pos, what), syntax: true}
}

// peek skips white space and returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	for s.pos < len(s.buf) {
		switch c := s.buf[s.pos]; c {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// literal reads one of true, false and null.
func (s *scanner) literal(word string) *fault {
	if !bytes.HasPrefix(s.buf[s.pos:], []byte(word)) {
		return s.malformed("unknown word")
	}
	s.pos += len(word)
	return nil
}

// text reads a string, whose opening quote is next, and returns what stands
// between the quotes.
func (s *scanner) text() (raw []byte, escaped bool, f *fault) {
	s.pos++
	start := s.pos
	for s.pos < len(s.buf) {
		switch c := s.buf[s.pos]; {
		case c == '"':
			raw = s.buf[start:s.pos]
			s.pos++
			return raw, escaped, nil
		case c == '\\':
			escaped = true
			if f := s.escape(); f != nil {
				return nil, false, f
			}
		case c < ' ':
			return nil, false, s.malformed("control character in a string")
		case c < utf8.RuneSelf:
			s.pos++
		default:
			r, size := utf8.DecodeRune(s.buf[s.pos:])
			if r == utf8.RuneError && size == 1 {
				return nil, false, s.malformed("invalid UTF-8")
			}
			s.pos += size
		}
	}
	return nil, false, s.malformed("the string does not end")
}

// escape skips one escape, a pair of surrogates counting as one.
func (s *scanner) escape() *fault {
	if s.pos+1 >= len(s.buf) {
		return s.malformed("the string does not end")
	}
	switch s.buf[s.pos+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.pos += 2
		return nil
	case 'u':
	default:
		return s.malformed("unknown escape")
	}
	r, ok := hex4(s.buf[s.pos:])
	if !ok {
		return s.malformed("unknown escape")
	}
	if !utf16.IsSurrogate(r) {
		s.pos += 6
		return nil
	}
	low, ok := hex4(s.buf[s.pos+6:])
	if !ok || utf16.DecodeRune(r, low) == utf8.RuneError {
		return s.malformed("lone surrogate")
	}
	s.pos += 12
	return nil
}

// hex4 reads \uXXXX at the start of b.
func hex4(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range b[2:6] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

var unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescape returns the value of a string that text has read.
func unescape(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for len(raw) > 0 {
		plain := bytes.IndexByte(raw, '\\')
		if plain < 0 {
			return append(out, raw...)
		}
		out = append(out, raw[:plain]...)
		raw = raw[plain:]
		if raw[1] != 'u' {
			out = append(out, unescaped[raw[1]])
			raw = raw[2:]
			continue
		}
		r, _ := hex4(raw)
		raw = raw[6:]
		if utf16.IsSurrogate(r) {
			low, _ := hex4(raw)
			r = utf16.DecodeRune(r, low)
			raw = raw[6:]
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// number reads a number; plain says that it has neither fraction nor exponent.
//
//	-? ( 0 | [1-9][0-9]* ) ( . [0-9]+ )? ( [eE] [+-]? [0-9]+ )?
func (s *scanner) number() (raw []byte, plain bool, f *fault) {
	start := s.pos
	plain = true
	if s.is('-') {
		s.pos++
	}
	if s.is('0') {
		s.pos++
	} else if !s.digits() {
		return nil, false, s.malformed("no value begins so")
	}
	if s.is('.') {
		plain = false
		s.pos++
		if !s.digits() {
			return nil, false, s.malformed("digits are missing after the point")
		}
	}
	if s.is('e') || s.is('E') {
		plain = false
		s.pos++
		if s.is('+') || s.is('-') {
			s.pos++
		}
		if !s.digits() {
			return nil, false, s.malformed("digits are missing in the exponent")
		}
	}
	return s.buf[start:s.pos], plain, nil
}

func (s *scanner) is(c byte) bool { return s.pos < len(s.buf) && s.buf[s.pos] == c }

func (s *scanner) digits() bool {
	start := s.pos
	for s.pos < len(s.buf) && '0' <= s.buf[s.pos] && s.buf[s.pos] <= '9' {
		s.pos++
	}
	return s.pos > start
}

// skip passes over a value that was read before and so is known to be well
// formed.
func (s *scanner) skip() {
	for depth := 0; s.pos < len(s.buf); {
		switch s.buf[s.pos] {
		case '"':
			_, _, _ = s.text()
			if depth == 0 {
				return
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return // of the container around a number or a word
			}
			if depth--; depth == 0 {
				s.pos++
				return
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return
			}
		}
		s.pos++
	}
}
