package contract

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bodySchema compiles the body's schema out of the description, as a mock server
// would.
func bodySchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(OpenAPI()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("mem:///openapi.json", document))
	const at = "mem:///openapi.json#/paths/~1api~1account~1{accountId}~1app~1engagement~1visitors~1{visitorId}/put/requestBody/content/application~1json/schema"
	schema, err := c.Compile(at)
	require.NoError(t, err)
	return schema
}

func TestOpenAPIAgreesWithTheDocuments(t *testing.T) {
	schema := bodySchema(t)
	for _, row := range []struct {
		reason, body string
		valid        bool
	}{
		{"the specification's example", ExampleBody, true},
		{"the smallest body", `{"pageId":"1"}`, true},
		{"no page", `{}`, false},
		{"a page that is null", `{"pageId":null}`, false},
		{"an unknown type", `{"pageId":"1","engagementAttributes":[{"type":"foo"}]}`, false},
		{"an impression among the SDEs", `{"pageId":"1","engagementAttributes":[{"type":"impDisplay"}]}`, false},
		{"a cart without its total", `{"pageId":"1","engagementAttributes":[{"type":"cart","numItems":1}]}`, false},
		{"a total that is no number", `{"pageId":"1","engagementAttributes":[{"type":"cart","total":true,"numItems":1}]}`, false},
		{"a person without members", `{"pageId":"1","engagementAttributes":[{"type":"personal"}]}`, true},
		{"a person's age as 30.0", `{"pageId":"1","engagementAttributes":[{"type":"personal","personal":{"age":{"age":30.0}}}]}`, true},
		{"members that nobody documents", `{"pageId":"1","x":1,"engagementAttributes":[{"type":"lead","y":2}]}`, true},
	} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(row.body))
		require.NoError(t, err, row.reason)
		assert.Equal(t, row.valid, schema.Validate(value) == nil, row.reason)
	}
}

func TestOpenAPIListsEveryTypeAndStatus(t *testing.T) {
	text := string(OpenAPI())
	for _, list := range [][]Attribute{SDETypes(), ImpressionTypes()} {
		for _, a := range list {
			assert.Contains(t, text, `"const": "`+a.Type+`"`)
		}
	}
	for _, status := range []string{"200", "400", "401", "404", "500", "503"} {
		assert.Contains(t, text, `"`+status+`": {`)
	}
	assert.True(t, json.Valid([]byte(text)))
	assert.Equal(t, text, string(OpenAPI()), "the same text each time")
}
