package scenarios

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/goccy/go-yaml"
)

// YAML is the scenario as a file that says everything: defaults are written out,
// overrides are in, comments are gone and secrets are masked. Values from the
// environment that stand elsewhere than in a header are written as they are.
// But for the secrets, parsing it again gives an equal scenario; the switches of
// the reference server are as they were given, see [Scenario.Stretch].
func (s *Scenario) YAML() ([]byte, error) {
	text, err := yaml.MarshalWithOptions(s, yaml.Indent(2), yaml.IndentSequence(true))
	if err != nil {
		return nil, fmt.Errorf("cannot write the scenario as YAML: %w", err)
	}
	return text, nil
}

// MarshalYAML writes the keys that the stage's arrival takes, a rate of 0 among
// them.
func (st Stage) MarshalYAML() (any, error) {
	a, _ := lookupArrival(st.Arrival)
	return keysOf(st, func(key string) bool { return slices.Contains(a.Needs, key) }), nil
}

// MarshalYAML leaves out what only sessions that are created have, where they
// are not.
func (s Sessions) MarshalYAML() (any, error) {
	created := s.From == "" && len(s.Fixed) == 0
	return keysOf(s, func(key string) bool { return created && slices.Contains(forCreated, key) }, forCreated...), nil
}

// keysOf are the keys of a mapping of the model with their values: those that
// keep names, and of the others that are not in drop, all that have a value.
func keysOf(mapping any, keep func(key string) bool, drop ...string) yaml.MapSlice {
	v := reflect.ValueOf(mapping)
	var keys yaml.MapSlice
	for _, f := range fieldsOf(v.Type()) {
		value := v.Field(f.index)
		if keep(f.key) || !value.IsZero() && !slices.Contains(drop, f.key) {
			keys = append(keys, yaml.MapItem{Key: f.key, Value: value.Interface()})
		}
	}
	return keys
}
