package checks

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"sdegauge/internal/contract"
)

// liar is a server that does not read the request; it answers by what is
// convenient.
type liar struct {
	reason string
	answer func(c *contract.Case) (status int, body string)
	// fails are the requirements that fail, in the profiles spec, strict and
	// lenient, over one update of each expectation below.
	spec, strict, lenient []string
	// unexpected counts the updates that are not as expected in profile spec.
	unexpected int
}

func always(status int, body string) func(*contract.Case) (int, string) {
	return func(*contract.Case) (int, string) { return status, body }
}

// The updates sent to a liar: one of each kind of expectation.
var one = []contract.Expectation{ok, okShould, refused, refusedShould, not2xx, observed}

var liars = []liar{
	{"200 to everything", always(200, ""),
		[]string{"AC-02", "V-04"},
		[]string{"AC-02", "SI-04", "V-04"},
		[]string{"AC-02", "V-04"}, 2},
	{"400 and a good envelope to everything", always(400, specExample),
		[]string{"EP-01"},
		[]string{"EP-01", "SP-01"},
		[]string{"EP-01"}, 2},
	{"404 and a gateway's page to everything", always(404, "<html><h1>Not Found</h1></html>"),
		[]string{"EP-01", "U-02", "V-04"},
		[]string{"EP-01", "SI-04", "SP-01", "U-02", "V-04"},
		[]string{"EP-01", "U-02", "V-04"}, 3},
	{"the right envelope with status 200", always(200, specExample),
		[]string{"AC-02", "U-05", "V-04"},
		[]string{"AC-02", "SI-04", "U-05", "V-04"},
		[]string{"AC-02", "V-04"}, 4},
	{"an echo", func(c *contract.Case) (int, string) { return 200, string(c.Body) },
		[]string{"AC-02", "U-05", "V-04"},
		[]string{"AC-02", "SI-04", "U-05", "V-04"},
		[]string{"AC-02", "V-04"}, 4},
	{"500 and a good envelope to everything", always(500, envelopeOf(18)),
		nil,
		[]string{"U-07"},
		nil, 4},
	{"the sibling's wrapped error to every fault", faultsGet(400, `{"error":{"time":"2016-07-26T14:28:02Z","message":"no","internalCode":33}}`),
		[]string{"U-02", "V-04"},
		[]string{"SI-04", "U-02", "U-08", "V-04"},
		[]string{"U-02", "V-04"}, 1},
	{"the sibling's ISO time and quoted code to every fault", faultsGet(400, `{"time":"2016-07-26T14:28:02Z","internalCode":"33"}`),
		[]string{"U-03", "V-04"},
		[]string{"SI-04", "U-03", "V-04"},
		nil, 1},
	{"an honest server", func(c *contract.Case) (int, string) {
		if c.Fault == "" {
			return 200, ""
		}
		return c.Expect.Status, envelopeOf(code(c.Expect))
	}, nil, nil, nil, 0},
}

func code(x contract.Expectation) int {
	if len(x.Codes) == 0 {
		return 5
	}
	return int(x.Codes[0])
}

// faultsGet is honest about valid updates.
func faultsGet(status int, body string) func(*contract.Case) (int, string) {
	return func(c *contract.Case) (int, string) {
		if c.Fault == "" {
			return 200, ""
		}
		return status, body
	}
}

func TestLiars(t *testing.T) {
	for _, liar := range liars {
		want := map[string][]string{"spec": liar.spec, "strict": liar.strict, "lenient": liar.lenient}
		for _, p := range contract.Profiles() {
			t.Run(liar.reason+"/"+p.Name, func(t *testing.T) {
				ledger, unexpected := NewLedger(Options{}), 0
				judge := NewJudge(p, clock)
				var j Judgement
				for i, x := range one {
					r := answerTo(x, 0, "")
					r.Case.Seq = uint64(i)
					status, body := liar.answer(r.Case)
					r.Status, r.Body = status, []byte(body)
					judge.Judge(r, &j)
					assertSound(t, &j)
					ledger.Add(r, &j)
					if !j.AsExpected {
						unexpected++
					}
				}
				var failed []string
				for _, r := range ledger.Results() {
					if r.Verdict == contract.Fail {
						failed = append(failed, r.ID)
					}
				}
				assert.Equal(t, want[p.Name], failed)
				if p.Name == "spec" {
					assert.Equal(t, liar.unexpected, unexpected)
				}
			})
		}
	}
}

// FuzzJudge gives every kind of update any response at all: a judge never
// panics, keeps its promises, and judges the same response alike whatever it
// judged before.
func FuzzJudge(f *testing.F) {
	for _, table := range [][]row{harmless, breaking} {
		for _, r := range table {
			f.Add(r.status, []byte(r.body), false)
		}
	}
	f.Add(200, []byte("{}"), true)
	f.Fuzz(func(t *testing.T, status int, body []byte, truncated bool) {
		var used Judgement
		for _, p := range contract.Profiles() {
			judge := NewJudge(p, clock)
			for _, x := range slices.Concat(one, []contract.Expectation{also401, coercible, searchInfo, {}}) {
				r := answerTo(x, status, string(body))
				r.Truncated = truncated
				var fresh Judgement
				judge.Judge(r, &fresh)
				judge.Judge(r, &used)
				assertSound(t, &fresh)
				assert.Equal(t, fresh.Verdict, used.Verdict)
				assert.Equal(t, fresh.AsExpected, used.AsExpected)
				assert.Equal(t, len(fresh.Findings), len(used.Findings))
				if x.Outcome == contract.OK && fresh.AsExpected {
					assert.Equal(t, 200, status)
				}
			}
		}
	})
}

// A stricter profile never finds less: what the specification's profile says of
// a response, strict says or worsens, and lenient never fails more.
func TestProfilesAreOrdered(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	bodies := []string{""}
	for _, table := range [][]row{harmless, breaking} {
		for _, r := range table {
			bodies = append(bodies, r.body)
		}
	}
	statuses := []int{200, 201, 204, 302, 400, 401, 404, 405, 422, 429, 500, 502, 503}
	for range 5000 {
		x := one[random.IntN(len(one))]
		r := answerTo(x, statuses[random.IntN(len(statuses))], bodies[random.IntN(len(bodies))])
		var lenient, spec, strict Judgement
		NewJudge(profile(t, "lenient"), clock).Judge(r, &lenient)
		NewJudge(profile(t, "spec"), clock).Judge(r, &spec)
		NewJudge(profile(t, "strict"), clock).Judge(r, &strict)
		assert.LessOrEqual(t, lenient.Verdict, spec.Verdict, "%d %s", r.Status, r.Body)
		assert.LessOrEqual(t, spec.Verdict, strict.Verdict, "%d %s", r.Status, r.Body)
		assert.True(t, spec.AsExpected || !strict.AsExpected, "%d %s", r.Status, r.Body)
	}
}
