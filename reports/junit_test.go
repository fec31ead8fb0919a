package reports

import (
	"bytes"
	"encoding/xml"
	"io"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// tally is what a reader of test results that knows nothing of this package finds
// in a document: the counts that it claims, and the elements that are there.
type tally struct{ tests, failures, errors, skipped int }

// tallied walks through a document, element by element, and holds each suite's
// claim, and that of the whole, against what is in it.
func tallied(t *testing.T, text []byte) tally {
	t.Helper()
	type level struct{ claimed, found tally }
	var open []level
	var whole tally
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		token, err := d.Token()
		if err == io.EOF {
			require.Empty(t, open)
			return whole
		}
		require.NoError(t, err)
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "testsuites", "testsuite":
				open = append(open, level{claimed: claimed(t, e)})
			case "testcase":
				open[len(open)-1].found.tests++
			case "failure":
				open[len(open)-1].found.failures++
			case "error":
				open[len(open)-1].found.errors++
			case "skipped":
				open[len(open)-1].found.skipped++
			}
		case xml.EndElement:
			if e.Name.Local != "testsuites" && e.Name.Local != "testsuite" {
				continue
			}
			last := open[len(open)-1]
			open = open[:len(open)-1]
			assert.Equal(t, last.found, last.claimed, e.Name.Local)
			if whole = last.found; len(open) > 0 {
				outer := &open[len(open)-1].found
				outer.tests += last.found.tests
				outer.failures += last.found.failures
				outer.errors += last.found.errors
				outer.skipped += last.found.skipped
			}
		}
	}
}

func claimed(t *testing.T, e xml.StartElement) (c tally) {
	into := map[string]*int{"tests": &c.tests, "failures": &c.failures, "errors": &c.errors, "skipped": &c.skipped}
	for _, a := range e.Attr {
		if n := into[a.Name.Local]; n != nil {
			var err error
			*n, err = strconv.Atoi(a.Value)
			require.NoError(t, err, a.Name.Local)
			delete(into, a.Name.Local)
		}
	}
	require.Empty(t, into, "%s claims all counts", e.Name.Local)
	return c
}

// documentRuns are runs of every verdict.
func documentRuns() map[string]Run {
	doubtful := calmRun(2000)
	doubtful.Summary.Stages[0].Sent, doubtful.Summary.Stages[0].Unsent = 1990, 10
	interrupted := calmRun(2000)
	interrupted.Summary.Interrupted = true
	warned := calmRun(2000)
	warned.Checks = sampleRun().Checks[1:]
	both := sampleRun()
	both.Summary.Interrupted = true
	small := calmRun(10)
	small.Thresholds = sampleRun().Thresholds[:1]
	return map[string]Run{
		"fail": sampleRun(), "pass": calmRun(2000), "empty": calmRun(0), "doubtful": doubtful,
		"interrupted": interrupted, "warned": warned, "fail and interrupted": both, "too small a sample": small,
	}
}

// A list that is green is of a run that passed, and of no other.
func TestJUnitIsRedWhereTheRunIs(t *testing.T) {
	for name, run := range documentRuns() {
		t.Run(name, func(t *testing.T) {
			r := New(run)
			var out bytes.Buffer
			require.NoError(t, WriteJUnit(&out, r))
			c := tallied(t, out.Bytes())
			assert.Equal(t, len(r.Thresholds)+len(r.Checks)+len(r.Causes), c.tests)
			assert.Equal(t, r.ExitCode == 0, c.failures+c.errors == 0, "exit code %d: %+v", r.ExitCode, c)
			assert.Equal(t, r.Verdict == contract.Fail, c.failures > 0)
		})
	}
}

func TestJUnitGolden(t *testing.T) {
	run := sampleRun()
	run.Checks[3].Verdict, run.Checks[3].Passed, run.Checks[3].Judged = contract.Skipped, 0, 0
	run.Summary.Interrupted = true
	var out bytes.Buffer
	require.NoError(t, WriteJUnit(&out, New(run)))
	golden(t, "junit.xml", out.Bytes())
	assert.Equal(t, tally{tests: 9, failures: 2, errors: 2, skipped: 1}, tallied(t, out.Bytes()))
}

// Whatever a server says, the document is XML and means the same.
func FuzzJUnit(f *testing.F) {
	f.Add("\x1b]0;x\x07\u009b2J\r\n]]><!-- \xff\ufffe\x00 & \" '", uint8(contract.Fail))
	f.Add("</failure></testcase><testcase/>", uint8(contract.Inconclusive))
	f.Fuzz(func(t *testing.T, text string, verdict uint8) {
		j := JUnit{Name: text, Suites: []JUnitSuite{{Name: text, Cases: []JUnitCase{
			{Name: text, Verdict: contract.Verdict(verdict), Message: text, Text: text}, {Name: "good", Verdict: contract.Pass},
		}}}}
		var out bytes.Buffer
		require.NoError(t, WriteJUnitXML(&out, j))
		require.Equal(t, 2, tallied(t, out.Bytes()).tests)
	})
}

func TestJUnitVerdicts(t *testing.T) {
	for verdict, want := range map[contract.Verdict]tally{
		contract.Pass: {tests: 1}, contract.Warn: {tests: 1}, contract.Fail: {tests: 1, failures: 1}, contract.Inconclusive: {tests: 1, errors: 1},
		contract.Skipped: {tests: 1, skipped: 1}, contract.ObservedOnly: {tests: 1, skipped: 1},
	} {
		var out bytes.Buffer
		require.NoError(t, WriteJUnitXML(&out, JUnit{Suites: []JUnitSuite{{Cases: []JUnitCase{{Verdict: verdict, Message: "why", Text: "more"}}}}}))
		assert.Equal(t, want, tallied(t, out.Bytes()), verdict)
		assert.Equal(t, verdict != contract.Pass, bytes.Contains(out.Bytes(), []byte("why")), verdict)
	}
	assert.ErrorContains(t, WriteJUnit(failing{}, New(calmRun(1))), "write the test results: full")
}
