package deviations

import (
	"strings"

	"sdegauge/internal/reference"
)

// createMutants reply to Create Session otherwise than a client expects (CS).
func createMutants() []Mutant {
	reply := func(id, title string, catches []string, change func(map[string]any), options ...change) Mutant {
		edit := answering(func(x *reference.Exchange) {
			if !x.Update() && x.Cause == reference.Accepted {
				x.Entity = edited(x.Entity, change)
			}
		})
		return Mutant{ID: id, Title: title, Catches: catches, Wake: []string{"CR-*"}, Options: all(append(options, edit)...), Probe: create(external)}
	}
	// bare spares the other form of the path, so that there are sessions to judge
	// the rest by.
	bare := func(id, title, member string) Mutant {
		return Mutant{ID: id, Title: title, Catches: []string{"CR-01"}, Wake: []string{"CR-*"}, Probe: create(external),
			Options: answering(func(x *reference.Exchange) {
				if !x.Update() && x.Cause == reference.Accepted && strings.HasSuffix(x.Request.URL.Path, "/visitors") {
					x.Entity = edited(x.Entity, func(m map[string]any) { delete(m, member) })
				}
			})}
	}
	detail := func(name string) func(map[string]any) {
		return func(reply map[string]any) {
			if d, ok := reply["engagementDetails"].(map[string]any); ok {
				delete(d, name)
			}
		}
	}
	none := func(o *reference.Options) { o.Unavailable = 1 }
	return []Mutant{
		bare("create-no-status", "leaves status out of the reply where the path of Create Session has no slash at its end", "status"),
		bare("create-no-page", "leaves pageId out of the reply where the path of Create Session has no slash at its end", "pageId"),
		bare("create-no-visitor", "leaves visitorId out of the reply where the path of Create Session has no slash at its end", "visitorId"),
		reply("create-no-language", "leaves language out of the engagement's details", []string{"CR-02"}, detail("language")),
		reply("create-no-window", "leaves windowId out of the engagement's details", []string{"CR-02"}, detail("windowId")),
		reply("create-no-validity", "leaves validForSeconds out of the engagement's details", []string{"CR-02"}, detail("validForSeconds")),
		reply("create-details-always", "gives details of an engagement that is not available", []string{"CR-03"},
			func(m map[string]any) {
				m["engagementDetails"] = map[string]any{"campaignId": "1", "engagementId": "2", "contextId": "3", "windowId": "4",
					"language": "en-US", "engagementRevision": 1, "validForSeconds": 900, "skillId": 1, "skillName": "Reference"}
			}, none),
		{ID: "create-any-app", Title: "creates a session without an appType", Catches: []string{"CR-06"}, Wake: []string{"EP-03", "EP-10"},
			Options: rules(func(r *reference.Rules) { r.Optional("create.appType") }), Probe: create("{}")},
		{ID: "create-web", Title: "creates a session for the appType WEB", Catches: []string{"CR-06"},
			Options: taking("create.appType", is(`"WEB"`)), Probe: create(`{"appType":"WEB"}`)},
		{ID: "create-impression", Title: "takes an impression in the engagementAttributes of Create Session", Catches: []string{"CR-08"},
			Options: taking("create.engagementAttributes", func(raw []byte) bool {
				return anyEntry(raw, func(e []byte) bool { return strings.HasPrefix(typeOf(e), "imp") })
			}), Probe: create(`{"appType":"EXTERNAL","engagementAttributes":[` + display + `]}`)},
		{ID: "create-refusal-html", Title: "refuses a Create Session with a page for a browser", Catches: []string{"CR-06", "CR-08"}, Wake: []string{"CR-*"},
			Options: answering(func(x *reference.Exchange) {
				if !x.Update() && x.Cause == reference.BodyInvalid {
					page(x)
				}
			}), Probe: create("{}")},
		{ID: "cold-no-visitor", Title: "does not name a visitor where it loads a cold account", Catches: []string{"RS-08"}, Wake: []string{"CR-*"},
			Probe: create(external),
			Options: all(func(o *reference.Options) { o.Faults.Cold = reference.Cold{Calls: 1} }, answering(func(x *reference.Exchange) {
				if x.Cause == reference.AccountCold {
					x.Message = "Loading account: " + known.Account
				}
			}))},
	}
}
