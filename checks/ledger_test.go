package checks

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// book judges a reading in profile spec and books it.
func book(t testing.TB, l *Ledger, r *contract.Reading) {
	t.Helper()
	var j Judgement
	NewJudge(profile(t, "spec"), clock).Judge(r, &j)
	l.Add(r, &j)
}

func numbered(r *contract.Reading, seq uint64, bodySize int) *contract.Reading {
	r.Case.Seq = seq
	r.Case.Body = bytes.Repeat([]byte("x"), bodySize)
	return r
}

func result(t testing.TB, l *Ledger, id string) Result {
	t.Helper()
	for _, r := range l.Results() {
		if r.ID == id {
			return r
		}
	}
	require.Fail(t, "no result", id)
	return Result{}
}

func TestLedgerCounts(t *testing.T) {
	l := NewLedger(Options{})
	assert.Equal(t, contract.Skipped, l.Verdict())
	assert.Empty(t, l.Results())

	book(t, l, answerTo(ok, 200, ""))
	book(t, l, answerTo(ok, 200, ""))
	assert.Equal(t, contract.Pass, l.Verdict())
	book(t, l, answerTo(ok, 503, envelopeOf(18)))
	assert.Equal(t, contract.Warn, l.Verdict())
	book(t, l, answerTo(ok, 400, envelopeOf(5)))
	book(t, l, answerTo(observed, 405, ""))

	r := result(t, l, "EP-01")
	assert.Equal(t, [5]uint64{4, 2, 0, 1, 1}, [5]uint64{r.Judged, r.Passed, r.Observed, r.Warned, r.Failed})
	assert.Equal(t, contract.Fail, r.Verdict)
	assert.Equal(t, 400, r.First.Status)
	assert.Equal(t, 503, r.Warnings.First.Status)
	assert.Equal(t, contract.Must, r.Level)
	catalogued, _ := contract.LookupRequirement("EP-01")
	assert.Equal(t, catalogued.Title, r.Title)
	assert.Equal(t, catalogued.Source, r.Source)

	r = result(t, l, "V-09")
	assert.Equal(t, contract.ObservedOnly, r.Verdict)
	assert.Equal(t, uint64(1), r.Observed)
	assert.Nil(t, r.First)
	assert.Equal(t, contract.Fail, l.Verdict())
}

func TestLedgerOrder(t *testing.T) {
	l := NewLedger(Options{})
	book(t, l, answerTo(observed, 405, ""))
	book(t, l, answerTo(refused, 404, envelopeOf(33)))
	book(t, l, answerTo(ok, 404, "<html>"))
	var order []string
	for _, r := range l.Results() {
		order = append(order, r.ID+"="+r.Verdict.String())
	}
	assert.Equal(t, []string{"EP-01=fail", "U-02=fail", "V-04=warn", "U-01=pass", "U-03=pass", "U-04=pass",
		"U-06=pass", "U-07=pass", "U-08=pass", "U-12=pass", "V-09=observed"}, order)
}

// What the profile makes a MUST is shown as one.
func TestLedgerShowsTheBindingLevel(t *testing.T) {
	l := NewLedger(Options{})
	var j Judgement
	r := answerTo(searchInfo, 400, envelopeOf(5))
	NewJudge(profile(t, "strict"), clock).Judge(r, &j)
	l.Add(r, &j)
	got := result(t, l, "SQ-01")
	assert.Equal(t, contract.Must, got.Level)
	assert.Equal(t, contract.Fail, got.Verdict)

	l = NewLedger(Options{})
	book(t, l, answerTo(observed, 404, "<html>"))
	got = result(t, l, "U-02")
	assert.Equal(t, contract.Must, got.Level, "the catalogue's, though only a SHOULD was at stake")
	assert.Equal(t, contract.Warn, got.Verdict)
}

