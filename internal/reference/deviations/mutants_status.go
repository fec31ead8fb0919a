package deviations

import (
	"net/http"
	"strings"

	"sdegauge/internal/contract"
	"sdegauge/internal/reference"
)

// validationRows are the requirements whose requests have an invalid body.
var validationRows = []string{"B-*", "PG-*", "IM-*", "EA-*", "S[CPVKMRLSEQ]-*", "RS-0?", "LC-*", "U-*", "H-*", "V-1?"}

// ofType is true of an accepted update that holds an SDE or event of a type.
func ofType(wireType string) func(*reference.Exchange) bool {
	return func(x *reference.Exchange) bool {
		return success(x) && strings.Contains(string(x.Body), `"type":"`+wireType+`"`)
	}
}

// statusMutants answer with a status or an entity that the contract does not
// have there.
func statusMutants() []Mutant {
	leads := []string{"SL-*", "EA-*", "EP-*", "LC-*", "B-0?", "RS-*", "SR-*", "CR-*"}
	success := func(id, title string, catches []string, do func(*reference.Exchange)) Mutant {
		return Mutant{ID: id, Title: title, Catches: catches, Wake: leads, Options: updates(ofType("lead"), do), Probe: sde(lead)}
	}
	nothing := func(code int) func(*reference.Exchange) {
		return func(x *reference.Exchange) { x.Status, x.Entity = code, []byte{} }
	}
	offList := func(id, title, row string, wake []string, when func(*reference.Exchange) bool, code int, p Probe) Mutant {
		return Mutant{ID: id, Title: title, Catches: []string{"U-01", row}, Wake: append([]string{"RS-*"}, wake...), Options: updates(when, as(code)), Probe: p}
	}
	return []Mutant{
		success("lead-201", "answers 201 where a lead is stored", []string{"U-01", "RS-01", "SL-01", "SL-02"}, nothing(http.StatusCreated)),
		success("lead-202", "answers 202 where a lead is stored", []string{"U-01", "RS-01", "SL-02"}, nothing(http.StatusAccepted)),
		success("lead-204", "answers 204 where a lead is stored", []string{"U-01", "RS-01", "SL-02"}, nothing(http.StatusNoContent)),
		success("lead-206", "answers 206 where a lead is stored", []string{"U-01", "RS-01", "SL-02"}, nothing(http.StatusPartialContent)),
		success("lead-entity-status", "answers 200 with a status object where a lead is stored", []string{"U-05"}, entity(`{"status":"ok"}`)),
		success("lead-entity-word", "answers 200 with the word OK where a lead is stored", []string{"U-05"}, entity("OK")),
		success("lead-entity-null", "answers 200 with the JSON null where a lead is stored", []string{"U-05"}, entity("null")),
		success("lead-entity-array", "answers 200 with an empty array where a lead is stored", []string{"U-05"}, entity("[]")),
		success("lead-entity-envelope", "answers 200 with an error's envelope where a lead is stored", []string{"U-05"},
			func(x *reference.Exchange) { x.Entity = plainEnvelope(x) }),
		success("lead-entity-echo", "answers 200 with the update itself where a lead is stored", []string{"U-05"},
			func(x *reference.Exchange) { x.Entity = append([]byte(nil), x.Body...) }),
		{ID: "success-entity", Title: "answers every update that it accepts with an entity", Catches: []string{"U-05"}, Wake: everything,
			Options: updates(func(x *reference.Exchange) bool { return x.Cause == reference.Accepted }, entity(`{"status":"ok"}`)), Probe: times(1)},
		unusable("success-201", "answers 201 to every update that it accepts", nothing(http.StatusCreated)),
		unusable("success-204", "answers 204 to every update that it accepts", nothing(http.StatusNoContent)),

		offList("validation-422", "refuses invalid bodies with 422", "PG-03", validationRows, invalidBody, 422, put("{}")),
		offList("json-415", "refuses broken JSON with 415", "B-03", []string{"B-*", "EA-*", "H-*", "PG-*"}, badJSON, 415, put(`{"pageId":"1`)),
		offList("account-403", "refuses an unknown account with 403", "AC-04", []string{"AC-*"}, because(reference.AccountUnknown), 403,
			update(unknownAccount, known.VisitorID, known.ID)),
		offList("visitor-410", "refuses an unknown visitor with 410", "VI-04", []string{"VI-*", "AC-13", "LC-*"}, because(reference.VisitorUnknown), 410,
			update(known.Account, unknownVisitor, known.ID)),
		offList("session-403", "refuses an unknown session with 403", "SI-04", []string{"SI-*", "VI-05", "LC-12", "Q-*"}, because(reference.SessionUnknown), 403,
			update(known.Account, known.VisitorID, unknownSession)),
		offList("version-406", "refuses an illegal version with 406", "V-04", versionRows, because(reference.VersionIllegal), 406, version("2.0")),
		offList("version-426", "refuses an illegal version with 426", "V-04", versionRows, because(reference.VersionIllegal), 426, version("2.0")),
		offList("session-302", "sends an unknown session elsewhere with 302", "SI-04", []string{"SI-*", "VI-05", "LC-12", "Q-*"},
			because(reference.SessionUnknown), 302, update(known.Account, known.VisitorID, unknownSession)),
		{ID: "visitor-201", Title: "creates a visitor that it does not know, with 201", Catches: []string{"VI-04", "VI-06"},
			Wake:    []string{"VI-*", "AC-13", "U-01", "RS-*", "LC-*"},
			Options: updates(because(reference.VisitorUnknown), nothing(http.StatusCreated)), Probe: update(known.Account, unknownVisitor, known.ID)},

		code("version-code-5", "refuses an illegal version with code 5", "RS-05", append([]string{"V-*"}, versionRows...),
			because(reference.VersionIllegal), contract.CodeInvalidData, version("2.0")),
		code("version-code-0", "refuses an illegal version with code 0", "RS-05", append([]string{"V-*"}, versionRows...),
			because(reference.VersionIllegal), 0, version("2.0")),
		code("validation-code-18", "refuses invalid bodies with code 18", "RS-06", validationRows, invalidBody, contract.CodeUnexpected, put("{}")),
		code("json-code-33", "refuses broken JSON with code 33", "RS-06", []string{"B-*", "EA-*", "H-*"}, badJSON, contract.CodeIllegalVersion, put(`{"pageId":"1`)),
		code("sde-code-400", "repeats the status as the code of an invalid SDE", "RS-06", []string{"EA-*", "S[CPVKMRLSEQ]-*"},
			at("engagementAttributes"), 400, sde(`{"type":"foo"}`)),
		code("visitor-code-12", "refuses an unknown visitor with code 12", "RS-07", []string{"VI-*", "AC-13", "LC-*"},
			because(reference.VisitorUnknown), contract.CodeSessionNotFound, update(known.Account, unknownVisitor, known.ID)),
		code("session-code-37", "refuses an unknown session with code 37", "RS-07", []string{"SI-*", "VI-05", "LC-12"},
			because(reference.SessionUnknown), contract.CodeUnknownVisitor, update(known.Account, known.VisitorID, unknownSession)),
		{ID: "version-message", Title: "calls an illegal version by other words than the specification", Catches: []string{"V-08"},
			Options: versionRefusal(func(x *reference.Exchange) { x.Message = "Unsupported API version" }), Probe: version("2.0")},
	}
}

