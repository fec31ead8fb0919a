package reports

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
)

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
		return figure.Missing
	}
	return figure.Number(*ms, decimals)
}

// statusList writes counts by status, so that a line breaks between them only:
// "200=1,380 400=20".
func statusList(statuses map[int]uint64) string {
	var parts []string
	for _, code := range sortedKeys(statuses) {
		parts = append(parts, contract.StatusText(code)+"="+figure.Count(statuses[code]))
	}
	return strings.Join(parts, " ")
}

// shardText follows the seed; empty for a run of the whole.
func shardText(s Scenario) string {
	switch {
	case s.Shard != "":
		return ", shard " + s.Shard
	case s.Shards > 0:
		return ", put together from " + figure.CountOf(s.Shards, "shard")
	}
	return ""
}

// shownLongest is the longest text that a document shows, in characters;
// report.json has what is longer.
const shownLongest = 1000

// printable makes text from elsewhere fit for a document.
func printable(text string) string { return checks.Printable([]byte(text), shownLongest) }

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
