package run

import (
	"fmt"
	"io"
	"slices"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"sdegauge/internal/contract"
	"sdegauge/internal/journal"
	"sdegauge/reports"
)

// ResultsName is the file's name in the folder of a run.
const ResultsName = "results.bin"

// WriteResults writes the attempts of the log at path to another file, in the
// encoding that vegeta report, plot and encode read.
//
// A result's timestamp is the intended start and its latency the response time,
// so that Vegeta's figures know of every wait. Its error is empty where the
// answer was as expected, and else says what came instead: Vegeta's own success
// goes by the code, and counts an expected 400 as none. The attack is the
// scenario's name, followed by "warm-up" for attempts that are not measured. The
// URL is the target's: what the log does not hold, ids, header fields and
// bodies, the results do not either.
//
// It holds eight bytes an attempt in memory: Vegeta's plot wants each attack
// numbered in the order of its timestamps, and the log has the order in which
// attempts ended.
func WriteResults(path, to string) error {
	var o resultOrder
	if err := scan(path, o.read); err != nil {
		return err
	}
	o.sort()
	if err := reports.ReplaceFile(to, func(w io.Writer) error {
		return scan(path, func(s *journal.Scanner) error { return o.write(s, w) })
	}); err != nil {
		return fmt.Errorf("write %s: %w", to, err)
	}
	return nil
}

// resultOrder numbers the attempts of a log by their intended start, those of
// warm-up apart.
type resultOrder struct {
	measured, warmUp ranks
	head             logHead
	began            time.Time
}

func (o *resultOrder) of(r *contract.Reading) *ranks {
	if r.WarmUp {
		return &o.warmUp
	}
	return &o.measured
}

// read collects the intended starts.
func (o *resultOrder) read(s *journal.Scanner) error {
	err := each(s, func(part any) error {
		switch part := part.(type) {
		case journal.Head:
			return understand(part, &o.head)
		case *journal.Entry:
			ranks := o.of(&part.Reading)
			ranks.starts = append(ranks.starts, part.Reading.Intended)
		case journal.Mark:
			var mark logMark
			if err := understand(part, &mark); err != nil {
				return err
			}
			o.began = mark.Began
		case journal.End:
			var end reports.Run
			if err := understand(part, &end); err != nil {
				return err
			}
			o.began = end.Summary.Began
		}
		return nil
	})
	if o.began.IsZero() {
		o.began = o.head.Created
	}
	return err
}

func (o *resultOrder) sort() {
	slices.Sort(o.measured.starts)
	slices.Sort(o.warmUp.starts)
}

// write encodes the attempts in the order of the log.
func (o *resultOrder) write(s *journal.Scanner, w io.Writer) error {
	encode := vegeta.NewEncoder(w)
	return each(s, func(part any) error {
		entry, ok := part.(*journal.Entry)
		if !ok {
			return nil
		}
		return encode(o.result(entry))
	})
}

func (o *resultOrder) result(e *journal.Entry) *vegeta.Result {
	r := &e.Reading
	result := &vegeta.Result{
		Attack: o.head.Run.Scenario.Name, Seq: o.of(r).take(r.Intended), Code: uint16(r.Status),
		Timestamp: o.began.Add(r.Intended).Round(0), Latency: max(0, r.Response()),
		BytesOut: e.BytesOut, BytesIn: e.BytesIn,
		Method: r.Case.Method, URL: o.head.Run.Target.URL,
	}
	if r.WarmUp {
		result.Attack += " warm-up"
	}
	switch {
	case e.Judgement.AsExpected:
	case r.Failure != contract.NoFailure:
		result.Error = "network error " + r.Failure.String()
	default:
		result.Error = "unexpected " + contract.StatusText(r.Status)
	}
	return result
}

// ranks gives each attempt its place among all, by intended start.
type ranks struct {
	starts []time.Duration // in order
	// taken counts how many of those that start at one instant have their place,
	// where there are several.
	taken map[time.Duration]uint64
}

func (k *ranks) take(start time.Duration) uint64 {
	i, _ := slices.BinarySearch(k.starts, start)
	if i+1 == len(k.starts) || k.starts[i+1] != start {
		return uint64(i)
	}
	if k.taken == nil {
		k.taken = map[time.Duration]uint64{}
	}
	n := k.taken[start]
	k.taken[start]++
	return uint64(i) + n
}

// each hands on the parts of a log.
func each(s *journal.Scanner, take func(part any) error) error {
	for {
		part, err := s.Next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = take(part)
		}
		if err != nil {
			return err
		}
	}
}
