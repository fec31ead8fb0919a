package selftest

import (
	"math"
	"math/rand/v2"
	"slices"
)

// falseAlarm is how often chance alone may break the bounds of a row.
const falseAlarm = 0.001

// exponentialQuantile is the value that a share q of an exponential
// distribution does not exceed.
func exponentialQuantile(mean, q float64) float64 { return -mean * math.Log1p(-q) }

// queueQuantile is the response time that a share q does not exceed in a queue
// with Poisson arrivals and one exponential server (M/M/1), of arrival rate
// lambda and service rate mu: the response time is exponential with mean
// 1/(mu−lambda).
func queueQuantile(lambda, mu, q float64) float64 { return exponentialQuantile(1/(mu-lambda), q) }

// rank is the place, counting from 1, of the quantile q in a sorted sample of n.
func rank(q float64, n int) int { return max(1, int(math.Ceil(q*float64(n)-1e-9))) }

// quantileBounds are the shares of a distribution between which the quantile q
// of a sample of n lies, but for a share falseAlarm of all samples. The k-th of
// n values lies below the distribution's quantile p exactly when k values or
// more do, and how many do is binomial:
//
//	P(X₍ₖ₎ ≤ F⁻¹(p)) = P(Binomial(n, p) ≥ k)
func quantileBounds(q float64, n int) (low, high float64) {
	k := rank(q, n)
	at := func(share float64) float64 {
		low, high := 0.0, 1.0
		for range 40 { // to 10⁻¹²
			if p := (low + high) / 2; binomialTail(n, k, p) < share {
				low = p
			} else {
				high = p
			}
		}
		return (low + high) / 2
	}
	return at(falseAlarm / 2), at(1 - falseAlarm/2)
}

// binomialTail is P(Binomial(n, p) ≥ k) for 0 < p < 1.
func binomialTail(n, k int, p float64) float64 {
	logFactorial := func(i int) float64 {
		v, _ := math.Lgamma(float64(i) + 1)
		return v
	}
	odds := math.Log(p) - math.Log1p(-p)
	term := logFactorial(n) - logFactorial(k) - logFactorial(n-k) + float64(k)*odds + float64(n)*math.Log1p(-p)
	sum := 0.0
	for i := k; i <= n; i++ { // from P(i) to P(i+1): one more of those that are left, one of i+1
		sum += math.Exp(term)
		term += math.Log(float64(n-i)/float64(i+1)) + odds
	}
	return min(sum, 1)
}

// simulations is how many runs of a queue are simulated for its bounds.
const simulations = 1000

// queueBounds are the bounds of the quantiles qs of the response times of n
// updates through an M/M/1 queue that begins empty. Response times of neighbours
// depend on one another, so no formula for independent samples gives them: they
// are the least and the greatest of 1,000 simulated runs of the same length.
//
// The next one's time in the system is its service time and what is left of its
// predecessor's (Lindley): R′ = max(0, R − gap) + service.
func queueBounds(lambda, mu float64, n int, qs []float64) (low, high []float64) {
	low, high = make([]float64, len(qs)), make([]float64, len(qs))
	for i := range low {
		low[i] = math.Inf(1)
	}
	times := make([]float64, n)
	for path := range uint64(simulations) {
		r := rand.New(rand.NewPCG(path, 0x71e))
		in := 0.0
		for i := range times {
			in = max(0, in-r.ExpFloat64()/lambda) + r.ExpFloat64()/mu
			times[i] = in
		}
		slices.Sort(times)
		for i, q := range qs {
			v := times[rank(q, n)-1]
			low[i], high[i] = min(low[i], v), max(high[i], v)
		}
	}
	return low, high
}
