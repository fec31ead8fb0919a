package reports

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// object is a JSON object under construction; encoding/json sorts its members.
type object map[string]any

// TestSchemaIsOfTheTypes holds the published schema against what the types of the
// report and their comments say; -update writes it anew.
func TestSchemaIsOfTheTypes(t *testing.T) {
	m := schemaMaker{defs: object{}, sources: map[string]*source{}}
	root := m.structSchema(t, reflect.TypeFor[Report]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$id"] = "https://sdegauge.invalid/report.schema.json"
	root["title"] = "sdegauge report"
	root["$defs"] = m.defs
	root["properties"].(object)["schema"] = object{"const": Schema}
	var made bytes.Buffer
	encoder := json.NewEncoder(&made)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	require.NoError(t, encoder.Encode(root))
	if *update {
		require.NoError(t, os.WriteFile("report.schema.json", made.Bytes(), 0o644))
	}
	published, err := os.ReadFile("report.schema.json")
	require.NoError(t, err)
	assert.Equal(t, made.String(), string(published), "run: go test ./reports -run TestSchemaIsOfTheTypes -update")
}

// TestReportsKeepTheSchema holds reports as they are written against the schema.
func TestReportsKeepTheSchema(t *testing.T) {
	schema := compileSchema(t)
	full := sampleRun()
	full.Reference = &ReferenceCount{Attempts: 1, Statuses: map[int]uint64{200: 1}}
	full.Log = &Log{Readings: 7, Partial: &Partial{EndsS: 1, Damage: "cut"}, Rebuilt: true}
	full.Calibration = &Calibration{Verdict: contract.Fail, HoldsPerS: 1, Transport: "fast"}
	for name, run := range map[string]Run{"full": full, "calm": calmRun(2000), "one": calmRun(1), "empty": calmRun(0)} {
		assert.NoError(t, schema.Validate(written(t, New(run))), name)
	}
}

// TestSchemaRefuses shows that the schema says something.
func TestSchemaRefuses(t *testing.T) {
	schema := compileSchema(t)
	for _, test := range []struct {
		reason string
		spoil  func(report map[string]any)
	}{
		{"another layout", func(r map[string]any) { r["schema"] = "sdegauge/report/2" }},
		{"a member that is missing", func(r map[string]any) { delete(r, "totals") }},
		{"a member of another type", func(r map[string]any) { r["elapsed_s"] = "14" }},
		{"a word that is no verdict", func(r map[string]any) { r["verdict"] = "green" }},
		{"a status that is no number", func(r map[string]any) { r["statuses"] = map[string]any{"ok": 1} }},
		{"an instant that is none", func(r map[string]any) { r["began"] = "yesterday" }},
		{"a count below 0, inside", func(r map[string]any) { r["totals"].(map[string]any)["attempts"] = -1 }},
		{"null where there is always a list", func(r map[string]any) { r["stages"] = nil }},
	} {
		report := written(t, New(sampleRun()))
		test.spoil(report)
		assert.Error(t, schema.Validate(report), test.reason)
	}
	report := written(t, New(sampleRun()))
	report["of_a_later_version"] = true
	assert.NoError(t, schema.Validate(report), "a member that is not known is a later version's")
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(JSONSchema()))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	require.NoError(t, compiler.AddResource("report.schema.json", document))
	schema, err := compiler.Compile("report.schema.json")
	require.NoError(t, err)
	return schema
}

// written is a report as a stranger reads it from the file.
func written(t *testing.T, r *Report) map[string]any {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, WriteJSON(&out, r))
	document, err := jsonschema.UnmarshalJSON(&out)
	require.NoError(t, err)
	return document.(map[string]any)
}

// schemaMaker makes a JSON Schema from Go types as encoding/json writes them.
type schemaMaker struct {
	defs    object
	sources map[string]*source // by package path
}

