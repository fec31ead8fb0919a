package reports

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
)

// hostile is what a server may send: markup, quotes, the ends of what surrounds
// it, control characters, marks that turn the direction.
const hostile = `<script>window.hit=1</script><img src=x onerror="hit()">'"></style></title></svg><a href="javascript:hit()">` +
	"`{{.}}${hit()}\x1b[2J\x00\u202e\u2066\u200b\r\n&lt;script&gt; url(http://192.0.2.7/x)\xff"

// hostileRun is the sample with foreign text wherever a string can come from a
// server, a scenario or a command line.
func hostileRun() Run {
	run := sampleRun()
	for i := range run.Checks {
		for _, e := range []*string{&run.Checks[i].Title, &run.Checks[i].ID} {
			*e += hostile
		}
		if first := run.Checks[i].First; first != nil {
			for _, e := range []*string{&first.Expected, &first.Got, &first.RequestLine, &first.RequestBody, &first.ResponseBody, &first.Curl, &first.Class, &first.Fault} {
				*e += hostile
			}
		}
	}
	for i := range run.Unexpected {
		run.Unexpected[i].Class, run.Unexpected[i].Fault = hostile, hostile
	}
	for _, e := range []*string{
		&run.Scenario.Name, &run.Scenario.Description, &run.Scenario.Profile, &run.Scenario.Retry, &run.Target.URL, &run.Target.Transport,
		&run.Command, &run.Tool.Version, &run.Summary.Stages[0].Name, &run.Summary.Stages[1].Name,
	} {
		*e += hostile
	}
	r, j := hit(9999, 0, ms(1))
	r.Case.Class, r.Case.Fault, r.Case.Expect.Requirement, j.AsExpected = hostile, hostile, hostile, false
	run.Readings.Take(r, j)
	return run
}

func writtenPage(t *testing.T, r *Report) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, WriteHTML(&out, r))
	return out.String()
}

// has is Contains without a whole page in the message.
func has(t *testing.T, page, want, reason string) {
	t.Helper()
	assert.True(t, strings.Contains(page, want), "%s: %s", reason, want)
}

// visit calls f for every node of a page.
func visit(t *testing.T, page string, f func(*html.Node)) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		f(n)
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(root)
}

// Foreign text never becomes an element, an attribute or a rule of style, nor
// does it act on the direction of the text.
func TestHTMLHostile(t *testing.T) {
	page := writtenPage(t, New(hostileRun()))
	calm := writtenPage(t, New(sampleRun()))
	known := map[string]bool{}
	visit(t, calm, func(n *html.Node) {
		known[n.Data] = true
		for _, a := range n.Attr {
			known[a.Key] = true
		}
	})
	var text strings.Builder
	visit(t, page, func(n *html.Node) {
		switch n.Type {
		case html.ElementNode:
			assert.True(t, known[n.Data], "element %s", n.Data)
			assert.NotContains(t, []string{"script", "img", "iframe", "object", "base", "form"}, n.Data)
			for _, a := range n.Attr {
				assert.True(t, known[a.Key], "attribute %s", a.Key)
				assert.False(t, strings.HasPrefix(a.Key, "on"), "attribute %s", a.Key)
				if a.Key == "href" || a.Key == "src" {
					assert.Regexp(t, `^(#|data:,$)`, a.Val)
				}
				if a.Key == "class" || a.Key == "id" || a.Key == "style" {
					assert.NotContains(t, a.Val, "hit")
				}
			}
		case html.TextNode:
			if n.Parent.Data == "style" {
				assert.NotContains(t, n.Data, "window.hit")
				return
			}
			text.WriteString(n.Data)
		}
	})
	has(t, text.String(), "<script>window.hit=1</script>", "shown as what it is")
	has(t, text.String(), `\u001b[2J\u0000\u202e\u2066\u200b\r\n`, "the page")
	for _, c := range page {
		require.True(t, c == '\n' || c == '\u00a0' || unicode.IsPrint(c), "%U", c)
	}
}

