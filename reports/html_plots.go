package reports

import (
	"fmt"
	"html/template"

	"sdegauge/internal/figure"
	"sdegauge/internal/plot"
	"sdegauge/internal/threshold"
)

// pageFigure is a plot with everything around it.
type pageFigure struct {
	ID, Title, Note string
	// SVG is empty where there is nothing to draw; Empty then says why.
	SVG   template.HTML
	Empty string
	Keys  []plotKey
	// Direct says that the plot names its lines itself where it has room.
	Direct bool
	Wide   bool
	Table  *pageTable
}

// plotKey explains a colour; without one it is a word between others.
type plotKey struct {
	Name, Count  string
	Ink          plot.Ink
	Fill, Dashed bool
}

// plotter draws the plots of one report, all on the same time.
type plotter struct {
	*Report
	stretches []stretch
	end       float64
	time      plot.Axis
	spans     []plot.Span
	duration  plot.Axis // of response and service time, alike in all plots
}

const plotHeight = 190

// figuresOf draws the plots of a report.
func figuresOf(r *Report) ([]pageFigure, error) {
	p := &plotter{Report: r, end: max(r.ElapsedS, loadEnd(r))}
	var err error
	if p.stretches, err = stretchesOf(r, p.end); err != nil {
		return nil, err
	}
	p.time = plot.Time(p.end)
	for _, s := range r.Stages {
		span := plot.Span{Name: printable(s.Name), From: s.StartS, To: min(s.EndS, p.end), Hatched: s.WarmUp}
		if s.WarmUp && s.Name != warmUp {
			span.Name += " (" + warmUp + ")"
		}
		p.spans = append(p.spans, span)
	}
	p.duration = durationAxis(p.stretches)
	return []pageFigure{
		p.quantiles("response", "Response time", "from the intended start, so that a wait for the instrument or a stalled server counts", responseOf),
		p.quantiles("service", "Service time", "from the send: what the server took", serviceOf),
		p.heat(), p.rates(), p.statuses(), p.lag(), p.amplification(), p.distribution(),
	}, nil
}

// over is a plot over time.
func (p *plotter) over(id, title, desc string, y plot.Axis, layers ...plot.Layer) plot.Plot {
	return plot.Plot{ID: id, Title: title, Desc: desc, Height: plotHeight, X: p.time, Y: y, Spans: p.spans, Layers: layers}
}

// width says how long the steps of a plot are.
func (p *plotter) width() string {
	if len(p.stretches) == 0 {
		return ""
	}
	s := p.stretches[0]
	return plot.Millis(1000 * (max(s.to, s.from+p.Series[0].WidthS) - s.from))
}

// durationAxis holds response and service time from the smallest reading to the
// greatest.
func durationAxis(list []stretch) plot.Axis {
	low, high := 0.0, 0.0
	for i := range list {
		for _, d := range []*distribution{list[i].response, list[i].service} {
			if d.count() == 0 {
				continue
			}
			least := millis(d.sample().Min())
			if low == 0 || least < low {
				low = least
			}
			high = max(high, millis(d.greatest))
		}
	}
	low = max(low, 0.01)
	return plot.Logarithmic(low, max(low, high), plot.Millis)
}

// shownQuantiles are those over time, with the colours they have everywhere.
var shownQuantiles = []struct {
	name string
	q    float64
	ink  plot.Ink
}{{"p99", 0.99, plot.Red}, {"p90", 0.9, plot.Orange}, {"p50", 0.5, plot.Blue}}

// quantileLines are the lines of a sample over time.
func quantileLines(list []stretch, of sampleOf) (layers []plot.Layer, keys []plotKey) {
	layers = append(layers, plot.Steps{Name: "max", Ink: plot.Grey, Steps: maxSteps(list, of), Thin: true})
	keys = append(keys, plotKey{Name: "max", Ink: plot.Grey})
	for _, q := range shownQuantiles {
		if steps := quantileSteps(list, of, q.q); len(steps) > 0 {
			layers = append(layers, plot.Steps{Name: q.name, Ink: q.ink, Steps: steps})
			keys = append(keys, plotKey{Name: q.name, Ink: q.ink})
		}
	}
	return layers, keys
}

func (p *plotter) quantiles(id, title, meaning string, of sampleOf) pageFigure {
	f := pageFigure{ID: id, Title: title, Direct: true,
		Note: "Each step is as long as the quantile needs readings, at least " + p.width() + "; " + meaning + "."}
	if !p.any(of) {
		f.Empty, f.Note = "No attempt has such a time: none was answered.", ""
		return f
	}
	layers, keys := quantileLines(p.stretches, of)
	drawing := p.over(id, title+" over time",
		"Quantiles of the "+id+" time over the seconds of the run, on a logarithmic scale. The table below has the numbers.", p.duration, layers...)
	drawing.Levels = p.limits(id)
	for _, l := range drawing.Levels {
		keys = append(keys, plotKey{Name: l.Name, Ink: plot.Grey, Dashed: true})
	}
	f.SVG, f.Keys = template.HTML(drawing.SVG()), keys
	f.Table = p.quantileTable(of)
	return f
}

// any reports whether there is a reading at all.
func (p *plotter) any(of sampleOf) bool {
	for i := range p.stretches {
		if of(&p.stretches[i]).count() > 0 {
			return true
		}
	}
	return false
}