// unusable changes the answer to every accepted update.
func unusable(id, title string, do func(*reference.Exchange)) Mutant {
	return Mutant{ID: id, Title: title, Catches: []string{"EP-01"}, Wake: everything, Unusable: true, Options: updates(success, do), Probe: times(1)}
}

// code changes the internal code of a refusal and nothing else.
func code(id, title, catches string, wake []string, when func(*reference.Exchange) bool, code contract.InternalCode, p Probe) Mutant {
	return Mutant{ID: id, Title: title, Catches: []string{catches}, Wake: wake, Probe: p,
		Options: updates(when, func(x *reference.Exchange) { x.Code = code })}
}

// blameMutants blame the server for what the client did wrong, so that every
// client that follows the retry advice sends it four times (S:L115–116).
func blameMutants() []Mutant {
	blame := func(id, title string, code int, wake []string, when func(*reference.Exchange) bool, p Probe) Mutant {
		return Mutant{ID: id, Title: title, Catches: []string{"U-07"}, Wake: append([]string{"RS-*"}, wake...),
			Options: updates(when, status(code, contract.CodeUnexpected)), Probe: p}
	}
	return []Mutant{
		blame("validation-500", "answers 500 to every invalid body", 500, validationRows, invalidBody, put("{}")),
		blame("json-500", "answers 500 to broken JSON", 500, []string{"B-*", "EA-*", "H-*"}, badJSON, put(`{"pageId":"1`)),
		blame("sde-500", "answers 500 to an invalid SDE", 500, []string{"EA-*", "S[CPVKMRLSEQ]-*"}, at("engagementAttributes"), sde(`{"type":"foo"}`)),
		blame("impression-500", "answers 500 to an invalid impression", 500, []string{"IM-*"}, at("impAttributes"), impression(`{"type":"foo"}`)),
		blame("page-500", "answers 500 to an invalid pageId", 500, []string{"PG-*", "B-*", "H-*"}, at("pageId"), put(`{"pageId":7}`)),
		blame("empty-body-500", "answers 500 to an empty body", 500, []string{"B-*", "H-*"},
			func(x *reference.Exchange) bool { return x.Cause == reference.BodyInvalid && len(x.Body) == 0 }, put("")),
		blame("version-500", "answers 500 to an illegal version", 500, append([]string{"V-*"}, versionRows...), because(reference.VersionIllegal), version("2.0")),
		blame("account-500", "answers 500 to an unknown account", 500, []string{"AC-*"}, because(reference.AccountUnknown),
			update(unknownAccount, known.VisitorID, known.ID)),
		blame("malformed-account-500", "answers 500 to a malformed account", 500, []string{"AC-*"}, because(reference.AccountMalformed),
			update("no-such", known.VisitorID, known.ID)),
		blame("visitor-500", "answers 500 to an unknown visitor", 500, []string{"VI-*", "AC-13", "LC-*"}, because(reference.VisitorUnknown),
			update(known.Account, unknownVisitor, known.ID)),
		blame("session-503", "answers 503 to an unknown session", 503, []string{"SI-*", "VI-05", "LC-*", "Q-*"}, because(reference.SessionUnknown),
			update(known.Account, known.VisitorID, unknownSession)),
		blame("path-500", "answers 500 where a part of the path is missing", 500, []string{"AC-*", "VI-*", "EP-*"},
			because(reference.PathUnknown), to("/api/account//app/engagement/visitors/"+known.VisitorID+"?v=1.0&sid="+known.ID)),
	}
}
