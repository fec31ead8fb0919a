package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"sdegauge/internal/figure"
)

// Pair is a block of the base and one of the new server, measured one right after
// the other: what the machine's mood did to the one it did to the other.
type Pair struct{ Base, New Run }

// Doubts are how unsure the ends of an interval may be, each on its own side.
type Doubts struct {
	// Regression is the doubt of From, Clear that of To. With 0 nothing is sure.
	Regression, Clear float64
}

// leastDoubt is where the tail of Student's law is no longer computed well.
const leastDoubt = 1e-9

// Paired judges a new server by pairs of blocks, which are the unit of
// replication; there has to be one. The rows are those of [Compare].
//
// A quantile is that of all blocks of a side together. How certain its change is
// comes from the pairs: at the quantile of the whole, each block has more or fewer
// readings below than its share, and by the slope of the quantile function there
// this is what the block adds to the logarithm of the quantile (Woodruff 1952).
// The difference within each pair is one observation of Student's t.
//
// Student's law takes differences for normal, and noise that comes in few great
// blows is not: seven of them on one side by chance are a clear answer to it. So
// for a regression the signed ranks of the differences (Wilcoxon 1945), where a
// blow counts no more than any greatest rank, have to be as sure; where they are
// not, From is at most 0.
func Paired(pairs []Pair, o Options, d Doubts) []Quantity {
	o = o.filled()
	var base, changed []Run
	for _, p := range pairs {
		base, changed = append(base, p.Base), append(changed, p.New)
	}
	b, n := columnOf(base, o.Metric), columnOf(changed, o.Metric)
	both := b.all.and(n.all)
	rows := make([]Quantity, 0, len(quantities))
	for _, q := range quantities {
		var row Quantity
		switch q.name {
		case rateName:
			row = pairedRate(q, base, changed, o, d)
		case errorsName:
			row = pairedErrors(q, base, changed, o, d)
		default:
			row = o.row(q, "ms")
			row.judgeColumns(q, b, n, both, measured(base), d)
		}
		rows = append(rows, row)
	}
	return rows
}

// column is the samples of a side: of each block, empty where it has no reading,
// and of all.
type column struct {
	blocks []sketch
	all    sketch
}

func columnOf(runs []Run, m Metric) column {
	c := column{blocks: make([]sketch, 0, len(runs))}
	for _, r := range runs {
		c.blocks = append(c.blocks, merged(r.sketches(m)...))
	}
	c.all = merged(c.blocks...)
	return c
}

// judgeColumns judges a quantile; both is the sample of both sides.
func (row *Quantity) judgeColumns(q quantity, base, changed column, both sketch, seconds float64, d Doubts) {
	if !q.enough(base.all, changed.all) {
		row.Needs = tooSmall(q, min(base.all.count(), changed.all.count()))
		return
	}
	row.Base, row.New = new(base.all.quantile(q.q)/1000), new(changed.all.quantile(q.q)/1000)
	at := both.quantile(q.q)
	row.judgePaired(pairedChange{
		change: math.Log(*row.New / *row.Base), sign: +1,
		spread:  spreadOfSum(difference(changed.influence(q.q), base.influence(q.q))),
		ranks:   signedRanks(difference(changed.sharesBeyond(at), base.sharesBeyond(at))),
		seconds: seconds,
	}, d)
}

// sharesBeyond is the share of each block's readings beyond a time in µs.
func (c column) sharesBeyond(at float64) []float64 {
	list := make([]float64, len(c.blocks))
	for i, b := range c.blocks {
		if n := float64(b.count()); n > 0 {
			list[i] = 1 - b.below(at)/n
		}
	}
	return list
}

// signedRanks is how many standard deviations the sum of the signed ranks of the
// observations is above zero, were each as likely below. All of 0 it is 0.
func signedRanks(list []float64) float64 {
	list = slices.DeleteFunc(slices.Clone(list), func(v float64) bool { return v == 0 })
	slices.SortFunc(list, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })
	sum, squares := 0.0, 0.0
	for i := 0; i < len(list); {
		ties := i
		for ties < len(list) && math.Abs(list[ties]) == math.Abs(list[i]) {
			ties++
		}
		rank := float64(i+ties+1) / 2
		for ; i < ties; i++ {
			sum += math.Copysign(rank, list[i])
			squares += rank * rank
		}
	}
	if squares == 0 {
		return 0
	}
	return sum / math.Sqrt(squares)
}

// influence is what each block adds to the logarithm of the quantile q of all.
func (c column) influence(q float64) []float64 {
	n := float64(c.all.count())
	at := c.all.quantile(q)
	list := make([]float64, len(c.blocks))
	for i, b := range c.blocks {
		list[i] = (q*float64(b.count()) - b.below(at)) / n
	}
	// The slope is taken over the reach of a standard error to each side.
	h := max(spreadOfSum(list).deviation(), math.Sqrt(q*(1-q)/n))
	low, high := max(q-h, 0.5/n), min(q+h, 1-0.5/n)
	slope := math.Log(c.all.quantile(high)/c.all.quantile(low)) / (high - low)
	for i := range list {
		list[i] *= slope
	}
	return list
}

