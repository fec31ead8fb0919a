package reference

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// Shape names a family of distributions.
type Shape string

// The shapes.
const (
	Constant    Shape = "constant"
	Uniform     Shape = "uniform"
	Exponential Shape = "exp"
	Lognormal   Shape = "lognormal"
)

// Distribution is a distribution of durations; the zero Distribution is always
// zero. Its text form is one of
//
//	5ms                    constant
//	uniform:1ms-9ms        from Min to Max
//	exp:5ms                exponential with Mean
//	lognormal:5ms/40ms     with Mean and 99th percentile
type Distribution struct {
	Shape    Shape
	Mean     time.Duration // of all but Uniform
	P99      time.Duration // of Lognormal
	Min, Max time.Duration // of Uniform
}

const distributionForms = "5ms, uniform:1ms-9ms, exp:5ms or lognormal:5ms/40ms (mean/p99)"

// longest bounds a duration in a switch: what waits longer is a broken test.
const longest = 24 * time.Hour

// ParseDistribution reads the text form.
func ParseDistribution(text string) (Distribution, error) {
	shape, rest, named := strings.Cut(text, ":")
	if !named {
		shape, rest = string(Constant), text
	}
	d := Distribution{Shape: Shape(shape)}
	var err error
	switch d.Shape {
	case Constant, Exponential:
		d.Mean, err = parseDuration(rest)
	case Uniform:
		d.Min, d.Max, err = parsePair(rest, "-")
	case Lognormal:
		d.Mean, d.P99, err = parsePair(rest, "/")
	default:
		err = fmt.Errorf("no distribution is called %q", shape)
	}
	if err == nil {
		err = d.validate()
	}
	if err != nil {
		return Distribution{}, fmt.Errorf("%q: %w; want %s", text, err, distributionForms)
	}
	return d, nil
}

// String is the text form.
func (d Distribution) String() string {
	switch d.Shape {
	case Uniform:
		return fmt.Sprintf("uniform:%v-%v", d.Min, d.Max)
	case Exponential:
		return fmt.Sprintf("exp:%v", d.Mean)
	case Lognormal:
		return fmt.Sprintf("lognormal:%v/%v", d.Mean, d.P99)
	default:
		return d.Mean.String()
	}
}

func (d Distribution) validate() error {
	switch {
	case max(d.Mean, d.P99, d.Min, d.Max) > longest:
		return fmt.Errorf("longer than %v", longest)
	case min(d.Mean, d.P99, d.Min, d.Max) < 0:
		return errors.New("negative duration")
	case d.Shape == Uniform && d.Max < d.Min:
		return errors.New("the bounds are the wrong way round")
	case d.Shape == Lognormal && (d.Mean == 0 || d.P99 <= d.Mean):
		return errors.New("the 99th percentile is not above the mean")
	case d.Shape == Lognormal && math.IsNaN(d.sigma()):
		return errors.New("no lognormal has a 99th percentile beyond 14.9 times its mean")
	}
	return nil
}

// At is the quantile function: the duration that a share u of all durations,
// 0 < u < 1, does not exceed. Drawing is taking At of a uniform number.
func (d Distribution) At(u float64) time.Duration {
	switch d.Shape {
	case Uniform:
		return d.Min + time.Duration(u*float64(d.Max-d.Min))
	case Exponential:
		return time.Duration(-math.Log1p(-u) * float64(d.Mean))
	case Lognormal:
		sigma := d.sigma()
		exponent := sigma*math.Sqrt2*math.Erfinv(2*u-1) - sigma*sigma/2
		return time.Duration(float64(d.Mean) * math.Exp(exponent))
	default:
		return d.Mean
	}
}

// sigma solves p99 = mean · exp(z·σ − σ²/2) for the smaller σ, z being the
// normal distribution's 99th percentile. There is none where p99 > mean·exp(z²/2).
func (d Distribution) sigma() float64 {
	const z = 2.3263478740408408
	return z - math.Sqrt(z*z-2*math.Log(float64(d.P99)/float64(d.Mean)))
}

func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is no duration", text)
	}
	if d < 0 {
		return 0, errors.New("negative duration")
	}
	return d, nil
}

func parsePair(text, separator string) (a, b time.Duration, err error) {
	first, second, ok := strings.Cut(text, separator)
	if !ok {
		return 0, 0, fmt.Errorf("two durations with %q between them are needed", separator)
	}
	if a, err = parseDuration(first); err != nil {
		return 0, 0, err
	}
	b, err = parseDuration(second)
	return a, b, err
}
