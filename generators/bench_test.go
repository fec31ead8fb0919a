package generators

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

func BenchmarkValid(b *testing.B) {
	g := New(1, Options{})
	s := engaged()
	for _, class := range Classes() {
		for _, d := range Depths() {
			b.Run(class+"/"+string(d), func(b *testing.B) {
				var c contract.Case
				b.ReportAllocs()
				seq, bytes := uint64(0), 0
				for b.Loop() {
					g.valid(&c, class, d, Medium, seq, s)
					bytes += len(c.Body)
					seq++
				}
				b.ReportMetric(float64(bytes)/float64(seq), "B/body")
			})
		}
	}
}

func BenchmarkFault(b *testing.B) {
	for _, pattern := range []string{"version-missing", "page-null", "cart-wrong-type", "json-truncated", "content-type-missing", "*"} {
		b.Run(pattern, func(b *testing.B) {
			m, err := NewMix(1, []Entry{{Fault: pattern, Weight: 1}}, MixOptions{})
			require.NoError(b, err)
			s := engaged()
			var c contract.Case
			b.ReportAllocs()
			seq := uint64(0)
			for b.Loop() {
				m.Fill(&c, seq, s)
				seq++
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		New(1, Options{})
	}
}
