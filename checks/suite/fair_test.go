package suite

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
)

// claim is a case that claims an outcome of a body.
func claim(o contract.Outcome, l contract.Level, send func(p *Probe) *contract.Case) Case {
	return scripted("", NeedOwn, func(p *Probe) {
		c := send(p)
		c.Expect = contract.Expectation{Requirement: p.row.ID, Level: l, Outcome: o}
		p.Judge(p.Send(c))
	})
}

// TestClaims puts cases whose claims are right and wrong to a server that keeps
// the contract: the wrong ones are held against nobody.
func TestClaims(t *testing.T) {
	body := func(text string) func(p *Probe) *contract.Case {
		return func(p *Probe) *contract.Case {
			s := p.Session()
			return p.Update(s, `{"pageId":"`+s.PageID+`"`+text+`}`)
		}
	}
	const ok, rej, obs = contract.OK, contract.Rejected, contract.Observed
	for _, row := range []struct {
		reason  string
		outcome contract.Outcome
		level   contract.Level
		send    func(p *Probe) *contract.Case
		verdict contract.Verdict
		says    string
	}{
		{"a valid update that has to be taken", ok, contract.Must, body(``), contract.Pass, ""},
		{"a valid update, claimed to be refused", rej, contract.Must, body(``), contract.Inconclusive, "claims REJ(any) (MUST)"},
		{"an update that has to be refused", rej, contract.Should, body(`,"engagementAttributes":1`), contract.Pass, ""},
		{"the same, claimed to be taken", ok, contract.Should, body(`,"engagementAttributes":1`), contract.Inconclusive, "refuse (SHOULD): engagementAttributes: a number, not an array"},
		{"an unknown member, of which nothing is said, claimed to be refused", rej, contract.Should, body(`,"extra":1`), contract.Inconclusive, "open (OBS): extra"},
		{"a SHOULD, claimed as a MUST", rej, contract.Must, body(`,"engagementAttributes":1`), contract.Inconclusive, "refuse (SHOULD)"},
		{"a MUST, claimed as a SHOULD", ok, contract.Should, body(``), contract.Pass, ""},
		{"no claim", obs, contract.Obs, body(`,"extra":1`), contract.ObservedOnly, ""},
		{"a session that is known to be gone", rej, contract.Should, func(p *Probe) *contract.Case {
			old := stranger(p.run.options.Account)
			p.past = append(p.past, old)
			return p.Smallest(old)
		}, contract.Pass, ""},
		{"the same, where nobody said so", rej, contract.Should, func(p *Probe) *contract.Case {
			return p.Smallest(stranger(p.run.options.Account))
		}, contract.Inconclusive, "accept (MUST)"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			got := putOne(t, claim(row.outcome, row.level, row.send))
			assert.Equal(t, row.verdict, got.Verdict, "%s %s", got.Got, got.Reason)
			assert.Contains(t, got.Reason, row.says)
		})
	}
}

// TestWrongClaimOfMany: one of several updates that go out at once is not what
// its case claims.
func TestWrongClaimOfMany(t *testing.T) {
	got := putOne(t, scripted("", NeedOwn, func(p *Probe) {
		s := p.Session()
		answers := p.together(3, func(i int) *contract.Case {
			c := p.Update(s, [...]string{smallest(s), `{}`, smallest(s)}[i])
			c.Expect.Outcome = contract.OK
			return c
		})
		p.Judge(answers[1])
	}))
	assert.Equal(t, contract.Inconclusive, got.Verdict)
	assert.Contains(t, got.Reason, "pageId: missing")
}

// putOne puts a case to a reference server.
func putOne(t *testing.T, c Case) CaseResult {
	t.Helper()
	_, url := serve(t, reference.Options{})
	r, first, err := newRunner(t.Context(), optionsFor(t, url, "strict"))
	require.NoError(t, err)
	defer first.close()
	rw := row("LC-02", "A test.", c)
	got, err := r.put(t.Context(), first, task{&rw, &rw.Cases[0]})
	require.NoError(t, err)
	require.NotEqual(t, checks.Broken(r.options.Profile, contract.Must), got.Verdict, "held against a server that did no wrong")
	return got
}
