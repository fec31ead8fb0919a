package expect

import (
	"bytes"
	"encoding/json"
	"slices"
	"unicode/utf8"
)

// shrinkCalls bounds how often [Shrink] asks.
const shrinkCalls = 500

// Shrink makes a body smaller as long as still holds: it deletes members and
// entries, shortens strings and simplifies numbers; of a body that is not JSON
// it deletes bytes. JSON stays JSON. Where 500 questions suffice, no single
// member, entry or byte can be deleted from the result.
//
// A smaller body may belong to another class: the step that takes the last
// defect away leaves a body to be accepted. Shrink does not look. The caller
// asks [Derive] again, best within still, and keeps what kept its class.
//
// The result is a function of the body and the answers. A body for which still
// does not hold comes back as it is; body itself is never changed.
func Shrink(body []byte, still func([]byte) bool) []byte {
	s := shrinker{still: still, left: shrinkCalls, best: bytes.Clone(body)}
	if !s.try(body) {
		return s.best
	}
	if json.Valid(body) {
		root, _ := parsePart(body)
		if s.try(root.render(nil)) {
			s.tree(root)
			return s.best
		}
		// White space matters, so the tree would lose what still looks for.
		s.still = func(b []byte) bool { return json.Valid(b) && still(b) }
	}
	s.units(splitBytes(s.best), func(units [][]byte) []byte { return bytes.Join(units, nil) })
	return s.best
}

// shrinker keeps the smallest body so far.
type shrinker struct {
	still func([]byte) bool
	left  int
	best  []byte
}

// try asks about a candidate and keeps it where the answer is yes.
func (s *shrinker) try(candidate []byte) bool {
	if s.left == 0 {
		return false
	}
	s.left--
	if !s.still(bytes.Clone(candidate)) {
		return false
	}
	s.best = bytes.Clone(candidate)
	return true
}

// units deletes units of a text: halves, then quarters, and in the end one by
// one until none can go (the algorithm ddmin). It returns what is left.
func (s *shrinker) units(units [][]byte, whole func([][]byte) []byte) [][]byte {
	return minimise(units, func(kept [][]byte) bool { return s.try(whole(kept)) })
}

// minimise is ddmin over a list: ok says whether a shorter list will do.
func minimise[T any](list []T, ok func([]T) bool) []T {
	if len(list) == 0 || ok(nil) {
		return nil
	}
	for size := (len(list) + 1) / 2; size > 0; {
		deleted := false
		for at := 0; at < len(list); {
			end := min(at+size, len(list))
			rest := slices.Concat(list[:at], list[end:])
			if len(rest) > 0 && ok(rest) {
				list, deleted = rest, true
			} else {
				at = end
			}
		}
		switch {
		case size > 1:
			size = (size + 1) / 2
		case !deleted:
			size = 0
		}
	}
	return list
}

// part is a value of a JSON text that remembers how it was written.
type part struct {
	raw     []byte // of a string, a number or a word
	opening byte   // '{' or '[' of a container
	entries []entry
}

type entry struct {
	name  []byte // of a member, with its quotes
	value *part
}

// parsePart reads the value at the start of valid JSON and returns what follows.
func parsePart(text []byte) (*part, []byte) {
	text = bytes.TrimLeft(text, " \t\r\n")
	p := &part{}
	if text[0] != '{' && text[0] != '[' {
		end := len(text)
		if text[0] == '"' {
			end = stringEnd(text)
		} else if i := bytes.IndexAny(text, ",]} \t\r\n"); i >= 0 {
			end = i
		}
		p.raw = text[:end]
		return p, text[end:]
	}
	p.opening = text[0]
	text = bytes.TrimLeft(text[1:], " \t\r\n")
	for text[0] != '}' && text[0] != ']' {
		var e entry
		if p.opening == '{' {
			end := stringEnd(text)
			e.name = text[:end]
			text = bytes.TrimLeft(text[end:], " \t\r\n:")
		}
		e.value, text = parsePart(text)
		p.entries = append(p.entries, e)
		text = bytes.TrimLeft(text, " \t\r\n,")
	}
	return p, text[1:]
}

// stringEnd is where the string at the start of valid JSON ends.
func stringEnd(text []byte) int {
	i := 1
	for ; text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// render appends the part without white space.
func (p *part) render(b []byte) []byte {
	if p.opening == 0 {
		return append(b, p.raw...)
	}
	b = append(b, p.opening)
	for i, e := range p.entries {
		if i > 0 {
			b = append(b, ',')
		}
		if e.name != nil {
			b = append(append(b, e.name...), ':')
		}
		b = e.value.render(b)
	}
	return append(b, p.opening+2) // in ASCII } follows { by two, and ] follows [
}

// tree shrinks the parts of a JSON text until a round over all of them changes
// nothing.
func (s *shrinker) tree(root *part) {
	for s.left > 0 {
		was := s.best
		s.part(root, root)
		if bytes.Equal(was, s.best) {
			return
		}
	}
}

// part shrinks one part of the text that root is, and then what is in it.
func (s *shrinker) part(root, p *part) {
	if p.opening == 0 {
		s.scalar(root, p)
		return
	}
	p.entries = minimise(p.entries, func(kept []entry) bool {
		all := p.entries
		p.entries = kept
		ok := s.try(root.render(nil))
		p.entries = all
		return ok
	})
	for _, e := range p.entries {
		s.part(root, e.value)
	}
}

// scalar shortens a string and simplifies a number.
func (s *shrinker) scalar(root, p *part) {
	write := func(raw []byte) []byte {
		was := p.raw
		p.raw = raw
		text := root.render(nil)
		p.raw = was
		return text
	}
	switch c := p.raw[0]; {
	case c == '"':
		quoted := func(units [][]byte) []byte { return slices.Concat([]byte{'"'}, bytes.Join(units, nil), []byte{'"'}) }
		kept := s.units(splitString(p.raw), func(units [][]byte) []byte { return write(quoted(units)) })
		p.raw = quoted(kept)
	case c == '-' || '0' <= c && c <= '9':
		whole := p.raw
		if i := bytes.IndexAny(whole, ".eE"); i > 0 {
			whole = whole[:i]
		}
		for _, simple := range [][]byte{[]byte("0"), []byte("1"), whole} {
			if len(simple) <= len(p.raw) && bytes.Compare(simple, p.raw) < 0 && s.try(write(simple)) {
				p.raw = simple
				return
			}
		}
	}
}

// splitString takes what stands between the quotes apart into characters and
// escapes, surrogate pairs kept together.
func splitString(raw []byte) [][]byte {
	var units [][]byte
	for text := raw[1 : len(raw)-1]; len(text) > 0; {
		_, size := utf8.DecodeRune(text)
		if text[0] == '\\' {
			size = 2
			if text[1] == 'u' {
				size = 6
			}
			if size == 6 && len(text) >= 12 && text[2]|0x20 == 'd' && text[6] == '\\' && text[7] == 'u' && text[8]|0x20 == 'd' {
				size = 12
			}
		}
		units = append(units, text[:size])
		text = text[size:]
	}
	return units
}

func splitBytes(text []byte) [][]byte {
	var units [][]byte
	for i := range text {
		units = append(units, text[i:i+1])
	}
	return units
}
