package suite

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"sdegauge/internal/contract"
)

// LockSchema is the first line of a behaviour lock.
const LockSchema = "sdegauge/lock/1"

// Lock is what a server did where the specification is silent: behaviours by the
// ids of the cases that showed them. It holds nothing of the target, so that
// several servers can be held against one.
type Lock map[string]string

// Drift is a behaviour that is no longer what it was.
type Drift struct {
	ID  string `json:"id"`
	Was string `json:"was"`
	Is  string `json:"is"`
}

// LockResult is a comparison with a behaviour lock.
type LockResult struct {
	File string `json:"file"`
	// Strict says that drift fails the run; else it is a warning.
	Strict bool `json:"strict"`
	// Written says that the file was written with what this run saw; drift from
	// what it held before is then no longer one.
	Written bool `json:"written"`
	// Locked is how many behaviours the file held before, New how many were seen
	// that it did not hold, and Unseen how many it held that this run did not
	// ask about.
	Locked int     `json:"locked"`
	New    int     `json:"new"`
	Unseen int     `json:"unseen"`
	Drift  []Drift `json:"drift"`
}

// LockOf gathers the behaviours of a report.
func LockOf(report *Report) Lock {
	lock := Lock{}
	for _, q := range report.Requirements {
		for _, c := range q.Cases {
			if q.Level == contract.Obs && c.Behaviour != "" {
				lock[c.ID] = c.Behaviour
			}
		}
	}
	return lock
}

// HoldAgainst compares a report with a lock and concludes it anew. Cases that
// only one of them knows are counted, and are no drift.
func (report *Report) HoldAgainst(lock Lock, file string, strict bool) {
	seen := LockOf(report)
	result := &LockResult{File: file, Strict: strict, Locked: len(lock), Drift: []Drift{}}
	for _, id := range slices.Sorted(maps.Keys(seen)) {
		switch was, locked := lock[id]; {
		case !locked:
			result.New++
		case was != seen[id]:
			result.Drift = append(result.Drift, Drift{id, was, seen[id]})
		}
	}
	for id := range lock {
		if _, asked := seen[id]; !asked {
			result.Unseen++
		}
	}
	report.Lock = result
	report.settle()
}

// Verdict is what drift is.
func (l *LockResult) Verdict() contract.Verdict {
	if l.Strict {
		return contract.Fail
	}
	return contract.Warn
}

// WroteLock says that what the run saw is the lock now, and concludes anew.
func (report *Report) WroteLock() {
	report.Lock.Written = true
	report.settle()
}

// settleLock lets the lock have its say in the verdict.
func (report *Report) settleLock() {
	if report.Lock == nil || report.Lock.Written || len(report.Lock.Drift) == 0 {
		return
	}
	report.Verdict = contract.Worst(report.Verdict, report.Lock.Verdict())
	report.Reason += fmt.Sprintf("; %d of %d locked behaviours changed", len(report.Lock.Drift), report.Lock.Locked-report.Lock.Unseen)
}

// Write writes the lock, a line for each case, sorted:
//
//	sdegauge/lock/1
//	# …
//	B-12: 400;5
func (l Lock) Write(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, LockSchema)
	fmt.Fprintln(out, "# What a server does where the specification is silent, one case a line.")
	fmt.Fprintln(out, "# sdegauge conform --lock compares with it, --update-lock writes it anew.")
	for _, id := range slices.Sorted(maps.Keys(l)) {
		fmt.Fprintf(out, "%s: %s\n", id, lockText(l[id]))
	}
	return out.Flush()
}

// lockText is a behaviour on a line; it is quoted where it would not come back.
func lockText(text string) string {
	quoted := strconv.Quote(text)
	if quoted[1:len(quoted)-1] != text || strings.TrimSpace(text) != text || text == "" {
		return quoted
	}
	return text
}

// ReadLock reads what [Lock.Write] writes. Lines that are empty or begin with #
// are passed over. Errors name file and line.
func ReadLock(r io.Reader, file string) (Lock, error) {
	lock := Lock{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	line, headed := 0, false
	for lines.Scan() {
		line++
		text := strings.TrimSpace(lines.Text())
		switch {
		case text == "" || strings.HasPrefix(text, "#"):
		case !headed && text != LockSchema:
			return nil, fmt.Errorf("%s:%d: the first line of a behaviour lock is %q, not %q; --update-lock writes the file anew", file, line, LockSchema, text)
		case !headed:
			headed = true
		default:
			if err := lock.add(text); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, line, err)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", file, line+1, err)
	}
	if !headed {
		return nil, fmt.Errorf("%s:%d: this is no behaviour lock: its first line would be %q", file, line+1, LockSchema)
	}
	return lock, nil
}

// add reads one line.
func (l Lock) add(text string) error {
	id, behaviour, ok := strings.Cut(text, ": ")
	switch {
	case !ok || id == "" || strings.ContainsAny(id, " \t"):
		return fmt.Errorf("%q is not of the form B-12-a: 400;5", text)
	case l[id] != "":
		return fmt.Errorf("%s stands here a second time", id)
	}
	behaviour = strings.TrimSpace(behaviour)
	if strings.HasPrefix(behaviour, `"`) {
		unquoted, err := strconv.Unquote(behaviour)
		if err != nil {
			return fmt.Errorf("%s is not a text in quotes that end", behaviour)
		}
		behaviour = unquoted
	}
	if behaviour == "" {
		return fmt.Errorf("%s has no behaviour", id)
	}
	l[id] = behaviour
	return nil
}
