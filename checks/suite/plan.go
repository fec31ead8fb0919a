package suite

import (
	"fmt"
	"strings"

	"sdegauge/generators"
	"sdegauge/internal/contract"
)

// sending marks a case that makes many requests.
func sending(n int, c Case) Case { c.Sends = n; return c }

// Plan is what a run is about to send, as far as that can be told before.
type Plan struct {
	Requirements, Cases int
	// Requests and Sessions are estimates: what a server answers decides how far
	// some cases go, and how many sessions it takes to find one without an
	// engagement.
	Requests, Sessions int
	// Heavy names what creates load, in words.
	Heavy []string
}

// heavyFrom is the number of requests, and largeFrom the length of a body, from
// which a plan mentions a case.
const (
	heavyFrom = 100
	largeFrom = 1 << 20
)

// The usual number of requests of a case: a pair is a twin, the edited update and
// the one after it; scripted cases vary.
const (
	pairSends     = 3
	observedSends = 2
	scriptSends   = 3
)

// NewPlan estimates what [Run] will do with these options. Nothing is sent.
func NewPlan(o Options) (Plan, error) {
	o = o.withDefaults()
	rows, err := Select(Rows(), o.Only)
	if err != nil {
		return Plan{}, &SelectionError{err}
	}
	r := &runner{options: o}
	r.supply = newSupply(r)
	plan := Plan{Sessions: 2 * o.Workers}
	var large []string
	largest := 0
	for i := range rows {
		if rows[i].Elsewhere == "" {
			plan.Requirements++
		}
		for j := range rows[i].Cases {
			c := &rows[i].Cases[j]
			bytes := bytesOf(c)
			if r.missing(c.Needs) != 0 || bytes > o.MaxBody {
				continue
			}
			plan.Cases++
			plan.Requests += sends(rows[i].Level, c)
			if c.Needs&NeedOwn != 0 {
				plan.Sessions++
			}
			if c.Sends >= heavyFrom {
				plan.Heavy = append(plan.Heavy, fmt.Sprintf("%s sends %d updates one after another", c.ID, c.Sends))
			}
			if bytes >= largeFrom {
				large, largest = append(large, c.ID), max(largest, bytes)
			}
		}
	}
	if large != nil {
		plan.Heavy = append(plan.Heavy, fmt.Sprintf("bodies of up to %d MiB in %s", largest>>20, strings.Join(large, ", ")))
	}
	if o.Fuzz > 0 {
		random := int(fuzzSends * float64(o.Fuzz*len(fuzzKinds)))
		plan.Requests += random
		plan.Heavy = append(plan.Heavy, fmt.Sprintf("about %d of the requests are random (--fuzz), and shrinking a failure takes at most %d more", random, shrinkSends))
	}
	if r.supply.creates() {
		plan.Requests += plan.Sessions
	} else {
		plan.Sessions = len(o.Sessions)
	}
	return plan, nil
}

func sends(level contract.Level, c *Case) int {
	switch {
	case c.Sends > 0:
		return c.Sends
	case c.Fault == "":
		return scriptSends
	case level == contract.Obs:
		return observedSends
	default:
		return pairSends
	}
}

// bytesOf is about how long the body of a generated case is; 0 where it stays
// near that of other updates.
func bytesOf(c *Case) int {
	for _, list := range [][]generators.Fault{generators.Variations(), generators.Faults()} {
		for i := range list {
			if list[i].Name != c.Fault {
				continue
			}
			for _, v := range list[i].Variants {
				if v.Name == c.Name {
					return v.Bytes
				}
			}
		}
	}
	return 0
}

// String is the plan in a sentence.
func (p Plan) String() string {
	text := fmt.Sprintf("about %d requests in %d cases of %d requirements, on about %d sessions", p.Requests, p.Cases, p.Requirements, p.Sessions)
	if len(p.Heavy) > 0 {
		text += "; " + strings.Join(p.Heavy, ", ")
	}
	return text
}