// spreadOfSum is how certain the sum of independent observations is.
func spreadOfSum(list []float64) spread {
	if len(list) < 2 {
		return spread{[]part{{math.Inf(1), 1}}}
	}
	n := float64(len(list))
	return spread{[]part{{n * stat.Variance(list, nil), n - 1}}}
}

func difference(a, b []float64) []float64 {
	list := make([]float64, len(a))
	for i := range a {
		list[i] = a[i] - b[i]
	}
	return list
}

func pairedRate(q quantity, base, changed []Run, o Options, d Doubts) Quantity {
	closed := base[0].Facts.Closed
	row := o.row(q, "of schedule")
	if closed {
		row.Unit = "/s"
	}
	n := float64(len(base))
	worse := make([]float64, len(base))
	b, c := 0.0, 0.0
	for i := range base {
		before, after := math.Log(base[i].rate(closed)), math.Log(changed[i].rate(closed))
		if math.IsInf(before, 0) || math.IsInf(after, 0) {
			row.Needs = "an update that was sent in every block"
			return row
		}
		b, c = b+before/n, c+after/n
		worse[i] = (before - after) / n // a lower rate is worse
	}
	row.Base, row.New = new(math.Exp(b)), new(math.Exp(c))
	row.judgePaired(pairedChange{
		change: b - c, sign: -1, spread: spreadOfSum(worse), ranks: signedRanks(worse), seconds: measured(base),
	}, d)
	return row
}

func pairedErrors(q quantity, base, changed []Run, o Options, d Doubts) Quantity {
	row := o.row(q, "of updates")
	b, n := sharesOf(base), sharesOf(changed)
	if b.updates == 0 || n.updates == 0 {
		row.Needs = "an update that became final"
		return row
	}
	row.Base, row.New = new(b.share()), new(n.share())
	zLow, zHigh := -normal(max(d.Regression, leastDoubt)), -normal(max(d.Clear, leastDoubt))
	change, from, to := shareChange(b, n, zLow, zHigh)
	row.Change, row.From, row.To = &change, &from, &to
	if row.Margin == nil {
		return row
	}
	if row.Outcome = shareOutcome(change, from, to, *row.Margin); row.Outcome == Undecided {
		row.Needs = updatesNeeded(b, n, zLow, zHigh, *row.Margin)
	}
	return row
}

// pairedChange is what pairs say of a quantity.
type pairedChange struct {
	change float64 // of the logarithm, positive where it is for the worse
	sign   float64 // +1 where more is worse
	spread spread
	ranks  float64 // see signedRanks
	// seconds are how long a side was measured.
	seconds float64
}

// judgePaired fills in the change and what is to be said of it, as judge does.
func (q *Quantity) judgePaired(p pairedChange, d Doubts) {
	change := p.change
	from, to := change-p.spread.beyond(d.Regression), change+p.spread.beyond(d.Clear)
	if p.ranks < -normal(max(d.Regression, leastDoubt)) {
		from = min(from, 0)
	}
	share := func(log float64) *float64 {
		if math.IsInf(log, 0) {
			return nil
		}
		return new(math.Expm1(p.sign * log))
	}
	q.Change, q.From, q.To = share(change), share(from), share(to)
	if q.Margin == nil {
		return
	}
	margin := math.Log1p(*q.Margin)
	switch {
	case from > 0 && change >= margin:
		q.Outcome = Regressed
	case to < margin:
		q.Outcome = NotWorse
	default:
		q.Outcome = Undecided
		distance, reach := margin-change, to-change
		if change >= margin {
			distance, reach = change, change-from
		}
		q.Needs = longerNeeded(p.seconds, reach/distance)
	}
}

// beyond is how far the true change may be from its estimate, on one side, with
// a doubt.
func (s spread) beyond(doubt float64) float64 {
	deviation := s.deviation()
	if deviation == 0 {
		return 0
	}
	return -deviation * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: s.freedom()}.Quantile(max(doubt, leastDoubt))
}

// longerNeeded says how long each side has to be measured for an interval that is
// by a factor too wide.
func longerNeeded(seconds, factor float64) string {
	const most = 100
	if needed := factor * factor; needed < most {
		return fmt.Sprintf("about %s s of blocks on each side", figure.Number(roundUp(seconds*max(needed, 1.1)), 0))
	}
	return fmt.Sprintf("more than %s s of blocks on each side: the change is too near the margin", figure.Number(roundUp(seconds*most), 0))
}

func measured(runs []Run) (seconds float64) {
	for _, r := range runs {
		seconds += r.Facts.MeasuredS
	}
	return seconds
}

// below is how many readings, not whole in general, are shorter than a time in
// µs: the inverse of at.
func (s sketch) below(time float64) float64 {
	n := 0.0
	for _, b := range s {
		start := float64(b.value) - 0.5
		if start >= time {
			break
		}
		n += float64(b.count) * min(1, (time-start)/b.width())
	}
	return n
}