// Nothing is loaded, and a browser is told so.
func TestHTMLStandsAlone(t *testing.T) {
	page := writtenPage(t, New(sampleRun()))
	assert.True(t, strings.HasPrefix(page, "<!DOCTYPE html>"))
	has(t, page, `content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`, "the page")
	assert.NotRegexp(t, regexp.MustCompile(`@import|<script|<link rel="stylesheet"|\ssrc=`), page)
	for _, url := range regexp.MustCompile(`url\(([^)]*)\)`).FindAllStringSubmatch(page, -1) {
		assert.Regexp(t, `^#`, url[1])
	}
}

// Every plot says what it shows, refers to names that exist once, and has its
// numbers in a table.
func TestHTMLAccessible(t *testing.T) {
	page := writtenPage(t, New(sampleRun()))
	ids, wanted := map[string]int{}, []string{}
	figures, plots, tables := 0, 0, 0
	visit(t, page, func(n *html.Node) {
		if n.Type != html.ElementNode {
			return
		}
		attr := map[string]string{}
		for _, a := range n.Attr {
			attr[a.Key] = a.Val
		}
		if id := attr["id"]; id != "" {
			ids[id]++
		}
		wanted = append(wanted, strings.Fields(attr["aria-labelledby"])...)
		if strings.HasPrefix(attr["href"], "#") {
			wanted = append(wanted, attr["href"][1:])
		}
		switch {
		case n.Data == "figure":
			figures++
		case n.Data == "svg" && attr["role"] == "img":
			plots++
		case n.Data == "table" && inside(n, "figure"):
			tables++
		}
	})
	assert.Equal(t, 8, figures)
	assert.Equal(t, 8, plots)
	assert.Equal(t, 8, tables)
	for _, id := range wanted {
		assert.Equal(t, 1, ids[id], id)
	}
	for id, n := range ids {
		assert.Equal(t, 1, n, id)
	}
}

func inside(n *html.Node, name string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == name {
			return true
		}
	}
	return false
}

// The page is made from report.json alone, and tells what the run did.
func TestHTMLFromTheFile(t *testing.T) {
	r := New(sampleRun())
	data, err := json.Marshal(r)
	require.NoError(t, err)
	again, err := parse(data)
	require.NoError(t, err)
	page := writtenPage(t, r)
	assert.Equal(t, page, writtenPage(t, again))
	for reason, want := range map[string]string{
		"the verdict":           `<span class="verdict fail">fail</span>`,
		"a gate":                "response.p99 &lt; 250ms",
		"a class":               "<td>personal</td>",
		"a stage that is shown": ">steady</text>",
		"a warm-up, hatched":    `class="hatch"`,
		"a finding":             "PG-02 fail, MUST: 14 of 20 responses: pageId is null",
		"its evidence":          "got</dt><dd><code>status 200",
		"its request":           "{&#34;pageId&#34;:null}",
		"the command":           "<code>sdegauge run smoke --seed 42</code>",
		"the seed":              "42, from update 0 on",
		"the missing selftest":  "none: sdegauge selftest makes one",
	} {
		has(t, page, want, reason)
	}
}

func TestHTMLWithoutReadings(t *testing.T) {
	page := writtenPage(t, New(calmRun(0)))
	has(t, page, "No attempt has such a time: none was answered.", "the page")
	has(t, page, "Nothing was sent.", "the page")
	assert.NotContains(t, page, "NaN")
	one := writtenPage(t, New(calmRun(1)))
	has(t, one, "The sample is too small: a first quantile needs 20 readings, and 1 measured attempt had a time.", "the page")
	assert.NotContains(t, one, "NaN")
}

// A run of hours makes a page that a browser opens at once.
func TestHTMLOfALongRun(t *testing.T) {
	page := writtenPage(t, longReport())
	assert.Less(t, len(page), 300_000)
	has(t, page, ">3 h</text>", "the axis")
	rates := page[strings.Index(page, `id="figure-rate"`):strings.Index(page, `id="figure-statuses"`)]
	assert.Equal(t, 1+90, strings.Count(rates, "<tr>"), "a head, and 1,350 intervals of 8 s in stretches of 120 s")
}

