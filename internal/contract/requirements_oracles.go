package contract

// universalOracles look at every response, whatever was asked.
var universalOracles = []Requirement{
	{"U-01", Must, "S:L100–109", "the status is one the contract lists"},
	{"U-02", Must, "S:L120–127", "an error carries one JSON object with time and internalCode"},
	{"U-03", Must, "S:L124, L126, L134, L136", "time and internalCode are integral JSON numbers"},
	{"U-04", Must, "S:L125", "message is a string where it is present"},
	{"U-05", Must, "S:L104, L118", "a success has an empty entity"},
	{"U-06", Should, "S:L134", "time is epoch milliseconds near the client's clock"},
	{"U-07", Should, "S:L115–116", "a client's fault is not answered with 5xx"},
	{"U-08", Should, "S:L122–127; I97, I118", "the envelope is at top level, not wrapped in error"},
	{"U-09", Should, "MO", "further members of an error are accepted"},
	{"U-10", Obs, "MG1", "response header fields recorded"},
	{"U-11", Obs, "S silent", "1xx, 3xx and replies to HEAD recorded, redirects not followed"},
	{"U-12", Should, "S:L122", "an error is UTF-8 without byte-order mark or duplicate members"},
	{"U-13", Obs, "S silent", "does message echo what the client sent"},
}
