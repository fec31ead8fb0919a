package suite

import (
	"encoding/json"

	"sdegauge/internal/contract"
)

// extended reports whether an error entity has members besides the envelope's.
func extended(body []byte) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return false
	}
	for name := range members {
		if name != "time" && name != "message" && name != "internalCode" {
			return true
		}
	}
	return false
}

// fieldsLeft says whether the last of some stored objects still has a member.
func fieldsLeft(stored []json.RawMessage, name string) string {
	var last map[string]json.RawMessage
	if len(stored) == 0 || json.Unmarshal(stored[len(stored)-1], &last) != nil {
		return "nothing stored"
	}
	if _, ok := last[name]; ok {
		return name + " kept"
	}
	return name + " gone"
}

// impressionAmongSDEs names the first impression event among the SDEs of a body;
// empty where there is none.
func impressionAmongSDEs(body []byte) string {
	var update struct {
		SDEs []struct {
			Type string `json:"type"`
		} `json:"engagementAttributes"`
	}
	if json.Unmarshal(body, &update) != nil {
		return ""
	}
	for _, sde := range update.SDEs {
		for _, t := range contract.ImpressionTypes() {
			if sde.Type == t.Type {
				return t.Type + " in engagementAttributes"
			}
		}
	}
	return ""
}
