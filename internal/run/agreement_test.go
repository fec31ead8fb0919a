package run_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/checks"
	"sdegauge/generators"
	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
	"sdegauge/internal/traffic"
)

// The generators, the reference server and the checks were written apart, each
// from the contract. These tests hold them against one another over a real
// connection: what they disagree on is a defect of one of them.

// bench is a reference server that knows three sessions, and the way to it.
type bench struct {
	exchanger               *traffic.StdExchanger
	judge                   *checks.Judge
	engaged, plain, another *contract.Session
}

func newBench(t *testing.T) *bench {
	another := contract.ExampleSession()
	another.VisitorID, another.ID, another.PageID = "AnotherVisitor22chars0", "AnotherSession22chars0", "4743822559"
	another.Engagement.ContextID = "2"
	plain := contract.ExampleSession()
	plain.VisitorID, plain.ID, plain.PageID = "PlainVisitor22chars000", "PlainSession22chars000", "4743822560"
	plain.Engagement = nil
	b := &bench{engaged: contract.ExampleSession(), plain: plain.Prepare(), another: another.Prepare()}

	handler, err := reference.New(reference.Options{})
	require.NoError(t, err)
	for _, s := range []*contract.Session{b.engaged, b.plain, b.another} {
		require.NoError(t, handler.Preset(s))
	}
	server, err := reference.Listen("127.0.0.1:0", handler)
	require.NoError(t, err)
	b.exchanger, err = traffic.NewExchanger(t.Context(), traffic.ExchangeOptions{URL: server.URL()})
	require.NoError(t, err)
	t.Cleanup(func() {
		b.exchanger.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		assert.NoError(t, server.Close(ctx))
	})
	strict, _ := contract.LookupProfile("strict")
	b.judge = checks.NewJudge(strict, time.Now)
	return b
}

// send makes one exchange and judges it strictly.
func (b *bench) send(c *contract.Case) (*contract.Reading, *checks.Judgement) {
	r := &contract.Reading{Case: c, Attempt: 1, Final: true, Instants: contract.Instants{Connected: -1, FirstByte: -1}}
	b.exchanger.Exchange(context.Background(), r, time.Now())
	j := new(checks.Judgement)
	b.judge.Judge(r, j)
	return r, j
}

// TestValidIsAccepted: every valid body is accepted with an empty entity, and
// the strictest profile has nothing to say.
func TestValidIsAccepted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	rapid.Check(t, func(t *rapid.T) {
		g := generators.New(uint64(rapid.IntRange(1, 4).Draw(t, "seed")), generators.Options{})
		session := rapid.SampledFrom([]*contract.Session{b.engaged, b.plain}).Draw(t, "session")
		var c contract.Case
		err := g.Valid(&c,
			rapid.SampledFrom(generators.Classes()).Draw(t, "class"),
			rapid.SampledFrom(generators.Depths()).Draw(t, "depth"),
			rapid.SampledFrom(generators.Sizes()).Draw(t, "size"),
			rapid.Uint64().Draw(t, "seq"), session)
		require.NoError(t, err)
		r, j := b.send(&c)
		require.NoError(t, r.Err)
		assert.True(t, j.AsExpected, "status %d %s\n%s", r.Status, r.Body, c.Body)
		assert.LessOrEqual(t, j.Verdict, contract.Pass, "%+v\n%s", j.Findings, c.Body)
	})
}

// TestFaultsAreRefused: every variant of every fault is answered as its row
// wants — preferred status, preferred code and all — and its twin, one edit
// away, is accepted. Rows on which the specification is silent are only
// observed, but their answers keep the oracles.
func TestFaultsAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	g := generators.New(1, generators.Options{})
	sent := map[contract.Level]int{}
	for _, fault := range generators.Faults() {
		session := b.engaged
		if fault.Needs&generators.NeedNoEngagement != 0 {
			session = b.plain
		}
		for v, variant := range fault.Variants {
			if variant.Bytes > 256<<10 {
				continue
			}
			var c contract.Case
			for seq := range uint64(3) {
				if err := g.Fault(&c, &fault, v, seq, session, b.another); err != nil {
					require.ErrorIs(t, err, generators.ErrUnavailable, fault.Name)
					continue
				}
				r, j := b.send(&c)
				require.NoError(t, r.Err, "%s %s", fault.Name, variant.Name)
				assert.True(t, j.AsExpected, "%s %s: status %d %s", fault.Name, variant.Name, r.Status, r.Body)
				assert.LessOrEqual(t, j.Verdict, contract.Pass, "%s %s: %+v", fault.Name, variant.Name, j.Findings)
				sent[fault.Expect.Level]++

				g.Twin(&c, &fault, seq, session)
				r, j = b.send(&c)
				assert.Equal(t, 200, r.Status, "twin of %s: %s", fault.Name, r.Body)
				assert.LessOrEqual(t, j.Verdict, contract.Pass, "twin of %s: %+v", fault.Name, j.Findings)
			}
		}
	}
	assert.Greater(t, sent[contract.Must], 50)
	assert.Greater(t, sent[contract.Should], 300)
	assert.Greater(t, sent[contract.Obs], 300)
}

// TestExampleBodyIsAccepted: the specification's own body, as it stands
// (S:L48–96).
func TestExampleBodyIsAccepted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r, j := b.send(&contract.Case{
		Session: b.engaged, Method: contract.Method, Target: b.engaged.Target, Body: []byte(contract.ExampleBody),
		Expect: contract.Expectation{Requirement: "EP-02", Level: contract.Must, Outcome: contract.OK},
	})
	assert.Equal(t, 200, r.Status)
	assert.Empty(t, r.Body)
	assert.Equal(t, contract.Pass, j.Verdict)
}
