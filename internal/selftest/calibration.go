package selftest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/reports"
)

// Schema names the layout of a calibration's file. The number changes when a
// member changes its meaning or goes away.
const Schema = "sdegauge/calibration/1"

// Calibration is what a selftest found, and the contents of its file.
type Calibration struct {
	Schema   string    `json:"schema"`
	Measured time.Time `json:"measured"`
	Tool     string    `json:"tool"`
	Go       string    `json:"go"`
	Machine  Machine   `json:"machine"`
	// Whole says that nothing was left out or cut short. Only a whole one is
	// worth keeping.
	Whole bool `json:"whole"`
	// Verdict is the worst of the rows and the ceiling.
	Verdict contract.Verdict `json:"verdict"`
	// Ceiling is nil where it was not searched.
	Ceiling *Ceiling `json:"ceiling"`
	// About tells what each server does.
	About []string `json:"about"`
	Rows  []Row    `json:"rows"`
}

// PathVariable is the environment variable that names the calibration's file.
const PathVariable = "SDEGAUGE_CALIBRATION"

// Path is where the calibration is kept: where given says, or else the
// environment, or else sdegauge/calibration.json in the user's cache folder. It
// is empty where there is no such folder.
func Path(given string) string {
	if given != "" {
		return given
	}
	if path := os.Getenv(PathVariable); path != "" {
		return path
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "sdegauge", "calibration.json")
}

// Save writes the calibration to a file in the place of an earlier one, of which
// a failure leaves what there was.
func (c *Calibration) Save(path string) error {
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the calibration: %w", err)
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("save the calibration: %w", err)
	}
	f, err := os.CreateTemp(dir, ".calibration-")
	if err != nil {
		return fmt.Errorf("save the calibration: %w", err)
	}
	_, err = f.Write(append(data, '\n'))
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("save the calibration: %w", err)
	}
	return nil
}

// largest bounds a calibration's file, in bytes.
const largest = 1 << 20

// Load reads a calibration. Where there is none the error is [os.ErrNotExist];
// one that cannot be read, or is of another machine, is an error that says so.
func Load(path string) (*Calibration, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("calibration: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, largest+1))
	if err == nil && len(data) > largest {
		err = fmt.Errorf("is larger than %d bytes", largest)
	}
	var c *Calibration
	if err == nil {
		c, err = decode(data)
	}
	if err == nil && c.Machine != ThisMachine() {
		err = fmt.Errorf("is of another machine (%s)", checks.Printable([]byte(c.Machine.String()), 200))
	}
	if err != nil {
		return nil, fmt.Errorf("calibration %s: %w; run sdegauge selftest again", path, err)
	}
	return c, nil
}

// decode reads a calibration's file and refuses what no selftest wrote.
func decode(data []byte) (*Calibration, error) {
	var c Calibration
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, fmt.Errorf("is not readable: %w", err)
	}
	rate := func(v float64) bool { return v >= 0 && !math.IsInf(v, 0) }
	switch {
	case c.Schema != Schema:
		return nil, fmt.Errorf("has the schema %q, not %q", checks.Printable([]byte(c.Schema), 40), Schema)
	case !c.Whole || c.Ceiling == nil:
		return nil, errors.New("is of a selftest that was not whole")
	case !rate(c.Ceiling.HoldsPerS) || !rate(c.Ceiling.BreaksPerS):
		return nil, errors.New("has a ceiling that is no rate")
	case c.Verdict < contract.Pass:
		return nil, errors.New("has no verdict")
	}
	return &c, nil
}

// Quote is the calibration as a report quotes it.
func (c *Calibration) Quote() *reports.Calibration {
	return &reports.Calibration{
		Measured: c.Measured, Tool: strings.ToValidUTF8(c.Tool, "�"),
		Verdict: c.Verdict, HoldsPerS: c.Ceiling.HoldsPerS,
		Transport: strings.ToValidUTF8(c.Ceiling.Transport, "�"),
	}
}
