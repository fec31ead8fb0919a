package contract

// sessionIDRequirements look at the query parameter sid.
var sessionIDRequirements = []Requirement{
	{"SI-01", Must, "S:L36", "the session id that Create Session gave"},
	{"SI-02", Must, "S:L36", "sid missing"},
	{"SI-03", Must, "S:L36", "sid empty"},
	{"SI-04", Should, "S:L107; MO, MD", "a well-formed session id that does not exist"},
	{"SI-05", Should, "S:L107", "another live visitor's session id"},
	{"SI-06", Should, "S:L107; VIS", "the id of an expired session"},
	{"SI-07", Should, "MO; JS", "a session id of an unusual length"},
	{"SI-08", Should, "MO; JS", "a session id with a character outside its alphabet"},
	{"SI-09", Should, "MG, VIS", "a live session id that holds _ or -"},
	{"SI-10", Obs, "EAA", "a session id in the older dotted form"},
	{"SI-11", Obs, "VIS", "the live session id with the read side's suffix"},
	{"SI-12", Obs, "S silent", "the session id in another letter case"},
	{"SI-13", Obs, "S silent", "spaces around the session id"},
	{"SI-14", Obs, "S silent", "sid twice, with one value and with two"},
	{"SI-15", Obs, "S silent", "the session id under another parameter name"},
	{"SI-16", Obs, "S silent", "the session id in the body instead of the query"},
	{"SI-17", Obs, "S silent", "the live session id, percent-encoded without need"},
}
