package reports

import (
	"fmt"

	"sdegauge/internal/figure"
)

// retriesSection tells what the retries did; it is empty where there were none.
func retriesSection(r *Report) section {
	p := r.Retries
	if len(p.Pauses) == 0 {
		return section{}
	}
	s := section{columns: []column{{"retries", words}, {"attempts", numbers}, {"as expected", numbers}, {"", numbers},
		{"pause asked, s", numbers}, {"pause made, s", numbers}}}
	updates := r.Totals.Updates - r.WarmUp.Updates
	pauses := map[int]Pause{}
	for _, pause := range p.Pauses {
		pauses[pause.BeforeAttempt] = pause
	}
	for i, n := range p.SucceededAt {
		attempts, asked, made := r.Totals.Attempts-r.WarmUp.Attempts, "", ""
		for _, pause := range p.Pauses {
			attempts -= pause.Count
		}
		if pause, retried := pauses[i+1]; retried {
			attempts = pause.Count
			asked = rangeText(pause.AskedShortestS, pause.AskedLongestS)
			made = rangeText(pause.ShortestS, pause.LongestS)
		}
		s.rows = append(s.rows, []string{fmt.Sprintf("attempt %d", i+1),
			figure.Count(attempts), figure.Count(n), figure.Share(n, updates), asked, made})
	}
	s.notes = retriesNotes(r)
	return s
}

func retriesNotes(r *Report) []string {
	p := r.Retries
	notes := []string{fmt.Sprintf("%s gave up after retries", figure.CountOf(p.GaveUp, "update"))}
	if p.Amplification != nil {
		note := "amplification: " + figure.Number(*p.Amplification, 3) + " attempts an update"
		if a := p.AmplificationPeak; a != nil {
			note += fmt.Sprintf("; at most %s, in the %s from %s on", figure.Number(a.Ratio, 3), figure.Seconds(a.WidthS), figure.Seconds(a.StartS))
		}
		notes = append(notes, note)
	}
	if q := p.TimeToSuccess; q.MaxMS != nil {
		places := decimals(q)
		notes = append(notes, fmt.Sprintf("time to success, ms: p50 %s, p99 %s, p99.9 %s, max %s",
			millisText(q.P50MS, places), millisText(q.P99MS, places), millisText(q.P999MS, places), millisText(q.MaxMS, places)))
	}
	if p.ClientErrorsRetried > 0 {
		notes = append(notes, fmt.Sprintf("%s of status 4xx retried, as the scenario has it and against the specification (S:L115)",
			figure.CountOf(p.ClientErrorsRetried, "answer")))
	}
	if wrote := p.AttemptsWrote; wrote != nil && *wrote != p.AttemptsAsked {
		notes = append(notes, fmt.Sprintf("%s asked for, %s written to the end", figure.CountOf(p.AttemptsAsked, "attempt"), figure.Count(*wrote)))
	}
	return notes
}

// rangeText writes two lengths in seconds, or one where they look the same.
func rangeText(from, to float64) string {
	low, high := figure.Number(from, 3), figure.Number(to, 3)
	if low == high {
		return low
	}
	return low + "–" + high
}
