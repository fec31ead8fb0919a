package suite

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
	"sdegauge/internal/traffic"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve starts a reference server for a test.
func serve(t testing.TB, o reference.Options) (*reference.Handler, string) {
	t.Helper()
	if o.Unavailable == 0 {
		o.Unavailable = 0.2 // so that sessions of both kinds are found
	}
	h, err := reference.New(o)
	require.NoError(t, err)
	s, err := reference.Listen("127.0.0.1:0", h)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		require.NoError(t, s.Close(ctx))
	})
	return h, s.URL()
}

// optionsFor ask a server everything that needs no hook.
func optionsFor(t testing.TB, url, profile string) Options {
	t.Helper()
	p, ok := contract.LookupProfile(profile)
	require.True(t, ok)
	return Options{
		Target:  traffic.ExchangeOptions{URL: url, Timeout: 5 * time.Second},
		Account: contract.ExampleSession().Account, Profile: p, Seed: 1,
	}
}

// open gives a suite every hook of a reference server of the test's own.
func open(o Options, h *reference.Handler) Options {
	o.OtherAccount = "other_02"
	o.Hooks = Hooks{
		Fail: func(_ context.Context, statuses []int) error { return h.FailNext(statuses...) },
		State: func(_ context.Context, s *contract.Session) (State, error) {
			state, ok := h.State(s.Account, s.VisitorID, s.ID)
			if !ok {
				return State{}, errors.New("no such session")
			}
			return State{Attributes: state.Attributes}, nil
		},
		Age: func(_ context.Context, s *contract.Session, by time.Duration) error {
			if !h.Age(s.Account, s.VisitorID, s.ID, by) {
				return errors.New("no such session")
			}
			return nil
		},
	}
	return o
}
