package generators

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

// forms are all depths and sizes.
func forms(do func(d Depth, size Size)) {
	for _, d := range Depths() {
		for _, size := range Sizes() {
			do(d, size)
		}
	}
}

func TestValidBodiesConform(t *testing.T) {
	generators := []*Generator{New(0, Options{}), New(1, Options{}), New(math.MaxUint64, Options{})}
	var c contract.Case
	rapid.Check(t, func(t *rapid.T) {
		g := rapid.SampledFrom(generators).Draw(t, "generator")
		s := rapid.SampledFrom([]*contract.Session{engaged(), plain()}).Draw(t, "session")
		d := rapid.SampledFrom(Depths()).Draw(t, "depth")
		size := rapid.SampledFrom(Sizes()).Draw(t, "size")
		seq := rapid.Uint64().Draw(t, "seq")
		for _, class := range Classes() {
			require.NoError(t, g.Valid(&c, class, d, size, seq, s))
			require.NoError(t, conforms(c.Body), "%s %s %s: %s", class, d, size, c.Body)
			update, _ := decode(t, c.Body)
			require.Equal(t, s.PageID, update.PageID)
			for _, i := range update.ImpAttributes {
				require.Equal(t, [3]int64{s.Engagement.Campaign, s.Engagement.ID, s.Engagement.Revision},
					[3]int64{i.Campaign, i.EngID, i.Revision})
			}
			require.Equal(t, contract.Method, c.Method)
			require.Equal(t, seq, c.Seq)
			require.Same(t, s, c.Session)
			require.Equal(t, class, c.Class)
			require.Empty(t, c.Fault)
			if class != ClassVariation {
				require.Equal(t, s.Target, c.Target)
				require.Nil(t, c.Header)
			}
		}
	})
}

// The documentation's own words, by hand: cart alone has mandatory fields.
func TestMinimalBodies(t *testing.T) {
	g := New(1, Options{})
	var c contract.Case
	for class, want := range map[string]string{
		"page":       `{"pageId":"5120934471"}`,
		"purchase":   `{"pageId":"5120934471","engagementAttributes":[{"type":"purchase"}]}`,
		"prodView":   `{"pageId":"5120934471","engagementAttributes":[{"type":"prodView"}]}`,
		"mrktInfo":   `{"pageId":"5120934471","engagementAttributes":[{"type":"mrktInfo"}]}`,
		"lead":       `{"pageId":"5120934471","engagementAttributes":[{"type":"lead"}]}`,
		"service":    `{"pageId":"5120934471","engagementAttributes":[{"type":"service"}]}`,
		"error":      `{"pageId":"5120934471","engagementAttributes":[{"type":"error"}]}`,
		"searchInfo": `{"pageId":"5120934471","engagementAttributes":[{"type":"searchInfo"}]}`,
	} {
		require.NoError(t, g.Valid(&c, class, Minimal, Small, 7, plain()))
		assert.Equal(t, want, string(c.Body))
	}
	for class, members := range map[string][]string{
		"cart": {"total", "numItems"}, "ctmrinfo": {"ctype"}, "personal": {"firstname"},
	} {
		require.NoError(t, g.Valid(&c, class, Minimal, Small, 7, plain()))
		for _, m := range members {
			assert.Contains(t, string(c.Body), `"`+m+`":`)
		}
		assert.Less(t, len(c.Body), 130, "%s", c.Body)
	}
}

func TestExampleIsTheSpecifications(t *testing.T) {
	var c contract.Case
	require.NoError(t, New(3, Options{}).Valid(&c, ClassExample, "", "", 5, engaged()))
	assert.Equal(t, contract.ExampleBody, string(c.Body))
	assert.Equal(t, contract.Expectation{Requirement: "EP-02", Level: contract.Must, Outcome: contract.OK}, c.Expect)

	require.NoError(t, New(3, Options{}).Valid(&c, ClassExample, "", "", 5, plain()))
	assert.NotContains(t, string(c.Body), "impAttributes")
	assert.Contains(t, string(c.Body), `"age":30.0`)
	assert.Equal(t, "EA-02", c.Expect.Requirement)
}

func TestFullHasEveryField(t *testing.T) {
	g := New(4, Options{})
	var c contract.Case
	for _, a := range contract.SDETypes() {
		require.NoError(t, g.Valid(&c, a.Type, Full, Small, 1, engaged()))
		for _, f := range a.Fields {
			switch name := f.Name(); {
			case name == "":
			case f.Source == olderEdition:
				assert.NotContains(t, string(c.Body), `"`+name+`":`, "%s: no full example has it", a.Type)
			default:
				assert.Contains(t, string(c.Body), `"`+name+`":`, "%s at depth full", a.Type)
			}
		}
	}
}

