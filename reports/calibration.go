package reports

import (
	"fmt"
	"math"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
)

// ceilingShare is the share of the ceiling above which a report warns: a ceiling
// is measured against a server that costs nothing, and a run has less to spare.
const ceilingShare = 0.7

// Calibration is what the last selftest on this machine found, as a report
// quotes it.
type Calibration struct {
	Measured time.Time `json:"measured"`
	Tool     string    `json:"tool"`
	// Verdict is of the selftest: whether the instrument read known truths
	// rightly here.
	Verdict contract.Verdict `json:"verdict"`
	// HoldsPerS is the highest rate of attempts that went out in time; 0 where
	// none did.
	HoldsPerS float64 `json:"holds_per_s"`
	// Transport is what sent them.
	Transport string `json:"transport"`
	// PeakPerS is the run's own highest rate: of a stage, or of a second of the
	// series, retries included.
	PeakPerS float64 `json:"peak_per_s"`
	// Warning says what the calibration holds against the run; empty where
	// nothing.
	Warning string `json:"warning,omitempty"`
}

// holdAgainst fills in what the calibration means for a run.
func (c *Calibration) holdAgainst(r *Report) *Calibration {
	if c == nil {
		return nil
	}
	held := *c
	held.PeakPerS = peakRate(r)
	switch {
	case c.Verdict == contract.Fail:
		held.Warning = "the selftest failed on this machine: what this report says about time is not to be relied on"
	case c.HoldsPerS > 0 && held.PeakPerS > ceilingShare*c.HoldsPerS:
		held.Warning = fmt.Sprintf("the run's peak of %s is above %.0f %% of what this machine can send in time",
			figure.Rate(held.PeakPerS), 100*ceilingShare)
	}
	return &held
}

// peakRate is the highest rate of attempts that the run asked for.
func peakRate(r *Report) float64 {
	highest := 0.0
	for _, s := range r.Stages {
		if length := s.EndS - s.StartS; length > 0 {
			highest = max(highest, float64(s.Scheduled)/length)
		}
	}
	for _, i := range r.Series {
		if i.WidthS > 0 {
			highest = max(highest, float64(i.Due)/i.WidthS)
		}
	}
	return math.Round(highest*10) / 10
}

func calibrationSection(r *Report) section {
	c := r.Calibration
	if c == nil {
		return section{}
	}
	text := fmt.Sprintf("calibration of %s: selftest %s", c.Measured.Format(time.DateOnly), c.Verdict)
	if c.HoldsPerS > 0 {
		text += fmt.Sprintf(", ceiling %s", figure.Rate(c.HoldsPerS))
		if c.Transport != r.Target.Transport {
			text += " of the transport " + c.Transport
		}
		text += fmt.Sprintf("; the run's peak was %s %% of it", figure.Number(100*c.PeakPerS/c.HoldsPerS, 1))
	}
	s := section{notes: []string{printable(text)}}
	if c.Warning != "" {
		s.findings = []finding{{
			title: printable("warning: " + c.Warning),
			parts: []part{{"change", "lower the rate, run on a faster machine, or run sdegauge selftest again", plain}},
		}}
	}
	return s
}
