package suite

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"

	"sdegauge/checks/expect"
	"sdegauge/internal/contract"
)

// shrinkSends bounds how many requests the shrinking of one failure makes.
const shrinkSends = 200

// shrink makes a failed update again, in another session where there is one, and
// looks for the smallest body that still fails in the same way.
func (f *fuzzer) shrink(ctx context.Context, t *failedTrial) FuzzFailure {
	failure := f.told(t)
	s, free := f.session(ctx, t)
	defer free()
	again := f.again(ctx, t, s)
	if again == nil {
		failure.Unsteady, failure.Verdict = true, min(failure.Verdict, contract.Warn)
		return failure
	}
	again.finding.Expected, again.finding.Got = t.finding.Expected, t.finding.Got
	small := f.told(again)
	left := shrinkSends
	body := expect.Shrink(again.update.Body, func(body []byte) bool {
		c := again.update
		c.Body = body
		opinion, same := f.same(again.trial, &c)
		if !same || left == 0 {
			return false
		}
		left--
		a, ok := f.ask(ctx, f.workers[0], &c)
		if !ok {
			return false
		}
		finding, broken := f.breach(a)
		if !broken || keyOf(finding, a) != t.key {
			return false
		}
		small.Because = opinion.String()
		small.Request, small.Response, small.Reproduce = f.run.evidence(a)
		return true
	})
	small.Shrunk, small.Bytes = string(body), len(again.update.Body)
	return small
}

// session is one of the kind that a failed trial had: another one, or else its
// own. free has to be called in the end.
func (f *fuzzer) session(ctx context.Context, t *failedTrial) (s *contract.Session, free func()) {
	need := NeedNoEngagement
	if t.engaged {
		need = NeedEngagement
	}
	s, _, err := f.run.supply.take(ctx, f.workers[0].exchanger, need)
	if err != nil || s == nil {
		return t.update.Session, func() {}
	}
	return s, func() { f.run.supply.back(s) }
}

// again makes and sends a failed trial once more, in a session of the same kind.
// It returns nil where it does not fail in the same way.
func (f *fuzzer) again(ctx context.Context, t *failedTrial, s *contract.Session) *failedTrial {
	var other *contract.Session
	if at := slices.IndexFunc(f.sessions, func(x *contract.Session) bool { return x != s }); at >= 0 {
		other = f.sessions[at]
	}
	made := f.run.trial(t.seq, s, other)
	if made.unjudged != "" {
		return nil
	}
	failed, _ := f.fire(ctx, f.workers[0], made)
	if failed == nil || failed.key != t.key {
		return nil
	}
	return failed
}

// same says whether a request with a smaller body is still held to be what the
// trial's was: of the same class and, where it has to be refused, for the same
// reason. Where that is not in the body, the body has to stay a valid one.
func (f *fuzzer) same(was *trial, c *contract.Case) (expect.Opinion, bool) {
	known := expect.Known{Session: c.Session}
	opinion, err := expect.Derive(expect.Of(c), known, f.run.options.Profile)
	switch {
	case err != nil || opinion.Class != was.opinion.Class:
		return opinion, false
	case opinion.Class == expect.Accept:
		return opinion, true
	case opinion.Level != was.opinion.Level || unnumbered(opinion.Because) != unnumbered(was.opinion.Because):
		return opinion, false
	case was.twin == nil || !bytes.Equal(was.twin.Body, was.update.Body):
		return opinion, true
	}
	twin := *was.twin
	twin.Body = c.Body
	valid, err := expect.Derive(expect.Of(&twin), known, f.run.options.Profile)
	return opinion, err == nil && valid.Class == expect.Accept
}

// unnumbered is a reason without places and values, which differ while it stays
// the same.
func unnumbered(because string) string { return numbers.ReplaceAllString(because, "") }

var numbers = regexp.MustCompile(`[0-9]+`)

// told is a failure as it was.
func (f *fuzzer) told(t *failedTrial) FuzzFailure {
	o := &f.run.options
	return FuzzFailure{
		Requirement: t.finding.Requirement, Level: t.finding.Level, Verdict: t.finding.Verdict,
		Kind: t.kind, Name: t.name, Seq: t.seq,
		Repeat: fmt.Sprintf("sdegauge conform --target %s --account %s --profile %s --seed %d --fuzz %d",
			o.Target.URL, o.Account, o.Profile.Name, o.Seed, f.result.Asked),
		Expected: t.finding.Expected, Got: t.finding.Got, Because: t.opinion.String(),
		Bytes: len(t.update.Body), Shrunk: string(t.update.Body),
		Request: t.request, Response: t.response, Reproduce: t.reproduce,
	}
}
