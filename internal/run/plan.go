package run

import (
	"context"
	"strings"

	"sdegauge/generators"
	"sdegauge/internal/contract"
	"sdegauge/internal/traffic"
	"sdegauge/scenarios"
)

// openSessions gathers the sessions that the scenario lists, reads or creates. A
// shard creates its share of them.
func openSessions(ctx context.Context, s *scenarios.Scenario, t *target, shard traffic.Shard, observer Observer) (*traffic.Pool, error) {
	switch {
	case len(s.Sessions.Fixed) > 0:
		var given []*contract.Session
		for _, fixed := range s.Sessions.Fixed {
			given = append(given, fixed.Session(t.account))
		}
		return traffic.NewPool(given)
	case s.Sessions.From != "":
		given, err := traffic.LoadSessions(s.Sessions.From, t.account)
		if err != nil {
			return nil, err
		}
		return traffic.NewPool(given)
	default:
		count := max(1, shard.Share(s.Sessions.Count))
		return traffic.CreatePool(ctx, count, traffic.CreateOptions{
			Exchanger: t.exchanger, Account: t.account, AppType: s.Sessions.AppType,
			NeedEngagement: s.Sessions.Engagement == scenarios.EngagementRequired,
			Rate:           createRate(s, t) / float64(max(1, shard.Of)),
			Every:          uint64(shard.Of),
			RecycleAfter:   s.Sessions.RecycleAfter,
			Target:         t.exchanger.Target(),
			Progress:       func(created int) { observer.Sessions(created, count) },
		})
	}
}

// createRate is gentle with a server whose agents see every visitor; the
// embedded one has none.
func createRate(s *scenarios.Scenario, t *target) float64 {
	if t.server != nil {
		return 10_000
	}
	return float64(s.Sessions.CreateRate)
}

// planOf is what a scenario asks to be sent, and not yet by whom.
func planOf(s *scenarios.Scenario, scheduleSeed, firstSeq uint64) traffic.Plan {
	return traffic.Plan{
		Stages: stagesOf(s), Seed: scheduleSeed, FirstSeq: firstSeq,
		Retry: s.Retry.Resolve(), Limits: limitsOf(s),
	}
}

func stagesOf(s *scenarios.Scenario) []traffic.Stage {
	stages := make([]traffic.Stage, len(s.Stages))
	for i, st := range s.Stages {
		stages[i] = traffic.Stage{
			Name: st.Name, Arrival: traffic.Arrival(st.Arrival), Duration: st.Duration, WarmUp: st.WarmUp,
			Rate: float64(st.Rate), To: float64(st.To), Amplitude: float64(st.Amplitude), Period: st.Period,
			Count: st.Count, Workers: st.Workers,
		}
	}
	return stages
}

func limitsOf(s *scenarios.Scenario) traffic.Limits {
	return traffic.Limits{
		InFlight: s.Limits.InFlight, Total: s.Limits.Total, WaitingRetries: s.Limits.WaitingRetries,
		Grace: s.Limits.Grace, Drain: s.Limits.Drain,
	}
}

// Redactor masks the secrets of a scenario in what a server sends back; nil
// where there are none.
func Redactor(s *scenarios.Scenario) func(string) string {
	var pairs []string
	for _, secret := range s.Secrets() {
		if text := secret.Reveal(); text != "" {
			pairs = append(pairs, text, scenarios.Mask)
		}
	}
	if pairs == nil {
		return nil
	}
	return strings.NewReplacer(pairs...).Replace
}

// newMix is what the scenario sends. Faults that need a second session of the
// account take the pool's next.
func newMix(s *scenarios.Scenario, pool *traffic.Pool) (*generators.Mix, error) {
	o := generators.MixOptions{Options: generators.Options{Profile: s.Checks.Resolve(), TextIDs: s.Checks.TextIDs()}}
	if len(pool.All()) > 1 {
		o.Other = func(seq uint64, _ *contract.Session) *contract.Session { return pool.Other(seq) }
	}
	return generators.NewMix(s.Seed, s.Entries(), o)
}
