package threshold

import (
	"fmt"
	"time"

	"sdegauge/internal/contract"
)

// Window is what a threshold came to in one window.
type Window struct {
	// Start is since the run began.
	Start time.Duration
	// Idle says that nothing was due; the window then holds.
	Idle bool
	// Result is that of [Threshold.Evaluate] with the window's readings.
	Result Result
}

// Windows count how the windows of a threshold came out; those that were idle are
// left out.
type Windows struct {
	Judged, Broken, Undecided int
	// Breach is the longest time for which windows were broken one after the
	// other, and BreachStart its beginning.
	Breach, BreachStart time.Duration
	// Worst is where the window begins that has Result.Value.
	Worst time.Duration
}

// AcrossWindows is the verdict on windows that are in order of time. It fails
// where those that are broken one after the other last as long as For; it passes
// where those that are not known to hold do not; otherwise it is inconclusive.
func (t Threshold) AcrossWindows(list []Window) Result {
	r := Result{Expr: t.String(), Unit: t.Unit(), Verdict: contract.Inconclusive, Windows: new(Windows)}
	s := r.Windows
	var broken, open streak // windows that are broken; that are not known to hold
	var unknown *Window     // the first that cannot be decided
	for i := range list {
		w := &list[i]
		verdict := w.Result.Verdict
		if w.Idle {
			verdict = contract.Pass
		} else {
			s.Judged++
			t.worst(&r, w)
		}
		broken.take(w.Start, t.Over, verdict == contract.Fail)
		open.take(w.Start, t.Over, verdict != contract.Pass)
		switch verdict {
		case contract.Fail:
			s.Broken++
		case contract.Inconclusive:
			s.Undecided++
			if unknown == nil {
				unknown = w
			}
		}
	}
	s.Breach, s.BreachStart = broken.longest, broken.start
	least := max(t.For, t.Over)
	switch {
	case s.Judged == 0:
		r.Detail = "nothing was measured in a whole window of " + shortTime(t.Over)
	case broken.longest >= least:
		r.Verdict = contract.Fail
		r.Detail = t.brokenText(s) + "; worst " + t.worstText(&r)
	case open.longest < least:
		r.Verdict = contract.Pass
		r.Detail = t.heldText(s, least) + "; worst " + t.worstText(&r)
	default:
		r.Detail = fmt.Sprintf("in %d of %d windows of %s, the first %s: %s", s.Undecided, s.Judged, shortTime(t.Over),
			between(unknown.Start, t.Over), unknown.Result.Detail)
	}
	return r
}

// streak finds the longest time in which windows follow one another that are
// alike.
type streak struct {
	from, to       time.Duration // the one going on
	longest, start time.Duration
}

func (s *streak) take(start, length time.Duration, like bool) {
	if !like {
		s.from, s.to = 0, 0
		return
	}
	if s.to != start || s.to == 0 {
		s.from = start
	}
	if s.to = start + length; s.to-s.from > s.longest {
		s.longest, s.start = s.to-s.from, s.from
	}
}

// worst keeps the value that is farthest on the wrong side.
func (t Threshold) worst(r *Result, w *Window) {
	one := &w.Result
	if !one.Known {
		return
	}
	worse := one.Value > r.Value
	if t.Op == Greater || t.Op == GreaterEqual {
		worse = one.Value < r.Value
	}
	if !r.Known || worse {
		r.Known, r.Value, r.N, r.Windows.Worst = true, one.Value, one.N, w.Start
	}
}

func (t Threshold) worstText(r *Result) string {
	if !r.Known { // every window that is not idle is broken without a value: there is none
		return "not known"
	}
	one := Result{Value: r.Value, Unit: r.Unit, N: r.N}
	t.decide(&one)
	if r.Windows.Judged == 1 {
		return one.Detail
	}
	return one.Detail + ", " + between(r.Windows.Worst, t.Over)
}

func (t Threshold) brokenText(s *Windows) string {
	text := fmt.Sprintf("broken in %d of %d windows of %s", s.Broken, s.Judged, shortTime(t.Over))
	if t.For > t.Over {
		text += fmt.Sprintf(", for %s without a pause, %s", shortTime(s.Breach), between(s.BreachStart, s.Breach))
	}
	return text
}

func (t Threshold) heldText(s *Windows, least time.Duration) string {
	text := fmt.Sprintf("held in %d of %d windows of %s", s.Judged-s.Broken-s.Undecided, s.Judged, shortTime(t.Over))
	if s.Broken > 0 {
		text += fmt.Sprintf(", broken for at most %s, less than %s", shortTime(s.Breach), shortTime(least))
	}
	return text
}

// between writes a stretch of the run.
func between(start, length time.Duration) string {
	return fmt.Sprintf("from %s to %s", instant(start), instant(start+length))
}

// instant writes a time since the run began.
func instant(d time.Duration) string {
	if d == 0 {
		return "0s"
	}
	return shortTime(d.Round(time.Millisecond))
}
