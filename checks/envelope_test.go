package checks

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

func TestParseEnvelopeOfTheSpecification(t *testing.T) {
	e := ParseEnvelope([]byte(specExample))
	assert.Equal(t, Entity{
		Time:         Value{Kind: contract.KindInteger, Text: []byte("1469543282471"), Int: 1469543282471, Fits: true},
		Message:      Value{Kind: contract.KindString, Text: []byte(`"Illegal Version"`)},
		InternalCode: Value{Kind: contract.KindInteger, Text: []byte("33"), Int: 33, Fits: true},
		InvalidUTF8:  -1,
	}, e)
}

func TestParseEnvelopeProblems(t *testing.T) {
	deep := strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth)
	for _, row := range []struct{ body, problem string }{
		{"", "the entity is empty (byte 0)"},
		{" \n", "the entity is empty (byte 2)"},
		{"\ufeff", "the entity is empty (byte 3)"},
		{"null", "not a JSON object (byte 0)"},
		{"\x00{}", "not a JSON object (byte 0)"},
		{"{} x", "more text after the object (byte 3)"},
		{"{}\x00", "more text after the object (byte 2)"},
		{"{", "a member has no quoted name (byte 1)"},
		{"{'a':1}", "a member has no quoted name (byte 1)"},
		{`{"a":1,}`, "a member has no quoted name (byte 7)"},
		{`{"a"}`, "a name is not followed by a colon (byte 4)"},
		{`{"a":`, "the text ends where a value is due (byte 5)"},
		{`{"a":}`, "no value starts like this (byte 5)"},
		{`{"a":1 "b":2}`, "neither a comma nor a closing bracket (byte 7)"},
		{`{"a":[1,]}`, "no value starts like this (byte 8)"},
		{`{"a":[1}`, "neither a comma nor a closing bracket (byte 7)"},
		{`{"a":True}`, "no value starts like this (byte 5)"},
		{`{"a":nul}`, "no value starts like this (byte 5)"},
		{`{"a":NaN}`, "no value starts like this (byte 5)"},
		{`{"a":+1}`, "no value starts like this (byte 5)"},
		{`{"a":01}`, "neither a comma nor a closing bracket (byte 6)"},
		{`{"a":-}`, "a number lacks a digit (byte 6)"},
		{`{"a":1.}`, "a number lacks a digit (byte 7)"},
		{`{"a":1e+}`, "a number lacks a digit (byte 8)"},
		{`{"a`, "a string has no end (byte 3)"},
		{`{"a\`, "a string has no end (byte 4)"},
		{`{"a\x"}`, "an unknown escape within a string (byte 4)"},
		{`{"a\u00g0":1}`, `an escape \u without four hexadecimal digits (byte 7)`},
		{"{\"a\":\"\n\"}", "a control character within a string (byte 6)"},
		{`{"a":` + deep + `}`, "nested deeper than 64 levels (byte 68)"},
		{`{"a":` + deep[1:len(deep)-1] + `}`, ""},
		{`{"a":{},"b":[],"c":"\"\\\/\b\f\n\r\t\u00e9","d":[true,false,null,-0.5E-3]}`, ""},
	} {
		e := ParseEnvelope([]byte(row.body))
		assert.Equal(t, row.problem, e.Problem, "%q", row.body)
		if row.problem != "" {
			assert.Zero(t, e.Time.Kind)
			assert.Nil(t, e.Duplicate)
		}
	}
}

func TestParseEnvelopeFindsDuplicates(t *testing.T) {
	many := &strings.Builder{}
	for i := range 5000 {
		many.WriteString(`"m` + strconv.Itoa(i) + `":` + strconv.Itoa(i) + `,`)
	}
	for _, row := range []struct{ body, duplicate string }{
		{`{"a":1,"b":2,"A":3}`, ""},
		{`{"a":1,"b":2,"a":3}`, "a"},
		{`{"":1,"":2}`, ""},
		{`{"x":{"y":[{"z":1,"z":2}]}}`, "z"},
		{`{"error":{"time":1,"time":2}}`, "time"},
		{`{` + many.String() + `"last":0}`, ""},
		{`{` + many.String() + `"m4999":0}`, "m4999"},
		{`{` + many.String() + `"m0":0}`, "m0"},
	} {
		e := ParseEnvelope([]byte(row.body))
		require.Empty(t, e.Problem)
		assert.Equal(t, row.duplicate, string(e.Duplicate))
		assert.Equal(t, strings.HasPrefix(row.body, `{"":`) || row.duplicate != "", e.Duplicate != nil)
	}
}

func TestParseEnvelopeEncoding(t *testing.T) {
	e := ParseEnvelope([]byte("\ufeff{\"message\":\"\xc3\x28\"}"))
	assert.Empty(t, e.Problem)
	assert.True(t, e.ByteOrderMark)
	assert.Equal(t, len("\ufeff{\"message\":\""), e.InvalidUTF8)

	// A byte-order mark within a string is a character like any other.
	e = ParseEnvelope([]byte("{\"message\":\"\ufeff\ufffd\"}"))
	assert.False(t, e.ByteOrderMark)
	assert.Equal(t, -1, e.InvalidUTF8)
}

func TestIntegral(t *testing.T) {
	for _, row := range []struct {
		text        string
		value       int64
		whole, fits bool
	}{
		{"0", 0, true, true},
		{"-0", 0, true, true},
		{"0.000e5", 0, true, true},
		{"1e3", 1000, true, true},
		{"5.0", 5, true, true},
		{"5.5", 0, false, false},
		{"-33", -33, true, true},
		{"1.469543282471e12", 1469543282471, true, true},
		{"1.469543282471E+12", 1469543282471, true, true},
		{"1.469543282471e11", 0, false, false},
		{"1469543282471000e-3", 1469543282471, true, true},
		{"1469543282471001e-3", 0, false, false},
		{"0.000001e6", 1, true, true},
		{"9223372036854775807", 9223372036854775807, true, true},
		{"9223372036854775808", 0, true, false},
		{"-9223372036854775808", -9223372036854775808, true, true},
		{"-9223372036854775809", 0, true, false},
		{"18446744073709551616", 0, true, false},
		{"123456789012345678901234567890", 0, true, false},
		{"123456789012345678901234567890.5", 0, false, false},
		{"1e999999999999999999999999", 0, true, false},
		{"1e-999999999999999999999999", 0, false, false},
		{"0e999999999999999999999999", 0, true, true},
		{"1" + strings.Repeat("0", 100_000) + "e-100000", 1, true, true},
		{"0." + strings.Repeat("0", 99_999) + "1e100000", 1, true, true},
	} {
		value, whole, fits := integral([]byte(row.text))
		name := row.text[:min(len(row.text), 40)]
		assert.Equal(t, row.whole, whole, name)
		assert.Equal(t, row.fits, fits, name)
		assert.Equal(t, row.value, value, name)
	}
}

// Any way to write an integer is that integer.
func TestIntegralReadsEveryNotation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		shift := rapid.IntRange(0, 30).Draw(t, "shift")
		digits := strconv.FormatInt(n, 10)
		notations := []string{
			digits + strings.Repeat("0", shift) + "e-" + strconv.Itoa(shift),
			digits + "." + strings.Repeat("0", shift+1),
			digits + ".0E+0",
		}
		for _, text := range notations {
			value, whole, fits := integral([]byte(text))
			require.True(t, whole && fits, text)
			require.Equal(t, n, value, text)
		}
		_, whole, _ := integral([]byte(digits + ".0001"))
		require.False(t, whole)
	})
}

// slow reads an entity in another way: by encoding/json, which is reliable for
// the grammar, and a token walk for names.
type slow struct {
	object    bool
	duplicate bool
	members   map[string]json.RawMessage
}

func readSlowly(body []byte) slow {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	var s slow
	if !json.Valid(body) || bytes.TrimLeft(body, " \t\r\n")[0] != '{' {
		return s
	}
	s.object = true
	s.members = map[string]json.RawMessage{}
	d := json.NewDecoder(bytes.NewReader(body))
	_, _ = d.Token()
	for d.More() {
		name, _ := d.Token()
		var raw json.RawMessage
		_ = d.Decode(&raw)
		s.members[name.(string)] = raw
	}
	s.duplicate = walkDuplicates(json.NewDecoder(bytes.NewReader(body)))
	return s
}

// walkDuplicates walks all tokens with one set of names an object.
func walkDuplicates(d *json.Decoder) bool {
	d.UseNumber()
	type level struct {
		names  map[string]bool
		isName bool
	}
	var stack []*level
	for {
		token, err := d.Token()
		if err != nil { // the end, for the text is valid
			return false
		}
		var top *level
		if len(stack) > 0 {
			top = stack[len(stack)-1]
		}
		if token == json.Delim('}') || token == json.Delim(']') {
			stack = stack[:len(stack)-1]
			continue
		}
		if top != nil && top.names != nil {
			if top.isName {
				name := token.(string)
				if top.names[name] {
					return true
				}
				top.names[name], top.isName = true, false
				continue
			}
			top.isName = true
		}
		switch token {
		case json.Delim('{'):
			stack = append(stack, &level{names: map[string]bool{}, isName: true})
		case json.Delim('['):
			stack = append(stack, &level{})
		}
	}
}

// kindOf is the kind of a raw value; a number's comes from exact arithmetic.
func kindOf(t *testing.T, raw json.RawMessage) (contract.Kind, bool) {
	switch raw[0] {
	case '{':
		return contract.KindObject, true
	case '[':
		return contract.KindArray, true
	case '"':
		return contract.KindString, true
	case 't', 'f':
		return contract.KindBoolean, true
	case 'n':
		return contract.KindNull, true
	}
	text := strings.ToLower(string(raw))
	if i := strings.IndexByte(text, 'e'); i >= 0 && len(strings.TrimLeft(text[i+1:], "+-0")) > 4 {
		return 0, false // big.Rat would fill the memory
	}
	exact, ok := new(big.Rat).SetString(text)
	require.True(t, ok, text)
	if exact.IsInt() {
		return contract.KindInteger, true
	}
	return contract.KindNumber, true
}

func FuzzEnvelope(f *testing.F) {
	for _, table := range [][]row{harmless, breaking} {
		for _, r := range table {
			f.Add([]byte(r.body))
		}
	}
	f.Add([]byte(`{"error":{"time":1},"message":1e3,"time":-0.0,"internalCode":1e400}`))
	f.Add([]byte(strings.Repeat(`{"a":[`, 40)))
	f.Fuzz(func(t *testing.T, body []byte) {
		e := ParseEnvelope(body)
		if strings.HasPrefix(e.Problem, "nested deeper") {
			return // encoding/json goes deeper
		}
		want := readSlowly(body)
		require.Equal(t, want.object, e.Problem == "", "%q: %s", body, e.Problem)
		require.Equal(t, utf8.Valid(body), e.InvalidUTF8 < 0)
		if !want.object {
			return
		}
		for name, got := range map[string]Value{"time": e.Time, "message": e.Message, "internalCode": e.InternalCode} {
			raw, there := want.members[name]
			require.Equal(t, there, got.Kind != 0, name)
			if !there {
				continue
			}
			require.Equal(t, string(raw), string(got.Text), name)
			if kind, known := kindOf(t, raw); known {
				require.Equal(t, kind, got.Kind, "%s: %s", name, raw)
			}
			if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
				require.True(t, got.Fits)
				require.Equal(t, n, got.Int)
			}
		}
		// Replaced bytes and lone surrogates make names of encoding/json equal
		// that are not.
		if utf8.Valid(body) && !bytes.Contains(body, []byte(`\u`)) {
			require.Equal(t, want.duplicate, e.Duplicate != nil, "%q", body)
		}
	})
}

func BenchmarkParseEnvelope(b *testing.B) {
	body := []byte(envelopeOf(33))
	b.ReportAllocs()
	for b.Loop() {
		ParseEnvelope(body)
	}
}

// A hostile entity must not cost more than its length: every name distinct.
func BenchmarkParseManyMembers(b *testing.B) {
	var body bytes.Buffer
	body.WriteString(`{"x":0`)
	for i := range 10_000 {
		body.WriteString(`,"m` + strconv.Itoa(i) + `":0`)
	}
	body.WriteByte('}')
	b.ReportAllocs()
	b.SetBytes(int64(body.Len()))
	for b.Loop() {
		ParseEnvelope(body.Bytes())
	}
}
