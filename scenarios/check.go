package scenarios

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"sdegauge/internal/spelling"
)

// Validate checks the scenario as loading does, for one that was made or changed
// by a program. The error is an [*Errors] whose members name a path instead of a
// line where the value came from no file.
func (s *Scenario) Validate() error {
	s.options = s.options.withDefaults()
	p := newProblems(s.source())
	check(s, p)
	return collect(p.list)
}

// check holds the whole scenario against the tags of the model and the rules
// between fields.
func check(s *Scenario, p *problems) {
	checkTags(p, reflect.ValueOf(s).Elem(), "")
	rules(s, p)
}

// checkTags holds a mapping and all below it against its tags.
func checkTags(p *problems, v reflect.Value, path string) {
	for _, f := range fieldsOf(v.Type()) {
		value, child := v.Field(f.index), join(path, f.key)
		if value.IsZero() && !p.given(child) {
			// A weight of 0 is a weight; without a file it cannot be told from none.
			mayBeZero := value.Kind() == reflect.Float64 && !p.placed()
			if f.tag.Get("need") != "" && !mayBeZero {
				p.missing(path, f.key, Error{Problem: fmt.Sprintf("%q is missing: %s", f.key, f.tag.Get("doc"))})
			}
			if _, hasDefault := f.tag.Lookup("default"); !hasDefault {
				continue
			}
		}
		checkValue(p, value, child, f)
	}
}

func checkValue(p *problems, v reflect.Value, path string, f field) {
	switch {
	case isScalar(v.Type()):
		checkScalar(p, v, path, f)
	case v.Kind() == reflect.Struct:
		checkTags(p, v, path)
	case v.Kind() == reflect.Slice:
		if v.Len() == 0 && f.tag.Get("need") != "" {
			p.key(path, Error{Problem: fmt.Sprintf("%q is empty: %s", f.key, f.tag.Get("doc"))})
		}
		for i := range v.Len() {
			checkValue(p, v.Index(i), index(path, i), f)
		}
	}
}

func checkScalar(p *problems, v reflect.Value, path string, f field) {
	text := formatScalar(v)
	if list := f.tag.Get("of"); list != "" {
		if words := choices(list); !slices.Contains(words, text) {
			e := Error{Problem: fmt.Sprintf("unknown %s %s", strings.ReplaceAll(f.key, "_", " "), p.quote(path, text)), Allowed: words}
			e.Suggestion = spelling.Nearest(text, words)
			p.value(path, e)
		}
		return
	}
	switch v.Kind() {
	case reflect.String:
		checkText(p, v.String(), path, f)
	case reflect.Int, reflect.Int64, reflect.Uint64, reflect.Float64:
		checkBounds(p, v, path, f)
	}
}

// checkText refuses an empty text where one is needed, and characters that no
// terminal should be given.
func checkText(p *problems, text, path string, f field) {
	if text == "" && f.tag.Get("need") != "" {
		p.value(path, Error{Problem: fmt.Sprintf("%q is empty: %s", f.key, f.tag.Get("doc"))})
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f }) {
		p.value(path, Error{Problem: fmt.Sprintf("a control character in %q", f.key)})
	}
}

// checkBounds holds a number against min and max; nothing is negative, and a
// rate that is needed is not zero.
func checkBounds(p *problems, v reflect.Value, path string, f field) {
	number := numberOf(v)
	low, high := bound(v.Type(), f.tag.Get("min"), 0), bound(v.Type(), f.tag.Get("max"), math.Inf(1))
	show := func(text string) string { return p.quote(path, text) }
	switch {
	case math.IsNaN(number) || math.IsInf(number, 0):
		p.value(path, Error{Problem: f.key + " is no number"})
	case number < 0:
		p.value(path, Error{Problem: fmt.Sprintf("%s is negative", show(formatScalar(v)))})
	case number < low:
		p.value(path, Error{Problem: fmt.Sprintf("%s is less than %s", show(formatScalar(v)), f.tag.Get("min")), Allowed: span(f)})
	case number > high*(1+slack):
		p.value(path, Error{Problem: fmt.Sprintf("%s is more than %s", show(formatScalar(v)), f.tag.Get("max")), Allowed: span(f)})
	}
}

func span(f field) []string {
	low, high := f.tag.Get("min"), f.tag.Get("max")
	switch {
	case low == "":
		return []string{"up to " + high}
	case high == "":
		return []string{low + " or more"}
	}
	return []string{low + " to " + high}
}

func numberOf(v reflect.Value) float64 {
	switch {
	case v.CanInt():
		return float64(v.Int())
	case v.CanUint():
		return float64(v.Uint())
	}
	return v.Float()
}

// bound is a bound of a tag as a number, in the unit that the type counts in.
func bound(t reflect.Type, text string, none float64) float64 {
	if text == "" {
		return none
	}
	v := reflect.New(t).Elem()
	if err := parseScalar(v, text); err != nil {
		panic("the bound " + text + " " + err.Error()) // excluded by a test of the model
	}
	return numberOf(v)
}

// slack is what a rate may be above a bound: scaling leaves the last digits to
// rounding.
const slack = 1e-9

// longest is how long a run may be.
const longest = 24 * time.Hour
