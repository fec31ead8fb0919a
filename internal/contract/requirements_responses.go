package contract

// responseRequirements look at what a server answers, whatever provoked it.
var responseRequirements = []Requirement{
	{"RS-01", Must, "S:L104", "a success is 200 and no other 2xx"},
	{"RS-02", Must, "S:L105", "the envelope of whatever 400 the target gives"},
	{"RS-03", Must, "S:L107", "the envelope of whatever 404 the API itself gives"},
	{"RS-04", Must, "S:L108–109", "500 and 503 carry an envelope and count as retryable"},
	{"RS-05", Should, "S:L136; MO", "a refused version carries internalCode 33"},
	{"RS-06", Should, "MO", "a refused body carries internalCode 5"},
	{"RS-07", Should, "MO, VIS", "an unknown visitor carries internalCode 37, an unknown session 39"},
	{"RS-08", Should, "CS, I94", "a cold account is answered 500 with code 20 and a visitor id in the message"},
	{"RS-09", Obs, "ME", "whether a cold account is answered 202 with code 38"},
	{"RS-10", Obs, "S silent", "what answers an unrouted path: an envelope or a gateway's page"},
	{"RS-11", Obs, "S silent", "whether one fault keeps its code when repeated"},
	{"RS-12", Obs, "S silent", "whether time never falls from one error to the next"},
	{"RS-13", May, "S:L125", "an error without message is accepted"},
	{"RS-14", May, "S:L118; EAA", "a success that carries {} is accepted"},
}
