package contract

// visitorRequirements look at the path parameter visitorId.
var visitorRequirements = []Requirement{
	{"VI-01", Must, "S:L29", "the visitor id that Create Session gave"},
	{"VI-02", Must, "S:L29", "the visitor id and its slash left out"},
	{"VI-03", Must, "S:L29", "the visitor id left empty after its slash"},
	{"VI-04", Should, "S:L107; MO, MD", "a well-formed visitor id that does not exist, with a live session id"},
	{"VI-05", Should, "S:L107; MD", "another live visitor's id with one's own session id"},
	{"VI-06", Should, "S:L103–109", "an unknown visitor id is not answered with 201"},
	{"VI-07", Should, "MO; JS", "a visitor id of an unusual length"},
	{"VI-08", Should, "MO; JS", "a visitor id with a character outside its alphabet"},
	{"VI-09", Obs, "S silent", "the visitor id in another letter case"},
	{"VI-10", Obs, "S silent", "a space before or after the visitor id"},
	{"VI-11", Obs, "S silent", "a placeholder such as null or undefined as visitor id"},
	{"VI-12", Obs, "S silent", "a visitor id outside ASCII, percent-encoded"},
	{"VI-13", Obs, "S silent", "the live visitor id, percent-encoded without need"},
	{"VI-14", Obs, "S silent", "a broken percent sequence in the visitor id"},
	{"VI-15", Obs, "S silent", "a query parameter vid that contradicts the path"},
}
