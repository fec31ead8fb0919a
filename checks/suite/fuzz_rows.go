package suite

import (
	"encoding/json"
	"regexp"
	"strconv"

	"sdegauge/internal/contract"
)

// refusalRules find the requirement of a refusal by the reason that the field
// table's reader gives. The first that matches counts.
var refusalRules = []struct {
	reason *regexp.Regexp
	row    string
}{
	{regexp.MustCompile(`^body: empty`), "B-01"},
	{regexp.MustCompile(`^body: .*, not an object`), "B-05"},
	{regexp.MustCompile(`^body: `), "B-07"},
	{regexp.MustCompile(`^pageId: missing`), "PG-02"},
	{regexp.MustCompile(`^pageId: null`), "PG-03"},
	{regexp.MustCompile(`^pageId: empty`), "PG-04"},
	{regexp.MustCompile(`^pageId: .*not a string`), "PG-06"},

	{regexp.MustCompile(`^impAttributes: an object, not an array`), "IM-12"},
	{regexp.MustCompile(`^impAttributes: .*not an array`), "IM-14"},
	{regexp.MustCompile(`^impAttributes\[\d+\]: .*not an object`), "IM-15"},
	{regexp.MustCompile(`^impAttributes\[\d+\]\.type: (missing|""|.*not a string)`), "IM-17"},
	{regexp.MustCompile(`^impAttributes\[\d+\]\.type: "(` + typeNames(contract.SDETypes()) + `)" does not belong`), "IM-19"},
	{regexp.MustCompile(`^impAttributes\[\d+\]\.type: .*does not belong`), "IM-16"},
	{regexp.MustCompile(`^impAttributes\[\d+\]\.eContext`), "IM-32"},
	{regexp.MustCompile(`^impAttributes\[\d+\]\.`), "IM-25"},

	{regexp.MustCompile(`^engagementAttributes: an object, not an array`), "EA-12"},
	{regexp.MustCompile(`^engagementAttributes: .*not an array`), "EA-14"},
	{regexp.MustCompile(`^engagementAttributes\[\d+\]: .*not an object`), "EA-15"},
	{regexp.MustCompile(`^engagementAttributes\[\d+\]\.type: (missing|""|.*not a string)`), "EA-17"},
	{regexp.MustCompile(`^engagementAttributes\[\d+\]\.type: "impDisplay" does not belong`), "EA-06"},
	{regexp.MustCompile(`^engagementAttributes\[\d+\]\.type: "(` + typeNames(contract.ImpressionTypes()) + `)" does not belong`), "EA-07"},
	{regexp.MustCompile(`^engagementAttributes\[\d+\]\.type: "ImpressionEvent" does not belong`), "EA-08"},
	{regexp.MustCompile(`^engagementAttributes\[\d+\]\.type: .*does not belong`), "EA-16"},
}

func typeNames(types []contract.Attribute) string {
	names := ""
	for _, t := range types {
		names += "|" + t.Type
	}
	return names[1:]
}

// fieldReason is a reason that is about a field of an SDE.
var fieldReason = regexp.MustCompile(`^engagementAttributes\[(\d+)\]\.(.*?): (missing)?`)

// missingRows are the rows of mandatory fields by type and path.
var missingRows = map[string]string{
	"cart total": "SC-03", "cart numItems": "SC-04", "cart products[].product": "SC-05",
	"purchase cart.products": "SP-03", "prodView products[].product": "SV-03",
}

// typedRows are the rows of fields of the wrong JSON type. What a line of a
// purchase lacks is counted there as well.
var typedRows = map[string]string{
	"cart": "SC-06", "purchase": "SP-04", "prodView": "SV-04", "ctmrinfo": "SK-04", "mrktInfo": "SM-07",
	"personal": "SR-12", "lead": "SL-03", "service": "SS-06", "error": "SE-03", "searchInfo": "SQ-03",
}

var index = regexp.MustCompile(`\[\d+\]`)

// refusalRow is the requirement by which a body has to be refused; empty where
// none can be told.
func refusalRow(because string, body []byte) string {
	for _, rule := range refusalRules {
		if rule.reason.MatchString(because) {
			return rule.row
		}
	}
	m := fieldReason.FindStringSubmatch(because)
	if m == nil {
		return ""
	}
	at, err := strconv.Atoi(m[1])
	if err != nil {
		return ""
	}
	sde := typeAt(body, at)
	if row := missingRows[sde+" "+index.ReplaceAllString(m[2], "[]")]; m[3] != "" && row != "" {
		return row
	}
	return typedRows[sde]
}

// typeAt is the type of an SDE of a body; empty where it cannot be read.
func typeAt(body []byte, at int) string {
	var update struct {
		SDEs []struct {
			Type string `json:"type"`
		} `json:"engagementAttributes"`
	}
	// Fields of other types than these leave an error and what could be read.
	_ = json.Unmarshal(body, &update)
	if at >= len(update.SDEs) {
		return ""
	}
	return update.SDEs[at].Type
}
