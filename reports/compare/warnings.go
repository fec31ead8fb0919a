package compare

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// circumstance is something that had better be the same in every run.
type circumstance struct {
	name string
	of   func(Facts) string
}

var circumstances = []circumstance{
	{"scenarios", func(f Facts) string {
		return f.Scenario + map[bool]string{true: " " + f.Fingerprint}[f.Fingerprint != ""]
	}},
	{"seeds", func(f Facts) string {
		text := strconv.FormatUint(f.Seed, 10)
		if f.FirstSeq != 0 {
			text += " from " + strconv.FormatUint(f.FirstSeq, 10)
		}
		return text
	}},
	{"shards", func(f Facts) string {
		if f.Shard == "" {
			return "the whole"
		}
		return f.Shard
	}},
	{"machines", func(f Facts) string {
		return fmt.Sprintf("%s/%s with %d processors", f.Machine.OS, f.Machine.Arch, f.Machine.CPUs)
	}},
	{"calibrations", func(f Facts) string {
		if f.HoldsPerS == nil {
			return "none"
		}
		return strconv.FormatFloat(*f.HoldsPerS, 'f', 0, 64) + "/s"
	}},
	{"transports", func(f Facts) string { return f.Target.Transport }},
	{"targets", targetText},
	{"versions of sdegauge", func(f Facts) string { return f.Tool.Version + " of " + f.Tool.Go }},
}

// targetText is without what tells two servers on this machine apart: there a
// free port is taken, and another build is what a comparison is for.
func targetText(f Facts) string {
	if f.Target.Reference {
		return "the embedded reference server"
	}
	u, err := url.Parse(f.Target.URL)
	if err != nil {
		return f.Target.URL
	}
	if host := u.Hostname(); host == "localhost" || net.ParseIP(host).IsLoopback() {
		return u.Scheme + "://" + host
	}
	return u.Scheme + "://" + u.Host
}

// warnings say in which circumstances the runs differ, between the sides or
// within one.
func warnings(base, changed []Run) []string {
	list := []string{}
	for _, c := range circumstances {
		b, n := c.seen(base), c.seen(changed)
		switch {
		case !slices.Equal(b, n):
			list = append(list, fmt.Sprintf("the %s differ: %s (base), %s (new)", c.name, strings.Join(b, ", "), strings.Join(n, ", ")))
		case len(b) > 1:
			list = append(list, fmt.Sprintf("the %s differ within each side: %s", c.name, strings.Join(b, ", ")))
		}
	}
	return list
}

// seen are the distinct values of a circumstance, in order.
func (c circumstance) seen(runs []Run) []string {
	var list []string
	for _, r := range runs {
		list = append(list, printable(c.of(r.Facts)))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// notes say what the numbers do not show.
func notes(base, changed []Run) []string {
	list := []string{}
	if len(base) == 1 || len(changed) == 1 {
		which := "the base is one run"
		switch {
		case len(base) == 1 && len(changed) == 1:
			which = "each side is one run"
		case len(changed) == 1:
			which = "the new side is one run"
		}
		list = append(list, which+", which cannot show how runs differ: what they usually differ by is added to the intervals; repeat the run to see it")
	}
	short := 0
	for _, r := range append(append([]Run{}, base...), changed...) {
		if len(r.Batches) < 2 {
			short++
		}
	}
	if short > 0 && short == len(base)+len(changed) && len(base)+len(changed) < 4 {
		list = append(list, fmt.Sprintf("the runs are shorter than two batches of %.0f s: how a run varies within itself is not seen either", batchLeast))
	}
	return list
}
