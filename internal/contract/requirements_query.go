package contract

// queryRequirements look at the query string as a whole.
var queryRequirements = []Requirement{
	{"Q-01", Should, "S:L35–36", "sid before v"},
	{"Q-02", Obs, "S silent", "an unknown query parameter"},
	{"Q-03", Obs, "ME, MR", "the sibling's parameter obh"},
	{"Q-04", Obs, "S silent", "no query at all, and which missing parameter is answered"},
	{"Q-05", Obs, "S silent", "a semicolon between the parameters"},
	{"Q-06", Obs, "S silent", "two question marks, a trailing & and a doubled &"},
	{"Q-07", Obs, "S silent", "sid written as an array"},
	{"Q-08", Obs, "S silent", "a thousand unknown parameters"},
}
