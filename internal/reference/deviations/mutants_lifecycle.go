package deviations

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
)

// tally counts updates by the target they go to, which names the session.
type tally struct {
	mu   sync.Mutex
	seen map[string]int
}

func (t *tally) next(target string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seen == nil {
		t.seen = make(map[string]int)
	}
	t.seen[target]++
	return t.seen[target]
}

// counting refuses an accepted update by which one of its session it is.
func counting(refused func(n int) bool, code int, internal contract.InternalCode) change {
	return func(o *reference.Options) {
		t := &tally{} // of this server alone
		updates(success, func(x *reference.Exchange) {
			if refused(t.next(x.Request.URL.String())) {
				x.Refuse(code, internal)
			}
		})(o)
	}
}

// lifecycleMutants forget sessions too early, or not at all (S:L16, VIS).
func lifecycleMutants() []Mutant {
	const forever = 1_000_000 * time.Hour
	ended := func(id, title string, do func(*reference.Exchange)) Mutant {
		return Mutant{ID: id, Title: title, Catches: []string{"LC-08", "SI-06"}, Wake: []string{"LC-*", "U-*", "RS-03"}, Needs: NeedsAge,
			Options: updates(because(reference.SessionEnded), do), Probe: aged(7 * time.Hour)}
	}
	return []Mutant{
		{ID: "second-update-refused", Title: "ends a session with its first update", Catches: []string{"EP-01"}, Wake: everything, Unusable: true,
			Options: counting(func(n int) bool { return n > 1 }, 404, contract.CodeSessionNotFound), Probe: times(2)},
		{ID: "hundred-updates-at-most", Title: "ends a session with its hundredth update", Catches: []string{"LC-02"}, Wake: everything,
			Options: counting(func(n int) bool { return n > 100 }, 404, contract.CodeSessionNotFound), Probe: times(101)},
		{ID: "thousandth-update-refused", Title: "refuses the thousandth update of a session and no other", Catches: []string{"LC-02"}, Wake: []string{"LC-*", "H-25"},
			Options: counting(func(n int) bool { return n == 1000 }, 400, contract.CodeInvalidData), Probe: times(1000)},
		{ID: "one-type-a-session", Title: "refuses an SDE of another type than the session had in earlier updates", Catches: []string{"LC-03"}, Wake: everything,
			Options: oneTypeOnly, Probe: append(sde(lead), sde(cart)...)},
		{ID: "sessions-never-end", Title: "takes updates of a session that is years old", Catches: []string{"LC-08", "SI-06"}, Wake: []string{"LC-*"}, Needs: NeedsAge,
			Options: func(o *reference.Options) { o.MaxAge, o.MaxIdle = forever, forever }, Probe: aged(7 * time.Hour)},
		ended("ended-session-200", "answers 200 to an update of a session that has ended", func(x *reference.Exchange) { x.Accept() }),
		ended("ended-session-empty", "refuses an update of an ended session with nothing in the answer", entity("")),
		{ID: "eight-updates", Title: "takes eight updates in all, and refuses every other as invalid",
			Catches: []string{"AC-01", "VI-01", "V-01", "SI-01", "SI-09", "H-01", "H-10", "PG-01", "PG-07", "IM-01", "EA-01", "LC-01"},
			Wake:    everything, Probe: times(9),
			Options: func(o *reference.Options) {
				t := &tally{} // of this server alone
				updates(success, func(x *reference.Exchange) {
					if t.next("") > 8 {
						x.Refuse(400, contract.CodeInvalidData)
					}
				})(o)
			}},
		{ID: "create-adopts-sid", Title: "lets Create Session take over a session id that it does not know", Catches: []string{"LC-12"}, Wake: []string{"CR-*", "LC-*"},
			Options: func(o *reference.Options) { o.Deviation.Session.AdoptSID = true },
			Probe: Probe{{Method: http.MethodPost, Target: strings.Replace(known.Target, known.ID, unknownSession, 1), Body: external},
				{Target: strings.Replace(known.Target, known.ID, unknownSession, 1), Body: smallest}}},
	}
}

// oneTypeOnly holds a session to the SDE types of its first update with any.
func oneTypeOnly(o *reference.Options) {
	var mu sync.Mutex
	first := make(map[string]map[string]bool)
	updates(success, func(x *reference.Exchange) {
		types := make(map[string]bool)
		for _, e := range entries(members(x.Body)["engagementAttributes"]) {
			types[typeOf(e)] = true
		}
		if len(types) == 0 {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		session := x.Request.URL.String()
		if first[session] == nil {
			first[session] = types
		}
		for t := range types {
			if !first[session][t] {
				x.Refuse(400, contract.CodeInvalidData)
			}
		}
	})(o)
}

// failureMutants fail otherwise than the contract has it (S:L108–116, S:L120).
func failureMutants() []Mutant {
	row := func(id, title string, do func(*reference.Exchange)) Mutant {
		return Mutant{ID: id, Title: title, Catches: []string{"RS-04"}, Wake: []string{"U-*"}, Needs: NeedsFail,
			Options: updates(func(x *reference.Exchange) bool { return x.Cause == reference.FaultInjected && x.Status >= 500 }, do), Probe: failing(500, 503)}
	}
	failed := func(code int) func(*reference.Exchange) bool {
		return func(x *reference.Exchange) bool { return x.Cause == reference.FaultInjected && x.Status == code }
	}
	return []Mutant{
		row("failure-empty", "fails with nothing in the answer", entity("")),
		row("failure-html", "fails with a gateway's error page", page),
		row("failure-no-code", "fails with an envelope that has no internalCode", without("internalCode")),
		row("failure-no-time", "fails with an envelope that has no time", without("time")),
		row("failure-400", "answers 400 where it is itself in trouble", as(400)),
		row("failure-404", "answers 404 where it is itself in trouble", as(404)),
		row("failure-200", "answers 200 where it is itself in trouble", func(x *reference.Exchange) { x.Accept() }),
		{ID: "failure-500-empty", Title: "fails with 500 and nothing in the answer", Catches: []string{"RS-04"}, Wake: []string{"U-*"}, Needs: NeedsFail,
			Options: updates(failed(500), entity("")), Probe: failing(500)},
		{ID: "failure-503-html", Title: "fails with 503 and a page for a browser", Catches: []string{"RS-04"}, Wake: []string{"U-*"}, Needs: NeedsFail,
			Options: updates(failed(503), page), Probe: failing(503)},
		{ID: "failure-stays", Title: "never serves a session again that it has failed once", Catches: []string{"RS-04"}, Wake: everything, Needs: NeedsFail,
			Options: func(o *reference.Options) {
				var broken sync.Map // of the sessions' targets
				updates(func(*reference.Exchange) bool { return true }, func(x *reference.Exchange) {
					session := x.Request.URL.String()
					if x.Cause == reference.FaultInjected && x.Status >= 500 {
						broken.Store(session, nil)
					} else if _, was := broken.Load(session); was {
						x.Refuse(500, contract.CodeUnexpected)
					}
				})(o)
			}, Probe: failing(500)},
	}
}