// longReport is of three hours: what happened in one second, again and again.
func longReport() *Report {
	const intervals, width = 1350, 8
	r := New(calmRun(200))
	one := r.Series[0]
	r.Series = nil
	for i := range intervals {
		one.StartS, one.WidthS = float64(i*width), width
		r.Series = append(r.Series, one)
	}
	r.Stages[0].EndS, r.ElapsedS = intervals*width, intervals*width
	return r
}

func TestHTMLErrors(t *testing.T) {
	r := New(calmRun(30))
	assert.ErrorContains(t, WriteHTML(failing{}, r), "write the page: full")
	r.Series[0].Latency.Service.Histogram = "broken"
	assert.ErrorContains(t, WriteHTML(io.Discard, r), "draw the report: the series at 0 s: decode a histogram")
}

// What was scheduled and never sent is in the series where its instants were.
func TestSeriesTellsTheUnsent(t *testing.T) {
	run := calmRun(1000) // 200 a second
	run.Stages = []traffic.Stage{{Name: "steady", Arrival: traffic.Constant, Rate: 200, Duration: 8 * time.Second}}
	run.Summary.Stages[0] = traffic.StageSummary{Name: "steady", End: 8 * time.Second, Scheduled: 1600, Sent: 1000, Unsent: 600}
	for range 2 { // and a report made twice is the same
		r := New(run)
		require.Len(t, r.Series, 8)
		for i, v := range r.Series {
			assert.EqualValues(t, 200, v.Scheduled, "second %d", i)
		}
		assert.EqualValues(t, 0, r.Series[6].Sent)
	}
}

// A step is as long as its quantile needs readings, and crosses no silence.
func TestQuantileSteps(t *testing.T) {
	sample := func(n int, v float64) *distribution {
		d := newDistribution(coarseDigits)
		for range n {
			d.record(ms(v))
		}
		return d
	}
	var list []stretch
	for i, n := range []int{20, 10, 10, 5, 0, 7, 13, 4} {
		list = append(list, stretch{from: float64(i), to: float64(i + 1), response: sample(n, float64(i+1))})
	}
	steps := quantileSteps(list, responseOf, .5)
	require.Len(t, steps, 3)
	assert.Equal(t, []float64{0, 1}, []float64{steps[0].From, steps[0].To})
	assert.Equal(t, []float64{1, 4}, []float64{steps[1].From, steps[1].To}, "the rest before a silence joins")
	assert.Equal(t, []float64{5, 8}, []float64{steps[2].From, steps[2].To})
	assert.InDelta(t, 3, steps[1].Value, .05, "the median of ten 2, ten 3 and five 4")
	assert.InDelta(t, 7, steps[2].Value, .1)
	assert.Empty(t, quantileSteps(list[4:6], responseOf, .5), "seven readings have no median")
}

// Of many statuses each family keeps its colour, and nothing is lost.
func TestEndings(t *testing.T) {
	p := &plotter{Report: &Report{
		Statuses: map[int]uint64{200: 90, 201: 3, 204: 2, 400: 8, 404: 9, 429: 1, 500: 4, 503: 6, 799: 1},
		Failures: map[string]uint64{"timeout": 2, "closed": 1},
	}}
	var total uint64
	var names []string
	for _, e := range p.endings() {
		names = append(names, e.name)
		total += e.total
		s := stretch{statuses: p.Statuses, failures: p.Failures}
		assert.Equal(t, e.total, e.of(&s), e.name)
	}
	assert.Equal(t, []string{"200", "other below 400", "404", "other 4xx", "5xx", "799", "network error"}, names)
	assert.EqualValues(t, 127, total)
}

func TestWriteHTMLTakesEveryVerdict(t *testing.T) {
	for _, v := range []contract.Verdict{contract.Pass, contract.Warn, contract.Fail, contract.Inconclusive} {
		r := New(calmRun(30))
		r.Verdict = v
		assert.Contains(t, writtenPage(t, r), `<span class="verdict `+v.String()+`">`)
	}
}