func TestTypicalVaries(t *testing.T) {
	g := New(5, Options{})
	var c contract.Case
	shapes := map[string]bool{}
	for seq := range uint64(100) {
		require.NoError(t, g.Valid(&c, "ctmrinfo", Typical, Small, seq, engaged()))
		var body struct {
			EngagementAttributes []struct{ Info map[string]any }
		}
		require.NoError(t, json.Unmarshal(c.Body, &body))
		info := body.EngagementAttributes[0].Info
		shapes[fmt.Sprint(len(info), info["role"] != nil, info["imei"] != nil)] = true
		require.Contains(t, info, "ctype")
	}
	assert.Greater(t, len(shapes), 10, "the fields of a typical SDE differ from update to update")
}

func TestCartsAddUp(t *testing.T) {
	g := New(6, Options{})
	var c contract.Case
	for seq := range uint64(50) {
		require.NoError(t, g.Valid(&c, "cart", Full, Medium, seq, engaged()))
		_, sdes := decode(t, c.Body)
		cart := sdes[0].(*contract.Cart)
		items, sum := int64(0), 0.0
		for _, line := range cart.Products {
			items += line.Quantity
			sum += float64(line.Quantity) * line.Product.Price
		}
		require.Equal(t, items, cart.NumItems)
		require.InDelta(t, sum, cart.Total, 0.001)
	}
}

func TestExpectationsOfValidUpdates(t *testing.T) {
	for _, row := range []struct {
		class   string
		depth   Depth
		session *contract.Session
		want    string
		level   contract.Level
	}{
		{"page", Typical, engaged(), "EP-01", contract.Must},
		{"cart", Minimal, engaged(), "SC-01", contract.Should},
		{"cart", Typical, engaged(), "SC-02", contract.Must},
		{"personal", Full, plain(), "SR-03", contract.Must},
		{"several", Full, engaged(), "EA-04", contract.Must},
		{"impressions", Typical, engaged(), "IM-04", contract.Must},
		{"impressions", Full, engaged(), "IM-09", contract.Should},
		{"impressions", Typical, plain(), "IM-01", contract.Must},
		{"full", Typical, engaged(), "EA-03", contract.Must},
		{"full", Typical, plain(), "EA-04", contract.Must},
	} {
		var c contract.Case
		require.NoError(t, New(1, Options{}).Valid(&c, row.class, row.depth, "", 0, row.session))
		assert.Equal(t, contract.Expectation{Requirement: row.want, Level: row.level, Outcome: contract.OK}, c.Expect,
			"%s at depth %s", row.class, row.depth)
	}
}

func TestSearchInfoIsObservedUnlessDemanded(t *testing.T) {
	var c contract.Case
	spec, strict := New(1, Options{}), New(1, Options{Profile: contract.Profile{SearchInfoMust: true}})
	require.NoError(t, spec.Valid(&c, "searchInfo", Full, "", 0, engaged()))
	assert.Equal(t, contract.Expectation{Requirement: "SQ-01", Level: contract.Obs, Outcome: contract.Observed}, c.Expect)
	require.NoError(t, strict.Valid(&c, "searchInfo", Full, "", 0, engaged()))
	assert.Equal(t, contract.Expectation{Requirement: "SQ-01", Level: contract.Must, Outcome: contract.OK}, c.Expect)

	seen := 0
	for seq := range uint64(200) {
		require.NoError(t, spec.Valid(&c, "several", Minimal, Large, seq, engaged()))
		require.NotContains(t, string(c.Body), "searchInfo")
		require.NoError(t, strict.Valid(&c, "several", Minimal, Large, seq, engaged()))
		seen += strings.Count(string(c.Body), "searchInfo")
	}
	assert.Positive(t, seen)
}

// An update whose ids are strings is, but for their quotes, the one whose ids are
// numbers; what has none is the same.
func TestTextIDsDifferByTheirQuotes(t *testing.T) {
	ids := regexp.MustCompile(`"(campaign|engId)":"(\d+)"`)
	numbers, texts := New(2, Options{}), New(2, Options{TextIDs: true})
	observed := contract.Expectation{Requirement: "IM-24", Level: contract.Obs, Outcome: contract.Observed}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom([]*contract.Session{engaged(), plain()}).Draw(t, "session")
		d := rapid.SampledFrom(Depths()).Draw(t, "depth")
		size := rapid.SampledFrom(Sizes()).Draw(t, "size")
		seq := rapid.Uint64().Draw(t, "seq")
		for _, class := range Classes() {
			var number, text contract.Case
			require.NoError(t, numbers.Valid(&number, class, d, size, seq, s))
			require.NoError(t, texts.Valid(&text, class, d, size, seq, s))
			impressions := strings.Count(string(number.Body), `"engId":`)
			if class == ClassVariation || impressions == 0 {
				require.Equal(t, number, text, class)
				continue
			}
			require.Len(t, ids.FindAllString(string(text.Body), -1), 2*impressions, "%s: %s", class, text.Body)
			require.Equal(t, string(number.Body), ids.ReplaceAllString(string(text.Body), `"$1":$2`), class)
			require.Equal(t, observed, text.Expect, class)
		}
	})
}

