package compare

import (
	"fmt"
	"math"

	"sdegauge/internal/contract"
)

// Schema names the layout of a comparison as JSON. The number changes when a
// member changes its meaning or goes away.
const Schema = "sdegauge/comparison/1"

// Metric is which of the two times is compared.
type Metric string

// The metrics; see the package reports.
const (
	Response Metric = "response"
	Service  Metric = "service"
)

// DefaultConfidence is how sure a regression has to be, of each quantity.
const DefaultConfidence = 0.997

// clearConfidence is how sure it has to be that a change is below its margin. A
// regression that slips by at its margin costs less than an alarm for nothing.
const clearConfidence = 0.95

// Options say how to compare; the zero Options are the defaults.
type Options struct {
	// Margins by the quantity's name: how much worse is tolerated, as a share of
	// the base, or for errors of the updates. 0 takes the gate away.
	Margins map[string]float64
	// Metric is Response unless said otherwise.
	Metric Metric
	// Confidence, from 0.5 and below 1, is that a regression is one.
	Confidence float64
}

func (o Options) filled() Options {
	if o.Metric == "" {
		o.Metric = Response
	}
	if o.Confidence == 0 {
		o.Confidence = DefaultConfidence
	}
	return o
}

// Outcome is what is said of a quantity.
type Outcome string

// The outcomes.
const (
	Regressed Outcome = "regressed"
	NotWorse  Outcome = "not worse"
	Undecided Outcome = "undecided"
	NotGated  Outcome = "not gated"
)

// Quantity is one row of a comparison. Times are in milliseconds, the rate is in
// updates a second or, where a schedule set it, the share of it that was sent;
// errors are a share of the updates.
type Quantity struct {
	Name string   `json:"name"`
	Unit string   `json:"unit"`
	Base *float64 `json:"base"`
	New  *float64 `json:"new"`
	// Change is new over base less 1, and for errors new less base. From and To
	// enclose it: the true change is below From, where a regression would be an
	// alarm for nothing, or beyond To only with the doubts of the comparison. For
	// the rate worse is downwards, so that From is the upper end. All are nil where
	// the sample is too small.
	Change *float64 `json:"change"`
	From   *float64 `json:"from"`
	To     *float64 `json:"to"`
	// Margin is nil where the quantity is not gated.
	Margin  *float64 `json:"margin"`
	Outcome Outcome  `json:"outcome"`
	// Needs says what would decide an undecided quantity.
	Needs string `json:"needs,omitempty"`
}

// Comparison is what was found, and the source of every form of it.
type Comparison struct {
	Schema  string           `json:"schema"`
	Verdict contract.Verdict `json:"verdict"`
	// Reason says in a sentence why the verdict is what it is.
	Reason   string `json:"reason"`
	ExitCode int    `json:"exit_code"`
	Metric   Metric `json:"metric"`
	// Confidence is that of From, and of To the other.
	Confidence      float64    `json:"confidence"`
	ConfidenceBelow float64    `json:"confidence_below"`
	Base            []Member   `json:"base"`
	New             []Member   `json:"new"`
	Quantities      []Quantity `json:"quantities"`
	// Warnings say what else differs; Notes what the numbers do not show.
	Warnings []string `json:"warnings"`
	Notes    []string `json:"notes"`
}

// Member is a run of a side.
type Member struct {
	Name string `json:"name"`
	Facts
}

// Compare holds the runs of a new server against those of a base. Each side needs
// a run at least, and no run may be given twice.
func Compare(base, changed []Run, o Options) (*Comparison, error) {
	if len(base) == 0 || len(changed) == 0 {
		return nil, fmt.Errorf("a comparison needs a run on each side, here are %d and %d", len(base), len(changed))
	}
	if err := distinct(base, changed); err != nil {
		return nil, err
	}
	o = o.filled()
	c := &Comparison{
		Schema: Schema, Metric: o.Metric, Confidence: o.Confidence, ConfidenceBelow: min(o.Confidence, clearConfidence),
		Base: members(base), New: members(changed),
		Warnings: warnings(base, changed), Notes: notes(base, changed),
	}
	bs, ns := samples(base, o.Metric), samples(changed, o.Metric)
	for _, q := range quantities {
		var row Quantity
		switch q.name {
		case rateName:
			row = c.compareRate(q, base, changed, o)
		case errorsName:
			row = c.compareErrors(q, base, changed, o)
		default:
			row = c.compareQuantile(q, bs, ns, o)
		}
		c.Quantities = append(c.Quantities, row)
	}
	c.decide()
	return c, nil
}

