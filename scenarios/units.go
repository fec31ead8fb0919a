package scenarios

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// valueError says what is wrong with one value, without repeating it: it may
// have come from the environment.
type valueError struct {
	problem    string // follows the quoted value: "has no unit"
	suggestion string
}

func (e *valueError) Error() string { return e.problem }

// Rate is a number of updates a second.
type Rate float64

// rateForm: digits, a slash, and a second, a minute or an hour.
var rateForm = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)/([smh])$`)

// startsWithNumber finds the number in a rate or time of another spelling.
var startsWithNumber = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)\s*(.*)$`)

// ParseRate reads "500/s", "30/m" or "7200/h".
func ParseRate(text string) (Rate, error) {
	m := rateForm.FindStringSubmatch(text)
	if m == nil {
		return 0, wrongRate(text)
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, &valueError{problem: "is too large"}
	}
	switch m[2] {
	case "m":
		v /= 60
	case "h":
		v /= 3600
	}
	return Rate(v), nil
}

func wrongRate(text string) error {
	if strings.HasPrefix(text, "-") {
		return &valueError{problem: "is negative"}
	}
	m := startsWithNumber.FindStringSubmatch(text)
	switch {
	case m == nil:
		return &valueError{problem: "is no rate"}
	case m[2] == "":
		return &valueError{"has no unit", m[1] + "/s"}
	}
	unit := strings.TrimLeft(strings.ToLower(m[2]), "/ per")
	switch {
	case strings.HasPrefix(unit, "s"), unit == "" && strings.ContainsAny(m[2], "pP"), strings.EqualFold(m[2], "hz"):
		return &valueError{"is no rate", m[1] + "/s"}
	case strings.HasPrefix(unit, "m") && !strings.HasPrefix(unit, "ms"):
		return &valueError{"is no rate", m[1] + "/m"}
	case strings.HasPrefix(unit, "h"):
		return &valueError{"is no rate", m[1] + "/h"}
	}
	return &valueError{problem: "is no rate"}
}

// String writes the rate by the second; [ParseRate] reads it back exactly.
func (r Rate) String() string { return strconv.FormatFloat(float64(r), 'f', -1, 64) + "/s" }

// MarshalText writes the rate as String does.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// parseDuration reads a time as time.ParseDuration does, without a sign and
// always with a unit.
func parseDuration(text string) (time.Duration, error) {
	if strings.HasPrefix(text, "-") {
		return 0, &valueError{problem: "is negative"}
	}
	d, err := time.ParseDuration(text)
	if err == nil && text != "0" && text[0] != '+' {
		return d, nil
	}
	m := startsWithNumber.FindStringSubmatch(text)
	if m == nil {
		return 0, &valueError{problem: "is no time"}
	}
	unit := strings.ToLower(m[2])
	switch {
	case unit == "":
		return 0, &valueError{"has no unit", m[1] + "s"}
	case strings.HasPrefix(unit, "ms"), strings.HasPrefix(unit, "milli"):
		return 0, &valueError{"is no time", m[1] + "ms"}
	case strings.HasPrefix(unit, "s"):
		return 0, &valueError{"is no time", m[1] + "s"}
	case strings.HasPrefix(unit, "m"):
		return 0, &valueError{"is no time", m[1] + "m"}
	case strings.HasPrefix(unit, "h"):
		return 0, &valueError{"is no time", m[1] + "h"}
	}
	if days, err := strconv.Atoi(m[1]); err == nil && strings.HasPrefix(unit, "d") && days < 1000 {
		return 0, &valueError{"is no time", strconv.Itoa(24*days) + "h"}
	}
	return 0, &valueError{problem: "is no time"}
}

// Share is a part of a whole, from 0 to 1.
type Share float64

var shareForm = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)%$`)

// ParseShare reads "99%" or "99.9%".
func ParseShare(text string) (Share, error) {
	m := shareForm.FindStringSubmatch(text)
	if m == nil {
		n := startsWithNumber.FindStringSubmatch(text)
		switch {
		case strings.HasPrefix(text, "-"):
			return 0, &valueError{problem: "is negative"}
		case n != nil && n[2] == "":
			return 0, &valueError{"has no unit", n[1] + "%"}
		case n != nil && strings.HasPrefix(n[2], "%"):
			return 0, &valueError{"is no share", n[1] + "%"}
		}
		return 0, &valueError{problem: "is no share"}
	}
	v, err := strconv.ParseFloat(m[1]+"e-2", 64) // a division would round twice
	if err != nil {
		return 0, &valueError{problem: "is too large"}
	}
	return Share(v), nil
}

// String writes the share in per cent, to ten digits.
func (s Share) String() string { return strconv.FormatFloat(float64(s)*100, 'g', 10, 64) + "%" }

// MarshalText writes the share as String does.
func (s Share) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Bytes is a number of bytes.
type Bytes int64

var bytesForm = regexp.MustCompile(`^([0-9]+)(B|KiB|MiB)$`)

var bytesUnits = map[string]Bytes{"B": 1, "KiB": 1 << 10, "MiB": 1 << 20}

// ParseBytes reads "512B", "64KiB" or "1MiB".
func ParseBytes(text string) (Bytes, error) {
	m := bytesForm.FindStringSubmatch(text)
	if m == nil {
		n := startsWithNumber.FindStringSubmatch(text)
		switch {
		case strings.HasPrefix(text, "-"):
			return 0, &valueError{problem: "is negative"}
		case n == nil || strings.Contains(n[1], "."):
			return 0, &valueError{problem: "is no number of bytes"}
		case n[2] == "":
			return 0, &valueError{"has no unit", n[1] + "B"}
		case strings.HasPrefix(strings.ToLower(n[2]), "k"):
			return 0, &valueError{"is no number of bytes", n[1] + "KiB"}
		case strings.HasPrefix(strings.ToLower(n[2]), "m"):
			return 0, &valueError{"is no number of bytes", n[1] + "MiB"}
		}
		return 0, &valueError{problem: "is no number of bytes"}
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil || n > math.MaxInt64>>20 {
		return 0, &valueError{problem: "is too large"}
	}
	return Bytes(n) * bytesUnits[m[2]], nil
}

// String writes the number with the largest unit that needs no fraction.
func (b Bytes) String() string {
	switch {
	case b != 0 && b%(1<<20) == 0:
		return fmt.Sprintf("%dMiB", int64(b>>20))
	case b != 0 && b%(1<<10) == 0:
		return fmt.Sprintf("%dKiB", int64(b>>10))
	}
	return fmt.Sprintf("%dB", int64(b))
}

// MarshalText writes the number as String does.
func (b Bytes) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// Date is a calendar day in UTC. It is comparable.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "2027-01-31".
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		if parsed := new(time.ParseError); errors.As(err, &parsed) && strings.Contains(parsed.Message, "out of range") {
			return Date{}, &valueError{problem: "is no day of the calendar"}
		}
		return Date{}, &valueError{problem: "is no date"}
	}
	return DateOf(t), nil
}

// DateOf is the day of an instant, in UTC.
func DateOf(t time.Time) Date {
	y, m, d := t.UTC().Date()
	return Date{y, m, d}
}

// End is the first instant after the day.
func (d Date) End() time.Time { return time.Date(d.Year, d.Month, d.Day+1, 0, 0, 0, 0, time.UTC) }

// String writes the day as year, month and day.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// MarshalText writes the day as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }
