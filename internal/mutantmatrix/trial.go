package mutantmatrix

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sdegauge/checks/suite"
	"sdegauge/internal/conform"
	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
	"sdegauge/internal/reference/deviations"
	"sdegauge/internal/traffic"
)

// Outcome is what the suite found of one server in one profile.
type Outcome struct {
	Profile string
	// Red are the requirements found broken, or that could not be decided.
	Red map[string]contract.Verdict
	// Sentence says why nothing but the bracket was asked; empty where all was.
	Sentence string
	ExitCode int
	// Err is why there is no report.
	Err error

	first []string
}

// IDs are the requirements in red, in their order.
func (o *Outcome) IDs() []string {
	var ids []string
	for _, r := range contract.Requirements() {
		if o.Red[r.ID] != 0 {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// Trial is one server before the suite, in each of its profiles.
type Trial struct {
	Subject  Subject
	Outcomes []Outcome
	Took     time.Duration
}

// Outcome is that of a profile; nil where the server is not judged in it.
func (t *Trial) Outcome(profile string) *Outcome {
	at := slices.IndexFunc(t.Outcomes, func(o Outcome) bool { return o.Profile == profile })
	if at < 0 {
		return nil
	}
	return &t.Outcomes[at]
}

// Try puts the suite to a server, in each profile to a new one.
func Try(ctx context.Context, s Subject) Trial {
	t := Trial{Subject: s}
	began := time.Now()
	for i, name := range s.Profiles {
		only := binding()
		switch {
		case name == "strict" && s.Mutant == nil && !s.TLS && !s.long():
			// All: the safety floor of what is observed only may fail, too. Over
			// TLS net/http refuses broken heads in its own words, and thousands of
			// slow answers take minutes.
			only = nil
		case i > 0 && s.Mutant != nil:
			only = t.Outcomes[0].again()
		}
		o := Outcome{Profile: name}
		report, err := ask(ctx, s, name, only)
		if err != nil {
			o.Err = err
		} else {
			o.read(report)
		}
		t.Outcomes = append(t.Outcomes, o)
	}
	t.Took = time.Since(began)
	return t
}

// binding are the requirements that can be broken, and those observed whose
// requests may be answered 401, of which H-13 speaks.
func binding() []string {
	ids := []string{"H-11", "H-12"}
	for _, r := range contract.Requirements() {
		if r.Level == contract.Must || r.Level == contract.Should {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// again selects what was red, with those in whose cases requirements without
// requests of their own were seen to break. It spares a profile that judges no
// more harshly the requests which it has nothing to say about.
func (o *Outcome) again() []string {
	return append(o.IDs(), o.first...)
}

func (o *Outcome) read(report *suite.Report) {
	o.Red, o.Sentence, o.ExitCode = make(map[string]contract.Verdict), report.Bracket, report.ExitCode
	for _, q := range report.Requirements {
		if q.Verdict <= contract.Pass {
			continue
		}
		o.Red[q.ID] = q.Verdict
		for _, c := range q.Cases {
			if id, ok := rowOf(c.Name); ok {
				o.first = append(o.first, id)
			}
		}
	}
}

// rowOf is the requirement whose case first showed a breach of one without
// requests of its own: "H-12" of "first in H-12-a". Create Session belongs to
// none.
func rowOf(name string) (id string, ok bool) {
	section, rest, _ := strings.Cut(strings.TrimPrefix(name, "first in "), "-")
	number, _, _ := strings.Cut(rest, "-")
	id = section + "-" + number
	_, ok = contract.LookupRequirement(id)
	return id, ok
}

// The bounds of one exchange and of a whole trial; both are far beyond what any
// server of the catalogue takes.
const (
	exchangeLimit = 10 * time.Second
	trialLimit    = 3 * time.Minute
	closeLimit    = 5 * time.Second
)

// ask runs the suite against a server of its own, every hook given.
func ask(ctx context.Context, s Subject, profile string, only []string) (report *suite.Report, err error) {
	ctx, cancel := context.WithTimeout(ctx, trialLimit)
	defer cancel()
	p, ok := contract.LookupProfile(profile)
	if !ok {
		return nil, fmt.Errorf("there is no profile %q", profile)
	}
	accounts := deviations.Accounts()
	o := reference.Options{Accounts: accounts, Seed: 1, Unavailable: 0.2} // sessions of both kinds
	target := traffic.ExchangeOptions{Timeout: exchangeLimit}
	if s.TLS {
		certificate, err := selfSigned()
		if err != nil {
			return nil, err
		}
		defer certificate.remove()
		o.TLS, target.TLS.CA = certificate.server, certificate.file
	}
	s.Options(&o)
	handler, err := reference.New(o)
	if err != nil {
		return nil, err
	}
	server, err := reference.Listen("127.0.0.1:0", handler)
	if err != nil {
		return nil, err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeLimit)
		defer cancel()
		err = errors.Join(err, server.Close(ctx))
	}()
	target.URL = server.URL()
	report, err = suite.Run(ctx, suite.Options{
		Target: target, Account: accounts[0], OtherAccount: accounts[1], Profile: p, Only: only,
		Workers: s.workers(), Seed: 1, Hooks: conform.Hooks(handler), CreateRetry: hasty(),
	})
	if err == nil && report.Interrupted {
		return nil, fmt.Errorf("the suite was not done after %s", trialLimit)
	}
	return report, err
}

// hasty repeats what the contract's policy repeats, without its pauses.
func hasty() contract.RetryPolicy {
	p, _ := contract.LookupRetryPolicy("spec") // of the contract's table
	p.Pauses = slices.Clone(p.Pauses)
	for i := range p.Pauses {
		p.Pauses[i] = time.Millisecond
	}
	return p
}
