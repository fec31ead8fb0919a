package compare

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseMargin(t *testing.T) {
	t.Parallel()
	cases := []struct {
		text, name string
		margin     float64
		wrong      string
	}{
		{"p50=5%", "p50", 0.05, ""},
		{" p99.9 = 25 % ", "p99.9", 0.25, ""},
		{"errors=0.1%", "errors", 0.001, ""},
		{"p90=off", "p90", 0, ""},
		{"p50", "", 0, "write a quantity and its margin, as p50=5%"},
		{"p50=5", "", 0, `"5" is no share; write it in per cent, as 5%, or off`},
		{"p50=-5%", "", 0, "has to be above 0%"},
		{"p50=0%", "", 0, "has to be above 0%"},
		{"p50=NaN%", "", 0, "is no share"},
		{"p50=2000%", "", 0, "at most 1000%"},
		{"erors=5%", "", 0, `did you mean "errors"?`},
		{"p75=5%", "", 0, `"p75" is no quantity; choose p50, p90`},
	}
	for _, tt := range cases {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			name, margin, err := ParseMargin(tt.text)
			if tt.wrong != "" {
				require.ErrorContains(t, err, tt.wrong)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.name, name)
			assert.InDelta(t, tt.margin, margin, 1e-12)
		})
	}
}

func TestParseConfidence(t *testing.T) {
	t.Parallel()
	v, err := ParseConfidence("99.9%")
	require.NoError(t, err)
	assert.InDelta(t, 0.999, v, 1e-12)
	for _, text := range []string{"0.95", "100%", "40%", "sure", ""} {
		_, err := ParseConfidence(text)
		require.Error(t, err, text)
	}
}
