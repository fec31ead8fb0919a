package expect

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestShrinkByHand(t *testing.T) {
	holds := func(text string) func([]byte) bool {
		return func(b []byte) bool { return bytes.Contains(b, []byte(text)) }
	}
	for _, row := range []struct {
		reason, body string
		still        func([]byte) bool
		want         string
	}{
		{"a member within an entry", `{"pageId":"1","engagementAttributes":[{"type":"lead"},{"type":"cart","total":true,"numItems":12}]}`,
			holds(`"total":true`), `{"engagementAttributes":[{"total":true}]}`},
		{"nothing is needed", `{"a":[1,2,3]}`, func([]byte) bool { return true }, `{}`},
		{"part of a string", `{"a":"hello wonderful world"}`, holds("wonder"), `{"a":"wonder"}`},
		{"a number", `{"a":1234.5e3}`, holds(`"a":`), `{"a":0}`},
		{"an escape stays whole", `["x\u0041y\ud83d\ude00z"]`, holds(`\ud83d\ude00`), `["\ud83d\ude00"]`},
		{"white space that matters, so bytes go as long as it is JSON", "{\"a\":1,\n\"b\":[ ]}", holds("[ ]"), `{"":1,"":[ ]}`},
		{"not JSON", `{"pageId":"1",}trailing`, holds(",}"), ",}"},
		{"a byte that can go only after a later one", `a[bc]x`,
			func(b []byte) bool {
				return bytes.Contains(b, []byte("x")) && bytes.Count(b, []byte("]")) <= bytes.Count(b, []byte("["))
			}, `x`},
		{"it does not hold at all", `{"a" : 1}`, holds("b"), `{"a" : 1}`},
		{"an empty body", ``, holds(""), ``},
	} {
		assert.Equal(t, row.want, string(Shrink([]byte(row.body), row.still)), row.reason)
	}
}

// TestShrinkOfAClass is the use: the smallest body that is refused for the same
// reason, the class asked for again at every step.
func TestShrinkOfAClass(t *testing.T) {
	s := engaged()
	derive := func(b []byte) Opinion {
		o, err := Derive(Request{Method: "PUT", Target: s.Target, Body: b}, Known{Session: s}, strict())
		require.NoError(t, err)
		return o
	}
	body := []byte(sdeBody(`{"type":"lead","lead":{"topic":"a long topic","value":12.5}},{"type":"cart","total":5.5,"currency":"EUR"}`))
	was := derive(body)
	small := Shrink(body, func(b []byte) bool {
		o := derive(b)
		return o.Class == was.Class && strings.HasSuffix(o.Because, "numItems: missing, and mandatory (T)")
	})
	assert.Equal(t, `{"pageId":"8","engagementAttributes":[{"type":"cart","total":0}]}`, string(small))
}

// TestShrink holds its promises against drawn JSON texts and conditions.
func TestShrink(t *testing.T) {
	word := rapid.SampledFrom([]string{"1", "-2.5e3", "true", "null", `"a"`, `"bc d"`, `"\u0041\n"`, "[]", "{}"})
	text := rapid.Custom(func(t *rapid.T) string {
		list := rapid.SliceOfN(word, 0, 6).Draw(t, "list")
		inner := "[" + strings.Join(list, ", ") + "]"
		return `{"a": ` + word.Draw(t, "a") + `, "b":` + inner + `,"c" : {"d":` + inner + `}}`
	})
	rapid.Check(t, func(t *rapid.T) {
		body := []byte(text.Draw(t, "body"))
		if rapid.Bool().Draw(t, "broken") {
			body = body[:rapid.IntRange(0, len(body)).Draw(t, "cut")]
		}
		needle := []byte(rapid.SampledFrom([]string{"", "2", "a", "bc", "[", ",", "null", `"d"`, "\\u"}).Draw(t, "needle"))
		calls := 0
		// The second half lets a bracket go only after the one that follows it went.
		still := func(b []byte) bool {
			calls++
			return bytes.Contains(b, needle) && bytes.Count(b, []byte("]")) <= bytes.Count(b, []byte("["))
		}
		original := bytes.Clone(body)
		small := Shrink(body, still)
		require.Equal(t, original, body)
		require.LessOrEqual(t, calls, shrinkCalls)
		require.Equal(t, string(small), string(Shrink(body, still)), "deterministic")
		if !still(body) {
			require.Equal(t, body, small)
			return
		}
		require.True(t, still(small))
		require.LessOrEqual(t, len(small), len(body))
		if !json.Valid(body) {
			for i := range small {
				require.False(t, still(append(bytes.Clone(small[:i]), small[i+1:]...)), "%q without byte %d", small, i)
			}
			return
		}
		require.True(t, json.Valid(small), "%s", small)
		if root, _ := parsePart(small); bytes.Equal(root.render(nil), small) {
			noneLeft(t, root, root, still)
		}
	})
}

// noneLeft asserts that no member and no entry can go.
func noneLeft(t *rapid.T, root, p *part, still func([]byte) bool) {
	all := p.entries
	for i, e := range all {
		p.entries = append(append([]entry(nil), all[:i]...), all[i+1:]...)
		require.False(t, still(root.render(nil)), "%s would do", root.render(nil))
		p.entries = all
		noneLeft(t, root, e.value, still)
	}
}

func TestShrinkAsksAtMostSoOften(t *testing.T) {
	calls := 0
	body := []byte("[" + strings.Repeat("1,", 5000) + `"x"]`)
	small := Shrink(body, func(b []byte) bool { calls++; return bytes.Contains(b, []byte(`1,1,1,1`)) })
	assert.LessOrEqual(t, calls, shrinkCalls)
	assert.Less(t, len(small), len(body)/100)
	assert.True(t, json.Valid(small))
}
