package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// forCreated are the keys of sessions that only created ones have.
var forCreated = []string{"count", "create_rate", "recycle_after", "app_type"}

// sessionRules lets sessions come from one place only.
func sessionRules(s *Scenario, p *problems) {
	from, fixed := s.Sessions.From != "", len(s.Sessions.Fixed) > 0
	if from && fixed {
		p.key("sessions.fixed", Error{Problem: "sessions come from the file or from this list, not from both"})
	}
	if !from && !fixed {
		return
	}
	for _, key := range forCreated {
		if path := "sessions." + key; p.given(path) {
			p.key(path, Error{Problem: fmt.Sprintf("%s is for sessions that are created; these exist already", key)})
		}
	}
	if from && s.Target.URL == "" {
		p.key("sessions.from", Error{Problem: "sessions of a file need a target with a url: the embedded reference server does not know them"})
	}
}

func fixedRules(s *Scenario, p *problems) {
	for i, f := range s.Sessions.Fixed {
		path := index("sessions.fixed", i)
		parts := map[string]bool{
			"campaign": f.Campaign != 0, "engagement": f.Engagement != 0, "revision": f.Revision != 0, "context": f.Context != "",
		}
		var lacking []string
		for _, key := range sortedKeys(parts) {
			if !parts[key] {
				lacking = append(lacking, key)
			}
		}
		if n := len(lacking); n > 0 && n < len(parts) {
			p.missing(path, lacking[0], Error{Problem: fmt.Sprintf("an engagement needs campaign, engagement, revision and context: %s missing",
				strings.Join(lacking, ", "))})
		}
		if s.Sessions.Engagement == EngagementRequired && len(lacking) > 0 {
			p.missing(path, "engagement", Error{Problem: "engagement: required, and this session has none"})
		}
	}
}

// stageRules gives every arrival the fields it needs and no other.
func stageRules(s *Scenario, p *problems) {
	named := map[string]int{}
	measured := false
	for i, st := range s.Stages {
		path := index("stages", i)
		measured = measured || !st.WarmUp
		if first, twice := named[st.Name]; twice && st.Name != "" {
			p.value(path+".name", Error{Problem: fmt.Sprintf("a second stage called %s, after %s", p.quote(path+".name", st.Name), index("stages", first))})
		} else {
			named[st.Name] = i
		}
		if a, ok := lookupArrival(st.Arrival); ok {
			arrivalRules(a, st, path, p)
		}
	}
	if !measured && len(s.Stages) > 0 {
		p.key("stages", Error{Problem: "every stage is a warm-up: nothing would be measured"})
	}
}

func arrivalRules(a Arrival, st Stage, path string, p *problems) {
	values := map[string]float64{
		"rate": float64(st.Rate), "to": float64(st.To), "amplitude": float64(st.Amplitude),
		"period": float64(st.Period), "count": float64(st.Count), "workers": float64(st.Workers),
	}
	for _, key := range a.Needs {
		if values[key] == 0 && !p.given(path+"."+key) && (p.placed() || !mayBeZero(a, key)) {
			p.missing(path, key, Error{Problem: fmt.Sprintf("%q is missing: arrival %s means %s", key, a.Name, a.Doc)})
		}
	}
	for _, key := range a.refuses() {
		if child := path + "." + key; values[key] != 0 || p.given(child) {
			p.key(child, Error{Problem: fmt.Sprintf("arrival %s takes no %q: it means %s", a.Name, key, a.Doc), Allowed: a.keys()})
		}
	}
	switch {
	case a.Name == "ramp" || a.Name == "steps":
		if st.Rate == 0 && st.To == 0 {
			p.value(path+".to", Error{Problem: "from nothing to nothing: rate or to has to be above 0"})
		}
	case slices.Contains(a.Needs, "rate") && st.Rate == 0 && p.given(path+".rate"):
		p.value(path+".rate", Error{Problem: "a rate of 0 sends nothing"})
	}
	if a.Name == "steps" && st.Count == 1 {
		p.value(path+".count", Error{Problem: "one step is a constant rate", Allowed: []string{"2 or more", "arrival: constant"}})
	}
	if a.Name == "sine" && st.Amplitude > st.Rate {
		p.value(path+".amplitude", Error{Problem: fmt.Sprintf("an amplitude of %s below a rate of %s would be negative", st.Amplitude, st.Rate)})
	}
}

// mayBeZero reports whether a needed key may have the value 0, which without a
// file cannot be told from no value.
func mayBeZero(a Arrival, key string) bool {
	return (a.Name == "ramp" || a.Name == "steps") && (key == "rate" || key == "to")
}

// highest is the highest rate that stages and bursts may reach.
const highest Rate = 1_000_000

func lengthRules(s *Scenario, p *problems) {
	var total time.Duration
	for i, st := range s.Stages {
		path := index("stages", i)
		before := total
		total += st.Duration
		if before <= longest && total > longest {
			p.value(path+".duration", Error{Problem: fmt.Sprintf("up to here the stages last %s, more than %s", total, longest)})
		}
		if st.peak() > highest*(1+slack) {
			p.value(path+"."+peakKey(st), Error{Problem: fmt.Sprintf("the stage reaches %s, more than %s", st.peak(), highest)})
		}
	}
}
