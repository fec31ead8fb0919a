package checks

import (
	"encoding/json"
	"strconv"
	"time"

	"sdegauge/internal/contract"
)

// long is the value of an integral number within int64.
func (v Value) long() (int64, bool) {
	return v.Int, v.Kind == contract.KindInteger && v.Fits
}

// plain is the text of a string, its escapes resolved.
func (v Value) plain() (string, bool) {
	var s string
	if v.Kind != contract.KindString || json.Unmarshal(v.Text, &s) != nil {
		return "", false
	}
	return s, true
}

// isoMillis reads a time as a sibling API sends it (IVR): ISO 8601 text with a
// zone, the zone's colon or none. The result is epoch milliseconds.
func (v Value) isoMillis() (int64, bool) {
	text, ok := v.plain()
	if !ok {
		return 0, false
	}
	for _, layout := range [...]string{time.RFC3339, "2006-01-02T15:04:05Z0700"} {
		// Both take a fraction of a second that they do not show.
		if t, err := time.Parse(layout, text); err == nil {
			return t.UnixMilli(), true
		}
	}
	return 0, false
}

// quotedLong reads an integer in quotes, as a sibling API sends its code (IVR).
func (v Value) quotedLong() (int64, bool) {
	text, ok := v.plain()
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}
