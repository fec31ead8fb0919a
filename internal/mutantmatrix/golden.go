package mutantmatrix

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"sdegauge/internal/contract"
)

// Golden is what goes red, by server and profile, as [Outcome.String] writes it.
// A server with nothing in red is not in it.
type Golden map[entry]string

type entry struct{ id, profile string }

// String lists what is red: a failed requirement by its id, any other with its
// verdict, "V-04 U-06=warn".
func (o *Outcome) String() string {
	ids := o.IDs()
	for i, id := range ids {
		if v := o.Red[id]; v != contract.Fail {
			ids[i] = id + "=" + v.String()
		}
	}
	return strings.Join(ids, " ")
}

// ReadGolden reads what WriteGolden wrote: lines of a server, a profile, a colon
// and what is red; # begins a comment.
func ReadGolden(r io.Reader) (Golden, error) {
	golden := make(Golden)
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		text := lines.Text()
		if text == "" || text[0] == '#' {
			continue
		}
		head, red, ok := strings.Cut(text, ": ")
		id, profile, two := strings.Cut(head, " ")
		if !ok || !two || red == "" {
			return nil, fmt.Errorf("line %d of the golden file is not SERVER PROFILE: REQUIREMENTS: %q", n, text)
		}
		at := entry{id, profile}
		if golden[at] != "" {
			return nil, fmt.Errorf("line %d of the golden file is the second of %s", n, head)
		}
		golden[at] = red
	}
	return golden, lines.Err()
}

// WriteGolden writes what is red, in the order of the trials.
func WriteGolden(w io.Writer, trials []Trial) error {
	if _, err := fmt.Fprint(w, "# What the suite finds broken in each deviating server: failed, or with another\n"+
		"# verdict. Written by `make mutants UPDATE=1`; a change here is to be looked at.\n"); err != nil {
		return err
	}
	for i := range trials {
		for j := range trials[i].Outcomes {
			o := &trials[i].Outcomes[j]
			if len(o.Red) == 0 {
				continue
			}
			if _, err := fmt.Fprintf(w, "%s %s: %s\n", trials[i].Subject.ID, o.Profile, o); err != nil {
				return err
			}
		}
	}
	return nil
}
