package contract

// lifecycleRequirements look at the life of a session: order, repetition and concurrency.
var lifecycleRequirements = []Requirement{
	{"LC-01", Must, "S:L16, L36, L42", "an update with the three ids of Create Session"},
	{"LC-02", Should, "S:L16", "two, ten and a thousand updates in one session"},
	{"LC-03", Should, "S:L16", "SDE types one after another in successive updates"},
	{"LC-04", Obs, "S silent", "one request twice, and whether append types double"},
	{"LC-05", Obs, "S silent", "one request 50 times in parallel on one session"},
	{"LC-06", Obs, "S silent", "two parallel updates of one property"},
	{"LC-07", Obs, "BP", "a cart sent again with fewer fields, and what is stored"},
	{"LC-08", Should, "VIS", "an update after six hours"},
	{"LC-09", Obs, "AND", "an update after 30 minutes of silence"},
	{"LC-10", Obs, "S silent", "whether an update refreshes the session's idle clock"},
	{"LC-11", Obs, "CS", "updates with the old and the new page id after a second Create Session"},
	{"LC-12", Should, "CS", "the old session id after Create Session has replaced it"},
	{"LC-13", Obs, "S silent", "an update between NotAvailable and Available"},
	{"LC-14", Obs, "MD", "SDEs without end in one session, and the first refusal"},
	{"LC-15", Obs, "S silent", "an update at once after Create Session"},
	{"LC-16", Obs, "S silent", "updates over two connections or two edge addresses"},
	{"LC-17", Obs, "S silent", "a server restarted between create and update"},
}
