package expect

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/generators"
	"sdegauge/internal/contract"
)

// validBody draws a valid update of any class.
func validBody(t *rapid.T) (*contract.Case, *contract.Session) {
	g := rapid.SampledFrom(makers).Draw(t, "generator")
	s := rapid.SampledFrom([]*contract.Session{engaged(), plain()}).Draw(t, "session")
	var c contract.Case
	require.NoError(t, g.Valid(&c, rapid.SampledFrom(generators.Classes()).Draw(t, "class"),
		rapid.SampledFrom(generators.Depths()).Draw(t, "depth"), rapid.SampledFrom([]generators.Size{generators.Small, generators.Medium}).Draw(t, "size"),
		rapid.Uint64Range(0, 1000).Draw(t, "seq"), s))
	return &c, s
}

var makers = []*generators.Generator{generators.New(4, generators.Options{}), generators.New(5, generators.Options{})}

// rewritten writes a value with its members in a drawn order, and with white space.
func rewritten(t *rapid.T, b []byte, v any) []byte {
	space := func() {
		b = append(b, rapid.SampledFrom([]string{"", "", " ", "\n", "\t", "\r\n  "}).Draw(t, "space")...)
	}
	switch v := v.(type) {
	case map[string]any:
		b = append(b, '{')
		for i, name := range rapid.Permutation(slices.Sorted(maps.Keys(v))).Draw(t, "order") {
			if i > 0 {
				b = append(b, ',')
			}
			space()
			key, _ := json.Marshal(name)
			b = append(b, key...)
			space()
			b = append(b, ':')
			space()
			b = rewritten(t, b, v[name])
		}
		space()
		return append(b, '}')
	case []any:
		b = append(b, '[')
		for i, entry := range v {
			if i > 0 {
				b = append(b, ',')
			}
			space()
			b = rewritten(t, b, entry)
		}
		return append(b, ']')
	}
	var leaf bytes.Buffer
	e := json.NewEncoder(&leaf)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
	return append(b, bytes.TrimSpace(leaf.Bytes())...)
}

func decodeBody(t require.TestingT, body []byte) any {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	require.NoError(t, d.Decode(&v))
	return v
}

// TestOrderAndWhiteSpace rewrites valid updates: neither the order of members
// nor white space has a meaning in JSON.
func TestOrderAndWhiteSpace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, s := validBody(t)
		before, err := Derive(Of(c), Known{Session: s}, strict())
		require.NoError(t, err)
		c.Body = rewritten(t, nil, decodeBody(t, c.Body))
		after, err := Derive(Of(c), Known{Session: s}, strict())
		require.NoError(t, err, "%s", c.Body)
		require.Equal(t, before.Class, after.Class, "%v: %s", after, c.Body)
		require.Equal(t, before.Level, after.Level, "%v: %s", after, c.Body)
	})
}

// odd are values that a mutation puts in the place of others.
var odd = []string{"null", "true", "false", "0", "-0", "1", "-1", "1.5", "2.0", "30.0", "1e3", "01", "NaN", "1e400", "9223372036854775808", `""`,
	`" "`, `"x"`, `"1"`, `"12.5"`, `"NaN"`, `"<b>"`, `"MALE"`, `"Personal"`, `"cart"`, `"impClose"`, `"leads"`, `"ImpressionEvent"`, `"\u0000"`,
	`"\ud83d\ude00"`, `"a\/b"`, "\"\x01\"", "\"\xff\"", `"[1]"`, "[]", "[null]", "[1]", `["x"]`, "[{}]", "{}", `{"a":{}}`, `{"type":"lead"}`,
	`{"type":"cart","cart":{}}`, `{"product":{}}`, `{"Total":1,"total":2}`, `{"year":2024,"month":2,"day":30}`, "/* c */ 1", "", "tru", "1 2", `"`}

var oddNames = []string{"type", "TYPE", "total", "Total", "numItems", "products", "product", "Product", "info", "lead", "pageId", "PageId", "extra", "v", "sid",
	"campaign", "eContext", "id", "quantity", "personal", "age", "year"}

// mutate changes a JSON text at one drawn place: a member or an entry goes, comes
// twice, gets another name or another value.
func mutate(t *rapid.T, body []byte) []byte {
	root, _ := parsePart(body)
	p := root
	for len(p.entries) > 0 {
		i := rapid.IntRange(0, len(p.entries)-1).Draw(t, "index")
		if child := p.entries[i].value; len(child.entries) > 0 && rapid.IntRange(0, 3).Draw(t, "deeper") > 0 {
			p = child
			continue
		}
		value := &part{raw: []byte(rapid.SampledFrom(odd).Draw(t, "value"))}
		name := []byte(`"` + rapid.SampledFrom(oddNames).Draw(t, "name") + `"`)
		if p.opening == '[' {
			name = nil
		}
		switch rapid.IntRange(0, 4).Draw(t, "change") {
		case 0:
			p.entries = slices.Delete(p.entries, i, i+1)
		case 1:
			p.entries[i].value = value
		case 2:
			p.entries = append(p.entries, entry{p.entries[i].name, value})
		case 3:
			p.entries = slices.Insert(p.entries, i, entry{name, value})
		case 4:
			p.entries[i].name = name
		}
		break
	}
	return root.render(nil)
}

// TestMutations holds the two readers against one another on bodies that are
// almost valid.
func TestMutations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, s := validBody(t)
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			if !json.Valid(c.Body) {
				break
			}
			c.Body = mutate(t, c.Body)
		}
		_, err := Derive(Of(c), Known{Session: s}, contract.Profile{})
		require.NoError(t, err, "%s", c.Body)
	})
}

// TestTargets holds the two readers against one another on almost valid targets.
func TestTargets(t *testing.T) {
	s := engaged()
	pieces := []string{"/", "//", "api", "account", "acme_01", "ACME_01", "app", "engagement", "engagements", "visitors", "visitor", s.VisitorID, "null", "..", ".",
		"?", "&", "=", ";", "v", "sid", "V", "sid[]", "1.0", "1", "1.1", "1e0", "1.0f", "%31.0", "NaN", "2.0", "1,0", "+", "%", "%20", "%zz", "%41", "%60", "%D9%A1", s.ID, "abc.def", "x"}
	rapid.Check(t, func(t *rapid.T) {
		target := s.Target
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			from := rapid.IntRange(0, len(target)).Draw(t, "from")
			to := min(len(target), from+rapid.SampledFrom([]int{0, 0, 1, 3, 7, 22, 30}).Draw(t, "length"))
			target = target[:from] + rapid.SampledFrom(pieces).Draw(t, "piece") + target[to:]
		}
		r := Request{Method: "PUT", Target: target, Body: []byte(`{"pageId":"4743822558"}`)}
		_, err := Derive(r, Known{Session: s, Others: []*contract.Session{second()}}, contract.Profile{})
		require.NoError(t, err, target)
	})
}

// FuzzBodies looks for bodies that make a reader panic or the two disagree.
func FuzzBodies(f *testing.F) {
	f.Add([]byte(contract.ExampleBody))
	g := generators.New(1, generators.Options{MaxBody: 8 << 10})
	var c contract.Case
	for _, fault := range generators.Faults() {
		for v := range fault.Variants {
			if g.Fault(&c, &fault, v, 1, engaged(), second()) == nil && len(c.Body) < 4<<10 {
				f.Add(bytes.Clone(c.Body))
			}
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s := engaged()
		_, err := Derive(Request{Method: "PUT", Target: s.Target, Body: body}, Known{Session: s}, contract.Profile{})
		require.NoError(t, err, "%q", body)
	})
}
