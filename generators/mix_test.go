package generators

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

var _ traffic.Source = (*Mix)(nil)

func TestWeights(t *testing.T) {
	const n = 5_000
	entries := []Entry{
		{Class: "page", Weight: 70}, {Class: "lead", Weight: 20, Depth: Minimal}, {Class: "cart", Weight: 5, Depth: Minimal},
		{Fault: "version-*", Weight: 5},
	}
	want := map[string]float64{"page": 0.70, "lead": 0.20, "cart": 0.05, ClassFault: 0.05}
	for _, seed := range []uint64{0, 1, math.MaxUint64} {
		m, err := NewMix(seed, entries, MixOptions{})
		require.NoError(t, err)
		counts, faults := map[string]int{}, map[string]int{}
		var c contract.Case
		s := engaged()
		for seq := range uint64(n) {
			m.Fill(&c, seq, s)
			counts[c.Class]++
			if c.Fault != "" {
				faults[c.Fault]++
			}
		}
		chi := 0.0
		for class, share := range want {
			expected := share * n
			chi += (float64(counts[class]) - expected) * (float64(counts[class]) - expected) / expected
		}
		// 3 degrees of freedom: one seed in 10,000 is beyond 21.1; the seeds are fixed.
		assert.Less(t, chi, 21.1, "seed %d: %v", seed, counts)
		matched, err := Match("version-*")
		require.NoError(t, err)
		assert.Len(t, faults, len(matched), "every fault of a pattern is sent")
	}
}

func TestEveryVariantIsSent(t *testing.T) {
	m, err := NewMix(1, []Entry{{Fault: "cart-wrong-type", Weight: 1}}, MixOptions{})
	require.NoError(t, err)
	bodies := map[string]int{}
	var c contract.Case
	for seq := range uint64(300) {
		m.Fill(&c, seq, engaged())
		for _, defect := range []string{`"total":true`, `"total":{}`, `"price":true`, `"price":{}`, `"numItems":"abc"`, `"quantity":"abc"`} {
			if strings.Contains(string(c.Body), defect) {
				bodies[defect]++
			}
		}
	}
	assert.Len(t, bodies, 6)
	for defect, n := range bodies {
		assert.InDelta(t, 50, n, 30, defect)
	}
}

// A run that starts at N agrees with one from 0, from N on.
func TestRunsOfOneSeedAgree(t *testing.T) {
	entries := []Entry{{Class: "full", Weight: 1}, {Fault: "*", Weight: 1}}
	one, err := NewMix(5, entries, MixOptions{})
	require.NoError(t, err)
	two, err := NewMix(5, entries, MixOptions{})
	require.NoError(t, err)
	var a, b contract.Case
	for seq := range uint64(200) {
		one.Fill(&a, seq, engaged())
		if seq >= 150 {
			two.Fill(&b, seq, engaged())
			require.True(t, sameRequest(&a, &b))
		}
	}
}

func TestTwinsOfAMix(t *testing.T) {
	m, err := NewMix(5, []Entry{{Class: "lead", Weight: 1}, {Fault: "*", Weight: 3}}, MixOptions{})
	require.NoError(t, err)
	var c, twin contract.Case
	for seq := range uint64(300) {
		m.Fill(&c, seq, engaged())
		m.Twin(&twin, seq, engaged())
		require.NoError(t, conforms(twin.Body))
		require.Empty(t, twin.Fault)
		if c.Fault == "" {
			require.True(t, sameRequest(&c, &twin))
		}
	}
}

// What a session cannot send gives way to what it can.
func TestNeedsInAMix(t *testing.T) {
	var c contract.Case
	m, err := NewMix(1, []Entry{{Fault: "impression*", Weight: 1}}, MixOptions{})
	require.NoError(t, err)
	with, without := map[string]bool{}, map[string]bool{}
	for seq := range uint64(600) {
		m.Fill(&c, seq, engaged())
		with[c.Fault] = true
		m.Fill(&c, seq, plain())
		without[c.Fault] = true
	}
	assert.True(t, with["impressions-object"] && !with["impression-without-engagement"])
	assert.True(t, !without["impressions-object"] && without["impression-without-engagement"])
	assert.False(t, with["impression-foreign-context"], "there is no second session")

	m, err = NewMix(1, []Entry{{Fault: "impressions-object", Weight: 1}}, MixOptions{})
	require.NoError(t, err)
	m.Fill(&c, 9, plain())
	assert.Equal(t, ClassPage, c.Class, "nothing of the entry can be sent")
	assert.Empty(t, c.Fault)
	assert.Equal(t, "EP-01", c.Expect.Requirement)

	m, err = NewMix(1, []Entry{{Fault: "sid-foreign", Weight: 1}},
		MixOptions{Other: func(uint64, *contract.Session) *contract.Session { return second() }})
	require.NoError(t, err)
	m.Fill(&c, 9, engaged())
	assert.Equal(t, "sid-foreign", c.Fault)
}

func TestBoundOfBodies(t *testing.T) {
	m, err := NewMix(1, []Entry{{Fault: "*", Weight: 1}}, MixOptions{Options: Options{MaxBody: 4 << 10}})
	require.NoError(t, err)
	var c contract.Case
	for seq := range uint64(2000) {
		m.Fill(&c, seq, engaged())
		require.LessOrEqual(t, len(c.Body), 32<<10, c.Fault)
		require.NotEqual(t, "body-large", c.Fault)
	}
}

func TestBadMixes(t *testing.T) {
	for _, row := range []struct {
		reason  string
		entries []Entry
		want    string
	}{
		{"nothing to send", nil, "a mix needs at least one entry"},
		{"neither", []Entry{{Weight: 1}}, "mix entry 1: neither class nor fault is given"},
		{"both", []Entry{{Class: "cart", Weight: 1}, {Class: "cart", Fault: "page-null", Weight: 1}},
			`mix entry 2: both class "cart" and fault "page-null" are given; make two entries of them`},
		{"no weight", []Entry{{Class: "cart"}}, "mix entry 1: weight 0; a weight is a number above 0"},
		{"no number", []Entry{{Class: "cart", Weight: math.NaN()}}, "mix entry 1: weight NaN; a weight is a number above 0"},
		{"no end", []Entry{{Class: "cart", Weight: math.Inf(1)}}, "mix entry 1: weight +Inf; a weight is a number above 0"},
		{"too much together", []Entry{{Class: "cart", Weight: math.MaxFloat64}, {Class: "lead", Weight: math.MaxFloat64}},
			"the weights of the mix add up to more than a number can hold"},
		{"a misspelt class", []Entry{{Class: "crat", Weight: 1}}, `mix entry 1: unknown payload class "crat"; did you mean "cart"?`},
		{"a misspelt fault", []Entry{{Fault: "page-nul", Weight: 1}}, `mix entry 1: no fault is called "page-nul"; did you mean "page-null"?`},
		{"a fault of a size", []Entry{{Fault: "page-null", Weight: 1, Size: Large}}, `mix entry 1: fault "page-null" has no depth or size of its own`},
		{"no second session", []Entry{{Fault: "sid-foreign", Weight: 1}},
			`mix entry 1: fault "sid-foreign" is not available here: it needs a second session or a larger bound for bodies`},
	} {
		_, err := NewMix(1, row.entries, MixOptions{})
		assert.EqualError(t, err, row.want, row.reason)
	}
}
