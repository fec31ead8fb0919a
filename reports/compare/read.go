package compare

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"sdegauge/reports"
)

// largest bounds a file that is read, in bytes.
const largest = 256 << 20

// Read reads the runs in a file: one from a report.json, all from a baseline.
func Read(path string) ([]Run, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read a run: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, largest+1))
	if err != nil {
		return nil, fmt.Errorf("read a run: %w", err)
	}
	if len(data) > largest {
		return nil, fmt.Errorf("%s is larger than %d bytes: it is neither a report nor a baseline", path, largest)
	}
	runs, err := parse(path, data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return runs, nil
}

// parse tells by its schema what a file is.
func parse(path string, data []byte) ([]Run, error) {
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("this is neither a report nor a baseline: %w; name the folder of a run, its report.json, or a baseline", err)
	}
	switch head.Schema {
	case BaselineSchema:
		return parseBaseline(data)
	case reports.Schema:
		r := new(reports.Report)
		if err := json.Unmarshal(data, r); err != nil {
			return nil, fmt.Errorf("this is no report of schema %q: %w; run the scenario again", reports.Schema, err)
		}
		run, err := FromReport(path, r)
		if err != nil {
			return nil, err
		}
		return []Run{run}, nil
	}
	return nil, fmt.Errorf("the schema is \"%s\", not %q or %q; name the folder of a run, its report.json, or a baseline, or use the version that wrote it",
		printable(head.Schema), reports.Schema, BaselineSchema)
}