func (m *schemaMaker) schema(t *testing.T, of reflect.Type) object {
	switch of {
	case reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time"}
	case reflect.TypeFor[contract.Verdict]():
		return object{"enum": wordsUpTo(contract.Fail)}
	case reflect.TypeFor[contract.Level]():
		return object{"enum": wordsUpTo(contract.Obs)}
	}
	switch of.Kind() {
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Uint64:
		return object{"type": "integer", "minimum": 0}
	case reflect.Pointer:
		return object{"anyOf": []object{m.schema(t, of.Elem()), {"type": "null"}}}
	case reflect.Slice:
		return object{"type": "array", "items": m.schema(t, of.Elem())}
	case reflect.Array:
		return object{"type": "array", "items": m.schema(t, of.Elem()), "minItems": of.Len(), "maxItems": of.Len()}
	case reflect.Map:
		o := object{"type": "object", "additionalProperties": m.schema(t, of.Elem())}
		if of.Key().Kind() == reflect.Int {
			o["propertyNames"] = object{"pattern": "^-?[0-9]+$"}
		}
		return o
	case reflect.Struct:
		if _, known := m.defs[of.Name()]; !known {
			m.defs[of.Name()] = nil // types may contain themselves
			m.defs[of.Name()] = m.structSchema(t, of)
		}
		return object{"$ref": "#/$defs/" + of.Name()}
	}
	t.Fatalf("report.json has a member of type %v, of which the schema knows nothing", of)
	return nil
}

// wordsUpTo are the names of a type's values from 1 to the last.
func wordsUpTo[T interface {
	~uint8
	String() string
}](last T) (words []string) {
	for v := T(1); v <= last; v++ {
		words = append(words, v.String())
	}
	return words
}

func (m *schemaMaker) structSchema(t *testing.T, of reflect.Type) object {
	o := object{"type": "object", "properties": object{}}
	about := m.sourceOf(t, of.PkgPath()).types[of.Name()]
	if about.doc != "" {
		o["description"] = about.inJSON(of, about.doc)
	}
	var required []string
	m.members(t, of, o["properties"].(object), &required)
	if len(required) > 0 {
		o["required"] = required
	}
	return o
}

// members adds the members of a type to an object; those of an embedded type are
// its own.
func (m *schemaMaker) members(t *testing.T, of reflect.Type, properties object, required *[]string) {
	about := m.sourceOf(t, of.PkgPath()).types[of.Name()]
	for i := range of.NumField() {
		field := of.Field(i)
		if field.Anonymous {
			m.members(t, field.Type, properties, required)
			continue
		}
		name, options, tagged := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-", !field.IsExported():
			continue
		case name == "":
			require.False(t, tagged)
			name = field.Name
		}
		property := m.schema(t, field.Type)
		if doc := about.fields[field.Name]; doc != "" {
			property["description"] = about.inJSON(of, doc)
		}
		properties[name] = property
		if !strings.Contains(options, "omitempty") {
			*required = append(*required, name)
		}
	}
}

// source are the comments of a package.
type source struct{ types map[string]comments }

// comments are those of a type and of its fields.
type comments struct {
	doc    string
	fields map[string]string
}

func (m *schemaMaker) sourceOf(t *testing.T, path string) *source {
	if found := m.sources[path]; found != nil {
		return found
	}
	inside, ours := strings.CutPrefix(path, "sdegauge/")
	require.True(t, ours, "a type of package %s is in report.json", path)
	files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(inside), "*.go"))
	require.NoError(t, err)
	s := &source{types: map[string]comments{}}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range parsed.Decls {
			s.read(decl)
		}
	}
	m.sources[path] = s
	return s
}

func (s *source) read(decl ast.Decl) {
	general, ok := decl.(*ast.GenDecl)
	if !ok || general.Tok != token.TYPE {
		return
	}
	for _, spec := range general.Specs {
		named := spec.(*ast.TypeSpec)
		about := comments{doc: general.Doc.Text(), fields: map[string]string{}}
		if named.Doc != nil {
			about.doc = named.Doc.Text()
		}
		if body, ok := named.Type.(*ast.StructType); ok {
			for _, field := range body.Fields.List {
				for _, name := range field.Names {
					about.fields[name.Name] = strings.TrimSpace(field.Doc.Text() + field.Comment.Text())
				}
			}
		}
		s.types[named.Name.Name] = about
	}
}

var (
	goWord = regexp.MustCompile(`\b[A-Za-z]\w*\b`)
	goLink = regexp.MustCompile(`\[([A-Z][A-Za-z.]+)\]`)
)

// inJSON is a comment in the words of JSON: members by their names there, and null.
func (comments) inJSON(of reflect.Type, text string) string {
	text = goLink.ReplaceAllString(strings.Join(strings.Fields(text), " "), "$1")
	return goWord.ReplaceAllStringFunc(text, func(word string) string {
		if word == "nil" {
			return "null"
		}
		// A word of plain English is no name.
		if field, ok := of.FieldByName(word); ok && strings.ToLower(word[1:]) != word[1:] {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			return name
		}
		return word
	})
}
