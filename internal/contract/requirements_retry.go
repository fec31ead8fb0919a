package contract

// retryRequirements look at a client: it runs against a scripted server.
var retryRequirements = []Requirement{
	{"RT-01", Should, "S:L116", "500 always: four attempts, pauses of 5, 10 and 15 s, then the last error"},
	{"RT-02", Should, "S:L116", "503 always: four attempts, pauses of 5, 10 and 15 s, then the last error"},
	{"RT-03", Should, "S:L116", "500, then 200: two attempts, 5 s apart"},
	{"RT-04", Should, "S:L116", "500, 503, then 200: three attempts, pauses of 5 and 10 s"},
	{"RT-05", Should, "S:L116", "500 three times, then 200: success on the fourth attempt"},
	{"RT-06", Should, "S:L116", "500 four times, then 200: failure and no fifth attempt"},
	{"RT-07", Should, "S:L115", "400, 401 and 404: one attempt"},
	{"RT-08", Should, "S:L115–116", "500, then 400: two attempts"},
	{"RT-09", Should, "S:L116", "200: one attempt"},
	{"RT-10", Should, "S:L116", "an attempt repeats the one before it byte for byte"},
	{"RT-11", Obs, "RP (X22)", "429, with Retry-After and without"},
	{"RT-12", Obs, "S:L116", "5xx outside the list: 502, 504 and 599"},
	{"RT-13", Obs, "MD", "an attempt that the network ended"},
	{"RT-14", Obs, "S silent", "500 with a broken envelope or none"},
	{"RT-15", Obs, "RP", "the general policy's outer loop of 2, 4 and 8 minutes"},
	{"RT-16", Obs, "ME, MR", "the monitoring policy's 3, 10, 30 and 90 s, also after 202"},
	{"RT-17", Should, "S:L116", "a cancelled pause ends at once and sends nothing"},
	{"RT-18", Should, "S:L116", "a pause holds no worker, connection or place in the schedule"},
	{"RT-19", Obs, "S silent", "jitter in the pauses"},
	{"RT-20", Obs, "JSS", "ten retries without a pause"},
}