// A fault stays one edit away from an update that the contract accepts.
func TestTextIDsLeaveFaultsAlone(t *testing.T) {
	numbers, texts := New(2, Options{}), New(2, Options{TextIDs: true})
	for _, f := range Faults() {
		if f.Needs&NeedEngagement == 0 {
			continue
		}
		for v := range f.Variants {
			var number, text contract.Case
			require.NoError(t, numbers.Fault(&number, &f, v, 1, engaged(), second()), f.Name)
			require.NoError(t, texts.Fault(&text, &f, v, 1, engaged(), second()), f.Name)
			require.Equal(t, number, text, f.Name)
		}
	}
}

func TestSeveralHoldsDifferentTypes(t *testing.T) {
	g := New(1, Options{Profile: contract.Profile{SearchInfoMust: true}})
	var c contract.Case
	counts := map[int]bool{}
	for seq := range uint64(300) {
		require.NoError(t, g.Valid(&c, "several", Minimal, Large, seq, engaged()))
		_, sdes := decode(t, c.Body)
		types := map[string]bool{}
		for _, s := range sdes {
			types[fmt.Sprintf("%T", s)] = true
		}
		require.Len(t, types, len(sdes), "no type twice, for that is only observed (EA-25)")
		counts[len(sdes)] = true
	}
	for n := 2; n <= 10; n++ {
		assert.True(t, counts[n], "%d SDEs", n)
	}
	assert.Len(t, counts, 9)
}

func TestSizesAreWithinBounds(t *testing.T) {
	g := New(8, Options{Profile: contract.Profile{SearchInfoMust: true}})
	for _, s := range []*contract.Session{engaged(), plain()} {
		for _, class := range Classes() {
			if class == ClassVariation {
				continue
			}
			forms(func(d Depth, size Size) {
				low, high := size.Bounds()
				for seq := range uint64(12) {
					var c contract.Case
					require.NoError(t, g.Valid(&c, class, d, size, seq, s))
					require.LessOrEqual(t, len(c.Body), high, "%s %s %s %d: %s", class, d, size, seq, c.Body)
					if d != Minimal && class != ClassPage && class != ClassImpressions && class != ClassExample {
						require.GreaterOrEqual(t, len(c.Body), low, "%s %s %s %d: %s", class, d, size, seq, c.Body)
					}
				}
			})
		}
	}
}

// TestOrderDoesNotMatter makes updates in two orders and by many goroutines.
func TestOrderDoesNotMatter(t *testing.T) {
	const n = 400
	entries := []Entry{{Class: "full", Weight: 3}, {Class: "variation", Weight: 1}, {Fault: "*", Weight: 2}}
	make := func() *Mix {
		m, err := NewMix(42, entries, MixOptions{Other: func(uint64, *contract.Session) *contract.Session { return second() }})
		require.NoError(t, err)
		return m
	}
	snapshot := func(c *contract.Case) string {
		return fmt.Sprint(c.Seq, c.Class, c.Fault, c.Method, c.Target, c.Header, c.Expect, string(c.Body))
	}
	var inOrder [n]string
	m, s := make(), engaged()
	for seq := range inOrder {
		var c contract.Case
		m.Fill(&c, uint64(seq), s)
		inOrder[seq] = snapshot(&c)
	}
	m = make()
	var wait sync.WaitGroup
	for part := range 4 {
		wait.Go(func() {
			var c contract.Case // reused, as a run does it
			for _, seq := range rand.New(rand.NewPCG(uint64(part), 0)).Perm(n) {
				m.Fill(&c, uint64(seq), s)
				assert.Equal(t, inOrder[seq], snapshot(&c), "update %d", seq)
			}
		})
	}
	wait.Wait()
}