// A requirement that the catalogue does not know is booked all the same.
func TestLedgerTakesStrangers(t *testing.T) {
	l := NewLedger(Options{})
	book(t, l, answerTo(contract.Expectation{Requirement: "X-1", Level: contract.Should, Outcome: contract.OK}, 400, envelopeOf(5)))
	got := result(t, l, "X-1")
	assert.Equal(t, contract.Warn, got.Verdict)
	assert.Equal(t, contract.Should, got.Level)
}

func TestLedgerExample(t *testing.T) {
	l := NewLedger(Options{
		Seed:    7,
		BaseURL: "https://user:hunter2@api.example",
		Curl:    func(base string, c *contract.Case) string { return "curl " + base + c.Target },
	})
	r := answerTo(refused, 200, "\x1b[2J\u202e"+strings.Repeat("y", 2*bodyLimit))
	r.Case.Seq, r.Attempt, r.Truncated = 42, 2, true
	r.Case.Body = []byte("{\"pageId\":\"\x00\"}")
	book(t, l, r)
	first := result(t, l, "V-04").First

	response := first.ResponseBody
	assert.True(t, strings.HasPrefix(response, `\u001b[2J\u202eyyy`), response[:20])
	assert.True(t, strings.HasSuffix(response, "y…"))
	assert.Len(t, []rune(response), bodyLimit)
	want := Example{
		Seed: 7, Seq: 42, Attempt: 2, Class: "fault", Fault: "a-fault",
		Expected:     "status 400 with a conforming envelope and internalCode 33",
		Got:          first.Got,
		RequestLine:  "PUT " + ownTarget,
		RequestBody:  `{"pageId":"\u0000"}`,
		RequestSize:  14,
		Status:       200,
		ResponseBody: response,
		ResponseSize: len(r.Body),
		Truncated:    true,
		Curl:         "curl https://api.example" + ownTarget,
	}
	assert.Equal(t, want, *first)
	assert.Contains(t, first.Got, "status 200 with more than 8")

	// The reading is the caller's again: nothing of it may be kept.
	copy(r.Case.Body, "################")
	copy(r.Body, "################")
	assert.Equal(t, want, *result(t, l, "V-04").First)
}

func TestLedgerMasksEchoedSecrets(t *testing.T) {
	const secret = "s3cr3t-t0k3n"
	l := NewLedger(Options{Redact: func(s string) string { return strings.ReplaceAll(s, secret, "***") }})
	// One whole secret, one cut by the excerpt's end, one by the body's.
	for i, padding := range []int{0, excerptLimit - 20, bodyLimit - 8} {
		r := answerTo(ok, 400, strings.Repeat("p", padding)+secret)
		r.Case.Seq = uint64(i)
		book(t, l, r)
		shown := fmt.Sprintf("%+v", *result(t, l, "U-02").First)
		assert.NotContains(t, shown, secret[:4])
		groups, _ := l.Unexpected()
		assert.NotContains(t, fmt.Sprintf("%+v", *groups[0].First), secret[:4])
		l = NewLedger(l.options)
	}
}

func TestLedgerLeavesOutTheCurlLineOfALargeBody(t *testing.T) {
	l := NewLedger(Options{Curl: func(string, *contract.Case) string { return "curl" }})
	book(t, l, numbered(answerTo(ok, 400, ""), 1, curlLimit))
	assert.Equal(t, "curl", result(t, l, "EP-01").First.Curl)
	l = NewLedger(l.options)
	book(t, l, numbered(answerTo(ok, 400, ""), 1, curlLimit+1))
	assert.Empty(t, result(t, l, "EP-01").First.Curl)
}

