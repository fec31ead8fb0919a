package traffic

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// DefaultInFlight is the most attempts under way at once where no limit is given.
const DefaultInFlight = 10_000

// What another limit of 0 stands for.
const (
	defaultWaitingRetries = 100_000
	defaultGrace          = 2 * time.Second
	defaultDrain          = 30 * time.Second // beyond the policy's longest pauses
)

// maxDrain bounds Limits.Drain.
const maxDrain = 24 * time.Hour

// maxInFlight bounds Limits.InFlight: each attempt under way is a goroutine and
// a connection.
const maxInFlight = 1_000_000

// leg is a stage with its place in the run.
type leg struct {
	Stage
	Schedule
	start, end time.Duration
	n          uint64 // updates; of a closed stage any number
	closed     bool
	sent       uint64
}

// legs lays the plan's stages end to end.
func (p *Plan) legs() ([]leg, error) {
	if len(p.Stages) == 0 {
		return nil, errors.New("the plan has no stages; give it one at least")
	}
	legs := make([]leg, len(p.Stages))
	var start time.Duration
	for i, s := range p.Stages {
		schedule, err := NewSchedule(s, p.Seed, i)
		if err != nil {
			return nil, fmt.Errorf("stage %d (%q): %w", i+1, s.Name, err)
		}
		if start > forever-s.Duration {
			return nil, fmt.Errorf("stage %d (%q): the stages together last longer than %v", i+1, s.Name, forever)
		}
		n, bounded := schedule.Len()
		if !bounded {
			n = math.MaxUint64
			if s.Workers > p.Limits.InFlight {
				return nil, fmt.Errorf("stage %d (%q): %d workers exceed the limit of %d in flight; raise the limit or lower the workers",
					i+1, s.Name, s.Workers, p.Limits.InFlight)
			}
		}
		legs[i] = leg{Stage: s, Schedule: schedule, start: start, end: start + s.Duration, n: n, closed: !bounded}
		start += s.Duration
	}
	return legs, nil
}

// updates is the most updates that the legs can send, at most total.
func updates(legs []leg, total uint64) uint64 {
	sum := uint64(0)
	for _, l := range legs {
		if l.n >= total-sum {
			return total
		}
		sum += l.n
	}
	return sum
}

// settle checks the plan and puts the defaults in.
func (p *Plan) settle() error {
	for _, part := range []struct {
		name    string
		missing bool
	}{
		{"Source", p.Source == nil}, {"Sessions", p.Sessions == nil},
		{"Exchanger", p.Exchanger == nil}, {"Sink", p.Sink == nil},
	} {
		if part.missing {
			return fmt.Errorf("the plan has no %s", part.name)
		}
	}
	if err := checkPolicy(p.Retry); err != nil {
		return err
	}
	p.Every = max(p.Every, 1)
	drain := min(defaultDrain+p.Retry.Longest(), maxDrain)
	l := &p.Limits
	return firstOf(
		bound("in flight", &l.InFlight, DefaultInFlight, maxInFlight),
		bound("waiting retries", &l.WaitingRetries, defaultWaitingRetries, math.MaxInt),
		bound("grace", &l.Grace, defaultGrace, 24*time.Hour),
		bound("drain", &l.Drain, drain, maxDrain),
		bound("total", &l.Total, math.MaxUint64, math.MaxUint64),
	)
}

// bound puts a default in the place of 0 and holds a limit within its bounds.
func bound[T int | uint64 | time.Duration](name string, v *T, byDefault, most T) error {
	switch {
	case *v < 0 || *v > most:
		return fmt.Errorf("limit %s is %v; it goes from 0, the default of %v, to %v", name, *v, byDefault, most)
	case *v == 0:
		*v = byDefault
	}
	return nil
}
