package reference

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"sdegauge/internal/contract"
)

// outside is the fault of a value of the right kind that is not allowed.
func outside() *fault { return &fault{problem: "not one of the allowed values"} }

func (r *reader) string(want *rule) *fault {
	value, escaped, f := r.text()
	if f != nil || want == nil {
		return f
	}
	if escaped {
		value = unescape(value)
	}
	switch {
	case want.kind == contract.KindString:
	case want.kind == contract.KindArray && r.limits.stringified && want.elem != nil && want.elem.union != nil:
		return r.stringified(value, want)
	case (want.kind == contract.KindInteger || want.kind == contract.KindNumber) && r.limits.quoted:
		return r.quoted(value, want)
	default:
		return want.unless(contract.KindString)
	}
	if len(value) > r.limits.text && utf8.RuneCount(value) > r.limits.text {
		return &fault{problem: fmt.Sprintf("longer than %d characters", r.limits.text)}
	}
	if len(want.values) > 0 && !slices.ContainsFunc(want.values, func(v string) bool { return v == string(value) }) {
		return outside()
	}
	return want.check(r, scalar{text: value})
}

func (want *rule) check(r *reader, v scalar) *fault {
	if want.also == nil {
		return nil
	}
	if problem := want.also(r, v); problem != "" {
		return &fault{problem: problem}
	}
	return nil
}

// stringified reads the JSON inside a string.
func (r *reader) stringified(value []byte, want *rule) *fault {
	outer := r.scanner
	r.scanner = scanner{buf: value}
	f := r.document(want)
	r.scanner = outer
	return f
}

// quoted reads a number inside a string.
func (r *reader) quoted(value []byte, want *rule) *fault {
	outer := r.scanner
	r.scanner = scanner{buf: value}
	f := r.numeric(want)
	whole := r.pos == len(value)
	r.scanner = outer
	if f != nil || !whole {
		return &fault{problem: fmt.Sprintf("want %v, got another text", want.kind)}
	}
	return nil
}

// longestNumber is enough digits for any number that 64 bits can hold.
const longestNumber = 400

func (r *reader) numeric(want *rule) *fault {
	raw, plain, f := r.number()
	if f != nil || want == nil {
		return f
	}
	if want.kind != contract.KindNumber && want.kind != contract.KindInteger {
		return want.unless(contract.KindNumber)
	}
	if len(raw) > longestNumber {
		return outside()
	}
	if plain && len(raw) <= 18 {
		return want.number(r, atoi(raw))
	}
	x, err := strconv.ParseFloat(string(raw), 64)
	switch {
	case err != nil:
		return outside()
	case want.kind == contract.KindNumber:
		return nil
	case x != math.Trunc(x):
		return &fault{problem: "want integer, got number with a fraction"}
	case plain:
		// Not by way of x, which has but 53 bits.
		whole, err := strconv.ParseInt(string(raw), 10, 64)
		if err != nil {
			return outside()
		}
		return want.number(r, whole)
	case x < -1<<63 || x >= 1<<63:
		return outside()
	}
	return want.number(r, int64(x))
}

// number judges a number with an integral value.
func (want *rule) number(r *reader, whole int64) *fault {
	if want.kind == contract.KindNumber {
		return nil
	}
	if len(want.whole) > 0 && !slices.Contains(want.whole, whole) {
		return outside()
	}
	return want.check(r, scalar{whole: whole})
}

// atoi reads an optional minus and at most 18 digits.
func atoi(raw []byte) int64 {
	negative := raw[0] == '-'
	if negative {
		raw = raw[1:]
	}
	n := int64(0)
	for _, c := range raw {
		n = n*10 + int64(c-'0')
	}
	if negative {
		return -n
	}
	return n
}
