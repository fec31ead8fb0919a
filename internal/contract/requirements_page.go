package contract

// pageRequirements look at the body member pageId.
var pageRequirements = []Requirement{
	{"PG-01", Must, "S:L42, L50", "the page id that Create Session gave"},
	{"PG-02", Must, "S:L42", "pageId missing beside valid members"},
	{"PG-03", Must, "S:L42", "pageId null"},
	{"PG-04", Should, "S:L42", "pageId empty"},
	{"PG-05", Should, "S:L42", "pageId as a number"},
	{"PG-06", Should, "S:L42", "pageId as a boolean, an object or an array"},
	{"PG-07", Should, "S:L50", "a live page id beyond 32 bits"},
	{"PG-08", Obs, "S:L42", "a well-formed page id that never existed"},
	{"PG-09", Obs, "S:L42", "the page id of another live session"},
	{"PG-10", Obs, "S:L42", "the page id from before a second Create Session"},
	{"PG-11", Obs, "S silent", "pageId as blanks, padded, signed, or in another notation"},
	{"PG-12", Obs, "S silent", "pageId as letters, emoji, right-to-left text or NUL"},
	{"PG-13", Obs, "S silent", "pageId of 1 to 50,001 characters"},
	{"PG-14", Obs, "S silent", "the name pageId in another letter case"},
}
