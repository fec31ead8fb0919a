package reports

import (
	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
)

var quantileColumns = []column{
	{"mean", numbers}, {"p50", numbers}, {"p90", numbers}, {"p95", numbers}, {"p99", numbers}, {"p99.9", numbers}, {"max", numbers},
}

func latencySection(r *Report) section {
	samples := []struct {
		name string
		q    Quantiles
	}{{"response", r.Latency.Response}, {"service", r.Latency.Service}}
	if r.Latency.Lag != nil {
		samples = append(samples, struct {
			name string
			q    Quantiles
		}{"lag", *r.Latency.Lag})
	}
	s := section{columns: append([]column{{"latency, ms", words}, {"readings", numbers}}, quantileColumns...)}
	places := decimals(r.Latency.Response)
	short := false
	for _, sample := range samples {
		q := sample.q
		row := []string{sample.name, figure.Count(q.Count)}
		for _, v := range []*float64{q.MeanMS, q.P50MS, q.P90MS, q.P95MS, q.P99MS, q.P999MS, q.MaxMS} {
			short = short || v == nil
			row = append(row, millisText(v, places))
		}
		s.rows = append(s.rows, row)
		if sample.name != "lag" {
			s.rows = append(s.rows, intervalRows(q, places)...)
		}
	}
	if r.Latency.Response.P50CI != nil {
		s.notes = append(s.notes, "95 %: the confidence interval of the quantile above it, for readings that are independent")
	}
	if short {
		s.notes = append(s.notes, figure.Missing+" the sample is too small: p50 needs "+figure.Count(Needs(.5))+" readings, p90 "+
			figure.Count(Needs(.9))+", p95 "+figure.Count(Needs(.95))+", p99 "+figure.Count(Needs(.99))+", p99.9 "+figure.Count(Needs(.999)))
	}
	if n := r.Failures[contract.FailTimeout.String()]; n > 0 {
		s.notes = append(s.notes, figure.CountOf(n, "attempt")+" ran into the time-out and would have taken longer than is shown")
	}
	return s
}

// intervalRows are the intervals of a sample's quantiles, to stand under them;
// none where no quantile is given.
func intervalRows(q Quantiles, places int) [][]string {
	if q.P50CI == nil {
		return nil
	}
	rows := [][]string{{"95 % from"}, {"95 % to"}}
	for end := range rows {
		rows[end] = append(rows[end], "", "")
		for _, ci := range []*Interval95{q.P50CI, q.P90CI, q.P95CI, q.P99CI, q.P999CI} {
			text := ""
			if ci != nil {
				text = figure.Number(ci[end], places)
			}
			rows[end] = append(rows[end], text)
		}
		rows[end] = append(rows[end], "")
	}
	return rows
}
