package compare

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"sdegauge/reports"
)

// BaselineSchema names the layout of a baseline file. The number changes when a
// member changes its meaning or goes away.
const BaselineSchema = "sdegauge/baseline/1"

// baselineFile is what comparisons need of the runs of a side, for a repository:
// the same runs make the same bytes, and lines are short.
type baselineFile struct {
	Schema string        `json:"schema"`
	Runs   []baselineRun `json:"runs"`
}

type baselineRun struct {
	Name string `json:"name"`
	Facts
	// P50MS and P99MS are of the response times, for the reader of a diff; nil
	// where the sample is too small. Comparisons take the batches.
	P50MS   *float64        `json:"p50_ms"`
	P99MS   *float64        `json:"p99_ms"`
	Batches []baselineBatch `json:"batches"`
}

type baselineBatch struct {
	LengthS    float64 `json:"length_s"`
	Updates    uint64  `json:"updates"`
	Unexpected uint64  `json:"unexpected"`
	Response   wrapped `json:"response"`
	Service    wrapped `json:"service"`
}

// wrapped is an encoded sketch in short lines.
type wrapped []string

const lineLongest = 72

func wrap(s sketch) (wrapped, error) {
	text, err := s.encode()
	if err != nil {
		return nil, err
	}
	lines := wrapped{}
	for len(text) > lineLongest {
		lines, text = append(lines, text[:lineLongest]), text[lineLongest:]
	}
	if text != "" {
		lines = append(lines, text)
	}
	return lines, nil
}

func (w wrapped) sketch() (sketch, error) { return decodeSketch(strings.Join(w, "")) }

// WriteBaseline writes runs as a baseline. One that cannot be relied on, or that
// is given twice, is an error: whatever was compared with it would be in doubt.
func WriteBaseline(w io.Writer, runs []Run) error {
	if len(runs) == 0 {
		return errors.New("a baseline needs a run")
	}
	if err := distinct(runs, nil); err != nil {
		return err
	}
	file := baselineFile{Schema: BaselineSchema}
	for _, r := range runs {
		if r.Facts.Doubt != "" {
			return &DoubtError{r.Name, r.Facts.Doubt}
		}
		one, err := baselineOf(r)
		if err != nil {
			return err
		}
		file.Runs = append(file.Runs, one)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(file); err != nil {
		return fmt.Errorf("write the baseline: %w", err)
	}
	return nil
}

// DoubtError is of a run that cannot be relied on.
type DoubtError struct{ Name, Doubt string }

func (e *DoubtError) Error() string {
	return fmt.Sprintf("%s is no base to compare with: %s; run it again", e.Name, printable(e.Doubt))
}

func baselineOf(r Run) (baselineRun, error) {
	one := baselineRun{Name: r.Name, Facts: r.Facts}
	whole := merged(r.sketches(Response)...)
	given := func(q float64) *float64 {
		if uint64(whole.count()) < reports.Needs(q) {
			return nil
		}
		return new(math.Round(whole.quantile(q)) / 1000)
	}
	one.P50MS, one.P99MS = given(0.5), given(0.99)
	for _, b := range r.Batches {
		response, err := wrap(b.response)
		if err != nil {
			return one, err
		}
		service, err := wrap(b.service)
		if err != nil {
			return one, err
		}
		one.Batches = append(one.Batches, baselineBatch{b.LengthS, b.Updates, b.Unexpected, response, service})
	}
	return one, nil
}

// parseBaseline reads what WriteBaseline writes.
func parseBaseline(data []byte) ([]Run, error) {
	var file baselineFile
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("this is no baseline of schema %q: %w; write it again with --update-baseline", BaselineSchema, err)
	}
	if len(file.Runs) == 0 {
		return nil, errors.New("the baseline holds no run; write it again with --update-baseline")
	}
	var runs []Run
	for i, one := range file.Runs {
		r, err := one.run()
		if err != nil {
			return nil, fmt.Errorf("runs[%d]%w; the baseline is damaged, write it again with --update-baseline", i, err)
		}
		runs = append(runs, r)
	}
	return runs, nil
}

func (one baselineRun) run() (Run, error) {
	r := Run{Name: one.Name, Facts: one.Facts}
	for i, b := range one.Batches {
		batch := Batch{LengthS: b.LengthS, Updates: b.Updates, Unexpected: b.Unexpected}
		var err error
		if batch.response, err = b.Response.sketch(); err != nil {
			return r, fmt.Errorf(".batches[%d].response: %w", i, err)
		}
		if batch.service, err = b.Service.sketch(); err != nil {
			return r, fmt.Errorf(".batches[%d].service: %w", i, err)
		}
		r.Batches = append(r.Batches, batch)
	}
	if err := r.plausible(); err != nil {
		return r, fmt.Errorf(": %w", err)
	}
	return r, nil
}
