package scenarios

import (
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Override is what the command line changes in a scenario: the values of its
// flags as they were typed. An empty one changes nothing.
type Override struct {
	Target    string // URL of the server; no reference server is then started
	Account   string
	Rate      string // the new peak: every open stage is scaled alike
	Duration  string // the new length of all stages together, scaled alike
	Seed      string
	Transport string // auto, fast or std
	Retry     string // the policy; what the scenario changed in its own is dropped
	Profile   string // the scenario's knobs stay

	RetryScale  string  // what every pause is multiplied by
	LagWithin   string  // how late a send may be and count as in time
	Sessions    []Fixed // used instead of the scenario's sessions
	SessionFile string  // a CSV file, read instead of the scenario's sessions

	Thresholds []string // added to the scenario's
}

// Apply changes the scenario as o says and checks the whole of it again. On an
// error, whose problems name flags, the scenario is as it was.
func (s *Scenario) Apply(o Override) error {
	next := s.clone()
	p := newProblems(nil)
	next.applyTarget(o)
	next.applyScales(o, p)
	override(p, "--seed", o.Seed, &next.Seed)
	if o.Retry != "" {
		next.Retry = Retry{Policy: o.Retry, Scale: next.Retry.Scale}
	}
	override(p, "--retry-scale", o.RetryScale, &next.Retry.Scale)
	override(p, "--lag-within", o.LagWithin, &next.Limits.Lag.Within)
	if o.Profile != "" {
		next.Checks.Profile = o.Profile
	}
	next.applySessions(o)
	next.applyThresholds(o, p)
	if err := collect(p.list); err != nil {
		return err
	}
	// The scenario was in order before, so what is wrong now is a flag's doing:
	// it is named instead of a line that says something else.
	p = newProblems(next.source())
	p.placeless = true
	check(next, p)
	for _, e := range p.list {
		e.Path = o.flag(e.Path)
	}
	if err := collect(p.list); err != nil {
		return err
	}
	*s = *next
	return nil
}

func (s *Scenario) clone() *Scenario {
	next := *s
	next.options = s.options.withDefaults()
	next.Stages = slices.Clone(s.Stages)
	if before := s.source(); before != nil {
		src := *before
		src.fromEnv = maps.Clone(src.fromEnv)
		next.origin = func() *source { return &src }
	}
	return &next
}

func (s *Scenario) applyTarget(o Override) {
	if o.Target != "" {
		s.Target.URL, s.Reference = o.Target, nil
		s.forgetEnv("target.url")
		// Trust and identity of the scenario's own server are no other's.
		if u, err := url.Parse(o.Target); err == nil && u.Scheme == "http" {
			s.Target.TLS = TLS{}
		}
	}
	if o.Transport != "" {
		s.Target.Transport = o.Transport
	}
	if o.Account != "" {
		s.Target.Account = o.Account
		s.forgetEnv("target.account")
	}
}

// forgetEnv notes that a value is no longer the environment's.
func (s *Scenario) forgetEnv(path string) {
	if src := s.source(); src != nil {
		delete(src.fromEnv, path)
	}
}

func (s *Scenario) applySessions(o Override) {
	if len(o.Sessions) > 0 {
		s.Sessions.Fixed, s.Sessions.From = o.Sessions, ""
	}
	if o.SessionFile != "" {
		s.Sessions.From = o.SessionFile
		if len(o.Sessions) == 0 {
			s.Sessions.Fixed = nil
		}
	}
}

func (s *Scenario) applyScales(o Override, p *problems) {
	var rate Rate
	if override(p, "--rate", o.Rate, &rate); rate != 0 {
		if peak := s.Peak(); peak > 0 {
			for i := range s.Stages {
				s.Stages[i].scaleRate(float64(rate) / peak)
			}
		} else {
			p.add("--rate", &Error{Text: o.Rate, Problem: "every stage is closed: its workers decide the rate"})
		}
	} else if o.Rate != "" {
		p.add("--rate", &Error{Text: o.Rate, Problem: "a rate of 0 sends nothing"})
	}
	var length time.Duration
	if override(p, "--duration", o.Duration, &length); length != 0 {
		s.scaleTo(length)
	} else if o.Duration != "" {
		p.add("--duration", &Error{Text: o.Duration, Problem: "a run needs some time"})
	}
}

// scaleTo scales the stages to a total; the last one takes what rounding left.
func (s *Scenario) scaleTo(total time.Duration) {
	before := s.Duration()
	if before == 0 {
		return
	}
	f := float64(total) / float64(before)
	rest := total
	for i := range s.Stages {
		st := &s.Stages[i]
		st.scaleDuration(f)
		if i == len(s.Stages)-1 {
			st.Duration = rest
		}
		rest -= st.Duration
	}
	s.stretch = s.Stretch() * f
}

// override reads the value of a flag into v, with the parser of v's type.
func override[T any](p *problems, flag, text string, v *T) {
	if text == "" {
		return
	}
	value := reflect.ValueOf(v).Elem()
	err := parseScalar(value, text)
	if err == nil {
		return
	}
	e := &Error{Text: text, Problem: fmt.Sprintf("%q is not %s", text, formOf(value.Type())), Allowed: []string{formOf(value.Type())}}
	if wrong, ok := err.(*valueError); ok {
		e.Problem, e.Suggestion = fmt.Sprintf("%q %s", text, wrong.problem), wrong.suggestion
	}
	p.add(flag, e)
}

// flag names the flag that a problem at a path came from.
func (o Override) flag(path string) string {
	field := path[strings.LastIndexByte(path, '.')+1:]
	byPrefix := []struct{ prefix, flag, value string }{
		{"target.account", "--account", "--account"},
		{"target.transport", "--transport", o.Transport},
		{"target", "--target", o.Target},
		{"sessions.from", "--sessions", o.SessionFile},
		{"sessions.fixed", "--session", o.sessions()},
		{"sessions", "--target", o.Target},
		{"retry.scale", "--retry-scale", o.RetryScale},
		{"retry", "--retry", o.Retry},
		{"checks", "--profile", o.Profile},
		{"seed", "--seed", o.Seed},
		{"limits.lag.within", "--lag-within", o.LagWithin},
		{"thresholds", "--threshold", strings.Join(o.Thresholds, "\n")},
	}
	for _, b := range byPrefix {
		if strings.HasPrefix(path, b.prefix) && b.value != "" {
			return b.flag
		}
	}
	switch {
	case !strings.HasPrefix(path, "stages"):
		return path
	case (field == "duration" || field == "period") && o.Duration != "":
		return "--duration"
	case o.Rate != "":
		return "--rate"
	case o.Duration != "":
		return "--duration"
	case o.Target != "":
		return "--target"
	}
	return path
}

// sessions is not empty where the override names sessions.
func (o Override) sessions() string {
	if len(o.Sessions) == 0 {
		return ""
	}
	return o.Sessions[0].Visitor
}
