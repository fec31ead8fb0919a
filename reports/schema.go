package reports

import (
	_ "embed"
	"slices"
)

//go:embed report.schema.json
var schemaFile []byte

// JSONSchema is the JSON Schema (draft 2020-12) of report.json. It allows members
// that it does not know: a later version may add some. The tests make it anew from
// the types and their comments, and hold it against the file.
func JSONSchema() []byte { return slices.Clone(schemaFile) }
