package contract

// loadRequirements look at a server under load; only a user's threshold makes one
// of them fail.
var loadRequirements = []Requirement{
	{"LD-01", Obs, "S silent", "a closed load of n workers, n rising in steps"},
	{"LD-02", Obs, "S silent", "an open load: constant, ramp, spike and burst"},
	{"LD-03", Obs, "RP", "smooth against bursty arrivals at one mean rate"},
	{"LD-04", Obs, "S silent", "a weighted mix of bodies, latency by kind"},
	{"LD-05", Obs, "OV, MO", "one create for every 1, 10 and 100 updates"},
	{"LD-06", Obs, "MD", "SDEs per session, rising until it breaks"},
	{"LD-07", Obs, "S:L116", "attempts per update under a share of 503"},
	{"LD-08", Obs, "S silent", "hours of load with sessions recycled"},
	{"LD-09", Obs, "S silent", "valid traffic beside 5 % that is refused"},
	{"LD-10", Obs, "S silent", "new connections against kept ones, HTTP/1.1 against HTTP/2"},
	{"LD-11", Should, "S:L100–127", "the oracles U-01 to U-05 under load"},
}
