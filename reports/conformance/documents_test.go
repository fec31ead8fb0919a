package conformance

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/checks/suite"
	"sdegauge/internal/contract"
	"sdegauge/reports"
)

func table(t *testing.T, r *suite.Report, width int) string {
	t.Helper()
	return written(t, func(w io.Writer, r *suite.Report) error {
		return WriteTable(w, r, reports.TableOptions{Width: width})
	}, r)
}

func TestTableTellsTheGravestFirst(t *testing.T) {
	text := table(t, sample(), 100)
	var order []string
	for _, m := range regexp.MustCompile(`(?m)^([A-Z]+-\d\d) (?:fail|warn|inconclusive)`).FindAllStringSubmatch(text, -1) {
		order = append(order, m[1])
	}
	assert.Equal(t, []string{"V-04", "V-05", "U-07", "LC-08", "EP-01", "V-07"}, order,
		"failed, MUST before SHOULD, then undecided, then warnings")
	assert.Contains(t, text, "FAIL  the waiver of U-01 waives nothing, for what it names holds; 3 of 9 requirements asked do not")
	assert.Contains(t, text, "likewise  V-05-c")
	assert.Contains(t, text, "repeat    curl -X PUT 'http://127.0.0.1:8080/x'")
	assert.Regexp(t, `V-07 warn, waived, SHOULD`, text)
	assert.Regexp(t, `V-10 .* refused, 400 with code 33: 1,`, text)
	assert.Regexp(t, `is about a client +RT-01 to RT-03, RT-05`, text)
	assert.Regexp(t, `V-10-a +200 +400;33`, text)
	assert.Contains(t, text, "lock: 1 of 2 behaviours in b.lock are as they were, 2 are new; --update-lock")
}

// Nothing that a server sends acts on a terminal, and lines keep to its width, but
// for those that are to be copied.
func TestTableIsSafeAndFits(t *testing.T) {
	for _, width := range []int{80, 140} {
		for _, line := range strings.Split(table(t, sample(), width), "\n") {
			assert.NotRegexp(t, "[\x00-\x1f\x7f\u202e]", line)
			if !strings.Contains(line, "curl") {
				assert.LessOrEqual(t, len([]rune(line)), width, line)
			}
		}
	}
}

// A client's fault answered as a server's comes before its like.
func TestBlameComesFirst(t *testing.T) {
	r := sample()
	for i := range r.Requirements {
		if q := &r.Requirements[i]; q.ID == "V-05" {
			q.Cases[0].Got = "500 without envelope"
		}
	}
	assert.Equal(t, "V-05", found(r)[0].ID)
}

func TestManyFindingsAreNamed(t *testing.T) {
	r := &suite.Report{}
	for _, q := range contract.Requirements()[:60] {
		r.Requirements = append(r.Requirements, suite.Requirement{ID: q.ID, Level: contract.Must, Verdict: contract.Fail})
	}
	r.Waive(nil, r.Began)
	assert.Regexp(t, `40 more, told in conformance.html: EP-\d\d to`, table(t, r, 100))
}

func TestSpoken(t *testing.T) {
	for _, c := range []struct{ behaviour, says string }{
		{"200", "taken"}, {"200, 2 stored", "taken, 2 stored"}, {"201", "taken, 201"}, {"400;5", "refused, 400 with code 5"},
		{"405;5, allows PUT", "refused, 405 with code 5, allows PUT"}, {"503", "fails, 503"}, {"closed", "closed"},
		{"404 without envelope", "404 without envelope"}, {"200 then 400;5", "200 then 400;5"},
	} {
		assert.Equal(t, c.says, spoken(c.behaviour))
	}
}

