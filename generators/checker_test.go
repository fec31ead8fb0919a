package generators

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// conforms is a reader of bodies that shares nothing with the writer: it knows
// the rows of the table, not the trees made of them.
func conforms(body []byte) error {
	if !utf8.Valid(body) {
		return fmt.Errorf("not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var root any
	if err := d.Decode(&root); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("something follows the body")
	}
	top, ok := root.(map[string]any)
	if !ok {
		return fmt.Errorf("the root is no object")
	}
	if page, ok := top["pageId"].(string); !ok || page == "" {
		return fmt.Errorf("pageId is %v", top["pageId"])
	}
	lists := map[string][]contract.Attribute{
		"impAttributes": contract.ImpressionTypes(), "engagementAttributes": contract.SDETypes(),
	}
	for name, value := range top {
		if name == "pageId" {
			continue
		}
		types, ok := lists[name]
		if !ok {
			return fmt.Errorf("unknown member %s", name)
		}
		entries, ok := value.([]any)
		if !ok || len(entries) == 0 {
			return fmt.Errorf("%s is %v", name, value)
		}
		for _, entry := range entries {
			if err := attributeConforms(types, entry); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

func attributeConforms(types []contract.Attribute, entry any) error {
	object, ok := entry.(map[string]any)
	if !ok {
		return fmt.Errorf("%v is no object", entry)
	}
	i := slices.IndexFunc(types, func(a contract.Attribute) bool { return a.Type == object["type"] })
	if i < 0 {
		return fmt.Errorf("type %v does not belong here", object["type"])
	}
	delete(object, "type")
	rows := map[string]contract.Field{}
	for _, f := range types[i].Fields {
		rows[f.Path] = f
	}
	return objectConforms(rows, "", object)
}

func objectConforms(rows map[string]contract.Field, path string, object map[string]any) error {
	if path != "" && len(object) == 0 {
		return fmt.Errorf("%s is empty", path)
	}
	prefix := strings.TrimPrefix(path+".", ".")
	for p, f := range rows {
		if rest, ok := strings.CutPrefix(p, prefix); ok && f.Mandatory && !strings.ContainsAny(rest, ".[") {
			if _, ok := object[rest]; !ok {
				return fmt.Errorf("%s lacks %s", path, rest)
			}
		}
	}
	for name, value := range object {
		if err := valueConforms(rows, prefix+name, value); err != nil {
			return err
		}
	}
	return nil
}

func valueConforms(rows map[string]contract.Field, path string, value any) error {
	row, ok := rows[path]
	if !ok {
		return fmt.Errorf("no row %s", path)
	}
	wrong := fmt.Errorf("%s is %T %v, the table says %s", path, value, value, row.Kind)
	text := ""
	switch v := value.(type) {
	case map[string]any:
		if row.Kind != contract.KindObject {
			return wrong
		}
		return objectConforms(rows, path, v)
	case []any:
		if row.Kind != contract.KindArray || len(v) == 0 {
			return wrong
		}
		for _, e := range v {
			if err := valueConforms(rows, path+"[]", e); err != nil {
				return err
			}
		}
		return nil
	case json.Number:
		text = v.String()
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || row.Kind != contract.KindInteger && row.Kind != contract.KindNumber {
			return wrong
		}
		if row.Kind == contract.KindInteger && (n != float64(int64(n)) || n > 1<<53 || n < -1<<53) {
			return wrong
		}
	case string:
		if text = v; row.Kind != contract.KindString {
			return wrong
		}
	case bool:
		if row.Kind != contract.KindBoolean {
			return wrong
		}
	case nil:
		if row.Kind != contract.KindNull {
			return wrong
		}
	}
	if len(row.Values) > 0 && !slices.Contains(row.Values, text) {
		return fmt.Errorf("%s is %q, off the list", path, text)
	}
	return nil
}

// decode reads a body into the contract's Go types, unknown members refused.
func decode(t require.TestingT, body []byte) (contract.Update, []any) {
	strict := func(data []byte, into any) {
		d := json.NewDecoder(bytes.NewReader(data))
		d.DisallowUnknownFields()
		require.NoError(t, d.Decode(into), "%s", data)
	}
	var raw struct {
		contract.Update
		EngagementAttributes []json.RawMessage `json:"engagementAttributes"`
	}
	strict(body, &raw)
	var sdes []any
	for _, entry := range raw.EngagementAttributes {
		var kind struct {
			Type string `json:"type"`
		}
		require.NoError(t, json.Unmarshal(entry, &kind))
		into, ok := map[string]any{
			"cart": &contract.Cart{}, "purchase": &contract.Purchase{}, "prodView": &contract.ProdView{},
			"ctmrinfo": &contract.CtmrInfo{}, "mrktInfo": &contract.MrktInfo{}, "personal": &contract.Personal{},
			"lead": &contract.Lead{}, "service": &contract.Service{}, "error": &contract.VisitorError{},
			"searchInfo": &contract.SearchInfo{},
		}[kind.Type]
		require.True(t, ok, "engagementAttributes holds the type %q", kind.Type)
		strict(entry, into)
		sdes = append(sdes, into)
	}
	return raw.Update, sdes
}

// engaged and plain are a session with and one without an engagement.
func engaged() *contract.Session { return contract.ExampleSession() }

func plain() *contract.Session {
	s := &contract.Session{Account: "acme_01", VisitorID: "V0001aaaaaaaaaaaaaaaaa", ID: "S0001_aaaaaaaaaaaaaaaa", PageID: "5120934471"}
	return s.Prepare()
}

// second is another live session of their account.
func second() *contract.Session {
	s := &contract.Session{Account: "acme_01", VisitorID: "V0002bbbbbbbbbbbbbbbbb", ID: "S0002-bbbbbbbbbbbbbbbb", PageID: "5120934472",
		Engagement: &contract.Engagement{Campaign: 4100200301, ID: 4100200402, Revision: 12, ContextID: "2"}}
	return s.Prepare()
}

// TestCheckerOnHandWrittenBodies holds the checker itself against the documented
// examples and against bodies that are wrong.
func TestCheckerOnHandWrittenBodies(t *testing.T) {
	for _, row := range []struct {
		reason string
		body   string
		good   bool
	}{
		{"the specification's example", contract.ExampleBody, true},
		{"the smallest body", `{"pageId":"1"}`, true},
		{"a full cart", `{"pageId":"1","engagementAttributes":[{"type":"cart","total":64.25,"currency":"EUR","numItems":3,"products":[{"product":{"name":"desk lamp","price":21.75},"quantity":2}]}]}`, true},
		{"no pageId", `{}`, false},
		{"a cart without total", `{"pageId":"1","engagementAttributes":[{"type":"cart","numItems":3}]}`, false},
		{"an impression among the SDEs", `{"pageId":"1","engagementAttributes":[{"type":"impClose","campaign":1,"engId":1,"revision":1}]}`, false},
		{"an undocumented gender", `{"pageId":"1","engagementAttributes":[{"type":"personal","personal":{"gender":"X"}}]}`, false},
		{"an unknown type", `{"pageId":"1","engagementAttributes":[{"type":"foo"}]}`, false},
		{"half an item", `{"pageId":"1","engagementAttributes":[{"type":"cart","total":1,"numItems":2.5}]}`, false},
		{"something after it", `{"pageId":"1"}{}`, false},
	} {
		err := conforms([]byte(row.body))
		require.Equal(t, row.good, err == nil, "%s: %v", row.reason, err)
	}
}
