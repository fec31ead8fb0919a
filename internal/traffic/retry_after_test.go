package traffic

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// aNow is the moment of every date in these tests.
var aNow = time.Date(1994, time.November, 6, 8, 49, 37, 0, time.UTC)

func TestRetryAfter(t *testing.T) {
	tests := []struct {
		reason string
		value  string
		want   time.Duration
	}{
		{"seconds", "120", 2 * time.Minute},
		{"none", "0", 0},
		{"a date", "Sun, 06 Nov 1994 08:50:07 GMT", 30 * time.Second},
		{"a date as of old", "Sunday, 06-Nov-94 08:50:07 GMT", 30 * time.Second},
		{"a date as C has it", "Sun Nov  6 08:50:07 1994", 30 * time.Second},
		{"a date that is past", "Sun, 06 Nov 1994 08:49:36 GMT", 0},
		{"a date far off", "Fri, 31 Dec 9999 23:59:59 GMT", 24 * time.Hour},
		{"blanks around it", " \t7 ", 7 * time.Second},
		{"more than a day", "86401", 24 * time.Hour},
		{"more digits than a number has", strings.Repeat("9", 10_000), 24 * time.Hour},
		{"zeros in front", strings.Repeat("0", 10_000) + "5", 5 * time.Second},
		{"nothing", "", 0},
		{"below none", "-5", 0},
		{"a sign", "+5", 0},
		{"a fraction", "1.5", 0},
		{"a unit", "5s", 0},
		{"two numbers", "5, 6", 0},
		{"other digits", "٥", 0},
		{"a date of another zone", "Sun, 06 Nov 1994 08:50:07 PST", 0},
		{"no date", "tomorrow", 0},
		{"much text", strings.Repeat("Sun, ", 10_000), 0},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			got := retryAfter([]contract.HeaderField{{Name: "Content-Length", Value: "3"}, {Name: "retry-after", Value: tt.value}}, aNow)
			assert.Equal(t, tt.want, got)
		})
	}
	assert.Zero(t, retryAfter(nil, aNow), "no field")
	assert.Equal(t, time.Second, retryAfter([]contract.HeaderField{{Name: "Retry-After", Value: "1"}, {Name: "Retry-After", Value: "9"}}, aNow), "the first counts")
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"120", "", "-1", "99999999999999999999", "Sun, 06 Nov 1994 08:50:07 GMT", "Sun Nov  6 08:50:07 1994", "\x00", "1e9"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		got := retryAfter([]contract.HeaderField{{Name: "Retry-After", Value: value}}, aNow)
		require.True(t, got >= 0 && got <= longestRetryAfter, "%v", got)
		if strings.Trim(value, "0123456789 \t") == "" && strings.Trim(value, "0 \t") != "" && !strings.ContainsAny(strings.Trim(value, " \t"), " \t") {
			require.GreaterOrEqual(t, got, time.Second, "digits are seconds")
		}
	})
}
