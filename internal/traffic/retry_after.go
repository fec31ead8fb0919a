package traffic

import (
	"net/http"
	"strings"
	"time"

	"sdegauge/internal/contract"
)

// longestRetryAfter bounds what a Retry-After can ask for, whatever the policy
// then makes of it.
const longestRetryAfter = 24 * time.Hour

// retryAfter is the wait that the field Retry-After of a response asks for, from
// now on: 0 where there is none, where it lies in the past and where it is not
// well-formed, for then nobody knows what the server wants. Both forms of RFC
// 9110 are read, seconds and a date; a date is held against this machine's clock.
// Of repeated fields the first counts.
func retryAfter(header []contract.HeaderField, now time.Time) time.Duration {
	for _, f := range header {
		if strings.EqualFold(f.Name, "Retry-After") {
			return readRetryAfter(strings.Trim(f.Value, " \t"), now)
		}
	}
	return 0
}

func readRetryAfter(value string, now time.Time) time.Duration {
	if seconds, ok := readSeconds(value); ok {
		return seconds
	}
	// The longest form of a date has 33 characters: "Wednesday, 09-Nov-94 08:49:37 GMT".
	if len(value) > 40 {
		return 0
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(0, date.Sub(now)), longestRetryAfter)
}

// readSeconds reads digits and nothing else, however many there are.
func readSeconds(value string) (d time.Duration, ok bool) {
	if value == "" {
		return 0, false
	}
	for _, c := range []byte(value) {
		if c < '0' || c > '9' {
			return 0, false
		}
		d = min(d*10+time.Duration(c-'0')*time.Second, longestRetryAfter)
	}
	return d, true
}
