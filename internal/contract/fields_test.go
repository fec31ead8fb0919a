package contract_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sdegauge/internal/contract"
)

func TestAttributeTypes(t *testing.T) {
	const (
		replace = contract.Replace
		merge   = contract.Merge
		appends = contract.Append
	)
	tests := []struct {
		wire, wrapper   string
		chat, messaging contract.Repeat
	}{
		{"cart", "", replace, replace},
		{"purchase", "", appends, appends},
		{"prodView", "", appends, appends},
		{"ctmrinfo", "info", merge, replace},
		{"mrktInfo", "info", merge, replace},
		{"personal", "personal", merge, replace},
		{"lead", "lead", appends, appends},
		{"service", "service", appends, replace},
		{"error", "error", appends, appends},
		{"searchInfo", "", appends, appends},
	}
	sdes := contract.SDETypes()
	require.Len(t, sdes, len(tests))
	for i, tt := range tests {
		a := sdes[i]
		assert.Equal(t, tt.wire, a.Type)
		assert.Equal(t, tt.wrapper, a.Wrapper, tt.wire)
		assert.Equal(t, tt.chat, a.Chat, tt.wire)
		assert.Equal(t, tt.messaging, a.Messaging, tt.wire)
		if a.Wrapper != "" {
			require.NotEmpty(t, a.Fields)
			assert.Equal(t, a.Wrapper, a.Fields[0].Path, "%s: all else lies in the wrapper", tt.wire)
			assert.Equal(t, contract.KindObject, a.Fields[0].Kind)
			for _, f := range a.Fields[1:] {
				assert.True(t, strings.HasPrefix(f.Path, a.Wrapper+"."), "%s: %s", tt.wire, f.Path)
			}
		}
	}

	var impressions []string
	for _, a := range contract.ImpressionTypes() {
		impressions = append(impressions, a.Type)
		assert.Empty(t, a.Wrapper)
	}
	assert.ElementsMatch(t, []string{"impDisplay", "impAccept", "impExpanded", "impTimeout", "impClose"}, impressions)
}

// Of all fields, T marks these and no others as mandatory.
func TestMandatoryFields(t *testing.T) {
	want := []string{
		"cart total", "cart numItems", "cart products[].product",
		"purchase cart.products", "purchase cart.products[].product",
		"prodView products[].product",
	}
	var got []string
	for _, a := range allAttributes() {
		for _, f := range a.Fields {
			if f.Mandatory {
				got = append(got, a.Type+" "+f.Path)
			}
		}
	}
	assert.ElementsMatch(t, want, got)
}

func TestDocumentedValues(t *testing.T) {
	count := func(from, to int) (values []string) {
		for n := from; n <= to; n++ {
			values = append(values, strconv.Itoa(n))
		}
		return values
	}
	want := map[string][2][]string{
		"mrktInfo info.channel":     {count(0, 4), count(5, 6)},
		"service service.status":    {count(0, 10), count(11, 13)},
		"personal personal.gender":  {{"MALE", "FEMALE", "OTHER"}, nil},
		"impAccept eContext[].type": {{"engagementContext"}, nil}, "impDisplay eContext[].type": {{"engagementContext"}, nil},
		"personal personal.contacts[].phoneType": {
			{"HOME", "MOBILE", "WORK", "FAX", "MAIN", "HOME_FAX", "WORK_FAX", "PAGER", "OTHER"}, nil,
		},
	}
	got := map[string][2][]string{}
	for _, a := range allAttributes() {
		for _, f := range a.Fields {
			if f.Values != nil || f.Beyond != nil {
				got[a.Type+" "+f.Path] = [2][]string{f.Values, f.Beyond}
			}
		}
	}
	assert.Equal(t, want, got)
}

func TestFieldRowsAreSound(t *testing.T) {
	for _, a := range allAttributes() {
		t.Run(a.Type, func(t *testing.T) {
			assert.NotEmpty(t, a.Title)
			kinds := map[string]contract.Kind{"": contract.KindObject}
			for _, f := range a.Fields {
				assert.NotEmpty(t, f.Source, f.Path)
				assert.NotEqual(t, "type", f.Path, "type is in every attribute and in no row")
				assert.NotContains(t, kinds, f.Path, "two rows of one path")
				assert.NotEmpty(t, f.Kind.String(), f.Path)

				parent, wantParent := parentOf(f.Path)
				assert.Equal(t, wantParent, kinds[parent], "%s: its parent stands above it and can hold it", f.Path)
				kinds[f.Path] = f.Kind

				for _, v := range slices.Concat(f.Values, f.Beyond) {
					assert.True(t, valueFits(f.Kind, v), "%s: %q is no %v", f.Path, v, f.Kind)
				}
				assert.False(t, f.Values == nil && f.Beyond != nil, "%s: values beyond none", f.Path)
			}
			for path, kind := range kinds {
				if kind == contract.KindArray {
					assert.Contains(t, kinds, path+"[]", "an array says what it holds")
				}
			}
		})
	}
}

// parentOf is the path that holds path, and the kind it has to be.
func parentOf(path string) (string, contract.Kind) {
	if parent, isEntry := strings.CutSuffix(path, "[]"); isEntry {
		return parent, contract.KindArray
	}
	return path[:max(0, strings.LastIndexByte(path, '.'))], contract.KindObject
}

func valueFits(kind contract.Kind, value string) bool {
	switch kind {
	case contract.KindString:
		return value != ""
	case contract.KindInteger:
		n, err := strconv.Atoi(value)
		return err == nil && strconv.Itoa(n) == value
	default:
		return false
	}
}

func TestFieldName(t *testing.T) {
	for path, want := range map[string]string{
		"total": "total", "products[].product.price": "price", "products[].quantity": "quantity",
		"products": "products", "products[]": "", "info.lastPaymentDate.day": "day",
	} {
		assert.Equal(t, want, contract.Field{Path: path}.Name(), path)
	}
}

// The tree holds every row once, under its own path.
func TestTree(t *testing.T) {
	for _, a := range allAttributes() {
		t.Run(a.Type, func(t *testing.T) {
			root := a.Tree()
			assert.Equal(t, contract.KindObject, root.Field.Kind)
			var paths []string
			var walk func(n *contract.Node, path string)
			walk = func(n *contract.Node, path string) {
				if n != root {
					assert.Equal(t, path, n.Field.Path)
					paths = append(paths, path)
				}
				if n.Elem != nil {
					walk(n.Elem, path+"[]")
				}
				for _, m := range n.Members {
					assert.Same(t, m, n.Member(m.Field.Name()))
					walk(m, strings.TrimPrefix(path+"."+m.Field.Name(), "."))
				}
			}
			walk(root, "")
			var want []string
			for _, f := range a.Fields {
				want = append(want, f.Path)
			}
			assert.ElementsMatch(t, want, paths)
			assert.Nil(t, root.Member("Total"), "names match with their letter case")
			assert.Nil(t, root.Member(""))
		})
	}
}

func TestKindNames(t *testing.T) {
	assert.Equal(t, "integer", contract.KindInteger.String())
	assert.Equal(t, "null", contract.KindNull.String())
	assert.Empty(t, contract.Kind(0).String())
	assert.Empty(t, contract.Kind(99).String())
}