// distinct refuses a run that is given twice: it would be taken for two.
func distinct(base, changed []Run) error {
	type identity struct {
		began int64
		url   string
	}
	seen := map[identity]string{}
	for _, r := range append(append([]Run{}, base...), changed...) {
		id := identity{r.Facts.Began.UnixNano(), r.Facts.Target.URL}
		if other, ok := seen[id]; ok {
			return fmt.Errorf("%s and %s are the same run; give each run once", other, r.Name)
		}
		seen[id] = r.Name
	}
	return nil
}

func members(runs []Run) []Member {
	list := make([]Member, 0, len(runs))
	for _, r := range runs {
		list = append(list, Member{r.Name, r.Facts})
	}
	return list
}

// samples are the batches of each run that has readings of the metric.
func samples(runs []Run, m Metric) [][]sketch {
	var list [][]sketch
	for _, r := range runs {
		if batches := r.sketches(m); len(batches) > 0 {
			list = append(list, batches)
		}
	}
	return list
}

func together(runs [][]sketch) sketch {
	var list []sketch
	for _, batches := range runs {
		list = append(list, batches...)
	}
	return merged(list...)
}

// row begins a quantity's row.
func (o Options) row(q quantity, unit string) Quantity {
	row := Quantity{Name: q.name, Unit: unit, Outcome: NotGated}
	if m := o.marginOf(q); m > 0 {
		row.Margin, row.Outcome = &m, Undecided
	}
	return row
}

func (c *Comparison) compareQuantile(q quantity, base, changed [][]sketch, o Options) Quantity {
	row := o.row(q, "ms")
	b, n := together(base), together(changed)
	if !q.enough(b, n) {
		row.Needs = tooSmall(q, min(b.count(), n.count()))
		return row
	}
	bs, ns := quantileSide(base, q.q), quantileSide(changed, q.q)
	row.Base, row.New = new(math.Exp(bs.value)/1000), new(math.Exp(ns.value)/1000)
	row.judge(between(bs, ns, q.spread), +1, c)
	return row
}

func (c *Comparison) compareRate(q quantity, base, changed []Run, o Options) Quantity {
	closed := base[0].Facts.Closed || changed[0].Facts.Closed
	row := o.row(q, "of schedule")
	if closed {
		row.Unit = "/s"
	} else {
		q.spread = openSpread
	}
	bs, ns := rateSide(base, closed), rateSide(changed, closed)
	if math.IsInf(bs.value, 0) || math.IsInf(ns.value, 0) {
		row.Needs = "a run that sent something"
		return row
	}
	row.Base, row.New = new(math.Exp(bs.value)), new(math.Exp(ns.value))
	e := between(bs, ns, q.spread)
	e.change = -e.change // a lower rate is worse
	row.judge(e, -1, c)
	return row
}

// judge fills in the change and what is to be said of it. sign is +1 where more
// is worse.
func (q *Quantity) judge(e estimate, sign float64, c *Comparison) {
	from := e.change - e.spread.reach(c.Confidence)
	to := e.change + e.spread.reach(c.ConfidenceBelow)
	share := func(log float64) *float64 { return new(math.Expm1(sign * log)) }
	q.Change, q.From, q.To = share(e.change), share(from), share(to)
	if q.Margin == nil {
		return
	}
	margin := math.Log1p(*q.Margin)
	switch {
	case from > 0 && e.change >= margin:
		q.Outcome = Regressed
	case to < margin:
		q.Outcome = NotWorse
	default:
		q.Outcome, q.Needs = Undecided, runsNeeded(e, margin, c)
	}
}

// compareErrors compares the shares of updates that were not as expected.
func (c *Comparison) compareErrors(q quantity, base, changed []Run, o Options) Quantity {
	row := o.row(q, "of updates")
	b, n := sharesOf(base), sharesOf(changed)
	if b.updates == 0 || n.updates == 0 {
		row.Needs = "a run with an update that became final"
		return row
	}
	row.Base, row.New = new(b.share()), new(n.share())
	zLow, zHigh := normal(c.Confidence), normal(c.ConfidenceBelow)
	change, from, to := shareChange(b, n, zLow, zHigh)
	row.Change, row.From, row.To = &change, &from, &to
	if row.Margin == nil {
		return row
	}
	row.Outcome = shareOutcome(change, from, to, *row.Margin)
	if row.Outcome == Undecided {
		row.Needs = updatesNeeded(b, n, zLow, zHigh, *row.Margin)
	}
	return row
}

func shareOutcome(change, from, to, margin float64) Outcome {
	switch {
	case from > 0 && change >= margin:
		return Regressed
	case to < margin:
		return NotWorse
	}
	return Undecided
}
