package run

import (
	"context"
	"net"
	"sync/atomic"

	"sdegauge/internal/preflight"
	"sdegauge/internal/traffic"
	"sdegauge/scenarios"
)

// dials counts the connections that were opened.
type dials struct{ n atomic.Uint64 }

// counting is dial, or TCP where it is nil, with every connection counted.
func (d *dials) counting(dial traffic.DialFunc) traffic.DialFunc {
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err == nil {
			d.n.Add(1)
		}
		return conn, err
	}
}

// asks is what a shard of a scenario is going to ask of its machine. Sessions are created
// one after the other, so the connections that this has opened show whether the
// server keeps them.
func asks(s *scenarios.Scenario, t *target, shard traffic.Shard, pool *traffic.Pool) preflight.Plan {
	p := preflight.Plan{
		Rate: s.Peak() / float64(max(1, shard.Of)), InFlight: s.Limits.InFlight, Timeout: s.Target.Timeout,
		Embedded: t.server != nil,
		Opened:   t.dials.n.Load() - t.probed, Requests: pool.Stats().Posts,
	}
	if p.InFlight == 0 {
		p.InFlight = traffic.DefaultInFlight
	}
	for _, stage := range s.Stages {
		p.Workers = max(p.Workers, shard.Share(stage.Workers))
	}
	return p
}