func TestSeedsDiffer(t *testing.T) {
	var a, b contract.Case
	require.NoError(t, New(1, Options{}).Valid(&a, "full", Full, "", 0, engaged()))
	require.NoError(t, New(2, Options{}).Valid(&b, "full", Full, "", 0, engaged()))
	assert.NotEqual(t, string(a.Body), string(b.Body))
	require.NoError(t, New(1, Options{}).Valid(&b, "full", Full, "", 1, engaged()))
	assert.NotEqual(t, string(a.Body), string(b.Body))
}

func TestTextsAreInSeveralScripts(t *testing.T) {
	g := New(9, Options{})
	var c contract.Case
	var all strings.Builder
	foreign, total := 0, 0
	for seq := range uint64(500) {
		require.NoError(t, g.Valid(&c, "personal", Minimal, Small, seq, plain()))
		_, sdes := decode(t, c.Body)
		name := sdes[0].(*contract.Personal).Personal.FirstName
		all.WriteString(name)
		total++
		if strings.IndexFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) >= 0 {
			foreign++
		}
	}
	assert.InDelta(t, 0.2, float64(foreign)/float64(total), 0.05, "about one value in five")
	for name, table := range map[string]*unicode.RangeTable{
		"Cyrillic": unicode.Cyrillic, "Greek": unicode.Greek, "Arabic": unicode.Arabic, "Hebrew": unicode.Hebrew,
		"Han": unicode.Han, "Devanagari": unicode.Devanagari, "Latin": unicode.Latin, "symbols": unicode.So,
	} {
		assert.GreaterOrEqual(t, strings.IndexFunc(all.String(), func(r rune) bool { return unicode.Is(table, r) }), 0, name)
	}
}

func TestAgeInBothForms(t *testing.T) {
	g := New(1, Options{})
	var c contract.Case
	decimals := 0
	for seq := range uint64(200) {
		require.NoError(t, g.Valid(&c, "personal", Full, Small, seq, plain()))
		if raw := string(c.Body); strings.Contains(raw, `"age":{"age":`) && strings.Contains(raw, `.0,"year"`) {
			decimals++
		}
	}
	assert.Greater(t, decimals, 20)
	assert.Less(t, decimals, 90)
}

func TestLanguagesInBothForms(t *testing.T) {
	g := New(1, Options{})
	var c contract.Case
	var all strings.Builder
	for seq := range uint64(300) {
		require.NoError(t, g.Valid(&c, "personal", Full, Small, seq, plain()))
		_, sdes := decode(t, c.Body)
		language := sdes[0].(*contract.Personal).Personal.Language
		require.Regexp(t, `^[a-z]{2}[-_][A-Z]{2}$`, language)
		all.WriteString(language + " ")
	}
	assert.Contains(t, all.String(), "de-DE")
	assert.Contains(t, all.String(), "de_DE")
}

func TestUnknownNames(t *testing.T) {
	g := New(1, Options{})
	var c contract.Case
	for _, row := range []struct{ class, depth, size, want string }{
		{"carts", "", "", `unknown payload class "carts"; did you mean "cart"?`},
		{"cart", "typicall", "", `unknown depth "typicall"; did you mean "typical"?`},
		{"cart", "", "huge", `unknown size "huge"; there are small, medium, large`},
	} {
		require.EqualError(t, g.Valid(&c, row.class, Depth(row.depth), Size(row.size), 0, engaged()), row.want)
		require.Empty(t, c.Body)
	}
}

// Every leaf of the table has a maker or documented values, and no maker is
// left without a leaf.
func TestEveryFieldHasItsMaker(t *testing.T) {
	used := map[string]bool{}
	var visit func(n *node, f map[string]contract.Field)
	visit = func(n *node, f map[string]contract.Field) {
		for _, m := range n.members {
			visit(m, f)
		}
		if n.elem != nil {
			visit(n.elem, f)
		}
		if n.value == nil {
			return
		}
		used[n.path] = true
		row := f[n.path]
		if len(row.Values) == 0 && row.Kind != contract.KindNull {
			assert.Contains(t, makers, n.path)
		}
	}
	rows := map[string]contract.Field{}
	for _, list := range [][]contract.Attribute{contract.SDETypes(), contract.ImpressionTypes()} {
		for _, a := range list {
			for _, f := range a.Fields {
				rows[a.Type+"/"+f.Path] = f
			}
			visit(trees.byType[a.Type], rows)
		}
	}
	for path := range makers {
		if strings.HasSuffix(path, "eContext[].id") && !used[path] {
			continue // shared by all impressions, though two of them alone have a context
		}
		assert.True(t, used[path], "maker for %s", path)
	}
	for _, list := range [][]string{usual, inMinimal, growing} {
		for _, path := range list {
			assert.Contains(t, rows, path)
		}
	}
}
