package contract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// complaints reads one attribute and holds it against its rows. It looks rows up
// by path and does not use [contract.Attribute.Tree], so that the two readings
// of the table check one another.
func complaints(t *testing.T, a contract.Attribute, text string) []string {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.UseNumber()
	var object map[string]any
	require.NoError(t, decoder.Decode(&object), text)
	require.False(t, decoder.More(), text)

	c := checker{rows: map[string]contract.Field{}}
	for _, f := range a.Fields {
		c.rows[f.Path] = f
	}
	if object["type"] != a.Type {
		c.say("type", "is %v", object["type"])
	}
	delete(object, "type")
	c.object("", object)
	slices.Sort(c.said)
	return c.said
}

type checker struct {
	rows map[string]contract.Field
	said []string
}

func (c *checker) say(path, format string, args ...any) {
	c.said = append(c.said, path+": "+fmt.Sprintf(format, args...))
}

func (c *checker) object(path string, members map[string]any) {
	for name, value := range members {
		c.value(strings.TrimPrefix(path+"."+name, "."), value)
	}
	for rowPath, row := range c.rows {
		parent, _ := parentOf(rowPath)
		if _, there := members[row.Name()]; row.Mandatory && parent == path && !there {
			c.say(rowPath, "missing")
		}
	}
}

func (c *checker) value(path string, value any) {
	row, ok := c.rows[path]
	if !ok {
		c.say(path, "unknown")
		return
	}
	if !hasKind(value, row.Kind) {
		c.say(path, "no %v", row.Kind)
		return
	}
	switch v := value.(type) {
	case map[string]any:
		c.object(path, v)
	case []any:
		for _, entry := range v {
			c.value(path+"[]", entry)
		}
	default:
		if row.Values != nil && !slices.Contains(row.Values, fmt.Sprint(v)) {
			c.say(path, "%v is not documented", v)
		}
	}
}

func hasKind(value any, kind contract.Kind) bool {
	switch v := value.(type) {
	case nil:
		return kind == contract.KindNull
	case string:
		return kind == contract.KindString
	case bool:
		return kind == contract.KindBoolean
	case map[string]any:
		return kind == contract.KindObject
	case []any:
		return kind == contract.KindArray
	case json.Number:
		number, ok := new(big.Rat).SetString(v.String())
		return ok && (kind == contract.KindNumber || kind == contract.KindInteger && number.IsInt())
	default:
		return false
	}
}
