package conformance

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"sdegauge/checks/suite"
	"sdegauge/reports"
)

// documents are what [Save] writes, the source of the others first.
var documents = []struct {
	name  string
	write func(io.Writer, *suite.Report) error
}{
	{"conformance.json", WriteJSON},
	{"conformance.html", WriteHTML},
	{"junit.xml", WriteJUnit},
	{"conformance.md", WriteMarkdown},
	{"badge.svg", WriteBadge},
}

// WriteJSON writes the report as conformance.json holds it.
func WriteJSON(w io.Writer, r *suite.Report) error { return writeJSON(w, r) }

// WriteComparisonJSON writes in what several servers differ.
func WriteComparisonJSON(w io.Writer, c *suite.Comparison) error { return writeJSON(w, c) }

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("write the report as JSON: %w", err)
	}
	return nil
}

// Save writes the documents into dir, which it makes where it is missing, and
// returns their paths. A document appears whole or not at all. On an error paths
// are those written so far.
func Save(dir string, r *suite.Report) (paths []string, err error) {
	for _, d := range documents {
		path, err := put(dir, d.name, func(w io.Writer) error { return d.write(w, r) })
		if err != nil {
			return paths, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// SaveComparison writes comparison.json and comparison.md.
func SaveComparison(dir string, c *suite.Comparison) (paths []string, err error) {
	for _, d := range []struct {
		name  string
		write func(io.Writer, *suite.Comparison) error
	}{{"comparison.json", WriteComparisonJSON}, {"comparison.md", WriteComparisonMarkdown}} {
		path, err := put(dir, d.name, func(w io.Writer) error { return d.write(w, c) })
		if err != nil {
			return paths, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

func put(dir, name string, write func(io.Writer) error) (string, error) {
	path := filepath.Join(dir, name)
	err := os.MkdirAll(dir, 0o777)
	if err == nil {
		err = reports.ReplaceFile(path, write)
	}
	if err != nil {
		return "", fmt.Errorf("write %s: %w; choose another folder with --out", path, err)
	}
	return path, nil
}
