package client

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"sdegauge/internal/contract"
)

// Schema names the form of client.json. A member may be added to it; one that
// changes or goes makes another schema.
const Schema = "sdegauge/client/1"

// Report is what was found of a client.
type Report struct {
	Schema string    `json:"schema"`
	Tool   string    `json:"tool"`
	Began  time.Time `json:"began"`
	// ElapsedS is how long the whole took, in seconds.
	ElapsedS float64 `json:"elapsed_s"`
	// Policy is what the client was held against.
	Policy string `json:"policy"`
	// Scale is what the policy's pauses were multiplied by.
	Scale float64 `json:"time_scale"`
	// EarlyS and LateS are the tolerance of a pause, scaled, in seconds.
	EarlyS float64 `json:"early_s"`
	LateS  float64 `json:"late_s"`
	// Command is what was started for each script; empty: clients came by
	// themselves.
	Command     []string         `json:"command,omitempty"`
	Interrupted bool             `json:"interrupted"`
	Verdict     contract.Verdict `json:"verdict"`
	Reason      string           `json:"reason"`
	// Counts has the number of cases of each verdict.
	Counts map[string]int `json:"counts"`
	// Notes say what no case does.
	Notes        []string      `json:"notes,omitempty"`
	Requirements []Requirement `json:"requirements"`
}

// Requirement is one requirement with its cases; the worst decides.
type Requirement struct {
	ID      string           `json:"id"`
	Level   contract.Level   `json:"level"`
	Source  string           `json:"source"`
	Title   string           `json:"title"`
	Verdict contract.Verdict `json:"verdict"`
	Cases   []Case           `json:"cases"`
}

// Case is what one script found.
type Case struct {
	ID      string           `json:"id"`
	Title   string           `json:"title"`
	Verdict contract.Verdict `json:"verdict"`
	// Reason says why the verdict is not pass.
	Reason   string `json:"reason,omitempty"`
	Expected string `json:"expected,omitempty"`
	Got      string `json:"got,omitempty"`
	URL      string `json:"url,omitempty"`
	// Total is how many attempts came; Attempts has the first of them.
	Total    int       `json:"total"`
	Attempts []Attempt `json:"attempts,omitempty"`
	// ExitCode is the command's; nil where there was none, where a signal ended
	// it, and where it ran for longer than the script.
	ExitCode *int `json:"exit_code,omitempty"`
	// Output is the end of what the command said.
	Output string `json:"output,omitempty"`
}

// Attempt is one request with its answer.
type Attempt struct {
	// AtS is when it came, in seconds since the script's first.
	AtS float64 `json:"at_s"`
	// PauseS is how long after the end of the answer before, in seconds; nil for
	// the first, and where it did not wait for that answer.
	PauseS    *float64 `json:"pause_s"`
	Method    string   `json:"method"`
	Target    string   `json:"target"`
	BodyBytes int      `json:"body_bytes"`
	// Answer is what was done with it.
	Answer string `json:"answer"`
	// Differs says in which way it is not the first one again.
	Differs string `json:"differs,omitempty"`
}

// Judged reports whether anything was found out.
func (r *Report) Judged() bool {
	return r.Counts[contract.Skipped.String()]+r.Counts[contract.Inconclusive.String()] < r.total()
}

func (r *Report) total() (n int) {
	for _, c := range r.Counts {
		n += c
	}
	return n
}

// WriteJSON writes the report as client.json holds it.
func WriteJSON(w io.Writer, r *Report) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r); err != nil {
		return fmt.Errorf("write what was found of the client as JSON: %w", err)
	}
	return nil
}

// verdict judges a script by what was seen of it alone.
func (l *lab) verdict(s Script, seen sighting) finding {
	f := s.judge(l.trials[s.ID].waits, l.Tolerance, seen)
	if r, _ := contract.LookupRequirement(s.Requirement()); r.Level == contract.Obs {
		f = f.observed(l.policy.Name)
	}
	return f
}

func (l *lab) report(seen map[string]sighting, interrupted bool) *Report {
	r := &Report{
		Schema: Schema, Tool: l.Version, Began: l.began.UTC(), ElapsedS: seconds(time.Since(l.began)),
		Policy: l.policy.Name, Scale: l.Scale, EarlyS: seconds(l.Tolerance.Early), LateS: seconds(l.Tolerance.Late),
		Command: l.Command, Interrupted: interrupted, Counts: map[string]int{},
	}
	if note := l.server.note(); note != "" {
		r.Notes = append(r.Notes, note)
	}
	for _, s := range l.scripts {
		c := l.caseOf(s, seen)
		r.Counts[c.Verdict.String()]++
		r.Verdict = contract.Worst(r.Verdict, c.Verdict)
		last := len(r.Requirements) - 1
		if last < 0 || r.Requirements[last].ID != s.Requirement() {
			known, _ := contract.LookupRequirement(s.Requirement())
			r.Requirements = append(r.Requirements, Requirement{ID: known.ID, Level: known.Level, Source: known.Source, Title: known.Title})
			last++
		}
		q := &r.Requirements[last]
		q.Verdict = contract.Worst(q.Verdict, c.Verdict)
		q.Cases = append(q.Cases, c)
	}
	if interrupted {
		r.Verdict = contract.Worst(r.Verdict, contract.Inconclusive)
	}
	r.Reason = r.reason()
	return r
}

