package contract

import "slices"

// requirements are the 415 statements of the contract, section by section; the
// rows stand in the files requirements_*.go. An id is never given to another
// statement: reports, waivers and scenarios name it.
var requirements = slices.Concat(
	universalOracles,         // U
	endpointRequirements,     // EP
	accountRequirements,      // AC
	visitorRequirements,      // VI
	versionRequirements,      // V
	sessionIDRequirements,    // SI
	queryRequirements,        // Q
	headerRequirements,       // H
	bodyRequirements,         // B
	pageRequirements,         // PG
	impressionRequirements,   // IM
	attributeRequirements,    // EA
	cartRequirements,         // SC
	purchaseRequirements,     // SP
	prodViewRequirements,     // SV
	ctmrInfoRequirements,     // SK
	mrktInfoRequirements,     // SM
	personalRequirements,     // SR
	leadRequirements,         // SL
	serviceRequirements,      // SS
	visitorErrorRequirements, // SE
	searchInfoRequirements,   // SQ
	responseRequirements,     // RS
	lifecycleRequirements,    // LC
	retryRequirements,        // RT
	createRequirements,       // CR
	loadRequirements,         // LD
)

// requirementsByID is read by every judged response, hence a map.
var requirementsByID = indexRequirements(requirements)

func indexRequirements(all []Requirement) map[string]Requirement {
	byID := make(map[string]Requirement, len(all))
	for _, r := range all {
		byID[r.ID] = r
	}
	return byID
}

// Requirements returns every requirement in the order of the contract.
func Requirements() []Requirement { return slices.Clone(requirements) }

// LookupRequirement finds a requirement by its id.
func LookupRequirement(id string) (Requirement, bool) {
	r, ok := requirementsByID[id]
	return r, ok
}
