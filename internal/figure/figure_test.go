package figure

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestFigures(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{Count(0), "0"},
		{Count(999), "999"},
		{Count(1000), "1,000"},
		{Count(-1234567), "-1,234,567"},
		{Count(math.MinInt), "-9,223,372,036,854,775,808"},
		{Count(uint64(math.MaxUint64)), "18,446,744,073,709,551,615"},
		{CountOf(1, "retry"), "1 retry"},
		{CountOf(0, "retry"), "0 retries"},
		{CountOf(uint64(1200), "update"), "1,200 updates"},
		{Number(1234.56, 1), "1,234.6"},
		{Number(-1234.5, 0), "-1,234"},
		{Number(0.5, 2), "0.50"},
		{Number(math.Inf(-1), 1), "-Inf"},
		{Number(math.NaN(), 1), "NaN"},
		{Number(1e21, 0), "1,000,000,000,000,000,000,000"},
		{Rate(1000), "1,000.0/s"},
		{Seconds(8.24), "8.2 s"},
		{Seconds(184.6), "3 min 05 s"},
		{Seconds(7205), "2 h 0 min 05 s"},
		{Share(0, 0), Missing},
		{Share(0, 5), "0.00 %"},
		{Share(1, 1_000_000), "<0.01 %"},
		{Share(999_999, 1_000_000), ">99.99 %"},
		{Share(5, 5), "100.00 %"},
	} {
		assert.Equal(t, test.want, test.got)
	}
}

// Without its separators a count reads as what it was.
func TestCountInverts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int().Draw(t, "n")
		back, err := strconv.Atoi(strings.ReplaceAll(Count(n), ",", ""))
		assert.NoError(t, err)
		assert.Equal(t, n, back)
	})
}
