// Package figure writes numbers for people, the same in every table, line and
// page: 1,234.5, "2 retries", 99.98 %, 3 min 05 s.
package figure

import (
	"math"
	"strconv"
	"strings"
)

// Missing stands where a sample is too small for a number.
const Missing = "–"

// Count writes a count with separators: 1,234,567.
func Count[T int | int64 | uint64](n T) string {
	digits, sign := strconv.FormatUint(uint64(n), 10), ""
	if n < 0 {
		digits, sign = strconv.FormatUint(-uint64(n), 10), "-"
	}
	return sign + separated(digits)
}

// separated puts a comma between each three digits from the right.
func separated(digits string) string {
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// CountOf writes a count with its noun: "1 retry", "2 retries".
func CountOf[T int | int64 | uint64](n T, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok {
		return Count(n) + " " + stem + "ies"
	}
	return Count(n) + " " + noun + "s"
}

// Number writes a number with separators and decimals.
func Number(v float64, decimals int) string {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(math.Abs(v), 'f', decimals, 64), ".")
	whole = separated(whole)
	if fraction != "" {
		whole += "." + fraction
	}
	if v < 0 {
		return "-" + whole
	}
	return whole
}

// Rate writes a rate with one decimal: 1,000.0/s.
func Rate(perSecond float64) string { return Number(perSecond, 1) + "/s" }

// Seconds writes a length of time as people say it: 8.2 s, 3 min 05 s.
func Seconds(s float64) string {
	if s < 60 {
		return Number(s, 1) + " s"
	}
	whole := int(math.Round(s))
	text := strconv.Itoa(whole/60%60) + " min " + twoDigits(whole%60) + " s"
	if whole >= 3600 {
		text = strconv.Itoa(whole/3600) + " h " + text
	}
	return text
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// Share writes part of whole in per cent; what is neither none nor all never
// looks so.
func Share(part, whole uint64) string {
	if whole == 0 {
		return Missing
	}
	percent := 100 * float64(part) / float64(whole)
	switch {
	case part > 0 && percent < 0.01:
		return "<0.01 %"
	case part < whole && percent > 99.99:
		return ">99.99 %"
	}
	return Number(percent, 2) + " %"
}
