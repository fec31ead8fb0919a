package reference

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"sdegauge/internal/contract"
)

// switchForm is a switch's name with an example of each of its forms.
type switchForm struct{ name, examples string }

// switchForms are the switches by name.
var switchForms = []switchForm{
	{"capacity", "capacity=4x2ms or capacity=1xexp:2ms (servers x service time)"},
	{"cold", "cold=2 (calls) or cold=3s"},
	{"errors", "errors=2%:503 or errors=1%:500:18 (share:status:internalCode)"},
	{"latency", "latency=5ms, latency=uniform:1ms-9ms, latency=exp:5ms or latency=lognormal:5ms/40ms (mean/p99)"},
	{"outage", "outage=3s-6s or outage=3s-6s:503"},
	{"queue", "queue=100 (how many may wait; goes with capacity)"},
	{"stall", "stall=3s-5s"},
}

// SwitchHelp lists the text forms of all switches, one a line.
func SwitchHelp() []string {
	var lines []string
	for _, f := range switchForms {
		lines = append(lines, f.examples)
	}
	return lines
}

// ParseFaults reads switches in their text form, for instance "latency=exp:5ms"
// and "errors=2%:503". Stall, outage and errors may be given several times.
func ParseFaults(texts ...string) (Faults, error) {
	var f Faults
	for _, t := range texts {
		if err := f.Set(t); err != nil {
			return Faults{}, err
		}
	}
	return f, f.complete()
}

// Set adds one switch in its text form.
func (f *Faults) Set(text string) error {
	name, value, _ := strings.Cut(text, "=")
	at := slices.IndexFunc(switchForms, func(s switchForm) bool { return s.name == name })
	if at < 0 {
		var names []string
		for _, s := range switchForms {
			names = append(names, s.name)
		}
		return fmt.Errorf("no switch is called %q: the switches are %s", name, strings.Join(names, ", "))
	}
	// Only a copy is changed until all is well.
	next := *f
	err := next.set(name, value)
	if err == nil {
		err = next.validate()
	}
	if err != nil {
		return fmt.Errorf("switch %q: %w; for example %s", text, err, switchForms[at].examples)
	}
	*f = next
	return nil
}

func (f *Faults) set(name, value string) error {
	switch name {
	case "capacity":
		return f.setCapacity(value)
	case "cold":
		return f.setCold(value)
	case "errors":
		return f.setErrors(value)
	case "latency":
		if f.Latency != (Distribution{}) {
			return errTwice
		}
		d, err := ParseDistribution(value)
		f.Latency = d
		return err
	case "outage":
		return f.setOutage(value)
	case "queue":
		if f.Capacity.Waiting != 0 {
			return errTwice
		}
		n, err := parsePositive(value)
		f.Capacity.Waiting = n
		return err
	default: // stall
		w, err := parseWindow(value)
		f.Stalls = append(slices.Clip(f.Stalls), w)
		return err
	}
}

var errTwice = errors.New("given twice")

func (f *Faults) setCapacity(value string) error {
	if f.Capacity.Servers != 0 {
		return errTwice
	}
	servers, service, ok := strings.Cut(value, "x")
	if !ok {
		return errors.New("want servers, an x and a service time")
	}
	n, err := parsePositive(servers)
	if err != nil {
		return err
	}
	f.Capacity.Servers = n
	f.Capacity.Service, err = ParseDistribution(service)
	return err
}

func (f *Faults) setCold(value string) error {
	if n, err := strconv.Atoi(value); err == nil {
		if f.Cold.Calls != 0 {
			return errTwice
		}
		if n < 1 {
			return fmt.Errorf("%q calls: want a positive number", value)
		}
		f.Cold.Calls = n
		return nil
	}
	if f.Cold.For != 0 {
		return errTwice
	}
	d, err := parseDuration(value)
	if err == nil && d == 0 {
		err = errors.New("no time at all")
	}
	f.Cold.For = d
	return err
}

func (f *Faults) setErrors(value string) error {
	parts := strings.Split(value, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return errors.New("want a share and a status, and an internal code if another than the usual")
	}
	share, err := parseShare(parts[0])
	if err != nil {
		return err
	}
	status, err := strconv.Atoi(parts[1])
	if err != nil {
		return fmt.Errorf("%q is no status", parts[1])
	}
	e := ErrorShare{Share: share, Status: status, Code: defaultCode(status)}
	if len(parts) == 3 {
		code, err := strconv.ParseInt(parts[2], 10, 64)
		if err != nil {
			return fmt.Errorf("%q is no internal code", parts[2])
		}
		e.Code = contract.InternalCode(code)
	}
	f.Errors = append(slices.Clip(f.Errors), e)
	return nil
}

func (f *Faults) setOutage(value string) error {
	window, status, given := strings.Cut(value, ":")
	o := Outage{Status: 503}
	var err error
	if o.Window, err = parseWindow(window); err != nil {
		return err
	}
	if given {
		if o.Status, err = strconv.Atoi(status); err != nil {
			return fmt.Errorf("%q is no status", status)
		}
	}
	f.Outages = append(slices.Clip(f.Outages), o)
	return nil
}

// complete says what only shows when all switches are known.
func (f *Faults) complete() error {
	if f.Capacity.Waiting > 0 && f.Capacity.Servers == 0 {
		return errors.New("switch queue: there is nothing to wait for without the switch capacity")
	}
	return nil
}

// Switches are the text forms that [ParseFaults] reads back.
func (f Faults) Switches() []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, s := range f.Stalls {
		add("stall=%v-%v", s.From, s.To)
	}
	for _, o := range f.Outages {
		add("outage=%v-%v:%d", o.From, o.To, o.Status)
	}
	if f.Capacity.Servers > 0 {
		add("capacity=%dx%v", f.Capacity.Servers, f.Capacity.Service)
	}
	if f.Capacity.Waiting > 0 {
		add("queue=%d", f.Capacity.Waiting)
	}
	if f.Latency != (Distribution{}) {
		add("latency=%v", f.Latency)
	}
	for _, e := range f.Errors {
		add("errors=%s%%:%d:%d", strconv.FormatFloat(e.Share*100, 'f', -1, 64), e.Status, e.Code)
	}
	if f.Cold.Calls > 0 {
		add("cold=%d", f.Cold.Calls)
	}
	if f.Cold.For > 0 {
		add("cold=%v", f.Cold.For)
	}
	return out
}

func parseWindow(text string) (Window, error) {
	from, to, err := parsePair(text, "-")
	return Window{From: from, To: to}, err
}

func parsePositive(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > math.MaxInt32 {
		return 0, fmt.Errorf("%q: want a positive number", text)
	}
	return n, nil
}

// parseShare reads "2%" as 0.02. The sign is demanded, for 2 could mean either.
func parseShare(text string) (float64, error) {
	number, ok := strings.CutSuffix(text, "%")
	percent, err := strconv.ParseFloat(number, 64)
	if !ok || err != nil || !(percent >= 0 && percent <= 100) {
		return 0, fmt.Errorf("%q: want a share from 0%% to 100%%", text)
	}
	return percent / 100, nil
}
