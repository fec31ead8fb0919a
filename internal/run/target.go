package run

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
	"sdegauge/internal/traffic"
	"sdegauge/reports"
	"sdegauge/scenarios"
)

// target is the server of a run and the way to it.
type target struct {
	account   string
	exchanger traffic.Transport
	// handler and server are the embedded reference server; nil where the
	// scenario names a target.
	handler *reference.Handler
	server  *reference.Server
	dials   dials
	probed  uint64 // of dials, before the first request
}

// openTarget finds the way to the scenario's target, or starts the reference
// server on a free loopback port, and makes sure that something listens there.
func openTarget(ctx context.Context, s *scenarios.Scenario, o Options) (*target, error) {
	t := &target{account: s.Target.Account}
	url := s.Target.URL
	if url == "" {
		if err := t.startReference(s, o.Network); err != nil {
			return nil, err
		}
		url = t.server.URL()
	}
	var err error
	o.Network.Dial = t.dials.counting(o.Network.Dial)
	if t.exchanger, err = traffic.NewTransport(ctx, ExchangeOptions(s, url, o)); err == nil {
		err = t.exchanger.Probe(ctx)
	}
	if err != nil {
		t.close()
		return nil, err
	}
	t.probed = t.dials.n.Load()
	return t, nil
}

// startReference starts the embedded server with the scenario's switches. Its
// ids come from the scenario's seed, so that two runs send the same bytes.
func (t *target) startReference(s *scenarios.Scenario, n Network) error {
	faults, err := reference.ParseFaults(s.Reference...)
	if err != nil {
		return err
	}
	if t.account == "" {
		t.account = contract.ExampleSession().Account
	}
	t.handler, err = reference.New(reference.Options{
		Accounts: []string{t.account}, Seed: s.Seed, Faults: faults.Stretch(s.Stretch()),
	})
	if err != nil {
		return err
	}
	for _, fixed := range s.Sessions.Fixed {
		if err := t.handler.Preset(fixed.Session(t.account)); err != nil {
			return fmt.Errorf("sessions.fixed: %w", err)
		}
	}
	t.server, err = n.serve(t.handler)
	return err
}

// close ends what openTarget started. The reference server gets a moment to
// finish what it is doing.
func (t *target) close() {
	if t.exchanger != nil {
		t.exchanger.Close()
	}
	if t.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		t.server.Close(ctx)
	}
}

// counts is the embedded server's own count of everything but Create Session;
// nil for another server.
func (t *target) counts() *reports.ReferenceCount {
	if t.handler == nil {
		return nil
	}
	counts := t.handler.Counts()
	statuses := counts.All()
	for status, n := range counts.Creates {
		if statuses[status] -= n; statuses[status] == 0 {
			delete(statuses, status)
		}
	}
	return &reports.ReferenceCount{Attempts: statuses.Total() + counts.Aborted, Statuses: statuses}
}

// ExchangeOptions are the way to a server as the scenario has it: what it is sent,
// how it is trusted, and on whose word. Nothing is sent yet.
func ExchangeOptions(s *scenarios.Scenario, url string, run Options) traffic.ExchangeOptions {
	o := traffic.ExchangeOptions{
		URL: url, UserAgent: "sdegauge/" + run.Version,
		TLS: traffic.TLSFiles{
			CA: s.Target.TLS.CA, Certificate: s.Target.TLS.Certificate,
			Key: s.Target.TLS.Key, ServerName: s.Target.TLS.ServerName,
		},
		HTTP: traffic.HTTPVersion(s.Target.HTTP), Transport: traffic.TransportName(s.Target.Transport), Timeout: s.Target.Timeout,
		MaxBody: int(s.Limits.Body), MaxIdle: s.Limits.InFlight,
		Guard: traffic.NewGuard(consentsOf(s), nil, nil), Dial: run.Network.Dial,
	}
	for _, name := range slices.Sorted(maps.Keys(s.Target.Headers)) {
		o.Header = append(o.Header, contract.HeaderField{Name: name, Value: s.Target.Headers[name].Reveal()})
	}
	return o
}

func consentsOf(s *scenarios.Scenario) []traffic.Consent {
	var consents []traffic.Consent
	for _, c := range s.Consent {
		consents = append(consents, traffic.Consent{
			Host: c.Host, Owner: c.Owner, MaxRate: float64(c.MaxRate),
			Expires: c.Expires.End(), Addresses: c.Addresses,
		})
	}
	return consents
}
