package scenarios

import (
	"encoding/json"
	"reflect"
	"strconv"
)

// SchemaFile is the name under which shipped scenarios refer to the schema.
const SchemaFile = "scenario.schema.json"

// object is a JSON object under construction; encoding/json sorts its keys.
type object map[string]any

// Schema is the JSON Schema (draft 2020-12) of a scenario file, for editors and
// other tools. It is made from the tags that the loader reads and from
// [Arrivals], so the two cannot disagree on a key, a word, a bound or on what an
// arrival takes; a generator that reads types alone would not know the last. It
// cannot see what the loader's rules see between distant fields, in the
// environment or on the calendar.
func Schema() []byte {
	root := mappingSchema(reflect.TypeFor[Scenario]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$id"] = "https://sdegauge.invalid/" + SchemaFile
	root["title"] = "sdegauge scenario"
	root["description"] = "A load test of a server of the Update Session call: whom to load, how much, with what, and what has to hold."
	text, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		panic(err) // maps, lists and texts: there is nothing that could fail
	}
	return append(text, '\n')
}

// mappingSchema describes a mapping of the model: its keys and no others.
func mappingSchema(t reflect.Type) object {
	properties, required := object{}, []string{}
	for _, f := range fieldsOf(t) {
		properties[f.key] = fieldSchema(t.Field(f.index).Type, f)
		if f.tag.Get("need") != "" {
			required = append(required, f.key)
		}
	}
	o := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		o["required"] = required
	}
	switch t {
	case reflect.TypeFor[Stage]():
		o["allOf"] = arrivalSchemas()
	case reflect.TypeFor[Entry]():
		o["oneOf"] = []object{
			{"required": []string{"class"}},
			{"required": []string{"fault"}, "properties": object{"depth": false, "size": false}},
		}
	}
	return o
}

// arrivalSchemas say for each arrival what it needs and what it does not take.
func arrivalSchemas() []object {
	var all []object
	for _, a := range Arrivals() {
		then, refused := object{}, object{}
		for _, key := range a.refuses() {
			refused[key] = false
		}
		then["properties"] = refused
		if len(a.Needs) > 0 {
			then["required"] = a.Needs
		}
		all = append(all, object{
			"if":   object{"required": []string{"arrival"}, "properties": object{"arrival": object{"const": a.Name}}},
			"then": then,
		})
	}
	return all
}

// fieldSchema describes one key.
func fieldSchema(t reflect.Type, f field) object {
	o := valueSchema(t, f)
	o["description"] = f.tag.Get("doc")
	if text, ok := f.tag.Lookup("default"); ok {
		v := reflect.New(t).Elem()
		if err := parseScalar(v, text); err == nil {
			o["default"] = jsonValue(v)
		}
	}
	return o
}

func valueSchema(t reflect.Type, f field) object {
	switch {
	case isScalar(t):
		return scalarSchema(t, f)
	case t.Kind() == reflect.Struct:
		o := mappingSchema(t)
		if o["required"] == nil {
			o["type"] = []string{"object", "null"} // all its keys may be commented out
		}
		return o
	case t.Kind() == reflect.Map:
		return object{"type": []string{"object", "null"}, "additionalProperties": scalarSchema(t.Elem(), field{})}
	}
	list := object{"type": []string{"array", "null"}, "items": valueSchema(t.Elem(), f)}
	if f.tag.Get("need") != "" {
		list["type"], list["minItems"] = "array", 1
	}
	return list
}

// fromEnv is what any value may be instead: a text with a variable in it.
var fromEnv = object{"type": "string", "pattern": `\$\{env:[A-Za-z_][A-Za-z0-9_]*\}`}

func scalarSchema(t reflect.Type, f field) object {
	bare := f.tag.Get("bare") != ""
	if list := f.tag.Get("of"); list != "" {
		var words []any
		for _, w := range choices(list) {
			words = append(words, w)
			if n, err := strconv.ParseFloat(w, 64); err == nil && bare {
				words = append(words, n)
			}
		}
		return object{"anyOf": []object{{"enum": words}, fromEnv}}
	}
	if isText(t) {
		if bare {
			return object{"type": []string{"string", "number"}}
		}
		o := object{"type": "string"}
		if f.tag.Get("need") != "" {
			o["minLength"] = 1
		}
		return o
	}
	return object{"anyOf": []object{plainSchema(t, f), fromEnv}}
}

// plainSchema describes a value that is no text to its reader.
func plainSchema(t reflect.Type, f field) object {
	if pattern := scalarTypes[t].pattern; pattern != "" {
		return object{"type": "string", "pattern": pattern}
	}
	o := object{"type": "integer", "minimum": 0}
	switch t.Kind() {
	case reflect.Bool, reflect.Pointer:
		return object{"type": "boolean"}
	case reflect.Float64:
		o["type"] = "number"
	}
	for tag, key := range map[string]string{"min": "minimum", "max": "maximum"} {
		if text := f.tag.Get(tag); text != "" {
			o[key] = json.Number(text)
		}
	}
	return o
}

// jsonValue is a value as it would stand in a file.
func jsonValue(v reflect.Value) any {
	if v.Kind() == reflect.Bool {
		return v.Bool()
	}
	if t := v.Type(); scalarTypes[t].pattern == "" && !isText(t) {
		return json.Number(formatScalar(v))
	}
	return formatScalar(v)
}
