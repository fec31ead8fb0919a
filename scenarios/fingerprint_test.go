package scenarios

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFingerprint(t *testing.T) {
	t.Parallel()
	load := func() *Scenario {
		s, err := Open("smoke", Options{})
		require.NoError(t, err)
		return s
	}
	same := map[string]func(*Scenario){
		"nothing":                   func(*Scenario) {},
		"the target":                func(s *Scenario) { s.Target.URL = "http://127.0.0.1:1" },
		"the reference's switches":  func(s *Scenario) { s.Reference = []string{"latency=5ms"} },
		"the seed":                  func(s *Scenario) { s.Seed++ },
		"the thresholds":            func(s *Scenario) { s.Thresholds = nil },
		"the name and what it says": func(s *Scenario) { s.Name, s.Description = "other", "" },
	}
	other := map[string]func(*Scenario){
		"a stage's length": func(s *Scenario) { s.Stages[0].Duration += time.Second },
		"the mix":          func(s *Scenario) { s.Mix = s.Mix[:1] },
		"the retries":      func(s *Scenario) { s.Retry.Policy = "impatient" },
		"a limit":          func(s *Scenario) { s.Limits.InFlight = 1 },
	}
	want := load().Fingerprint()
	assert.Len(t, want, 16)
	for name, edit := range same {
		s := load()
		edit(s)
		assert.Equal(t, want, s.Fingerprint(), name)
	}
	for name, edit := range other {
		s := load()
		edit(s)
		assert.NotEqual(t, want, s.Fingerprint(), name)
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	s := New()
	s.Stages = []Stage{{Arrival: "closed", WarmUp: true}, {Arrival: "constant"}}
	assert.False(t, s.Closed(), "a warm-up is not measured")
	s.Stages[1].Arrival = "closed"
	assert.True(t, s.Closed())
}
