package conform

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sdegauge/checks/suite"
	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
	"sdegauge/scenarios"
)

// secondAccount is the other account of the embedded server.
const secondAccount = "other_02"

// bare is the share of created sessions without an engagement, so that sessions
// of both kinds are found.
const bare = 0.2

// embedded is the reference server within this program, with everything that
// opens a row.
type embedded struct {
	handler *reference.Handler
	server  *reference.Server
}

func startReference(s *scenarios.Scenario, account string, sessions []*contract.Session) (*embedded, error) {
	faults, err := reference.ParseFaults(s.Reference...)
	if err != nil {
		return nil, err
	}
	h, err := reference.New(reference.Options{
		Accounts: []string{account, secondAccount}, Seed: s.Seed, Faults: faults, Unavailable: bare,
	})
	if err != nil {
		return nil, err
	}
	for _, fixed := range sessions {
		if err := h.Preset(fixed); err != nil {
			return nil, fmt.Errorf("--session: %w", err)
		}
	}
	server, err := reference.Listen("127.0.0.1:0", h)
	if err != nil {
		return nil, err
	}
	return &embedded{h, server}, nil
}

// close gives the server a moment to finish what it is doing.
func (e *embedded) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	e.server.Close(ctx)
}

// Hooks are the hooks of a reference server within this program.
func Hooks(h *reference.Handler) suite.Hooks {
	unknown := errors.New("the reference server has no such session")
	return suite.Hooks{
		Fail: func(_ context.Context, statuses []int) error { return h.FailNext(statuses...) },
		State: func(_ context.Context, s *contract.Session) (suite.State, error) {
			state, ok := h.State(s.Account, s.VisitorID, s.ID)
			if !ok {
				return suite.State{}, unknown
			}
			return suite.State{Attributes: state.Attributes}, nil
		},
		Age: func(_ context.Context, s *contract.Session, by time.Duration) error {
			if !h.Age(s.Account, s.VisitorID, s.ID, by) {
				return unknown
			}
			return nil
		},
	}
}
