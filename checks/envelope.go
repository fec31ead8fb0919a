package checks

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"sdegauge/internal/contract"
)

// Value is a JSON value as it stands in an entity.
type Value struct {
	// Kind is zero where the member is absent. A number is an integer when its
	// value is integral, however it is written: 1e3 and 5.0 are.
	Kind contract.Kind
	// Text is the value as it stands, quotes included. It points into the
	// entity.
	Text []byte
	// Int is the value of an integer that Fits.
	Int int64
	// Fits says that the value of an integer is within int64.
	Fits bool
}

// Entity is an error entity as it was read: what stands in it, before anybody
// says what ought to.
type Entity struct {
	// Problem says why the text is not one JSON object and nothing else; it is
	// empty where it is. The members, Wrapped and Duplicate are unset then.
	Problem string
	// Time, Message and InternalCode are the members of those exact names. Of
	// duplicates the last one counts, as with most readers.
	Time, Message, InternalCode Value
	// Wrapped says that the members time or internalCode stand in an object
	// named error, and not both of them at top level.
	Wrapped bool
	// ByteOrderMark says that the text begins with one. It is skipped, as
	// RFC 8259 lets a reader do.
	ByteOrderMark bool
	// InvalidUTF8 is the offset of the first byte that is not UTF-8, or -1.
	InvalidUTF8 int
	// Duplicate is the first name that an object, at any depth, has twice; nil
	// where none has. It points into the entity.
	Duplicate []byte
}

// ParseEnvelope reads an error entity. It never fails: what is wrong with the
// text is part of the answer. The answer points into body.
func ParseEnvelope(body []byte) Entity {
	e := Entity{InvalidUTF8: -1}
	text, marked := bytes.CutPrefix(body, []byte("\ufeff"))
	e.ByteOrderMark = marked
	if !utf8.Valid(text) {
		e.InvalidUTF8 = len(body) - len(text) + invalidAt(text)
	}
	s := scanner{text: text}
	e.read(&s)
	if e.Duplicate = s.duplicate; s.failed() {
		e = Entity{ByteOrderMark: e.ByteOrderMark, InvalidUTF8: e.InvalidUTF8}
		e.Problem = s.problem + " (byte " + strconv.Itoa(len(body)-len(text)+s.problemAt) + ")"
	}
	return e
}

// read reads the one object.
func (e *Entity) read(s *scanner) {
	switch c := s.peek(); {
	case s.at == len(s.text):
		s.fail("the entity is empty")
		return
	case c != '{':
		s.fail("not a JSON object")
		return
	}
	wrapped := false
	s.object(0, func(name []byte) {
		// The compiler makes no string of name for a switch.
		switch string(name) {
		case "time":
			e.Time = s.value(1)
		case "message":
			e.Message = s.value(1)
		case "internalCode":
			e.InternalCode = s.value(1)
		case "error":
			wrapped = holdsEnvelope(s)
		default:
			s.value(1)
		}
	})
	e.Wrapped = wrapped && (e.Time.Kind == 0 || e.InternalCode.Kind == 0)
	if s.peek(); s.at < len(s.text) {
		s.fail("more text after the object")
	}
}

// holdsEnvelope reads a member's value and reports whether it is an object with
// a member of the envelope.
func holdsEnvelope(s *scanner) bool {
	if s.peek() != '{' {
		s.value(1)
		return false
	}
	found := false
	s.object(1, func(name []byte) {
		found = found || string(name) == "time" || string(name) == "internalCode"
		s.value(2)
	})
	return found
}

// invalidAt is the offset of the first byte that is not UTF-8.
func invalidAt(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(text)
}
