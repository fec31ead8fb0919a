package generators

import (
	"bytes"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

// sessionFor is a session that a fault can be made for, and another.
func sessionFor(f *Fault) (s, other *contract.Session) {
	if f.Needs&NeedNoEngagement != 0 {
		return plain(), second()
	}
	return engaged(), second()
}

// everyVariant makes every variant of every fault within the bound, with its
// twin.
func everyVariant(t *testing.T, list []Fault, o Options, seqs uint64, do func(f *Fault, v Variant, c, twin *contract.Case)) {
	g := New(11, o)
	var c, twin contract.Case
	for i := range list {
		f := &list[i]
		s, other := sessionFor(f)
		for v := range f.Variants {
			for seq := range seqs {
				if !g.fits(f.Variants[v]) {
					break
				}
				require.NoError(t, g.Fault(&c, f, v, seq, s, other), "%s %s", f.Name, f.Variants[v].Name)
				g.Twin(&twin, f, seq, s)
				do(f, f.Variants[v], &c, &twin)
			}
		}
	}
}

func sameRequest(a, b *contract.Case) bool {
	return a.Method == b.Method && a.Target == b.Target && slices.Equal(a.Header, b.Header) && bytes.Equal(a.Body, b.Body)
}

// TestFaultsAgainstTheirTwins is the fairness of the catalogue: a request that
// is to be refused breaks the contract, and its twin does not.
func TestFaultsAgainstTheirTwins(t *testing.T) {
	differ := map[string]bool{}
	everyVariant(t, Faults(), Options{}, 6, func(f *Fault, v Variant, c, twin *contract.Case) {
		name := f.Name + " " + v.Name
		require.NoError(t, conforms(twin.Body), name)
		require.Equal(t, twin.Session.Target, twin.Target, name)
		require.Empty(t, twin.Fault)
		require.Contains(t, []contract.Outcome{contract.OK, contract.Observed}, twin.Expect.Outcome, name)
		require.Equal(t, ClassFault, c.Class)
		require.Equal(t, f.Name, c.Fault)
		require.Equal(t, f.Expect, c.Expect)
		require.Equal(t, contract.Method, c.Method)

		differ[name] = differ[name] || !sameRequest(c, twin)
		if f.Expect.Outcome == contract.Observed {
			return
		}
		require.False(t, sameRequest(c, twin), name)
		// Only the session makes these two wrong.
		if f.Requirement == "IM-35" || f.Requirement == "IM-36" {
			return
		}
		if c.Target == twin.Target {
			require.Error(t, conforms(c.Body), "%s: %.200s", name, c.Body)
		} else {
			require.Equal(t, string(twin.Body), string(c.Body), "%s: one edit, not two", name)
		}
	})
	assert.Greater(t, len(differ), 400)
	for name, differs := range differ {
		assert.True(t, differs, "%s is its twin", name)
	}
}

func TestVariationsConform(t *testing.T) {
	everyVariant(t, Variations(), Options{}, 2, func(f *Fault, v Variant, c, _ *contract.Case) {
		require.NoError(t, conforms(c.Body), "%s %s: %s", f.Name, v.Name, c.Body)
		decode(t, c.Body)
		require.Equal(t, contract.OK, f.Expect.Outcome, f.Name)
		u, err := url.Parse(c.Target)
		require.NoError(t, err)
		require.Equal(t, contract.Path(c.Session.Account, c.Session.VisitorID), u.Path)
		require.Equal(t, url.Values{"v": {"1.0"}, "sid": {c.Session.ID}}, u.Query())
	})
}

// TestFaultsByHand writes requests of the documentation out in full.
func TestFaultsByHand(t *testing.T) {
	const (
		path  = "/api/account/acme_01/app/engagement/visitors/ExYTlkNGJjMjdlOGYzMDUy"
		live  = path + "?v=1.0&sid=Qm3xT7vK0aZr_9-LbW2eDg"
		page  = `{"pageId":"4743822558"}`
		must  = contract.Must
		may   = contract.Should
		nope  = contract.Rejected
		other = contract.Not2xx
	)
	type codes = []contract.InternalCode
	for _, row := range []struct {
		fault, variant string
		target, body   string
		want           contract.Expectation
	}{
		{"version-missing", "", path + "?sid=Qm3xT7vK0aZr_9-LbW2eDg", page,
			contract.Expectation{Requirement: "V-02", Level: must, Outcome: nope, Status: 400, Codes: codes{33}}},
		{"version-unsupported", "", path + "?v=2.0&sid=Qm3xT7vK0aZr_9-LbW2eDg", page,
			contract.Expectation{Requirement: "V-04", Level: must, Outcome: nope, Status: 400, Codes: codes{33}}},
		{"version-not-a-number", "1.0.0", path + "?v=1.0.0&sid=Qm3xT7vK0aZr_9-LbW2eDg", page,
			contract.Expectation{Requirement: "V-06", Level: must, Outcome: nope, Status: 400, Codes: codes{33}}},
		{"sid-missing", "", path + "?v=1.0", page,
			contract.Expectation{Requirement: "SI-02", Level: must, Outcome: nope, Status: 404, Statuses: []int{400}, Codes: codes{39, 5}}},
		{"sid-foreign", "", path + "?v=1.0&sid=S0002-bbbbbbbbbbbbbbbb", page,
			contract.Expectation{Requirement: "SI-05", Level: may, Outcome: nope, Status: 404, Codes: codes{39}}},
		{"account-empty", "", strings.Replace(live, "acme_01", "", 1), page,
			contract.Expectation{Requirement: "AC-02", Level: must, Outcome: other, Status: 404}},
		{"account-segment-missing", "", strings.Replace(live, "/acme_01", "", 1), page,
			contract.Expectation{Requirement: "AC-03", Level: must, Outcome: other, Status: 404}},
		{"visitor-missing", "", "/api/account/acme_01/app/engagement/visitors?v=1.0&sid=Qm3xT7vK0aZr_9-LbW2eDg", page,
			contract.Expectation{Requirement: "VI-02", Level: must, Outcome: other, Status: 404}},
		{"visitor-empty", "", "/api/account/acme_01/app/engagement/visitors/?v=1.0&sid=Qm3xT7vK0aZr_9-LbW2eDg", page,
			contract.Expectation{Requirement: "VI-03", Level: must, Outcome: other, Status: 404}},
		{"body-missing", "", live, "",
			contract.Expectation{Requirement: "B-01", Level: must, Outcome: nope, Status: 400, Codes: codes{5}}},
		{"json-truncated", "", live, `{"pageId":"4743822558`,
			contract.Expectation{Requirement: "B-03", Level: may, Outcome: nope, Status: 400, Codes: codes{5}}},
		{"json-syntax", "trailing comma", live, `{"pageId":"4743822558","engagementAttributes":[{"type":"lead"}],}`,
			contract.Expectation{Requirement: "B-07", Level: may, Outcome: nope, Status: 400, Codes: codes{5}}},
		{"page-null", "", live, `{"pageId":null}`,
			contract.Expectation{Requirement: "PG-03", Level: must, Outcome: nope, Status: 400, Codes: codes{5}}},
		{"page-number", "", live, `{"pageId":5120934471}`,
			contract.Expectation{Requirement: "PG-05", Level: may, Outcome: nope, Status: 400, Codes: codes{5}, TolerateOK: true}},
		{"impression-in-engagement-attributes", "impDisplay", live,
			`{"pageId":"4743822558","engagementAttributes":[{"type":"impDisplay","campaign":3115242510,"engId":3115242810,"revision":537,"eContext":[{"type":"engagementContext","id":"1"}]}]}`,
			contract.Expectation{Requirement: "EA-06", Level: may, Outcome: nope, Status: 400, Codes: codes{5}}},
		{"impressions-object", "", live,
			`{"pageId":"4743822558","impAttributes":{"type":"impDisplay","campaign":3115242510,"engId":3115242810,"revision":537,"eContext":[{"type":"engagementContext","id":"1"}]}}`,
			contract.Expectation{Requirement: "IM-12", Level: may, Outcome: nope, Status: 400, Codes: codes{5}}},
		{"type-unknown", `type "foo"`, live, `{"pageId":"4743822558","engagementAttributes":[{"type":"foo"}]}`,
			contract.Expectation{Requirement: "EA-16", Level: may, Outcome: nope, Status: 400, Codes: codes{5}}},
		{"type-invalid", "missing", live, `{"pageId":"4743822558","engagementAttributes":[{}]}`,
			contract.Expectation{Requirement: "EA-17", Level: may, Outcome: nope, Status: 400, Codes: codes{5}}},
		{"version-integer", "", path + "?v=1&sid=Qm3xT7vK0aZr_9-LbW2eDg", page,
			contract.Expectation{Requirement: "V-09", Level: contract.Obs, Outcome: contract.Observed}},
	} {
		matched, err := Match(row.fault)
		require.NoError(t, err)
		require.Len(t, matched, 1)
		f := &matched[0]
		v := slices.IndexFunc(f.Variants, func(v Variant) bool { return v.Name == row.variant })
		require.GreaterOrEqual(t, v, 0, "%s has no variant %q", row.fault, row.variant)
		var c contract.Case
		require.NoError(t, New(1, Options{}).Fault(&c, f, v, 7, engaged(), second()))
		assert.Equal(t, row.target, c.Target, row.fault)
		assert.Equal(t, row.body, string(c.Body), row.fault)
		assert.Equal(t, row.want, c.Expect, row.fault)
	}
}

func TestNamesOfFaults(t *testing.T) {
	form := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, f := range slices.Concat(Faults(), Variations()) {
		assert.Regexp(t, form, f.Name)
		assert.False(t, seen[f.Name], "%s is there twice", f.Name)
		seen[f.Name] = true
		assert.NotEmpty(t, f.Reason, f.Name)
		require.NotEmpty(t, f.Variants, f.Name)
		variants := map[string]bool{}
		for _, v := range f.Variants {
			assert.False(t, variants[v.Name], "%s has two variants %q", f.Name, v.Name)
			variants[v.Name] = true
			assert.Equal(t, len(f.Variants) == 1 && v.Name == "", v.Name == "", "%s: one of several variants has no name", f.Name)
		}
	}
}

// TestEveryRowHasItsPlace holds the catalogue against the requirements about
// the request: each is a fault, a valid update, or named with a reason.
func TestEveryRowHasItsPlace(t *testing.T) {
	places := map[string]int{}
	for _, f := range slices.Concat(Faults(), Variations()) {
		r, ok := contract.LookupRequirement(f.Requirement)
		require.True(t, ok, f.Requirement)
		assert.Equal(t, r.Level, f.Expect.Level, f.Name)
		assert.Equal(t, f.Requirement, f.Expect.Requirement)
		assert.Equal(t, r.Level == contract.Obs, f.Expect.Outcome == contract.Observed, "%s: silence is observed, all else judged", f.Name)
		places[f.Requirement] |= 1
	}
	for _, p := range Accepted() {
		places[p.Requirement] |= 2
	}
	for _, row := range Elsewhere() {
		assert.Zero(t, places[row.Requirement], "%s is made here", row.Requirement)
		assert.NotEmpty(t, row.Reason)
		places[row.Requirement] |= 4
	}
	sections := strings.Fields("AC VI V SI Q H B PG IM EA SC SP SV SK SM SR SL SS SE SQ")
	rows := 0
	for _, r := range contract.Requirements() {
		section, _, _ := strings.Cut(r.ID, "-")
		if slices.Contains(sections, section) {
			rows++
			assert.NotZero(t, places[r.ID], "%s %s (%s) has no place", r.ID, r.Level, r.Title)
		}
		delete(places, r.ID)
	}
	assert.Greater(t, rows, 280)
	for id := range places {
		assert.Contains(t, []string{"EP-01", "EP-02"}, id, "no such requirement")
	}
}

// TestAcceptedRowsAreMade makes the plain updates that the rows speak of.
func TestAcceptedRowsAreMade(t *testing.T) {
	g := New(2, Options{})
	var c contract.Case
	for _, p := range Accepted() {
		_, ok := contract.LookupRequirement(p.Requirement)
		require.True(t, ok, p.Requirement)
		require.NoError(t, g.Valid(&c, p.Class, p.Depth, "", 1, engaged()))
		if !p.Implied {
			assert.Equal(t, p.Requirement, c.Expect.Requirement)
		}
	}
}

func TestNeeds(t *testing.T) {
	g := New(1, Options{})
	var c contract.Case
	make := func(name string, s, other *contract.Session) error {
		matched, err := Match(name)
		require.NoError(t, err)
		return g.Fault(&c, &matched[0], 0, 0, s, other)
	}
	foreigner := second()
	foreigner.Account = "acme_02"
	digitsOnly := &contract.Session{Account: "2024", VisitorID: "1234", ID: "5678", PageID: "9"}
	for _, row := range []struct {
		reason, fault string
		s, other      *contract.Session
		available     bool
	}{
		{"an impression needs an engagement", "impressions-object", plain(), nil, false},
		{"and has one here", "impressions-object", engaged(), nil, true},
		{"an impression without engagement needs that there is none", "impression-without-engagement", engaged(), nil, false},
		{"and there is none here", "impression-without-engagement", plain(), nil, true},
		{"a foreign id needs another session", "visitor-foreign", engaged(), nil, false},
		{"which is not the same", "visitor-foreign", engaged(), engaged(), false},
		{"and is of the same account", "visitor-foreign", engaged(), foreigner, false},
		{"as this one", "visitor-foreign", engaged(), second(), true},
		{"a foreign context needs an engagement over there", "impression-foreign-context", engaged(), plain(), false},
		{"digits have no letter case", "account-letter-case", digitsOnly.Prepare(), nil, false},
		{"letters have", "account-letter-case", engaged(), nil, true},
	} {
		err := make(row.fault, row.s, row.other)
		if row.available {
			assert.NoError(t, err, row.reason)
		} else {
			assert.ErrorIs(t, err, ErrUnavailable, row.reason)
		}
	}
	matched, err := Match("page-null")
	require.NoError(t, err)
	assert.EqualError(t, g.Fault(&c, &matched[0], 1, 0, plain(), nil), "fault page-null has no variant 1; they count from 0 and there are 1")
}

func TestMatch(t *testing.T) {
	for pattern, want := range map[string]int{
		"version-missing": 1, "V-02": 1, "V-*": 17, "version-*": 16, "nothing-*": 0, "*": len(Faults()), "query-order-swapped": 0,
	} {
		matched, err := Match(pattern)
		assert.Len(t, matched, want, pattern)
		assert.Equal(t, want == 0, err != nil, pattern)
	}
	_, err := Match("version-mising")
	assert.EqualError(t, err, `no fault is called "version-mising"; did you mean "version-missing"?`)
	_, err = Match("[")
	assert.EqualError(t, err, `the fault pattern "[" is not well formed: * stands for any text, [ must be closed`)
	_, err = Match("Ωμέγα και άλλα")
	assert.ErrorContains(t, err, "a pattern such as")
}

// TestLongBodies holds the length that a variant announces against its body.
func TestLongBodies(t *testing.T) {
	everyVariant(t, Faults(), Options{MaxBody: 32 << 20}, 1, func(f *Fault, v Variant, c, twin *contract.Case) {
		if v.Bytes == 0 {
			assert.Less(t, len(c.Body), 32<<10, "%s %s", f.Name, v.Name)
		} else {
			assert.Less(t, len(c.Body), v.Bytes+v.Bytes/8+2<<10, "%s %s", f.Name, v.Name)
		}
		if f.Name == "body-large" {
			assert.Len(t, c.Body, v.Bytes)
		}
	})
}

// TestFaultsOfAnySession makes faults for sessions whose ids are any text.
func TestFaultsOfAnySession(t *testing.T) {
	text := rapid.StringN(1, 30, -1)
	all, variations := Faults(), Variations()
	g := New(1, Options{})
	rapid.Check(t, func(t *rapid.T) {
		session := func(name string) *contract.Session {
			s := &contract.Session{
				Account: "acme_01", VisitorID: text.Draw(t, name+" visitor"), ID: text.Draw(t, name+" sid"), PageID: text.Draw(t, name+" page"),
			}
			if rapid.Bool().Draw(t, name+" engaged") {
				s.Engagement = &contract.Engagement{
					Campaign: rapid.Int64().Draw(t, name+" campaign"), ID: rapid.Int64().Draw(t, name+" engagement"),
					Revision: rapid.Int64().Draw(t, name+" revision"), ContextID: text.Draw(t, name+" context"),
				}
			}
			return s.Prepare()
		}
		s, other := session("own"), session("other")
		seq := rapid.Uint64().Draw(t, "seq")
		f := rapid.SampledFrom(slices.Concat(all, variations)).Draw(t, "fault")
		v := rapid.IntRange(0, len(f.Variants)-1).Draw(t, "variant")
		if !g.fits(f.Variants[v]) {
			t.Skip("longer than the bound")
		}
		var c, again contract.Case
		if g.Fault(&c, &f, v, seq, s, other) == nil {
			require.NoError(t, g.Fault(&again, &f, v, seq, s, other))
			require.True(t, sameRequest(&c, &again))
			require.True(t, strings.HasPrefix(c.Target, "/api/account/"), c.Target)
			require.NotContains(t, c.Target, " ")
		}
	})
}
