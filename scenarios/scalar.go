package scenarios

import (
	"encoding"
	"net/netip"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"sdegauge/internal/threshold"
)

// field is one key of a mapping of the model.
type field struct {
	key   string
	index int
	tag   reflect.StructTag
}

// fieldsOf are the keys of a model type, in its order.
func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		key, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if key != "" {
			fields = append(fields, field{key, i, t.Field(i).Tag})
		}
	}
	return fields
}

// scalarType is what a type of the model looks like in a file.
type scalarType struct {
	form    string // to somebody who has to write one
	pattern string // as a regular expression; empty where JSON has the type
	parse   func(text string) (any, error)
}

// A number in a file is plain decimal: YAML 1.1's octal, hexadecimal and
// underscored numbers mean other things to other readers.
var (
	wholeForm   = regexp.MustCompile(`^(0|[1-9][0-9]*)$`)
	decimalForm = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)
)

// scalarTypes are the types of the model that are one value in a file.
var scalarTypes = map[reflect.Type]scalarType{
	reflect.TypeFor[string](): {form: "a text", parse: func(s string) (any, error) { return s, nil }},
	reflect.TypeFor[Secret](): {form: "a text", parse: func(s string) (any, error) { return NewSecret(s), nil }},
	reflect.TypeFor[bool]():   {form: "true or false", parse: parseBool},
	reflect.TypeFor[*bool](): {form: "true or false", parse: func(s string) (any, error) {
		b, err := parseBool(s)
		if err != nil {
			return nil, err
		}
		v := b.(bool)
		return &v, nil
	}},
	reflect.TypeFor[int](): {form: "a whole number", parse: func(s string) (any, error) {
		v, err := parseWhole(s, 31)
		return int(v), err
	}},
	reflect.TypeFor[int64](): {form: "a whole number", parse: func(s string) (any, error) {
		v, err := parseWhole(s, 63)
		return int64(v), err
	}},
	reflect.TypeFor[uint64](): {form: "a whole number", parse: func(s string) (any, error) {
		return parseWhole(s, 64)
	}},
	reflect.TypeFor[float64](): {form: "a number", parse: parseDecimal},
	reflect.TypeFor[time.Duration](): {"a time with its unit, such as 30s or 5m", `^([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+$`,
		func(s string) (any, error) { return parseDuration(s) }},
	reflect.TypeFor[Rate](): {"a rate with its unit, such as 500/s or 30/m", rateForm.String(),
		func(s string) (any, error) { return ParseRate(s) }},
	reflect.TypeFor[Share](): {"a share in per cent, such as 99%", shareForm.String(),
		func(s string) (any, error) { return ParseShare(s) }},
	reflect.TypeFor[Bytes](): {"a number of bytes, such as 64KiB or 1MiB", bytesForm.String(),
		func(s string) (any, error) { return ParseBytes(s) }},
	reflect.TypeFor[Date](): {"a day, such as 2027-01-31", `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`,
		func(s string) (any, error) { return ParseDate(s) }},
	reflect.TypeFor[netip.Prefix](): {"a network, such as 203.0.113.0/24", `^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$`, parsePrefix},
	reflect.TypeFor[threshold.Threshold](): {"a threshold, such as response.p99 < 250ms", `^\s*[a-z].*(<|<=|==|>=|>)\s*[0-9]`,
		func(s string) (any, error) { return threshold.ParseFor(s, thresholdClasses()) }},
}

func isScalar(t reflect.Type) bool { _, ok := scalarTypes[t]; return ok }

// isText reports whether a plain number or truth value is no value of the type.
func isText(t reflect.Type) bool {
	return t == reflect.TypeFor[string]() || t == reflect.TypeFor[Secret]()
}

// isBare reports whether a value of the type is written without quotes.
func isBare(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Int, reflect.Uint64, reflect.Bool, reflect.Pointer:
		return true
	}
	return t == reflect.TypeFor[int64]() || t == reflect.TypeFor[float64]()
}

func formOf(t reflect.Type) string { return scalarTypes[t].form }

// parseScalar reads a text into a value of the model.
func parseScalar(v reflect.Value, text string) error {
	value, err := scalarTypes[v.Type()].parse(text)
	if err != nil {
		return err
	}
	v.Set(reflect.ValueOf(value))
	return nil
}

// formatScalar writes a value as it would stand in a file.
func formatScalar(v reflect.Value) string {
	switch value := v.Interface().(type) {
	case encoding.TextMarshaler:
		text, err := value.MarshalText()
		if err != nil {
			return err.Error()
		}
		return string(text)
	case time.Duration:
		return value.String()
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case int, int64:
		return strconv.FormatInt(v.Int(), 10)
	case uint64:
		return strconv.FormatUint(value, 10)
	case bool:
		return strconv.FormatBool(value)
	}
	return v.String()
}

// setDefaults gives every field of the model that has one its default.
func setDefaults(s *Scenario) { defaultsOf(reflect.ValueOf(s).Elem()) }

func defaultsOf(v reflect.Value) {
	for _, f := range fieldsOf(v.Type()) {
		value := v.Field(f.index)
		if text, ok := f.tag.Lookup("default"); ok {
			if err := parseScalar(value, text); err != nil {
				panic("the default of " + f.key + " " + err.Error()) // excluded by a test of the model
			}
		} else if value.Kind() == reflect.Struct && !isScalar(value.Type()) {
			defaultsOf(value)
		}
	}
}

func parseBool(text string) (any, error) {
	switch text {
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "yes", "on", "Yes", "On", "True", "TRUE":
		return nil, &valueError{"is not true or false", "true"}
	case "no", "off", "No", "Off", "False", "FALSE":
		return nil, &valueError{"is not true or false", "false"}
	}
	return nil, &valueError{problem: "is not true or false"}
}

func parseWhole(text string, bits int) (uint64, error) {
	if strings.HasPrefix(text, "-") && wholeForm.MatchString(text[1:]) {
		return 0, &valueError{problem: "is negative"}
	}
	if !wholeForm.MatchString(text) {
		return 0, &valueError{problem: "is no whole number in plain digits", suggestion: plainDigits(text)}
	}
	v, err := strconv.ParseUint(text, 10, bits)
	if err != nil {
		return 0, &valueError{problem: "is too large"}
	}
	return v, nil
}

// plainDigits is what a number with separators was meant to be.
func plainDigits(text string) string {
	plain := strings.NewReplacer("_", "", ",", "").Replace(text)
	if plain != text && wholeForm.MatchString(plain) {
		return plain
	}
	return ""
}

func parseDecimal(text string) (any, error) {
	if strings.HasPrefix(text, "-") && decimalForm.MatchString(text[1:]) {
		return nil, &valueError{problem: "is negative"}
	}
	if !decimalForm.MatchString(text) {
		return nil, &valueError{problem: "is no plain number"}
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, &valueError{problem: "is too large"}
	}
	return v, nil
}

// parsePrefix reads a network; an address alone is the network of itself.
func parsePrefix(text string) (any, error) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return nil, &valueError{problem: "is no network"}
	}
	if p.Masked() != p {
		return nil, &valueError{"has bits beyond its length", p.Masked().String()}
	}
	return p, nil
}
