package reports

import (
	"fmt"
	"runtime"

	"sdegauge/internal/figure"
)

// Log is what became of the run's log of readings, and, where the report was
// made from it, what is missing there.
type Log struct {
	Readings uint64 `json:"readings"`
	Bytes    int64  `json:"bytes"`
	// Dropped are readings that the log did not take, because the disk was too
	// slow or would take no more. The report of the run itself has them.
	Dropped uint64 `json:"dropped"`
	// Failure is why the log could not be written to its end; empty where it was.
	Failure string `json:"failure,omitempty"`
	// Partial is nil but for a report that was made from a log without its end.
	Partial *Partial `json:"partial"`
	// Rebuilt says that the report was made from the log.
	Rebuilt bool `json:"-"`
}

// Partial is a log without its end: the run was killed, or the file is damaged.
// What the instrument tells of itself only at the end is then not known.
type Partial struct {
	// EndsS is where the run stood when the log was last told.
	EndsS float64 `json:"ends_s"`
	// UnderWay are attempts that had been sent by then and have no reading.
	UnderWay uint64 `json:"under_way"`
	// LostBytes could not be used. Damage is what is wrong with them; empty where
	// they are merely what the kill kept from being written to its end.
	LostBytes int64  `json:"lost_bytes"`
	Damage    string `json:"damage,omitempty"`
}

// partial reports whether the report is of a log without its end.
func (l *Log) partial() bool { return l != nil && l.Partial != nil }

// account puts what only the log knows into the report, and returns itself.
func (l *Log) account(r *Report) *Log {
	if l.partial() {
		// What was under way when the run was killed was sent and is not final,
		// as is what waited for a retry.
		r.Totals.Unfinished = unfinished(r.Totals)
		r.WarmUp.Unfinished = unfinished(r.WarmUp.Totals)
	}
	return l
}

func unfinished(t Totals) uint64 {
	sent := t.Scheduled - min(t.Scheduled, t.Unsent)
	return sent - min(sent, t.Updates)
}

// causes are the reasons to doubt a report that was made from a log.
func (l *Log) causes(r *Report) []Cause {
	if l == nil || !l.Rebuilt {
		return nil
	}
	var list []Cause
	if l.Dropped > 0 {
		list = append(list, Cause{Cause: "log", Advice: "write to a faster disk",
			Detail: figure.CountOf(l.Dropped, "reading") + " never reached the log, because the disk was too slow or full"})
	}
	p := l.Partial
	if p == nil {
		return list
	}
	if p.Damage != "" {
		return append(list, Cause{Cause: "damaged", Advice: "run the scenario again",
			Detail: fmt.Sprintf("the log ends after %s of the run, in damage: %s; %s lost",
				figure.Seconds(p.EndsS), p.Damage, figure.CountOf(uint64(p.LostBytes), "byte"))})
	}
	detail := fmt.Sprintf("the run was killed, or still goes on: its log ends after %s, with %s under way; what came later is lost, "+
		"and what is told only at the end of a run: connections, the time that judging took, the server's own counts",
		figure.Seconds(p.EndsS), figure.CountOf(p.UnderWay, "attempt"))
	if r.Instrument.Usage == nil {
		detail += ", what the instrument used of its machine"
	}
	if p.LostBytes > 0 {
		detail += fmt.Sprintf(", and %s that were not written to their end", figure.CountOf(uint64(p.LostBytes), "byte"))
	}
	return append(list, Cause{Cause: "killed", Advice: "let the run end", Detail: detail})
}

// logSection tells what a reader of the log would miss.
func logSection(r *Report) section {
	l := r.Log
	if l == nil || l.Rebuilt || l.Dropped == 0 && l.Failure == "" {
		return section{}
	}
	text := "the log of readings lacks " + figure.CountOf(l.Dropped, "reading") + ", which this report has"
	if l.Failure != "" {
		text += ": " + l.Failure
	}
	return section{notes: []string{printable(text)}}
}

// orThis is m, or where it is empty the machine that this is.
func (m Machine) orThis() Machine {
	if m != (Machine{}) {
		return m
	}
	return ThisMachine()
}

// ThisMachine describes the machine that the program runs on.
func ThisMachine() Machine {
	return Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU(), Go: runtime.Version()}
}
