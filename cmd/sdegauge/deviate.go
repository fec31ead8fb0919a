package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/olekukonko/tablewriter"
	"github.com/spf13/pflag"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
	"sdegauge/internal/reference/deviations"
	"sdegauge/internal/spelling"
)

// deviationFlags choose how the reference server deviates.
type deviationFlags struct {
	mutant, innocent             string
	listsMutants, listsInnocents bool
}

func (f *deviationFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.mutant, "mutant", "", "break the contract in this one way, see --list-mutants")
	flags.StringVar(&f.innocent, "innocent", "", "differ in this one harmless way, see --list-innocents")
	flags.BoolVar(&f.listsMutants, "list-mutants", false, "list the mutants with the requirements that they break, and end")
	flags.BoolVar(&f.listsInnocents, "list-innocents", false, "list the innocents with the profiles that have to let them pass, and end")
}

// list prints what there is to choose from; done says that this was asked for.
func (f *deviationFlags) list(out io.Writer) (done bool, err error) {
	if !f.listsMutants && !f.listsInnocents {
		return false, nil
	}
	table := tablewriter.NewTable(out)
	if f.listsMutants {
		table.Header("mutant", "what it does wrong", "breaks")
		for _, m := range deviations.Mutants() {
			err = errors.Join(err, table.Append(m.ID, m.Title, strings.Join(m.Catches, " ")))
		}
	}
	if f.listsInnocents {
		if f.listsMutants {
			err = errors.Join(err, table.Render())
			table = tablewriter.NewTable(out)
		}
		table.Header("innocent", "what it does", "has to pass")
		for _, i := range deviations.Innocents() {
			err = errors.Join(err, table.Append(i.ID, i.Title, strings.Join(i.Profiles, " ")))
		}
	}
	return true, errors.Join(err, table.Render())
}

// apply makes the server deviate, and says how; empty where it does not.
func (f *deviationFlags) apply(o *reference.Options) (string, error) {
	switch {
	case f.mutant != "" && f.innocent != "":
		return "", usageError{errors.New("--mutant and --innocent: a server deviates in one way, choose one")}
	case f.mutant != "":
		m, ok := deviations.FindMutant(f.mutant)
		if !ok {
			var ids []string
			for _, m := range deviations.Mutants() {
				ids = append(ids, m.ID)
			}
			return "", unknownDeviation("mutant", f.mutant, ids)
		}
		if m.TLS && o.TLS == nil {
			return "", usageError{fmt.Errorf("--mutant: %s is a server of https, and this one speaks plain HTTP; choose another", m.ID)}
		}
		m.Options(o)
		return fmt.Sprintf("mutant %s: it %s; this breaks %s", m.ID, m.Title, strings.Join(m.Catches, ", ")), nil
	case f.innocent != "":
		i, ok := deviations.FindInnocent(f.innocent)
		if !ok {
			var ids []string
			for _, i := range deviations.Innocents() {
				ids = append(ids, i.ID)
			}
			return "", unknownDeviation("innocent", f.innocent, ids)
		}
		i.Options(o)
		return fmt.Sprintf("innocent %s: it %s", i.ID, i.Title), nil
	}
	return "", nil
}

func unknownDeviation(kind, id string, ids []string) error {
	hint := ""
	if near := spelling.Nearest(id, ids); near != "" {
		hint = fmt.Sprintf(" — did you mean %s?", near)
	}
	return usageError{fmt.Errorf("--%s: no %s is called %q%s; --list-%ss names them", kind, kind, id, hint, kind)}
}

// openControl serves the control handler and prints how to use it. stop ends it.
func openControl(out io.Writer, address string, h *reference.Handler, s *contract.Session) (stop func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, usageError{fmt.Errorf("--control: %w", err)}
	}
	server := &http.Server{Handler: reference.Control(h), ReadTimeout: 10 * time.Second}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(l) // ends by stop alone
	}()
	base := "http://" + l.Addr().String()
	ids := url.Values{"account": {s.Account}, "visitor": {s.VisitorID}, "sid": {s.ID}}
	fmt.Fprintf(out, "control at %s\n", base)
	fmt.Fprintf(out, "fail the next two updates: curl -d '{\"statuses\":[500,503]}' %s/fail\n", base)
	fmt.Fprintf(out, "age the session: curl -d '{\"account\":%q,\"visitor\":%q,\"sid\":%q,\"by\":\"6h\"}' %s/age\n", s.Account, s.VisitorID, s.ID, base)
	fmt.Fprintf(out, "read it back: curl '%s/state?%s'\n", base, ids.Encode())
	return func() { _ = server.Close(); <-served }, nil
}
