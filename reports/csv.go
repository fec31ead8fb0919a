package reports

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
)

// csvColumn is a column of the series as a table.
type csvColumn struct {
	name  string
	value func(*Interval) string
}

// WriteCSV writes the series as comma-separated values, an interval a row, its
// columns named in the first row. Seconds are since the run began, times in
// milliseconds; a cell is empty where the sample is too small. Columns of statuses
// and failures are there for those that occurred.
func WriteCSV(w io.Writer, r *Report) error {
	columns := seriesColumns(r.Series)
	table := csv.NewWriter(w)
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c.name
	}
	_ = table.Write(row) // Error tells
	for i := range r.Series {
		for k, c := range columns {
			row[k] = c.value(&r.Series[i])
		}
		_ = table.Write(row)
	}
	table.Flush()
	if err := table.Error(); err != nil {
		return fmt.Errorf("write the series: %w", err)
	}
	return nil
}

func seriesColumns(series []Interval) []csvColumn {
	list := []csvColumn{
		{"start_s", func(v *Interval) string { return decimal(v.StartS) }},
		{"width_s", func(v *Interval) string { return decimal(v.WidthS) }},
		{"scheduled", func(v *Interval) string { return whole(v.Scheduled) }},
		{"due", func(v *Interval) string { return whole(v.Due) }},
		{"sent", func(v *Interval) string { return whole(v.Sent) }},
		{"updates_sent", func(v *Interval) string { return whole(v.UpdatesSent) }},
		{"amplification", func(v *Interval) string { return optional(v.Amplification) }},
		{"warm_up", func(v *Interval) string { return whole(v.WarmUp) }},
		{"updates", func(v *Interval) string { return whole(v.Updates) }},
		{"as_expected", func(v *Interval) string { return whole(v.AsExpected) }},
	}
	codes, failures := map[int]uint64{}, map[string]uint64{}
	for _, v := range series {
		addCounts(codes, v.Statuses)
		addCounts(failures, v.Failures)
	}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		list = append(list, csvColumn{"status_" + strconv.Itoa(code), func(v *Interval) string { return whole(v.Statuses[code]) }})
	}
	for _, failure := range slices.Sorted(maps.Keys(failures)) {
		list = append(list, csvColumn{"failure_" + printable(failure), func(v *Interval) string { return whole(v.Failures[failure]) }})
	}
	list = append(list, sampleColumns("response", func(v *Interval) *Quantiles { return &v.Latency.Response })...)
	list = append(list, sampleColumns("service", func(v *Interval) *Quantiles { return &v.Latency.Service })...)
	return append(list, sampleColumns("lag", func(v *Interval) *Quantiles { return v.Latency.Lag })...)
}

// sampleColumns are those of one sample, which may be nil.
func sampleColumns(name string, of func(*Interval) *Quantiles) []csvColumn {
	column := func(figure string, value func(*Quantiles) string) csvColumn {
		return csvColumn{name + "_" + figure, func(v *Interval) string {
			if q := of(v); q != nil {
				return value(q)
			}
			return ""
		}}
	}
	return []csvColumn{
		column("count", func(q *Quantiles) string { return whole(q.Count) }),
		column("mean_ms", func(q *Quantiles) string { return optional(q.MeanMS) }),
		column("p50_ms", func(q *Quantiles) string { return optional(q.P50MS) }),
		column("p90_ms", func(q *Quantiles) string { return optional(q.P90MS) }),
		column("p95_ms", func(q *Quantiles) string { return optional(q.P95MS) }),
		column("p99_ms", func(q *Quantiles) string { return optional(q.P99MS) }),
		column("p999_ms", func(q *Quantiles) string { return optional(q.P999MS) }),
		column("max_ms", func(q *Quantiles) string { return optional(q.MaxMS) }),
	}
}

func whole(n uint64) string { return strconv.FormatUint(n, 10) }

// decimal writes a number to the sixth decimal: to a nanosecond, where it is
// milliseconds.
func decimal(v float64) string { return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64) }

func optional(v *float64) string {
	if v == nil {
		return ""
	}
	return decimal(*v)
}
