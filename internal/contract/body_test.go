package contract_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

// goTypes pairs every wire type with the Go type that holds it.
var goTypes = map[string]reflect.Type{
	"cart":       reflect.TypeFor[contract.Cart](),
	"purchase":   reflect.TypeFor[contract.Purchase](),
	"prodView":   reflect.TypeFor[contract.ProdView](),
	"ctmrinfo":   reflect.TypeFor[contract.CtmrInfo](),
	"mrktInfo":   reflect.TypeFor[contract.MrktInfo](),
	"personal":   reflect.TypeFor[contract.Personal](),
	"lead":       reflect.TypeFor[contract.Lead](),
	"service":    reflect.TypeFor[contract.Service](),
	"error":      reflect.TypeFor[contract.VisitorError](),
	"searchInfo": reflect.TypeFor[contract.SearchInfo](),

	"impDisplay":  reflect.TypeFor[contract.Impression](),
	"impAccept":   reflect.TypeFor[contract.Impression](),
	"impExpanded": reflect.TypeFor[contract.Impression](),
	"impTimeout":  reflect.TypeFor[contract.Impression](),
	"impClose":    reflect.TypeFor[contract.Impression](),
}

// goField is what a Go type says about one path.
type goField struct {
	kind     contract.Kind
	optional bool // omitempty
}

// goFields reads the paths and kinds out of a Go type, as the table has them.
func goFields(t *testing.T, typ reflect.Type) map[string]goField {
	fields := map[string]goField{}
	var visit func(typ reflect.Type, path string, optional bool)
	members := func(typ reflect.Type, path string) {
		for f := range typ.Fields() {
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			require.NotEmpty(t, name, "%v.%s has no JSON name", typ, f.Name)
			if path == "" && name == "type" {
				require.Equal(t, reflect.String, f.Type.Kind())
				continue
			}
			visit(f.Type, strings.TrimPrefix(path+"."+name, "."), options == "omitempty")
		}
	}
	visit = func(typ reflect.Type, path string, optional bool) {
		if typ == reflect.TypeFor[json.RawMessage]() {
			fields[path] = goField{contract.KindNull, optional}
			return
		}
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		switch typ.Kind() {
		case reflect.String:
			fields[path] = goField{contract.KindString, optional}
		case reflect.Int64: // no narrower: S:L54 needs more than 32 bits
			fields[path] = goField{contract.KindInteger, optional}
		case reflect.Float64:
			fields[path] = goField{contract.KindNumber, optional}
		case reflect.Bool:
			fields[path] = goField{contract.KindBoolean, optional}
		case reflect.Slice:
			fields[path] = goField{contract.KindArray, optional}
			visit(typ.Elem(), path+"[]", true)
		case reflect.Struct:
			fields[path] = goField{contract.KindObject, optional}
			members(typ, path)
		default:
			require.Fail(t, "no kind of the table", "%s is a %v", path, typ)
		}
	}
	members(typ, "")
	return fields
}

// sharedOnly are paths that a Go type has because it is shared: the product of
// prodView has two members that are documented nowhere else.
var sharedOnly = map[string][]string{
	"cart":     {"products[].product.statusInStock", "products[].product.quantityInStock"},
	"purchase": {"cart.products[].product.statusInStock", "cart.products[].product.quantityInStock"},
}

func TestGoTypesFollowTheTable(t *testing.T) {
	for _, a := range contract.SDETypes() {
		t.Run(a.Type, func(t *testing.T) {
			require.Contains(t, goTypes, a.Type)
			got := goFields(t, goTypes[a.Type])
			for _, path := range sharedOnly[a.Type] {
				require.Contains(t, got, path, "an exception that is none")
				delete(got, path)
			}
			assertRows(t, a, got)
			assert.Len(t, got, len(a.Fields), "every tag has a row")
		})
	}
}

// One Go type holds all five impressions: each of its paths is a row of at least
// one of them.
func TestImpressionFollowsTheTable(t *testing.T) {
	got := goFields(t, reflect.TypeFor[contract.Impression]())
	rows := map[string]bool{}
	for _, a := range contract.ImpressionTypes() {
		require.Contains(t, goTypes, a.Type)
		assertRows(t, a, got)
		for _, f := range a.Fields {
			rows[f.Path] = true
		}
	}
	for path := range got {
		assert.Contains(t, rows, path, "every tag has a row")
	}
}

// assertRows holds every row of a against the fields of its Go type.
func assertRows(t *testing.T, a contract.Attribute, got map[string]goField) {
	for _, f := range a.Fields {
		require.Contains(t, got, f.Path, "%s: every row has a tag", a.Type)
		want := f.Kind
		if a.Type == "personal" && f.Path == "personal.age.age" {
			want = contract.KindNumber // S writes 30.0 (S:L83), which no Go integer reads
		}
		assert.Equal(t, want, got[f.Path].kind, "%s: %s", a.Type, f.Path)
		if f.Mandatory && !strings.HasSuffix(f.Path, "[]") {
			assert.False(t, got[f.Path].optional, "%s: a mandatory %s is written though it be zero", a.Type, f.Path)
		}
	}
}

func TestUpdateMembers(t *testing.T) {
	tests := []struct {
		update contract.Update
		want   string
		reason string
	}{
		{contract.Update{PageID: "5120934471"}, `{"pageId":"5120934471"}`, "the least legal body"},
		{contract.Update{}, `{"pageId":""}`, "pageId is required, so it never goes missing unseen"},
		{
			contract.Update{PageID: "1", EngagementAttributes: []any{contract.Lead{Type: "lead"}}},
			`{"pageId":"1","engagementAttributes":[{"type":"lead"}]}`, "an SDE of its type alone",
		},
		{
			contract.Update{PageID: "1", EngagementAttributes: []any{contract.Cart{Type: "cart"}}},
			`{"pageId":"1","engagementAttributes":[{"type":"cart","total":0,"numItems":0}]}`, "an empty cart is still a whole one",
		},
		{
			contract.Update{PageID: "1", EngagementAttributes: []any{
				contract.MrktInfo{Type: "mrktInfo", Info: &contract.MarketingInfo{Channel: new(int64(0))}},
				contract.Service{Type: "service", Service: &contract.ServiceInfo{Status: new(int64(0))}},
				contract.VisitorError{Type: "error", Error: &contract.VisitorErrorInfo{Resolved: new(false)}},
			}},
			`{"pageId":"1","engagementAttributes":[{"type":"mrktInfo","info":{"channel":0}},` +
				`{"type":"service","service":{"status":0}},{"type":"error","error":{"resolved":false}}]}`,
			"direct, complete and open are values",
		},
		{
			contract.Update{PageID: "1", ImpAttributes: []contract.Impression{{
				Type: "impExpanded", Campaign: 1<<53 + 1, EngID: 1<<63 - 1, Revision: 12,
				Expanded: json.RawMessage("null"),
			}}},
			`{"pageId":"1","impAttributes":[{"type":"impExpanded","campaign":9007199254740993,"engId":9223372036854775807,` +
				`"revision":12,"expanded":null}]}`, "ids keep all their 64 bits, and a null is written",
		},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			got, err := json.Marshal(tt.update)
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(got))
		})
	}
}
