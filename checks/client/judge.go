package client

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"sdegauge/internal/contract"
)

// Tolerance is how far a pause may be from the policy's.
type Tolerance struct {
	Early time.Duration // less than this too short passes; beyond it is a failure
	Late  time.Duration // up to this too long passes; beyond it is a warning
}

// sighting is all that was seen of a client in one script.
type sighting struct {
	attempts    []attempt
	total       int // attempts, those that were not kept included
	ending      ending
	interrupted time.Duration
	// client is nil where the client was not started here.
	client *farewell
}

// finding is a verdict with its reason.
type finding struct {
	verdict contract.Verdict
	reason  string
}

// judge holds what was seen against the waits that the policy asks for. What it
// finds of an observed requirement is for [observed] to tell.
func (s Script) judge(waits []wait, t Tolerance, seen sighting) finding {
	if doubt := seen.doubt(len(waits) + 1); doubt != "" {
		return finding{contract.Inconclusive, doubt}
	}
	var found []finding
	if s.judges.has(count) {
		found = append(found, judgeCount(waits, seen))
	}
	if s.judges.has(pauses) {
		found = append(found, judgePauses(waits, t, seen)...)
	}
	if s.judges.has(interrupt) {
		found = append(found, judgeInterrupt(seen))
	}
	if s.judges.has(repeat) {
		found = append(found, judgeRepeats(seen))
	}
	return together(found)
}

// together is the worst verdict with the reasons of all that share it.
func together(found []finding) (all finding) {
	for _, f := range found {
		switch {
		case f.verdict > all.verdict:
			all = f
		case f.verdict == all.verdict && f.reason != "":
			all.reason = strings.TrimPrefix(all.reason+"; "+f.reason, "; ")
		}
	}
	return all
}

// doubt says why nothing can be said of the client; empty where something can.
func (s sighting) doubt(expected int) string {
	if len(s.attempts) == 0 {
		text := "the client never called"
		switch {
		case s.client != nil && s.ending == over:
			text += "; the command " + s.client.text()
		case s.ending == stopped:
			text += " before the interrupt"
		}
		return text
	}
	if first := s.attempts[0]; first.method != contract.Method {
		return "the first request is a " + shown(first.method) + "; Update Session is a " + contract.Method
	}
	for i, a := range s.attempts[:min(expected, len(s.attempts))] {
		if a.lost != "" {
			return fmt.Sprintf("attempt %d was lost on this side: %s", i+1, a.lost)
		}
	}
	return ""
}

// cut says why the end was not waited for; empty where it was.
func (s sighting) cut() string {
	switch s.ending {
	case timeout:
		return "the time was over before the script was; give more with --for"
	case stopped:
		return "it was interrupted before the script was over"
	}
	return ""
}

func judgeCount(waits []wait, seen sighting) finding {
	expected := len(waits) + 1
	switch {
	case seen.total > expected:
		return finding{contract.Fail, fmt.Sprintf("attempt %d came %s after %s, which ends the update",
			expected+1, length(seen.pause(expected)), seen.attempts[expected-1].step)}
	case seen.cut() != "":
		return finding{contract.Inconclusive, seen.cut()}
	case seen.total < expected:
		return finding{contract.Fail, fmt.Sprintf("gave up after attempt %d, answered by %s; the policy makes another after %s",
			seen.total, seen.attempts[seen.total-1].step, waits[seen.total-1])}
	}
	return finding{verdict: contract.Pass}
}

// pause is the time from the end of the answer to attempt n to the request
// after it; negative where the request did not wait for the answer.
func (s sighting) pause(n int) time.Duration {
	before := s.attempts[n-1]
	if !before.done {
		return -1
	}
	return s.attempts[n].arrived - before.ended
}

func judgePauses(waits []wait, t Tolerance, seen sighting) (found []finding) {
	var early, late offences
	for n := 1; n < len(seen.attempts) && n <= len(waits); n++ {
		w, got := waits[n-1], seen.pause(n)
		switch {
		case got < 0:
			found = append(found, finding{contract.Fail, fmt.Sprintf("attempt %d did not wait for the answer to attempt %d", n+1, n)})
		case got < w.pause-t.Early:
			early.add(n, w.pause-got)
		case !w.open && got > w.pause+t.Late:
			late.add(n, got-w.pause)
		}
	}
	if len(early.pauses) > 0 {
		found = append(found, finding{contract.Fail, early.text("early")})
	}
	if len(late.pauses) > 0 {
		found = append(found, finding{contract.Warn, late.text("late")})
	}
	return append(found, finding{verdict: contract.Pass})
}

