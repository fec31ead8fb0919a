package threshold

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sdegauge/internal/spelling"
)

// The clauses behind a limit, as shown to somebody who has to choose.
var clauseForms = []string{"over 10s windows", "over 10s windows for 30s", "abort"}

// longestWindow is the longest window and the longest breach that may be named.
const longestWindow = 24 * time.Hour

// clauses reads what follows the limit. Their order does not matter; each comes
// once.
func (p *parser) clauses(t *Threshold) *Error {
	forAt := -1
	for p.space(); p.pos < len(p.text); p.space() {
		var err *Error
		at := p.pos
		switch word := p.until(isSpace); {
		case word == "over" && t.Over == 0:
			t.Over, err = p.windows()
		case word == "for" && t.For == 0:
			forAt = at
			t.For, err = p.length("for", "30s")
		case word == "abort" && !t.Abort:
			t.Abort, err = true, abortable(at, t.Metric)
		case slices.Contains([]string{"over", "for", "abort"}, word):
			err = fail(at, word, fmt.Sprintf("%q is there twice", word))
		default:
			p.pos = len(p.text)
			err = fail(at, string(p.text[at:]), fmt.Sprintf("%q follows a complete threshold", string(p.text[at:])), clauseForms...)
			err.Suggestion = spelling.Nearest(word, []string{"over", "for", "abort"})
		}
		if err != nil {
			return err
		}
	}
	return p.breach(forAt, t)
}

// windows reads "10s windows" behind the word over.
func (p *parser) windows() (time.Duration, *Error) {
	d, err := p.length("over", "10s")
	if err != nil {
		return 0, err
	}
	p.space()
	if at, word := p.word(); word != "windows" {
		e := fail(at, word, fmt.Sprintf("after over %s the word windows is missing", shortTime(d)), "windows")
		e.Suggestion = spelling.Nearest(word, e.Allowed)
		return 0, e
	}
	return d, nil
}

// length reads a number of whole seconds behind a word.
func (p *parser) length(word, example string) (time.Duration, *Error) {
	p.space()
	at := p.pos
	text := p.until(isSpace)
	d, bad := time.ParseDuration(text)
	if bad == nil && d >= time.Second && d <= longestWindow && d%time.Second == 0 {
		return d, nil
	}
	e := fail(at, text, fmt.Sprintf("%q is no length of time", text), "whole seconds up to 24h, such as "+example)
	_, plain := decimal(text)
	switch {
	case text == "":
		e.Problem = "after " + word + " a length of time is missing"
	case plain:
		e.Problem, e.Suggestion = fmt.Sprintf("%q has no unit", text), text+"s"
	case bad == nil && d%time.Second != 0:
		e.Problem = fmt.Sprintf("%q is no whole number of seconds", text)
	}
	return 0, e
}

// breach holds the clause for, which stands at an index, against the windows.
func (p *parser) breach(at int, t *Threshold) *Error {
	switch {
	case t.For == 0:
		return nil
	case t.Over == 0:
		return fail(at, "for", "for counts windows, and the threshold has none", "over 10s windows for "+shortTime(t.For))
	case t.For%t.Over != 0:
		fewer := t.For.Truncate(t.Over)
		e := fail(at, "for", fmt.Sprintf("%s is no whole number of windows of %s", shortTime(t.For), shortTime(t.Over)),
			"for "+shortTime(fewer+t.Over))
		if fewer > 0 {
			e.Allowed = slices.Insert(e.Allowed, 0, "for "+shortTime(fewer))
		}
		return e
	}
	return nil
}

// abortable refuses an abort by what is known only when the run has ended.
func abortable(at int, m Metric) *Error {
	if m.Name == Unsent || m.Name == RateSent {
		return fail(at, "abort", m.String()+" is known when the run has ended, so it cannot abort one")
	}
	return nil
}

// shortTime writes a length of whole seconds without what is zero: 1m, 1h30m.
func shortTime(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = strings.TrimSuffix(text, zero[1:])
		}
	}
	return text
}
