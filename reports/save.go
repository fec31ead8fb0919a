package reports

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// The names of the documents in a folder.
const (
	reportName  = "report.json"
	pageName    = "report.html"
	summaryName = "summary.md"
	resultsName = "junit.xml"
	seriesName  = "series.csv"
)

// documents are what [Save] writes, the source of the others first.
var documents = []struct {
	name  string
	write func(io.Writer, *Report) error
}{
	{reportName, WriteJSON},
	{pageName, WriteHTML},
	{summaryName, WriteMarkdown},
	{resultsName, WriteJUnit},
	{seriesName, WriteCSV},
}

// WriteJSON writes the report as report.json holds it.
func WriteJSON(w io.Writer, r *Report) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r); err != nil {
		return fmt.Errorf("write the report as JSON: %w", err)
	}
	return nil
}

// Save writes the documents into dir, which it makes where it is missing, and
// returns their paths. A document appears whole or not at all, and what a run
// before it left stands until then. On an error paths are those written so far.
func Save(dir string, r *Report) (paths []string, err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, saveError(dir, err)
	}
	for _, d := range documents {
		path := filepath.Join(dir, d.name)
		if err := ReplaceFile(path, func(w io.Writer) error { return d.write(w, r) }); err != nil {
			return paths, saveError(path, err)
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// ReplaceFile writes beside path, and moves what was written there once it is
// whole and on the disk.
func ReplaceFile(path string, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = file.Close()           // at best a second account of err
			_ = os.Remove(file.Name()) // half a document helps nobody
		}
	}()
	buffered := bufio.NewWriter(file)
	if err := write(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	// A temporary file is private; a report is not.
	if err := file.Chmod(0o644); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// saveError says what stopped a document and what to do about it.
func saveError(path string, err error) error {
	const complete = "; the tables above are complete"
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("write %s: the disk is full; make room or choose another folder with --out%s: %w", path, complete, err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("write %s: no permission; choose another folder with --out%s: %w", path, complete, err)
	default:
		return fmt.Errorf("write %s%s: %w", path, complete, err)
	}
}

// Read reads a report.json; path may also be the folder that holds it.
func Read(path string) (*Report, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, reportName)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read a report: %w", err)
	}
	r, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return r, nil
}

// parse reads what WriteJSON writes. Members it does not know are left out: a
// later version may have added them.
func parse(data []byte) (*Report, error) {
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("this is no report: %w", err)
	}
	if head.Schema != Schema {
		return nil, fmt.Errorf("the schema is %q, this program reads %q; make the report again, or use the version that wrote it", head.Schema, Schema)
	}
	r := new(Report)
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("this is no report of schema %q: %w", Schema, err)
	}
	return r, nil
}
