package live

import (
	"fmt"
	"time"

	"sdegauge/checks"
	"sdegauge/internal/figure"
	"sdegauge/internal/traffic"
)

// nameLongest is the longest name of a stage that is shown, in characters.
const nameLongest = 60

// stageText names a stage by its index.
func stageText(stages []traffic.Stage, i int) string {
	s := stages[i]
	name := checks.Printable([]byte(s.Name), nameLongest)
	text := fmt.Sprintf("stage %d of %d: ", i+1, len(stages))
	if name != "" && name != string(s.Arrival) {
		text += name + ", "
	}
	text += string(s.Arrival)
	if s.WarmUp && name != "warm-up" {
		text += ", warm-up"
	}
	return text
}

// drainText says what a run waits for after its last stage.
func drainText(v View) string {
	return fmt.Sprintf("all stages are over; waiting for %s and %s, until %.1f s at the latest",
		countOf(v.InFlight, "answer", "answers"), countOf(v.Waiting, "retry", "retries"), v.Latest.Seconds())
}

// rateText compares the rate asked for with the rate sent.
func rateText(v View) string {
	sent := rate(v.Recent.Sent) + " sent"
	switch {
	case v.DueSet:
		return rate(v.Recent.Asked) + " asked, " + sent
	case v.Stages[v.Stage].Arrival == traffic.Closed:
		return fmt.Sprintf("%s, as fast as %s", sent, countOf(v.Stages[v.Stage].Workers, "worker gets answers", "workers get answers"))
	}
	return sent
}

// recentText is what the last seconds were like.
func recentText(v View) string {
	return fmt.Sprintf("last %s: %s; response p50 %s, p99 %s", seconds(v.Recent.Span), rateText(v),
		quantileText(v.Recent.Response, 0.5), quantileText(v.Recent.Response, 0.99))
}

// expectedText counts the final updates of the whole run.
func expectedText(v View) string {
	text := fmt.Sprintf("as expected %s of %s", figure.Count(v.Counts.AsExpected), figure.Count(v.Counts.Updates))
	if n := v.Counts.Unexpected(); n > 0 {
		text += fmt.Sprintf(", %s unexpected", figure.Count(n))
	}
	return text
}

// flightText counts what is under way.
func flightText(v View) string {
	text := fmt.Sprintf("%s in flight, %s for a retry", figure.Count(v.InFlight), countOf(v.Waiting, "update waits", "updates wait"))
	if n, ok := v.Unsent(); ok && n > 0 {
		text += fmt.Sprintf(", %s unsent", figure.Count(n))
	}
	return text
}

// lagText says whether the sends of the last seconds left in time, and by what
// share they did not.
func lagText(v View) (text string, broken bool) {
	n := v.Recent.Lag.Count()
	if n == 0 {
		return "lag: nothing sent", false
	}
	late := n - v.Recent.Lag.AtMost(v.Lag.Within)
	broken = late > v.Lag.Allowed(n)
	text = "lag within its budget"
	if broken {
		text = "lag beyond its budget"
	}
	share := figure.Number(100*float64(late)/float64(n), 1)
	return fmt.Sprintf("%s: %s %% of sends more than %s late", text, share, duration(v.Lag.Within)), broken
}

func quantileText(s Sample, q float64) string {
	d, ok := s.Quantile(q)
	if !ok {
		return figure.Missing
	}
	return duration(d)
}

// duration writes a time to the two digits that a bucket knows of it.
func duration(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case ms < 1:
		return fmt.Sprintf("%.2f ms", ms)
	case ms < 10:
		return fmt.Sprintf("%.1f ms", ms)
	case ms < 1000:
		return fmt.Sprintf("%.0f ms", ms)
	default:
		return fmt.Sprintf("%.1f s", ms/1000)
	}
}

// rate writes updates a second.
func rate(perSecond float64) string {
	if perSecond < 100 {
		return figure.Number(perSecond, 1) + "/s"
	}
	return figure.Number(perSecond, 0) + "/s"
}

// countOf writes a number with its noun.
func countOf[T int | uint64](n T, one, more string) string {
	if n == 1 {
		return figure.Count(n) + " " + one
	}
	return figure.Count(n) + " " + more
}

// seconds writes a length of time; what is over already has none.
func seconds(d time.Duration) string { return figure.Seconds(max(0, d).Seconds()) }
