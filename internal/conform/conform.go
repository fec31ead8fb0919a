package conform

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"sdegauge/checks/suite"
	"sdegauge/internal/contract"
	"sdegauge/internal/run"
	"sdegauge/internal/traffic"
	"sdegauge/scenarios"
)

// Target is one server to ask; an empty URL is the embedded reference server.
type Target struct{ Name, URL string }

// Options are what a run of the suite needs besides its scenario.
type Options struct {
	// Version is the program's, and Command the command line that repeats the
	// run. It MUST hold no secret.
	Version, Command string
	OtherAccount     string
	// Only selects requirements; see [suite.Select].
	Only []string
	// Rate is the most requests a second; 0 sets no bound but a consent's.
	Rate    float64
	Workers int
	// MaxBody is the longest body sent, in bytes; 0 means the suite's own.
	MaxBody int
	// Fuzz is how many random updates of each kind are sent besides.
	Fuzz  int
	Hooks suite.HookSources
	// Announce is told what is about to be sent, and to whom, before anything is;
	// Progress how far the suite is. nil: nobody listens.
	Announce func(url string, embedded bool, plan suite.Plan)
	Progress func(done, total int)
}

// Run puts the suite to one target by a scenario that was loaded and checked:
// its account, way to the server, consents, sessions, checks and seed count.
// Where ctx ends the report covers what was asked until then.
//
// What was asked for wrongly is a [*run.ConfigError], a target that cannot be
// reached or set up a [*run.SetupError].
func Run(ctx context.Context, s *scenarios.Scenario, t Target, o Options) (*suite.Report, error) {
	options, server, err := open(ctx, s, t, o)
	if err != nil {
		return nil, sorted(ctx, err)
	}
	if server != nil {
		defer server.close()
	}
	plan, err := suite.NewPlan(options)
	if err != nil {
		return nil, sorted(ctx, err)
	}
	if o.Announce != nil {
		o.Announce(options.Target.URL, server != nil, plan)
	}
	report, err := suite.Run(ctx, options)
	if err != nil {
		return nil, sorted(ctx, err)
	}
	report.Tool = suite.Tool{Name: "sdegauge", Version: o.Version}
	report.Command, report.Target.Reference = o.Command, server != nil
	return report, nil
}

// open finds the way to the target, or starts the reference server; nothing is
// sent yet.
func open(ctx context.Context, s *scenarios.Scenario, t Target, o Options) (suite.Options, *embedded, error) {
	account := s.Target.Account
	if account == "" && t.URL == "" {
		account = contract.ExampleSession().Account
	}
	sessions, err := sessionsOf(s, account)
	if err != nil {
		return suite.Options{}, nil, err
	}
	way := run.ExchangeOptions(s, t.URL, run.Options{Version: o.Version})
	options := suite.Options{
		Name: t.Name, Account: account, AppType: s.Sessions.AppType, OtherAccount: o.OtherAccount, Sessions: sessions,
		Profile: s.Checks.Resolve(), Only: o.Only, Rate: o.Rate, Workers: o.Workers, MaxBody: o.MaxBody, Seed: s.Seed, Fuzz: o.Fuzz,
		Redact: run.Redactor(s), Progress: o.Progress, Target: way,
	}
	if options.Hooks, err = suite.OpenHooks(ctx, o.Hooks, way.Guard); err != nil {
		return suite.Options{}, nil, err
	}
	if t.URL != "" {
		options.Rate, err = permitted(ctx, t.URL, o.Rate, way.Guard)
		return options, nil, err
	}
	server, err := startReference(s, account, sessions)
	if err != nil {
		return suite.Options{}, nil, err
	}
	options.Target.URL = server.server.URL()
	if options.OtherAccount == "" {
		options.OtherAccount = secondAccount
	}
	if o.Hooks == (suite.HookSources{}) {
		options.Hooks = Hooks(server.handler)
	}
	return options, server, nil
}

// sessionsOf are the sessions that the scenario has; none: they are created.
func sessionsOf(s *scenarios.Scenario, account string) ([]*contract.Session, error) {
	if s.Sessions.From != "" {
		return traffic.LoadSessions(s.Sessions.From, account)
	}
	var sessions []*contract.Session
	for _, fixed := range s.Sessions.Fixed {
		sessions = append(sessions, fixed.Session(account))
	}
	return sessions, nil
}

// permitted is the rate at which a host may be asked: at most that of its
// consent.
func permitted(ctx context.Context, target string, asked float64, guard *traffic.Guard) (float64, error) {
	u, err := url.Parse(target)
	if err != nil {
		return 0, fmt.Errorf("--target: %w", err)
	}
	permit, err := guard.Check(ctx, u.Hostname())
	switch {
	case err != nil:
		return 0, err
	case permit.Consent == nil:
		return asked, nil
	case asked == 0:
		return permit.Consent.MaxRate, nil
	case asked > permit.Consent.MaxRate:
		return 0, fmt.Errorf("--rate is %g/s, and the consent of %s allows %g/s", asked, permit.Host, permit.Consent.MaxRate)
	}
	return asked, nil
}

// sorted gives an error the type that decides the exit code.
func sorted(ctx context.Context, err error) error {
	var selection *suite.SelectionError
	if errors.As(err, &selection) {
		return &run.ConfigError{Err: err}
	}
	return run.StartError(ctx, err)
}
