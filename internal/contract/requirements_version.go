package contract

// versionRequirements look at the query parameter v.
var versionRequirements = []Requirement{
	{"V-01", Must, "S:L35", "v=1.0"},
	{"V-02", Must, "S:L35, L134–136", "v missing"},
	{"V-03", Must, "S:L35, L134–136", "v empty"},
	{"V-04", Must, "S:L35, L134–136", "v=2.0"},
	{"V-05", Must, "S:L35, L134–136", "v as a double that is not supported"},
	{"V-06", Must, "S:L35", "v as a text that is no double"},
	{"V-07", Should, "S:L35; ME", "v=1.1, which only a sibling API knows"},
	{"V-08", Should, "S:L135", "a refused version carries the message Illegal Version"},
	{"V-09", Obs, "S:L35 (X6); EAA, VIS", "v=1"},
	{"V-10", Obs, "S:L35 (X6)", "other decimal spellings of 1.0"},
	{"V-11", Obs, "S:L35 (X6)", "spellings of 1.0 that only Java reads"},
	{"V-12", Obs, "S silent", "v with a decimal comma or with foreign digits"},
	{"V-13", Obs, "S silent", "v as NaN, infinity or a number out of range"},
	{"V-14", Obs, "S silent", "v a hair above 1.0, where a double cannot tell"},
	{"V-15", Obs, "S silent", "v twice with one value"},
	{"V-16", Obs, "S silent", "v twice with two values, in both orders"},
	{"V-17", Obs, "S silent", "v under a capital name"},
	{"V-18", Obs, "S silent", "v in the body or a header instead of the query"},
	{"V-19", Obs, "S silent", "several faults at once, and which one is answered"},
}