// limits are the thresholds on quantiles of a time, where the axis reaches them.
func (p *plotter) limits(name string) (levels []plot.Level) {
	for _, t := range p.Thresholds {
		parsed, err := threshold.Parse(t.Expr)
		if err != nil || string(parsed.Metric.Name) != name || parsed.Metric.Class != "" {
			continue
		}
		if parsed.Limit >= p.duration.From && parsed.Limit <= p.duration.To {
			levels = append(levels, plot.Level{At: parsed.Limit, Name: string(parsed.Metric.Stat) + " " + string(parsed.Op) + " " + plot.Millis(parsed.Limit)})
		}
	}
	return levels
}

func (p *plotter) heat() pageFigure {
	f := pageFigure{ID: "heat", Title: "Where the response times lie", Wide: true,
		Note: "Each cell counts the responses of " + p.width() + " whose time lies in its row; the darker, the more, by the logarithm."}
	if !p.any(responseOf) {
		f.Empty, f.Note = "No attempt has such a time: none was answered.", ""
		return f
	}
	heat := heatOf(p.stretches, p.duration)
	drawing := p.over(f.ID, f.Title, "A heat map of response times over the seconds of the run, on a logarithmic scale. The table below has the counts.", p.duration, heat)
	f.SVG = template.HTML(drawing.SVG())
	f.Keys = append(f.Keys, plotKey{Name: "1"})
	for i := range plot.HeatLevels {
		f.Keys = append(f.Keys, plotKey{Ink: plot.Ink(fmt.Sprintf("h%d", i)), Fill: true})
	}
	f.Keys = append(f.Keys, plotKey{Name: figure.CountOf(heat.Most(), "response")})
	f.Table = p.heatTable()
	return f
}

func (p *plotter) rates() pageFigure {
	scheduled := rateSteps(p.stretches, func(s *stretch) uint64 { return s.scheduled })
	sent := rateSteps(p.stretches, func(s *stretch) uint64 { return s.first })
	good := rateSteps(p.stretches, func(s *stretch) uint64 { return s.asExpected })
	f := pageFigure{ID: "rate", Title: "Updates a second", Direct: true,
		Note: "Scheduled and as expected are counted at the instant of the schedule, for a retry its own; sent when they left.",
		Keys: []plotKey{{Name: "scheduled", Ink: plot.Pale, Fill: true}, {Name: "sent", Ink: plot.Blue}, {Name: "as expected", Ink: plot.Green}},
	}
	if len(p.stretches) == 0 {
		f.Empty, f.Note, f.Keys = "Nothing was sent.", "", nil
		return f
	}
	f.SVG = template.HTML(p.over(f.ID, f.Title, "Updates a second that were scheduled, sent and as expected, over the seconds of the run. The table below has the numbers.",
		plot.Linear(0, highest(scheduled, sent, good), plot.Amount),
		plot.Area{Name: "scheduled", Ink: plot.Pale, Steps: scheduled},
		plot.Steps{Name: "as expected", Ink: plot.Green, Steps: good},
		plot.Steps{Name: "sent", Ink: plot.Blue, Steps: sent, Thin: true},
	).SVG())
	f.Table = p.rateTable()
	return f
}

func (p *plotter) lag() pageFigure {
	f := pageFigure{ID: "lag", Title: "Lag of the instrument", Direct: true,
		Note: "How late requests left: the instrument's own error. At most " + figure.Share(p.Instrument.LagBudget.Allowed, p.Instrument.LagBudget.Sends) +
			" of the sends may be later than " + plot.Millis(p.Instrument.LagBudget.WithinMS) + "; " + figure.Share(p.Instrument.LagBudget.Late, p.Instrument.LagBudget.Sends) + " were."}
	if !p.any(lagOf) {
		f.Empty, f.Note = "There is no sample of the lag.", ""
		return f
	}
	layers, keys := quantileLines(p.stretches, lagOf)
	low, high := p.Instrument.LagBudget.WithinMS, p.Instrument.LagBudget.WithinMS
	for i := range p.stretches {
		if d := p.stretches[i].lag; d.count() > 0 {
			low, high = min(low, millis(d.sample().Min())), max(high, millis(d.greatest))
		}
	}
	low = max(low, 0.01)
	drawing := p.over(f.ID, f.Title+" over time", "Quantiles of the lag over the seconds of the run, on a logarithmic scale. The table below has the numbers.",
		plot.Logarithmic(low, max(low, high), plot.Millis), layers...)
	if within := p.Instrument.LagBudget.WithinMS; within > 0 {
		drawing.Levels = []plot.Level{{At: within, Name: "limit " + plot.Millis(within)}}
		keys = append(keys, plotKey{Name: drawing.Levels[0].Name, Ink: plot.Grey, Dashed: true})
	}
	f.SVG, f.Keys = template.HTML(drawing.SVG()), keys
	f.Table = p.quantileTable(lagOf)
	return f
}

func (p *plotter) amplification() pageFigure {
	f := pageFigure{ID: "amplification", Title: "Attempts for each update",
		Note: "What retries add to the load: attempts sent, divided by updates sent in the same " + p.width() + "."}
	var steps []plot.Step
	for i := range p.stretches {
		if s := &p.stretches[i]; s.first > 0 {
			steps = append(steps, plot.Step{From: s.from, To: s.to, Value: float64(s.sent) / float64(s.first)})
		}
	}
	if len(steps) == 0 {
		f.Empty, f.Note = "Nothing was sent.", ""
		return f
	}
	f.SVG = template.HTML(p.over(f.ID, f.Title+" over time", "Attempts divided by updates over the seconds of the run. The table below has the numbers.",
		plot.Linear(1, max(2, highest(steps)), plot.Amount), plot.Steps{Ink: plot.Purple, Steps: steps}).SVG())
	f.Table = p.amplificationTable()
	return f
}
