package contract_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

func TestProfiles(t *testing.T) {
	tests := []struct {
		name                                   string
		shouldFails, offListFails, lenientType bool
		empty                                  contract.EmptyEntity
		searchInfo                             bool
		reason                                 string
	}{
		{"spec", false, false, false, contract.EmptyBraces, false, "the default: MUST decides, SHOULD warns"},
		{"strict", true, true, false, contract.EmptyZero, true, "MUST and SHOULD decide, an empty entity has no byte"},
		{"lenient", false, false, true, contract.EmptyAny, false, "MUST decides, entity and error types relaxed"},
	}
	profiles := contract.Profiles()
	require.Len(t, profiles, len(tests))
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, ok := contract.LookupProfile(tt.name)
			require.True(t, ok)
			assert.Equal(t, profiles[i], p, "the order is that of the table")
			assert.Equal(t, tt.shouldFails, p.ShouldFails, tt.reason)
			assert.Equal(t, tt.offListFails, p.OffListFails, tt.reason)
			assert.Equal(t, tt.lenientType, p.LenientErrorTypes, tt.reason)
			assert.Equal(t, tt.empty, p.EmptyEntity, tt.reason)
			assert.Equal(t, tt.searchInfo, p.SearchInfoMust, tt.reason)
			assert.Positive(t, p.Skew)
		})
	}
	_, ok := contract.LookupProfile("loose")
	assert.False(t, ok)
}

func TestVerdictText(t *testing.T) {
	names := map[contract.Verdict]string{
		contract.Skipped: "skipped", contract.ObservedOnly: "observed", contract.Pass: "pass",
		contract.Warn: "warn", contract.Inconclusive: "inconclusive", contract.Fail: "fail",
	}
	for verdict, name := range names {
		assert.Equal(t, name, verdict.String())
		text, err := verdict.MarshalText()
		require.NoError(t, err)
		var back contract.Verdict
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, verdict, back)
	}
	for _, bad := range []string{"", "PASS", "passed", "Verdict(0)"} {
		verdict := contract.Pass
		assert.Error(t, verdict.UnmarshalText([]byte(bad)), "%q", bad)
		assert.Equal(t, contract.Pass, verdict, "a refused text changes nothing")
	}
	assert.Equal(t, "Verdict(0)", contract.Verdict(0).String())
	assert.Equal(t, "Verdict(7)", contract.Verdict(7).String())
}

func TestWorst(t *testing.T) {
	tests := []struct {
		a, b, want contract.Verdict
		reason     string
	}{
		{contract.Pass, contract.Warn, contract.Warn, "a warning is worse than a pass"},
		{contract.Pass, contract.Inconclusive, contract.Inconclusive, "a reading that cannot be trusted passes nothing"},
		{contract.Warn, contract.Inconclusive, contract.Inconclusive, "nor does it merely warn"},
		{contract.Fail, contract.Inconclusive, contract.Fail, "what was seen to break is broken"},
		{contract.ObservedOnly, contract.Pass, contract.Pass, "an observation takes no pass away"},
		{contract.Skipped, contract.ObservedOnly, contract.ObservedOnly, "something was seen"},
		{0, contract.Skipped, contract.Skipped, "no verdict yet"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, contract.Worst(tt.a, tt.b), tt.reason)
		assert.Equal(t, tt.want, contract.Worst(tt.b, tt.a), tt.reason)
	}
}
