package run

import (
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sdegauge/checks"
	"sdegauge/internal/contract"
	"sdegauge/internal/journal"
	"sdegauge/reports"
)

// BenchmarkPipeline is what a reading costs after its last byte — judged,
// booked, added up — without the log of readings and with it.
func BenchmarkPipeline(b *testing.B) {
	for _, logged := range []bool{false, true} {
		name := "without log"
		if logged {
			name = "with log"
		}
		b.Run(name, func(b *testing.B) {
			profile, _ := contract.LookupProfile("spec")
			p := newPipeline(checks.NewJudge(profile, time.Now), checks.NewLedger(checks.Options{}), reports.NewCollector())
			if logged {
				w, err := journal.Create(filepath.Join(b.TempDir(), journal.Name), nil, journal.Options{})
				require.NoError(b, err)
				p.log = w
				defer func() { _, err := w.Close(nil); require.NoError(b, err) }()
			}
			var seq atomic.Uint64
			session := contract.ExampleSession()
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				c := &contract.Case{
					Class: "several", Method: contract.Method, Target: session.Target, Body: make([]byte, 900),
					Expect: contract.Expectation{Requirement: "SC-01", Level: contract.Must, Outcome: contract.OK},
				}
				r := &contract.Reading{Case: c, Attempt: 1, Final: true, Status: 200}
				for pb.Next() {
					c.Seq = seq.Add(1)
					at := time.Duration(c.Seq) * 20 * time.Microsecond
					r.First = at
					r.Instants = contract.Instants{Intended: at, Dequeued: at + 90_000, Connected: at + 91_000, FirstByte: at + 400_000, LastByte: at + 410_000}
					p.Take(r)
				}
			})
		})
	}
}
