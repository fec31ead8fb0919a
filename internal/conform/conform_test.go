package conform

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"sdegauge/checks/suite"
	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
	"sdegauge/internal/run"
	"sdegauge/internal/traffic"
	"sdegauge/scenarios"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func scenario(t *testing.T, o scenarios.Override) *scenarios.Scenario {
	t.Helper()
	s, err := scenarios.Open("smoke", scenarios.Options{})
	require.NoError(t, err)
	s.Reference = nil
	require.NoError(t, s.Apply(o))
	return s
}

// The embedded server opens every row that can be opened, and the plan said about
// what was sent.
func TestEmbeddedServer(t *testing.T) {
	var plan suite.Plan
	report, err := Run(t.Context(), scenario(t, scenarios.Override{Profile: "strict"}), Target{}, Options{
		Version: "test", Command: "sdegauge conform",
		Only: []string{"U-*", "E*", "A*", "V*", "S*", "P*", "R*", "C*", "LC-*"}, // what takes longer is tested where it is
		Announce: func(_ string, embedded bool, p suite.Plan) {
			assert.True(t, embedded)
			plan = p
		},
	})
	require.NoError(t, err)
	assert.Equal(t, contract.Pass, report.Verdict, report.Reason)
	assert.True(t, report.Target.Reference)
	assert.Equal(t, "test", report.Tool.Version)
	assert.Equal(t, []string{"fault hook", "read-back", "age hook", "a second account"}, report.Target.Given)
	assert.InEpsilon(t, float64(report.Requests), float64(plan.Requests), 0.15, "what was announced")
	require.NotEmpty(t, plan.Heavy)
	assert.Contains(t, plan.String(), "LC-02-c sends 1000 updates")
	for _, q := range report.Requirements {
		assert.NotContains(t, q.Note, "(--", "%s needs nothing that the embedded server lacks", q.ID)
	}
}

func TestInterruptLeavesAPartialReportAndNoLock(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	lock := filepath.Join(t.TempDir(), "b.lock")
	gates, err := OpenGates(GateOptions{Lock: lock})
	require.NoError(t, err)
	report, err := Run(ctx, scenario(t, scenarios.Override{}), Target{}, Options{
		Only: []string{"V-*", "EA-*"}, Progress: func(done, _ int) {
			if done == 20 {
				cancel()
			}
		},
	})
	require.NoError(t, err)
	require.NoError(t, gates.Apply(report))
	assert.True(t, report.Interrupted)
	assert.Equal(t, 130, report.ExitCode)
	assert.NoFileExists(t, lock)

	require.NoError(t, gates.Apply(&suite.Report{Bracket: "broken", Requirements: []suite.Requirement{
		{ID: "V-09", Level: contract.Obs, Cases: []suite.CaseResult{{ID: "V-09", Behaviour: "200"}}},
	}}))
	assert.NoFileExists(t, lock, "what a server that answers everything alike does is no behaviour to keep")
}

// served is a reference server of the test's own.
func served(t *testing.T) (*reference.Handler, string) {
	t.Helper()
	h, err := reference.New(reference.Options{})
	require.NoError(t, err)
	server, err := reference.Listen("127.0.0.1:0", h)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		require.NoError(t, server.Close(ctx))
	})
	return h, server.URL()
}

func TestGivenTargetAndSessions(t *testing.T) {
	h, url := served(t)
	s := contract.ExampleSession()
	require.NoError(t, h.Preset(s))
	o := scenarios.Override{Target: url, Account: s.Account, Sessions: []scenarios.Fixed{{Visitor: s.VisitorID, SID: s.ID, Page: s.PageID}}}
	report, err := Run(t.Context(), scenario(t, o), Target{"mine", url}, Options{Only: []string{"V-0*", "SI-05", "CR-01"}})
	require.NoError(t, err)
	assert.Equal(t, "mine", report.Target.Name)
	assert.False(t, report.Target.Reference)
	assert.Equal(t, contract.Pass, report.Verdict, report.Reason)
	assert.Zero(t, h.Counts().Creates.Total(), "no session is created where some were given")
	assert.Equal(t, contract.Skipped, report.Requirements[len(report.Requirements)-1].Verdict)
}

func TestErrorsDecideTheExitCode(t *testing.T) {
	_, url := served(t)
	account := contract.ExampleSession().Account
	run1 := func(target string, o Options) error {
		_, err := Run(t.Context(), scenario(t, scenarios.Override{Target: url, Account: account}), Target{URL: target}, o)
		return err
	}
	var config *run.ConfigError
	var setup *run.SetupError
	assert.ErrorAs(t, run1(url, Options{Only: []string{"X-1"}}), &config, "a selection that matches nothing")
	assert.ErrorAs(t, run1("http://192.0.2.1", Options{}), &config, "a host without consent")
	assert.ErrorAs(t, run1(url, Options{Hooks: suite.HookSources{Age: "ftp://x"}}), &config, "a hook that is none")
	assert.ErrorAs(t, run1("http://127.0.0.1:1", Options{}), &setup, "nobody listens")
}

func TestPermittedRate(t *testing.T) {
	guard := traffic.NewGuard([]traffic.Consent{{Host: "192.0.2.1", Owner: "jo", MaxRate: 20, Expires: time.Now().Add(time.Hour)}}, nil, nil)
	for _, c := range []struct {
		reason, target string
		asked, rate    float64
		says           string
	}{
		{"loopback knows no bound", "http://127.0.0.1:1", 0, 0, ""},
		{"a consent's rate is the bound", "https://192.0.2.1", 0, 20, ""},
		{"less may be asked for", "https://192.0.2.1:8443", 5, 5, ""},
		{"more may not", "https://192.0.2.1", 21, 0, "--rate is 21/s, and the consent of 192.0.2.1 allows 20/s"},
		{"nor anything of another host", "https://192.0.2.2", 1, 0, "may not be loaded"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			rate, err := permitted(t.Context(), c.target, c.asked, guard)
			assert.Equal(t, c.rate, rate)
			if c.says == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, c.says)
			}
		})
	}
}

func TestGatesAreReadFirst(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	var config *run.ConfigError
	for _, c := range []struct {
		reason  string
		options GateOptions
	}{
		{"a lock that is none", GateOptions{Lock: file("a", "x\n")}},
		{"a lock in a folder that is not there", GateOptions{Lock: filepath.Join(dir, "no", "b.lock")}},
		{"a folder in the place of a lock", GateOptions{Lock: dir}},
		{"waivers that are not there", GateOptions{Waivers: filepath.Join(dir, "none.yaml")}},
		{"waivers that are none", GateOptions{Waivers: file("b", "- 1\n")}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			_, err := OpenGates(c.options)
			assert.ErrorAs(t, err, &config)
		})
	}
}

func TestHooksKnowNoStrangers(t *testing.T) {
	h, _ := served(t)
	hooks := Hooks(h)
	s := contract.ExampleSession()
	_, err := hooks.State(t.Context(), s)
	assert.ErrorContains(t, err, "no such session")
	assert.ErrorContains(t, hooks.Age(t.Context(), s, time.Hour), "no such session")
	require.NoError(t, h.Preset(s))
	_, err = hooks.State(t.Context(), s)
	assert.NoError(t, err)
	assert.Error(t, hooks.Fail(t.Context(), []int{200}), "only errors can be ordered")
}