// Whatever order many goroutines book in, the first is the one with the lowest
// seq and the smallest the one with the shortest body, the first of equals.
func TestLedgerUnderConcurrency(t *testing.T) {
	const workers, each = 8, 500
	random := rand.New(rand.NewPCG(3, 4))
	order := random.Perm(workers * each)
	size := func(seq int) int { return 100 + (seq*7919)%300 } // shortest at several seqs
	l := NewLedger(Options{})
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			judge := NewJudge(profile(t, "spec"), clock)
			var j Judgement
			for _, seq := range order[w*each : (w+1)*each] {
				r := numbered(answerTo(ok, 400, envelopeOf(5)), uint64(seq+10), size(seq))
				if seq%2 == 1 {
					r.Status = 503
				}
				judge.Judge(r, &j)
				l.Add(r, &j)
			}
		})
	}
	group.Wait()

	smallest := map[int]int{}
	for seq := range workers * each {
		if best, known := smallest[seq%2]; !known || size(seq) < size(best) {
			smallest[seq%2] = seq
		}
	}
	r := result(t, l, "EP-01")
	assert.Equal(t, uint64(workers*each/2), r.Failed)
	assert.Equal(t, uint64(workers*each/2), r.Warned)
	assert.Equal(t, uint64(10), r.First.Seq)
	assert.Equal(t, uint64(11), r.Warnings.First.Seq)
	assert.Equal(t, uint64(smallest[0]+10), r.Smallest.Seq)
	assert.Equal(t, uint64(smallest[1]+10), r.Warnings.Smallest.Seq)
	groups, rest := l.Unexpected()
	assert.Zero(t, rest)
	require.Len(t, groups, 2)
	assert.Equal(t, uint64(10), groups[0].First.Seq)
}

func TestUnexpected(t *testing.T) {
	l := NewLedger(Options{})
	book(t, l, answerTo(ok, 200, ""))
	book(t, l, numbered(answerTo(ok, 503, envelopeOf(18)), 9, 10))
	book(t, l, numbered(answerTo(ok, 503, envelopeOf(18)), 5, 20))
	retried := answerTo(ok, 500, envelopeOf(18))
	retried.Final = false
	book(t, l, retried)
	loading := answerTo(ok, 500, envelopeOf(20))
	book(t, l, loading)
	dead := answerTo(refused, 0, "")
	dead.Failure, dead.Err = contract.FailClosed, errors.New("read: connection reset\x07")
	book(t, l, dead)

	groups, rest := l.Unexpected()
	assert.Zero(t, rest)
	var lines []string
	for _, g := range groups {
		lines = append(lines, fmt.Sprint(g.Updates, g.Class, g.Fault, g.Status, g.Failure, g.First.Seq, g.First.Expected, g.First.Got))
	}
	assert.Equal(t, []string{
		fmt.Sprint(2, "page", "", 503, contract.NoFailure, 5, "200 with an empty entity", `status 503 with internalCode 18 and message "no"`),
		fmt.Sprint(1, "fault", "a-fault", 0, contract.FailClosed, 0, "REJ(400;33)", `no complete response: closed: read: connection reset\u0007`),
		fmt.Sprint(1, "page", "", 500, contract.NoFailure, 0, "OK", "status 500"),
	}, lines)
}

// A server that invents statuses must not fill the memory.
func TestUnexpectedIsBounded(t *testing.T) {
	l := NewLedger(Options{})
	for i := range 2 * groupLimit {
		book(t, l, answerTo(ok, 401+i, ""))
	}
	groups, rest := l.Unexpected()
	assert.Len(t, groups, groupLimit)
	assert.Equal(t, uint64(groupLimit), rest)
}

func BenchmarkLedgerPass(b *testing.B)   { benchmarkLedger(b, answerTo(ok, 200, "")) }
func BenchmarkLedgerReject(b *testing.B) { benchmarkLedger(b, answerTo(refused, 400, envelopeOf(33))) }
func BenchmarkLedgerFail(b *testing.B)   { benchmarkLedger(b, answerTo(ok, 400, "<html>")) }

func benchmarkLedger(b *testing.B, r *contract.Reading) {
	l := NewLedger(Options{})
	var j Judgement
	NewJudge(profile(b, "spec"), clock).Judge(r, &j)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			l.Add(r, &j)
		}
	})
}