// caseOf is what one script found.
func (l *lab) caseOf(s Script, seen map[string]sighting) Case {
	c := Case{ID: s.ID, Title: s.Title}
	if why := s.skipped(l.policy.Name, len(l.Command) > 0); why != "" {
		c.Verdict, c.Reason = contract.Skipped, why
		return c
	}
	if s.judges.has(spread) {
		f := l.excess(seen)
		c.Verdict, c.Reason = f.verdict, f.reason
		return c
	}
	mine := seen[s.ID]
	f := l.verdict(s, mine)
	if s.judges.has(repeat) {
		f = l.repeats(f, seen)
	}
	c.Verdict, c.Reason = f.verdict, f.reason
	c.Expected, c.Got = s.expected(l.trials[s.ID].waits), mine.got()
	c.URL, c.Total, c.Attempts = l.target(s), mine.total, mine.documented()
	if bye := mine.client; bye != nil {
		c.Output = bye.output
		if !bye.byUs && !bye.signal {
			c.ExitCode = &bye.code
		}
	}
	return c
}

// repeats adds what the repeats of all other scripts are like: a client may
// repeat well in one and badly in another.
func (l *lab) repeats(own finding, seen map[string]sighting) finding {
	if own.verdict == contract.Fail {
		return own
	}
	found := []finding{own}
	for _, s := range l.scripts {
		other, ran := seen[s.ID]
		if !ran || s.judges.has(repeat) || len(other.attempts) < 2 {
			continue
		}
		if f := judgeRepeats(other); f.verdict == contract.Fail {
			found = append(found, finding{f.verdict, "in " + s.ID + ", " + f.reason})
			break
		}
	}
	return together(found)
}

// excess tells by how much the pauses of all scripts are longer than asked: in
// it lies what jitter there is (RT-19).
func (l *lab) excess(seen map[string]sighting) finding {
	n, least, most := 0, time.Duration(math.MaxInt64), time.Duration(math.MinInt64)
	for id, s := range seen {
		waits := l.trials[id].waits
		for i := 1; i < len(s.attempts) && i <= len(waits); i++ {
			if pause := s.pause(i); pause >= 0 && !waits[i-1].open {
				n++
				least, most = min(least, pause-waits[i-1].pause), max(most, pause-waits[i-1].pause)
			}
		}
	}
	if n == 0 {
		return finding{contract.Inconclusive, "no pause was seen"}
	}
	return finding{contract.ObservedOnly, fmt.Sprintf("of %d pauses, %s to %s more than the policy's", n, signed(least), signed(most))}
}

func signed(d time.Duration) string {
	if d < 0 {
		return "-" + length(-d)
	}
	return length(d)
}

// got says what the client did.
func (s sighting) got() string {
	text := fmt.Sprintf("%d attempts", s.total)
	if s.total == 1 {
		text = "1 attempt"
	}
	if list := s.pauseList(); list != "" {
		text += ", pauses of " + list
	}
	return text
}

func (s sighting) pauseList() string {
	var list []string
	for n := 1; n < len(s.attempts); n++ {
		list = append(list, length(s.pause(n)))
	}
	return strings.Join(list, ", ")
}

func (s sighting) documented() (all []Attempt) {
	for i, a := range s.attempts {
		d := Attempt{
			AtS: seconds(a.arrived - s.attempts[0].arrived), Method: shown(a.method), Target: shown(a.target),
			BodyBytes: len(a.body), Answer: a.step.String(),
		}
		if i > 0 {
			d.Differs = a.differs(s.attempts[0].request)
			if pause := s.pause(i); pause >= 0 {
				d.PauseS = new(seconds(pause))
			}
		}
		all = append(all, d)
	}
	return all
}

// seconds are to the microsecond: finer is nobody's.
func seconds(d time.Duration) float64 { return d.Round(time.Microsecond).Seconds() }

// reason says in a sentence what the verdict rests on.
func (r *Report) reason() string {
	counted := func(v contract.Verdict) int { return r.Counts[v.String()] }
	ran := r.total() - counted(contract.Skipped)
	of := func(v contract.Verdict, text string) string {
		return fmt.Sprintf("%d of %d scripts %s: %s", counted(v), ran, text, strings.Join(r.ids(v), ", "))
	}
	switch {
	case counted(contract.Fail) > 0:
		return of(contract.Fail, "found the client breaking the retry policy "+r.Policy)
	case r.Interrupted:
		return fmt.Sprintf("interrupted: %d of %d scripts could not be judged", counted(contract.Inconclusive), ran)
	case counted(contract.Inconclusive) > 0:
		return of(contract.Inconclusive, "could not be judged")
	case counted(contract.Warn) > 0:
		return of(contract.Warn, "found the client late")
	case counted(contract.Pass) > 0:
		text := fmt.Sprintf("the client keeps the retry policy %s in all of %d scripts", r.Policy, counted(contract.Pass))
		if n := counted(contract.ObservedOnly); n > 0 {
			text += fmt.Sprintf("; observed besides: %d", n)
		}
		return text
	case counted(contract.ObservedOnly) > 0:
		return fmt.Sprintf("%d scripts were observed, which decides nothing", counted(contract.ObservedOnly))
	}
	return "nothing was tried: every script was skipped"
}

// ids are the cases with a verdict.
func (r *Report) ids(v contract.Verdict) (all []string) {
	for _, q := range r.Requirements {
		for _, c := range q.Cases {
			if c.Verdict == v {
				all = append(all, c.ID)
			}
		}
	}
	return all
}
