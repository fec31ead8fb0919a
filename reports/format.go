package reports

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"sdegauge/checks"
	"sdegauge/internal/contract"
)

// missing stands where a sample is too small for a number.
const missing = "–"

// thousands writes a number with separators: 1,234,567.
func thousands(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// countOf writes a number with its noun: "1 retry", "2 retries".
func countOf(n uint64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok {
		return thousands(n) + " " + stem + "ies"
	}
	return thousands(n) + " " + noun + "s"
}

// fixed writes a number with separators and decimals.
func fixed(v float64, decimals int) string {
	text := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	if n, err := strconv.ParseUint(whole, 10, 64); err == nil {
		whole = thousands(n)
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if v < 0 {
		return "-" + whole
	}
	return whole
}

// decimals are how many the times of all tables get, so that columns align:
// three significant digits of a typical time.
func decimals(response Quantiles) int {
	typical := response.P50MS
	if typical == nil {
		typical = response.MaxMS
	}
	switch {
	case typical == nil || *typical < 1:
		return 3
	case *typical < 100:
		return 2
	default:
		return 1
	}
}

func millisText(ms *float64, decimals int) string {
	if ms == nil {
		return missing
	}
	return fixed(*ms, decimals)
}

func rateText(perSecond float64) string { return fixed(perSecond, 1) + "/s" }

// secondsText writes a length of time as people say it: 8.2 s, 3 min 05 s.
func secondsText(s float64) string {
	if s < 60 {
		return fixed(s, 1) + " s"
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

// shareText writes part of whole in per cent; what is neither none nor all
// never looks so.
func shareText(part, whole uint64) string {
	if whole == 0 {
		return missing
	}
	percent := 100 * float64(part) / float64(whole)
	switch {
	case part > 0 && percent < 0.01:
		return "<0.01 %"
	case part < whole && percent > 99.99:
		return ">99.99 %"
	}
	return fixed(percent, 2) + " %"
}

// statusList writes counts by status, so that a line breaks between them only:
// "200=1,380 400=20".
func statusList(statuses map[int]uint64) string {
	var parts []string
	for _, code := range sortedKeys(statuses) {
		parts = append(parts, contract.StatusText(code)+"="+thousands(statuses[code]))
	}
	return strings.Join(parts, " ")
}

// shownLongest is the longest text that a document shows, in characters;
// report.json has what is longer.
const shownLongest = 1000

// printable makes text from elsewhere fit for a document.
func printable(text string) string { return checks.Printable([]byte(text), shownLongest) }

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