// parsed is a JUnit document as a program reads it that knows nothing of the
// writer.
type parsed struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
	Suites   []struct {
		Name  string `xml:"name,attr"`
		Cases []struct {
			Name    string    `xml:"name,attr"`
			Failure *struct{} `xml:"failure"`
			Error   *struct{} `xml:"error"`
			Skipped *struct{} `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func TestJUnitCounts(t *testing.T) {
	text := written(t, WriteJUnit, sample())
	var p parsed
	require.NoError(t, xml.Unmarshal([]byte(text), &p))
	tests, failures, errs, skipped := 0, 0, 0, 0
	for _, s := range p.Suites {
		for _, c := range s.Cases {
			tests++
			if c.Failure != nil {
				failures++
			}
			if c.Error != nil {
				errs++
			}
			if c.Skipped != nil {
				skipped++
			}
		}
	}
	assert.Equal(t, []int{p.Tests, p.Failures, p.Errors, p.Skipped}, []int{tests, failures, errs, skipped}, "counts of the head against a count")
	assert.Equal(t, 5+1, failures, "five failed cases and a stale waiver; what was waived is none")
	assert.Equal(t, 1, errs)
	assert.Equal(t, 4+4+1, skipped, "observed, elsewhere, and one case")
	assert.Contains(t, text, "waived, known")
	assert.NotContains(t, text, "<script>")
	assert.NotContains(t, text, "\x00")
}

// A run fails in JUnit exactly where its exit code is not 0.
func TestJUnitAgreesWithTheExitCode(t *testing.T) {
	for _, c := range []struct {
		reason string
		change func(*suite.Report)
	}{
		{"as it is", func(*suite.Report) {}},
		{"nothing amiss", func(r *suite.Report) { r.Requirements = r.Requirements[:1]; r.Lock = nil; r.Waive(nil, r.Began) }},
		{"an interrupt", func(r *suite.Report) {
			r.Requirements = r.Requirements[:1]
			r.Lock, r.Interrupted = nil, true
			r.Waive(nil, r.Began)
		}},
		{"strict drift alone", func(r *suite.Report) {
			r.Requirements = append(r.Requirements[:1], r.Requirements[6])
			r.Waive(nil, r.Began)
			r.HoldAgainst(suite.Lock{"V-10-a": "200"}, "f", true)
		}},
		{"nothing asked", func(r *suite.Report) {
			r.Requirements = r.Requirements[len(r.Requirements)-1:]
			r.Lock = nil
			r.Waive(nil, r.Began)
		}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			r := sample()
			c.change(r)
			var p parsed
			require.NoError(t, xml.Unmarshal([]byte(written(t, WriteJUnit, r)), &p))
			assert.Equal(t, r.ExitCode != 0, p.Failures+p.Errors > 0, "exit code %d, %s", r.ExitCode, r.Reason)
		})
	}
}

func TestMarkdownHidesNothing(t *testing.T) {
	text := written(t, WriteMarkdown, sample())
	assert.True(t, strings.HasPrefix(text, "# fail: http"), text[:40])
	assert.Less(t, strings.Index(text, "U-07"), strings.Index(text, "where the specification says nothing"), "what does not hold comes first")
	assert.NotRegexp(t, "(?m)^[^`]*<script>", text)
	assert.NotContains(t, text, "\x1b")
}

func TestBadge(t *testing.T) {
	text := written(t, WriteBadge, sample())
	assert.Contains(t, text, "Update Session: 1 pass, 3 fail, 2 warn, 1 inconclusive")
	assert.NoError(t, xml.Unmarshal([]byte(text), new(struct{})), "well formed")
	r := sample()
	r.Requirements = r.Requirements[:1]
	r.Waive(nil, r.Began)
	assert.Contains(t, written(t, WriteBadge, r), ": 1 pass<")
	assert.Equal(t, "nothing judged", badgeText(&suite.Report{}))
}

// The documents come from conformance.json alone.
func TestSaveAndReadAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	paths, err := Save(dir, sample())
	require.NoError(t, err)
	require.Len(t, paths, 5)
	data, err := os.ReadFile(paths[0])
	require.NoError(t, err)
	again := new(suite.Report)
	require.NoError(t, json.Unmarshal(data, again))
	for _, d := range documents {
		assert.Equal(t, written(t, d.write, sample()), written(t, d.write, again), d.name)
	}
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = Save(filepath.Join(file, "below"), sample())
	assert.ErrorContains(t, err, "choose another folder with --out")
}

func TestComparison(t *testing.T) {
	a, b := sample(), sample()
	a.Target.Name, b.Target.Name = "old", hostile
	b.Requirements[0].Verdict = contract.Fail
	c := suite.Compare([]*suite.Report{a, b})
	var out bytes.Buffer
	require.NoError(t, WriteComparison(&out, c, reports.TableOptions{Width: 80}))
	assert.Regexp(t, `U-01 +MUST .* pass +fail`, out.String())
	assert.Contains(t, out.String(), "2 servers, 1 differences, 12 requirements alike")
	assert.NotContains(t, out.String(), "\x1b")
	paths, err := SaveComparison(t.TempDir(), c)
	require.NoError(t, err)
	assert.Len(t, paths, 2)
}
