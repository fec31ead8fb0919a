package reports

import (
	"html/template"
	"math"

	"sdegauge/internal/figure"
	"sdegauge/internal/plot"
)

// nines is where the quantile q lies on an axis that gives each further nine the
// same room.
func nines(q float64) float64 { return -math.Log10(1 - q) }

// quantileTicks are the ticks of such an axis.
var quantileTicks = []plot.Tick{
	{At: nines(.5), Text: "p50"}, {At: nines(.9), Text: "p90"}, {At: nines(.99), Text: "p99"}, {At: nines(.999), Text: "p99.9"},
	{At: nines(.9999), Text: "p99.99"}, {At: nines(.99999), Text: "p99.999"}, {At: nines(.999999), Text: "p99.9999"},
}

// curvePoints is how many points a curve of quantiles has.
const curvePoints = 160

// quantileCurve is a sample by its quantiles, up to the highest that the sample
// allows.
func quantileCurve(d *distribution) (points []plot.Point) {
	if d.count() < Needs(.5) {
		return nil
	}
	lowest := tailReadings / float64(d.count())
	from, to := nines(lowest), nines(1-lowest)
	for i := range curvePoints {
		at := from + (to-from)*float64(i)/(curvePoints-1)
		q := min(max(lowest, 1-math.Pow(10, -at)), 1-lowest)
		if ms, ok := d.quantile(q); ok {
			points = append(points, plot.Point{X: at, Y: max(ms, 0.001)})
		}
	}
	return points
}

// confidence are the intervals that a report gives of its quantiles.
func confidence(q Quantiles) (bars []plot.Bar) {
	for _, one := range []struct {
		q  float64
		ci *Interval95
	}{{.5, q.P50CI}, {.9, q.P90CI}, {.95, q.P95CI}, {.99, q.P99CI}, {.999, q.P999CI}} {
		if one.ci != nil {
			bars = append(bars, plot.Bar{X: nines(one.q), Low: one.ci[0], High: one.ci[1]})
		}
	}
	return bars
}

// distribution is the plot of all measured times.
func (p *plotter) distribution() pageFigure {
	f := pageFigure{ID: "distribution", Title: "All measured times, by quantile", Wide: true, Direct: true}
	samples := []struct {
		name string
		q    Quantiles
		ink  plot.Ink
	}{{"response", p.Latency.Response, plot.Blue}, {"service", p.Latency.Service, plot.Green}}
	axis := plot.Axis{}
	low, high := math.Inf(1), 0.0
	var layers []plot.Layer
	for _, s := range samples {
		d := newDistribution(fineDigits)
		if err := d.addSketch(&s.q); err != nil {
			f.Empty = "The sample in the report cannot be read."
			return f
		}
		points := quantileCurve(d)
		if len(points) == 0 {
			continue
		}
		curve := plot.Curve{Name: s.name, Ink: s.ink, Points: points, Bars: confidence(s.q)}
		layers = append(layers, curve)
		f.Keys = append(f.Keys, plotKey{Name: s.name, Ink: s.ink})
		axis.To = max(axis.To, points[len(points)-1].X)
		low, high = min(low, points[0].Y), max(high, points[len(points)-1].Y)
		for _, bar := range curve.Bars {
			high = max(high, bar.High)
		}
	}
	if len(layers) == 0 {
		f.Empty = "The sample is too small: a first quantile needs " + figure.Count(Needs(.5)) + " readings, and " +
			figure.CountOf(p.Latency.Response.Count, "measured attempt") + " had a time."
		return f
	}
	for _, t := range quantileTicks {
		if t.At <= axis.To+1e-9 {
			axis.Ticks = append(axis.Ticks, t)
		}
	}
	f.Note = "Up to the highest quantile that the sample allows. A bar is the 95 % confidence interval of a quantile."
	f.SVG = template.HTML(plot.Plot{ID: f.ID, Title: f.Title, Height: plotHeight,
		Desc: "Response and service time by quantile, with confidence intervals; each further nine has the same room. The table below has the numbers.",
		X:    axis, Y: plot.Logarithmic(low, high, plot.Millis), Layers: layers}.SVG())
	f.Table = tableOf("", latencySection(p.Report))
	return f
}
