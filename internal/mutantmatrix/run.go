package mutantmatrix

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// Options are those of a run over the catalogue.
type Options struct {
	// Golden is the file with what is red.
	Golden string
	// Update writes it anew, and takes no difference for a breach.
	Update bool
	// Only is a pattern of servers' ids, as [path.Match] reads it; empty: all.
	Only string
	// Beside is how many servers are tried side by side.
	Beside int
}

// gcPercent lets garbage grow: hundreds of short runs keep next to nothing.
const gcPercent = 400

// Run tries the catalogue, writes the matrix to out and how far it is to
// progress. An error says how many breaches there are; each is on a line of out.
func Run(ctx context.Context, o Options, out, progress io.Writer) error {
	subjects, err := o.subjects()
	if err != nil {
		return err
	}
	golden := make(Golden)
	if !o.Update {
		if golden, err = readGolden(o.Golden); err != nil {
			return err
		}
	}
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	began, tried := time.Now(), 0
	trials := Matrix(ctx, subjects, o.Beside, func(*Trial) {
		if tried++; tried%50 == 0 {
			fmt.Fprintf(progress, "%d of %d servers, %.0f s\n", tried, len(subjects), time.Since(began).Seconds())
		}
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	took := time.Since(began)
	if o.Update {
		if err := updateGolden(o.Golden, trials); err != nil {
			return err
		}
		if golden, err = readGolden(o.Golden); err != nil {
			return err
		}
	}
	return conclude(out, trials, golden, o.Only == "", took)
}

func (o *Options) subjects() ([]Subject, error) {
	all := Subjects()
	if o.Only == "" {
		return all, nil
	}
	if o.Update {
		return nil, errors.New("the golden file is written for all servers: leave -only out")
	}
	if _, err := path.Match(o.Only, ""); err != nil {
		return nil, fmt.Errorf("-only: %q is no pattern: * stands for any text, [ must be closed", o.Only)
	}
	all = slices.DeleteFunc(all, func(s Subject) bool {
		ok, _ := path.Match(o.Only, s.ID)
		return !ok
	})
	if len(all) == 0 {
		return nil, fmt.Errorf("-only: no server's id fits %q; sdegauge serve --list-mutants --list-innocents names them", o.Only)
	}
	return all, nil
}

// conclude writes everything and counts the breaches. Only a whole matrix can
// show that a requirement is caught by nobody.
func conclude(out io.Writer, trials []Trial, golden Golden, whole bool, took time.Duration) error {
	if err := errors.Join(WriteMatrix(out, trials), WriteCoverage(out, trials)); err != nil {
		return err
	}
	var breaches []string
	mutants := 0
	for i := range trials {
		breaches = append(breaches, trials[i].Breaches(golden)...)
		if trials[i].Subject.Mutant != nil {
			mutants++
		}
	}
	if whole {
		if missing := Uncaught(trials); len(missing) > 0 {
			breaches = append(breaches, "no mutant is caught by "+strings.Join(missing, ", "))
		}
	}
	for _, breach := range breaches {
		fmt.Fprintln(out, "BREACH ", breach)
	}
	fmt.Fprintf(out, "%d mutants and %d harmless servers in %.0f s, %d requirements caught one or more, %d breaches\n",
		mutants, len(trials)-mutants, took.Seconds(), len(Coverage(trials)), len(breaches))
	if len(breaches) > 0 {
		return fmt.Errorf("%d breaches, listed above", len(breaches))
	}
	return nil
}

func readGolden(file string) (Golden, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("%w; -update writes it", err)
	}
	defer f.Close()
	return ReadGolden(f)
}

func updateGolden(file string, trials []Trial) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(WriteGolden(f, trials), f.Close())
}