// offences are the pauses that are off in the same way.
type offences struct {
	pauses []string // their numbers
	most   time.Duration
}

func (o *offences) add(n int, by time.Duration) {
	o.pauses = append(o.pauses, strconv.Itoa(n))
	o.most = max(o.most, by)
}

// text says it: "pauses 2, 3 early, by up to 10 s".
func (o *offences) text(how string) string {
	if len(o.pauses) == 1 {
		return fmt.Sprintf("pause %s %s by %s", o.pauses[0], how, length(o.most))
	}
	return fmt.Sprintf("pauses %s %s, by up to %s", strings.Join(o.pauses, ", "), how, length(o.most))
}

// promptly is how soon an interrupted client has to have ended.
const promptly = time.Second

func judgeInterrupt(seen sighting) finding {
	switch {
	case seen.total > 1 && (seen.interrupted == 0 || seen.attempts[1].arrived < seen.interrupted):
		return finding{contract.Inconclusive, "the second attempt came before the interrupt"}
	case seen.total > 1:
		return finding{contract.Fail, fmt.Sprintf("a request came %s after the interrupt", length(seen.attempts[1].arrived-seen.interrupted))}
	case seen.interrupted == 0 && seen.ending == over:
		return finding{contract.Inconclusive, "the command " + seen.client.text() + " before it could be interrupted"}
	case seen.interrupted == 0 || seen.cut() != "":
		return finding{contract.Inconclusive, seen.cut()}
	case seen.ending == quiet:
		return finding{contract.Warn, "the command went on running after the interrupt, though it sent nothing more"}
	}
	if took := seen.client.at - seen.interrupted; took > promptly {
		return finding{contract.Warn, "the command ended " + length(took) + " after the interrupt"}
	}
	return finding{verdict: contract.Pass}
}

func judgeRepeats(seen sighting) finding {
	if len(seen.attempts) == 1 {
		if cut := seen.cut(); cut != "" {
			return finding{contract.Inconclusive, cut}
		}
		return finding{contract.Inconclusive, "the client repeated nothing"}
	}
	for i, a := range seen.attempts[1:] {
		if text := a.differs(seen.attempts[0].request); text != "" {
			return finding{contract.Fail, fmt.Sprintf("attempt %d is another request: %s", i+2, text)}
		}
	}
	return finding{verdict: contract.Pass}
}

// observed tells what was found where the specification is silent: then nothing
// fails, and the policy is only what it is compared with.
func (f finding) observed(policy string) finding {
	switch f.verdict {
	case contract.Inconclusive:
		return f
	case contract.Pass:
		return finding{contract.ObservedOnly, asPolicy(policy)}
	case contract.Warn:
		return finding{contract.ObservedOnly, asPolicy(policy) + ", but " + f.reason}
	}
	return finding{contract.ObservedOnly, "other than the policy " + policy + " has it: " + f.reason}
}

func asPolicy(name string) string { return "as the policy " + name + " has it" }

// expected says what the policy asks for.
func (s Script) expected(waits []wait) string {
	switch {
	case s.judges.has(repeat):
		return "each attempt repeats the first"
	case s.judges.has(interrupt):
		return "no further request, and an end within " + length(promptly)
	case len(waits) == 0:
		return "1 attempt"
	case !s.judges.has(pauses):
		return strconv.Itoa(len(waits)+1) + " attempts"
	}
	var list []string
	for _, w := range waits {
		list = append(list, w.String())
	}
	return fmt.Sprintf("%d attempts, pauses of %s", len(waits)+1, strings.Join(list, ", "))
}

// String is the wait as the policy words it.
func (w wait) String() string {
	if w.open {
		return "at least " + length(w.pause)
	}
	return length(w.pause)
}

// length writes a length of time: "5.003 s", "12.4 ms".
func length(d time.Duration) string {
	switch {
	case d < 0:
		return "none"
	case d < time.Second:
		return trimmed(float64(d)/float64(time.Millisecond), 1) + " ms"
	}
	return trimmed(d.Seconds(), 3) + " s"
}

func trimmed(v float64, decimals int) string {
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
