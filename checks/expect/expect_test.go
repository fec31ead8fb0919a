package expect

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/generators"
	"sdegauge/internal/contract"
)

func engaged() *contract.Session { return contract.ExampleSession() }

func plain() *contract.Session {
	s := &contract.Session{Account: "acme_01", VisitorID: "V0001aaaaaaaaaaaaaaaaa", ID: "S0001_aaaaaaaaaaaaaaaa", PageID: "5120934471"}
	return s.Prepare()
}

func second() *contract.Session {
	s := &contract.Session{Account: "acme_01", VisitorID: "V0002bbbbbbbbbbbbbbbbb", ID: "S0002-bbbbbbbbbbbbbbbb", PageID: "5120934472",
		Engagement: &contract.Engagement{Campaign: 4100200301, ID: 4100200402, Revision: 12, ContextID: "2"}}
	return s.Prepare()
}

func strict() contract.Profile {
	p, _ := contract.LookupProfile("strict")
	return p
}

// explained are the variants of faults whose class is another than their row
// says, and why.
var explained = map[string]struct {
	class   Class
	level   contract.Level
	because string
}{
	"faults-at-once: ":                 {Refuse, contract.Must, "every order of validation refuses; open is only with which code"},
	"query-missing: ":                  {Refuse, contract.Must, "V-02 and SI-02 refuse it; open is only with which code"},
	"body-length-zero: ":               {Refuse, contract.Must, "the same request as that of B-01"},
	"json-white-space: around":         {Accept, contract.Must, "white space is JSON's own, and the specification's example is full of it"},
	"json-white-space: within":         {Accept, contract.Must, "as above"},
	"customer-id: ":                    {Accept, contract.Should, "SK-02, a MUST, has a customerId; EA-31 foresees nothing but OK"},
	"view-quantity: quantity 2":        {Accept, contract.Should, "T1 documents it; SV-06 foresees nothing but OK"},
	`country-forms: country "Germany"`: {Accept, contract.Must, "T asks for a name; SR-18 foresees nothing but OK"},
	`country-forms: country "DE"`:      {Accept, contract.Must, "SR-03, a MUST, has this very value"},
}

// want is the class and level that a fault's own expectation stands for.
func want(e contract.Expectation) (Class, contract.Level) {
	switch {
	case e.Outcome == contract.OK:
		return Accept, e.Level
	case e.Outcome == contract.Observed || e.TolerateOK:
		return Open, contract.Obs
	}
	return Refuse, e.Level
}

// accepts asserts that both readers accept a valid update.
func accepts(t *testing.T, c *contract.Case) {
	t.Helper()
	o, err := Derive(Of(c), Known{Session: c.Session}, strict())
	require.NoError(t, err, "%s: %s", c.Target, c.Body)
	require.Equal(t, Accept, o.Class, "%v: %.300s %s", o, c.Target, c.Body)
}

func TestVariations(t *testing.T) {
	g := generators.New(3, generators.Options{})
	var c contract.Case
	for _, f := range generators.Variations() {
		for v := range f.Variants {
			require.NoError(t, g.Fault(&c, &f, v, uint64(v), engaged(), nil))
			accepts(t, &c)
		}
	}
}

func TestValidUpdates(t *testing.T) {
	g := generators.New(1, generators.Options{Profile: strict()})
	var c contract.Case
	for i, class := range generators.Classes() {
		for _, d := range generators.Depths() {
			for j, size := range generators.Sizes() {
				for _, s := range []*contract.Session{engaged(), plain()} {
					require.NoError(t, g.Valid(&c, class, d, size, uint64(i+j), s))
					accepts(t, &c)
				}
			}
		}
	}
}

func TestFaults(t *testing.T) {
	g := generators.New(11, generators.Options{})
	var c contract.Case
	used := map[string]bool{}
	for _, f := range generators.Faults() {
		s := engaged()
		if f.Needs&generators.NeedNoEngagement != 0 {
			s = plain()
		}
		for v, variant := range f.Variants {
			name := f.Name + ": " + variant.Name
			if variant.Bytes > openBody {
				continue // all alike: open for their length
			}
			require.NoError(t, g.Fault(&c, &f, v, 1, s, second()), name)
			class, level := want(f.Expect)
			if x, ok := explained[name]; ok {
				class, level, used[name] = x.class, x.level, true
			}
			o, err := Derive(Of(&c), Known{Session: s, Others: []*contract.Session{second()}}, strict())
			if assert.NoError(t, err, "%s (%s): %.300s %.300s", name, f.Requirement, c.Target, c.Body) {
				assert.Equal(t, class, o.Class, "%s (%s): %v: %.300s %.300s", name, f.Requirement, o, c.Target, c.Body)
				assert.Equal(t, level, o.Level, "%s (%s): %v", name, f.Requirement, o)
			}
		}
	}
	for name, x := range explained {
		assert.True(t, used[name], "%s: no such variant", name)
		require.NotEmpty(t, x.because)
	}
}
