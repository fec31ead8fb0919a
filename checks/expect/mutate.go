package expect

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"
)

// Mutate changes a JSON text at one to three drawn places: an entry goes, comes
// twice, moves, or gets another value or name. Now and then a byte goes or comes,
// so that no JSON is left. What the result is, [Derive] has to say: many a change
// leaves a body that has to be accepted.
//
// The result is a function of the body and the draws; body itself is never
// changed. A text that is not JSON comes back as it is.
func Mutate(body []byte, r *rand.Rand) []byte {
	if !json.Valid(body) {
		return bytes.Clone(body)
	}
	root, _ := parsePart(body)
	for range 1 + r.IntN(3) {
		change(root, r)
	}
	text := root.render(nil)
	if r.IntN(16) == 0 {
		text = breakByte(text, r)
	}
	return text
}

// slot is one entry of an object or an array.
type slot struct {
	of *part
	at int
}

func slots(p *part) []slot {
	var all []slot
	for i := range p.entries {
		all = append(append(all, slot{p, i}), slots(p.entries[i].value)...)
	}
	return all
}

// change changes one entry.
func change(root *part, r *rand.Rand) {
	all := slots(root)
	if len(all) == 0 {
		root.entries, root.opening, root.raw = nil, 0, strange(r)
		return
	}
	s := all[r.IntN(len(all))]
	list, e := s.of.entries, s.of.entries[s.at]
	switch r.IntN(7) {
	case 0:
		s.of.entries = slices.Delete(slices.Clone(list), s.at, s.at+1)
	case 1:
		s.of.entries = slices.Insert(slices.Clone(list), s.at, e)
	case 2:
		moved := slices.Clone(list)
		r.Shuffle(len(moved), func(i, j int) { moved[i], moved[j] = moved[j], moved[i] })
		s.of.entries = moved
	case 3:
		list[s.at].value = &part{raw: strange(r)}
	case 4:
		if e.name != nil {
			list[s.at].name = otherName(e.name, r)
		}
	default:
		if e.value.opening == 0 {
			list[s.at].value = &part{raw: nearby(e.value.raw, r)}
		}
	}
}

// strangeValues are of every kind, and at the edge of what a field may hold.
var strangeValues = [...]string{
	"null", "true", "false", "0", "1", "-1", "2.5", "1e3", "2147483648", `""`, `" "`, `"x"`, `"7"`, `"true"`, "[]", "[1]", `["x"]`, "{}", `{"x":1}`,
}

func strange(r *rand.Rand) []byte { return []byte(strangeValues[r.IntN(len(strangeValues))]) }

// nearby is another scalar of the same kind.
func nearby(raw []byte, r *rand.Rand) []byte {
	switch raw[0] {
	case 't':
		return []byte("false")
	case 'f':
		return []byte("true")
	case 'n':
		return []byte("null")
	case '"':
		texts := [...]string{"a", "two words", "Grüße", "日本語", "O'Brien", "x-1_2.3", "ABC", "EUR"}
		return strconv.AppendQuote(nil, texts[r.IntN(len(texts))])
	}
	if whole, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return strconv.AppendInt(nil, [...]int64{whole + 1, whole - 1, -whole, 1 + r.Int64N(12), r.Int64N(1000)}[r.IntN(5)], 10)
	}
	return strconv.AppendFloat(nil, float64(r.IntN(2_000_000)-500_000)/100, 'f', -1, 64)
}

// otherName is a name in another letter case, or one that occurs elsewhere.
func otherName(name []byte, r *rand.Rand) []byte {
	names := [...]string{`"type"`, `"total"`, `"info"`, `"lead"`, `"product"`, `"value"`, `"extra"`}
	switch r.IntN(3) {
	case 0:
		return bytes.ToUpper(name)
	case 1:
		return bytes.ToLower(name)
	}
	return []byte(names[r.IntN(len(names))])
}

// breakByte takes one byte away, or puts one in.
func breakByte(text []byte, r *rand.Rand) []byte {
	at := r.IntN(len(text))
	if r.IntN(2) == 0 {
		return slices.Delete(slices.Clone(text), at, at+1)
	}
	const odd = "{}[],:\"\\ 0x"
	return slices.Insert(slices.Clone(text), at, odd[r.IntN(len(odd))])
}
