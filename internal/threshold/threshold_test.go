package threshold

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		expr string
		want Threshold
		form string // canonical, where it differs from expr
		unit Unit
	}{
		{"response.p99 < 250ms", Threshold{Metric: Metric{Name: Response, Stat: "p99"}, Op: Less, Limit: 250}, "", Milliseconds},
		{"service.p50 <= 5ms", Threshold{Metric: Metric{Name: Service, Stat: "p50"}, Op: LessEqual, Limit: 5}, "", Milliseconds},
		{"lag.max < 10ms", Threshold{Metric: Metric{Name: Lag, Stat: Max}, Op: Less, Limit: 10}, "", Milliseconds},
		{"response.mean<1.5s", Threshold{Metric: Metric{Name: Response, Stat: Mean}, Op: Less, Limit: 1500}, "response.mean < 1.5s", Milliseconds},
		{"response.p999 < 90s", Threshold{Metric: Metric{Name: Response, Stat: "p99.9"}, Op: Less, Limit: 90_000}, "response.p99.9 < 1m30s", Milliseconds},
		{"service.p99.95 < 1s", Threshold{Metric: Metric{Name: Service, Stat: "p99.95"}, Op: Less, Limit: 1000}, "", Milliseconds},
		{"service.p5 > 1ms", Threshold{Metric: Metric{Name: Service, Stat: "p5"}, Op: Greater, Limit: 1}, "", Milliseconds},
		{"errors < 0.1%", Threshold{Metric: Metric{Name: Errors}, Op: Less, Limit: 0.1}, "", Percent},
		{"errors == 0%", Threshold{Metric: Metric{Name: Errors}, Op: Equal, Limit: 0}, "", Percent},
		{"unexpected == 0", Threshold{Metric: Metric{Name: Unexpected}, Op: Equal, Limit: 0}, "", Count},
		{"unsent == 0", Threshold{Metric: Metric{Name: Unsent}, Op: Equal, Limit: 0}, "", Count},
		{"network_errors == 0", Threshold{Metric: Metric{Name: NetworkErrors}, Op: Equal, Limit: 0}, "", Count},
		{"class(cart).service.p95 < 80ms", Threshold{Metric: Metric{Name: Service, Class: "cart", Stat: "p95"}, Op: Less, Limit: 80}, "", Milliseconds},
		{"class(cart).errors < 1%", Threshold{Metric: Metric{Name: Errors, Class: "cart"}, Op: Less, Limit: 1}, "", Percent},
		{"checks(U-02) == 0", Threshold{Metric: Metric{Name: Checks, Check: "U-02"}, Op: Equal, Limit: 0}, "", Count},
		{"checks.failed == 0", Threshold{Metric: Metric{Name: Checks}, Op: Equal, Limit: 0}, "", Count},
		{"rate.sent >= 99%", Threshold{Metric: Metric{Name: RateSent}, Op: GreaterEqual, Limit: 99}, "", Percent},
		{"amplification < 1.2", Threshold{Metric: Metric{Name: Amplification}, Op: Less, Limit: 1.2}, "", Ratio},
		{"amplification == 1", Threshold{Metric: Metric{Name: Amplification}, Op: Equal, Limit: 1}, "", Ratio},
		{"status(503) < 1%", Threshold{Metric: Metric{Name: Status, Code: 503}, Op: Less, Limit: 1}, "", Percent},
		{"response.p99 < 250ms over 10s windows", Threshold{Metric: Metric{Name: Response, Stat: "p99"}, Op: Less, Limit: 250, Over: 10 * time.Second}, "", Milliseconds},
		{"errors < 1% over 60s windows for 180s abort", Threshold{Metric: Metric{Name: Errors}, Op: Less, Limit: 1, Over: time.Minute, For: 3 * time.Minute, Abort: true},
			"errors < 1% over 1m windows for 3m abort", Percent},
		{"errors < 1% abort for 90m over 90m windows", Threshold{Metric: Metric{Name: Errors}, Op: Less, Limit: 1, Over: 90 * time.Minute, For: 90 * time.Minute, Abort: true},
			"errors < 1% over 1h30m windows for 1h30m abort", Percent},
		{"checks(U-02) == 0 abort", Threshold{Metric: Metric{Name: Checks, Check: "U-02"}, Op: Equal, Abort: true}, "", Count},
		{"  unsent   ==\t0 ", Threshold{Metric: Metric{Name: Unsent}, Op: Equal, Limit: 0}, "unsent == 0", Count},
	} {
		t.Run(tt.expr, func(t *testing.T) {
			got, err := Parse(tt.expr)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.unit, got.Metric.Unit())
			form := tt.form
			if form == "" {
				form = tt.expr
			}
			assert.Equal(t, form, got.String())
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct {
		expr       string
		column     int
		text       string
		problem    string
		suggestion string
		allowed    string // one of the allowed forms
	}{
		{"", 1, "", "a metric is missing", "", "response.p99"},
		{"respnse.p99 < 250ms", 1, "respnse", `"respnse" is no metric`, "response", "service.p99"},
		{"latency.p99 < 250ms", 1, "latency", `"latency" is no metric`, "response", "response.p99"},
		{"clas(cart).errors < 1%", 1, "clas", `"clas" is no metric`, "class", "class(cart).errors"},
		{"response < 250ms", 9, "", "response is a distribution: say which figure of it", "", "response.p99"},
		{"response.p99x < 250ms", 10, "p99x", `"p99x" is no figure of a distribution`, "p99", "p99.9"},
		{"response.p100 < 250ms", 10, "p100", `"p100" is no figure of a distribution`, "max", "max"},
		{"response.p125 < 250ms", 10, "p125", `"p125" is no figure of a distribution`, "", "mean"},
		{"response.p0 < 250ms", 10, "p0", `"p0" is no figure of a distribution`, "p50", "p50"},
		{"response.median < 250ms", 10, "median", `"median" is no figure of a distribution`, "p50", "p50"},
		{"response.p99 250ms", 14, "250ms", `"250ms" does not compare`, "", "<="},
		{"response.p99", 13, "", "a comparison is missing after response.p99", "", "<"},
		{"response.p99 == 250ms", 14, "==", "a time is never exactly equal to a limit", "<=", "<="},
		{"response.p99 =< 250ms", 14, "=<", `"=<" does not compare`, "<=", "<="},
		{"unsent = 0", 8, "=", `"=" does not compare`, "==", "=="},
		{"unsent != 0", 8, "!=", `"!=" does not compare`, "", "=="},
		{"response.p99 < 250", 16, "250", `"250" has no unit`, "250ms", "a time with its unit, such as 250ms or 1.5s"},
		{"response.p99 < 250 ms", 16, "250", `"250" has no unit`, "250ms", "a time with its unit, such as 250ms or 1.5s"},
		{"response.p99 < -1ms", 16, "-1ms", `"-1ms" is no limit for response.p99`, "", "a time with its unit, such as 250ms or 1.5s"},
		{"response.p99 <", 15, "", "a limit is missing", "", "a time with its unit, such as 250ms or 1.5s"},
		{"response.p99 < 1%", 16, "1%", `"1%" is no limit for response.p99`, "", "a time with its unit, such as 250ms or 1.5s"},
		{"errors < 0.001", 10, "0.001", `"0.001" has no unit`, "0.001%", "a percentage, such as 0.1%"},
		{"errors < 101%", 10, "101%", `"101%" is no limit for errors`, "", "a percentage, such as 0.1%"},
		{"errors < 1e-3%", 10, "1e-3%", `"1e-3%" is no limit for errors`, "", "a percentage, such as 0.1%"},
		{"unexpected < 1%", 14, "1%", `"1%" is no limit for unexpected, which is a count`, "", "a whole number, such as 0"},
		{"unexpected == 0.5", 15, "0.5", `"0.5" is no limit for unexpected`, "", "a whole number, such as 0"},
		{"amplification < NaN", 17, "NaN", `"NaN" is no limit for amplification`, "", "a number, such as 1.2"},
		{"class(cart) < 1%", 12, "", "after class(cart) a dot and a metric are missing", "", "class(cart).errors"},
		{"class(cart).unsent == 0", 13, "unsent", `"unsent" is no metric of a class`, "", "errors"},
		{"class() < 1%", 7, "", "class needs a payload class in brackets", "", "class(cart).errors"},
		{"class(cart.errors < 1%", 11, "", "a closing bracket is missing", "", ")"},
		{"checks(U-99) == 0", 8, "U-99", `there is no requirement "U-99"`, "", "the id of a requirement, such as U-02 or V-04"},
		{"checks(u-02) == 0", 8, "u-02", `there is no requirement "u-02"`, "U-02", "the id of a requirement, such as U-02 or V-04"},
		{"checks.faild == 0", 8, "faild", `"faild" is no count of checks`, "failed", "failed"},
		{"checks == 0", 7, "", "checks needs a requirement in brackets", "", "checks.failed"},
		{"rate.snt >= 99%", 1, "rate.snt", `"rate.snt" is no metric`, "rate.sent", "rate.sent"},
		{"status(999) < 1%", 8, "999", `"999" is no status code`, "", "a number from 100 to 599"},
		{"errors < 0%", 10, "0%", "errors < 0% can never hold", "", ""},
		{"unsent >= 0", 11, "0", "unsent >= 0 always holds, so it is no gate", "", ""},
		{"errors <= 100%", 11, "100%", "errors <= 100% always holds, so it is no gate", "", ""},
		{"unsent == 0 ovr 10s windows", 13, "ovr 10s windows", `"ovr 10s windows" follows a complete threshold`, "over", "over 10s windows"},
		{"unsent == 0 and more", 13, "and more", `"and more" follows a complete threshold`, "", "abort"},
		{"unsent == 0 over", 17, "", "after over a length of time is missing", "", "whole seconds up to 24h, such as 10s"},
		{"unsent == 0 over 10 windows", 18, "10", `"10" has no unit`, "10s", "whole seconds up to 24h, such as 10s"},
		{"unsent == 0 over 1500ms windows", 18, "1500ms", `"1500ms" is no whole number of seconds`, "", "whole seconds up to 24h, such as 10s"},
		{"unsent == 0 over 0s windows", 18, "0s", `"0s" is no length of time`, "", "whole seconds up to 24h, such as 10s"},
		{"unsent == 0 over 25h windows", 18, "25h", `"25h" is no length of time`, "", "whole seconds up to 24h, such as 10s"},
		{"unsent == 0 over 10s", 21, "", "after over 10s the word windows is missing", "", "windows"},
		{"unsent == 0 over 1m windws", 21, "windws", "after over 1m the word windows is missing", "windows", "windows"},
		{"unsent == 0 for 30s", 13, "for", "for counts windows, and the threshold has none", "", "over 10s windows for 30s"},
		{"unsent == 0 over 10s windows for 25s", 30, "for", "25s is no whole number of windows of 10s", "", "for 20s"},
		{"unsent == 0 for 5s over 10s windows", 13, "for", "5s is no whole number of windows of 10s", "", "for 10s"},
		{"errors < 1% abort abort", 19, "abort", `"abort" is there twice`, "", ""},
		{"errors < 1% over 1s windows over 1s windows", 29, "over", `"over" is there twice`, "", ""},
		{"rate.sent >= 99% abort", 18, "abort", "rate.sent is known when the run has ended, so it cannot abort one", "", ""},
		{"ünsent == 0", 1, "", "a metric is missing", "", "unsent"},
	} {
		t.Run(tt.expr, func(t *testing.T) {
			_, err := Parse(tt.expr)
			var e *Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, tt.column, e.Column, "column")
			assert.Equal(t, tt.text, e.Text, "text")
			assert.Equal(t, tt.problem, e.Problem)
			assert.Equal(t, tt.suggestion, e.Suggestion, "suggestion")
			if tt.allowed == "" {
				assert.Empty(t, e.Allowed)
			} else {
				assert.Contains(t, e.Allowed, tt.allowed)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	_, err := Parse("checks.faild == 0")
	assert.EqualError(t, err, `column 8: "faild" is no count of checks; allowed here: failed; did you mean "failed"?`)
}

func TestParseForKnowsTheClasses(t *testing.T) {
	classes := []string{"cart", "page", "purchase"}
	_, err := ParseFor("class(cart).errors < 1%", classes)
	require.NoError(t, err)
	_, err = ParseFor("class(cartt).errors < 1%", classes)
	var e *Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, Error{7, "cartt", `unknown payload class "cartt"`, classes, "cart"}, *e)
}

func TestQuantile(t *testing.T) {
	for s, want := range map[Stat]float64{"p50": 0.5, "p99": 0.99, "p99.9": 0.999, "p99.99": 0.9999, "p2.5": 0.025} {
		q, ok := s.Quantile()
		assert.True(t, ok, s)
		assert.Equal(t, want, q, s)
	}
	for _, s := range []Stat{Mean, Max, ""} {
		_, ok := s.Quantile()
		assert.False(t, ok, s)
	}
}

// reading is the same answer to every question.
type reading struct {
	value float64
	n     uint64
	ok    bool
	why   string
}

func (r reading) Value(Metric) (float64, uint64, bool, string) { return r.value, r.n, r.ok, r.why }

func TestEvaluate(t *testing.T) {
	for _, tt := range []struct {
		reason, expr string
		reading      reading
		want         Result
	}{
		{"below the limit", "response.p99 < 250ms", reading{249.9, 12000, true, ""},
			Result{Expr: "response.p99 < 250ms", Known: true, Value: 249.9, Unit: Milliseconds, N: 12000, Verdict: contract.Pass, Detail: "249.9ms over 12,000 readings"}},
		{"the limit itself is not below it", "response.p99 < 250ms", reading{250, 12000, true, ""},
			Result{Expr: "response.p99 < 250ms", Known: true, Value: 250, Unit: Milliseconds, N: 12000, Verdict: contract.Fail, Detail: "250ms over 12,000 readings"}},
		{"the limit itself is allowed", "response.p99 <= 250ms", reading{250, 12000, true, ""},
			Result{Expr: "response.p99 <= 250ms", Known: true, Value: 250, Unit: Milliseconds, N: 12000, Verdict: contract.Pass, Detail: "250ms over 12,000 readings"}},
		{"a share", "errors < 0.1%", reading{100.0 / 3, 3, true, ""},
			Result{Expr: "errors < 0.1%", Known: true, Value: 100.0 / 3, Unit: Percent, N: 3, Verdict: contract.Fail, Detail: "33.3333% over 3 updates"}},
		{"a count", "unexpected == 0", reading{0, 7, true, ""},
			Result{Expr: "unexpected == 0", Known: true, Value: 0, Unit: Count, N: 7, Verdict: contract.Pass, Detail: "0 of 7 updates, 95% bound 43%"}},
		{"none of too few tells nothing of the others", "errors < 0.1%", reading{0, 500, true, ""},
			Result{Expr: "errors < 0.1%", Known: true, Unit: Percent, N: 500, Verdict: contract.Inconclusive,
				Detail: "0% over 500 updates, 95% bound 0.6%; to tell 0.1% takes 3,000 updates"}},
		{"none of enough", "errors < 0.1%", reading{0, 3000, true, ""},
			Result{Expr: "errors < 0.1%", Known: true, Unit: Percent, N: 3000, Verdict: contract.Pass, Detail: "0% over 3,000 updates, 95% bound 0.1%"}},
		{"one of too few is not better than none", "errors < 0.1%", reading{0.05, 2000, true, ""},
			Result{Expr: "errors < 0.1%", Known: true, Value: 0.05, Unit: Percent, N: 2000, Verdict: contract.Inconclusive,
				Detail: "0.05% over 2,000 updates; to tell 0.1% takes 3,000 updates"}},
		{"too many of few are too many", "errors < 0.1%", reading{20, 10, true, ""},
			Result{Expr: "errors < 0.1%", Known: true, Value: 20, Unit: Percent, N: 10, Verdict: contract.Fail, Detail: "20% over 10 updates"}},
		{"a limit of nothing speaks of what was sent", "errors == 0%", reading{0, 500, true, ""},
			Result{Expr: "errors == 0%", Known: true, Unit: Percent, N: 500, Verdict: contract.Pass, Detail: "0% over 500 updates, 95% bound 0.6%"}},
		{"all of too few", "status(200) >= 99%", reading{100, 299, true, ""},
			Result{Expr: "status(200) >= 99%", Known: true, Value: 100, Unit: Percent, N: 299, Verdict: contract.Inconclusive,
				Detail: "100% over 299 attempts, 95% bound 99%; to tell 99% takes 300 attempts"}},
		{"what the instrument sent, it counted", "rate.sent >= 99%", reading{100, 7, true, ""},
			Result{Expr: "rate.sent >= 99%", Known: true, Value: 100, Unit: Percent, N: 7, Verdict: contract.Pass, Detail: "100% over 7 scheduled updates"}},
		{"too small a sample passes nothing", "response.p99.9 < 250ms", reading{1, 500, false, "500 readings, 10000 needed"},
			Result{Expr: "response.p99.9 < 250ms", Known: false, Value: 0, Unit: Milliseconds, N: 500, Verdict: contract.Inconclusive, Detail: "500 readings, 10000 needed"}},
		{"no such class sent", "class(cart).errors < 1%", reading{0, 0, true, ""},
			Result{Expr: "class(cart).errors < 1%", Known: false, Value: 0, Unit: Percent, N: 0, Verdict: contract.Inconclusive, Detail: "nothing was measured for class(cart).errors"}},
		{"no update judged", "checks(U-02) == 0", reading{0, 0, true, ""},
			Result{Expr: "checks(U-02) == 0", Known: false, Value: 0, Unit: Count, N: 0, Verdict: contract.Inconclusive, Detail: "nothing was measured for checks(U-02)"}},
		{"no number", "amplification < 1.2", reading{math.NaN(), 5, true, ""},
			Result{Expr: "amplification < 1.2", Known: false, Value: 0, Unit: Ratio, N: 5, Verdict: contract.Inconclusive, Detail: "amplification has no finite value"}},
		{"an unknown value always says why", "unsent == 0", reading{},
			Result{Expr: "unsent == 0", Known: false, Value: 0, Unit: Count, N: 0, Verdict: contract.Inconclusive, Detail: "unsent could not be told"}},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			th, err := Parse(tt.expr)
			require.NoError(t, err)
			assert.Equal(t, tt.want, th.Evaluate(tt.reading))
		})
	}
}

// draw makes any valid threshold.
func draw(t *rapid.T) Threshold {
	f := rapid.SampledFrom(families[:]).Draw(t, "family")
	m := Metric{Name: f.name}
	if f.scoped && rapid.Bool().Draw(t, "of a class") {
		m.Class = rapid.StringMatching(`[A-Za-z][A-Za-z0-9_-]{0,12}`).Draw(t, "class")
	}
	if f.stat {
		percent := strconv.FormatFloat(float64(rapid.IntRange(1, 999_999).Draw(t, "percent"))/1e4, 'f', -1, 64)
		m.Stat = rapid.SampledFrom([]Stat{Mean, Max, Stat("p" + percent)}).Draw(t, "stat")
	}
	switch f.name {
	case Checks:
		m.Check = rapid.SampledFrom([]string{"", "U-01", "V-04", "SC-02"}).Draw(t, "check")
	case Status:
		m.Code = rapid.IntRange(100, 599).Draw(t, "code")
	}
	th := Threshold{Metric: m, Op: rapid.SampledFrom([]Op{Less, LessEqual, GreaterEqual, Greater}).Draw(t, "op")}
	switch f.unit {
	case Milliseconds:
		th.Limit = float64(rapid.Int64Range(1, int64(longestTime)).Draw(t, "ns")) / 1e6
	case Percent:
		th.Limit = rapid.Float64Range(1e-9, 99.99).Draw(t, "percent limit")
	case Count:
		th.Limit = float64(rapid.Uint64Range(1, largestCount).Draw(t, "count"))
	case Ratio:
		th.Limit = rapid.Float64Range(1e-9, largestRatio).Draw(t, "ratio")
	}
	if rapid.Bool().Draw(t, "windows") {
		th.Over = time.Duration(rapid.IntRange(1, 24*3600).Draw(t, "over")) * time.Second
		th.For = min(24*time.Hour/th.Over, time.Duration(rapid.IntRange(0, 5).Draw(t, "for"))) * th.Over
	}
	th.Abort = f.name != Unsent && f.name != RateSent && rapid.Bool().Draw(t, "abort")
	return th
}

func TestParseIsTheInverseOfString(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := draw(t)
		got, err := Parse(want.String())
		require.NoError(t, err)
		require.Equal(t, want, got)

		text, err := want.MarshalText()
		require.NoError(t, err)
		var read Threshold
		require.NoError(t, read.UnmarshalText(text))
		require.Equal(t, want, read)
	})
}

func TestOpsAreAnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64().Draw(t, "a"), rapid.Float64().Draw(t, "b")
		assert.Equal(t, !Less.Holds(a, b), GreaterEqual.Holds(a, b))
		assert.Equal(t, !Greater.Holds(a, b), LessEqual.Holds(a, b))
		assert.Equal(t, LessEqual.Holds(a, b) && GreaterEqual.Holds(a, b), Equal.Holds(a, b))
	})
	assert.False(t, Op("!=").Holds(1, 2), "an unknown comparison holds for nothing")
}

func TestFormatKeepsNanoseconds(t *testing.T) {
	assert.Equal(t, "250ms", Milliseconds.Format(250))
	assert.Equal(t, "1ns", Milliseconds.Format(float64(time.Nanosecond)/1e6))
	assert.Equal(t, "0.1%", Percent.Format(0.1))
	assert.Equal(t, "3", Count.Format(3))
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"response.p99 < 250ms", "class(cart).errors < 1%", "checks(U-02) == 0", "rate.sent >= 99%",
		"lag.p9999 < 1h2m3.5s", "status(503) < 1%", "class(", "response.p99. < 1ms",
		"errors < 1% over 10s windows for 30s abort", "errors < 1% over 1h windows", "errors < \xff%", "amplification < 1..2",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		th, err := Parse(expr)
		if err != nil {
			var e *Error
			require.ErrorAs(t, err, &e)
			runes := []rune(expr)
			require.LessOrEqual(t, e.Column-1+len([]rune(e.Text)), len(runes))
			require.Equal(t, e.Text, string(runes[e.Column-1:][:len([]rune(e.Text))]), "the text stands where the error says")
			require.NotEmpty(t, e.Problem)
			return
		}
		again, err := Parse(th.String())
		require.NoError(t, err, th.String())
		require.Equal(t, th, again)
		require.False(t, strings.ContainsAny(th.String(), "\n\t"))
		require.False(t, math.IsNaN(th.Limit))
	})
}
