package contract

// accountRequirements look at the path parameter accountId.
var accountRequirements = []Requirement{
	{"AC-01", Must, "S:L28", "the account of a live session"},
	{"AC-02", Must, "S:L28", "the account left empty between its slashes"},
	{"AC-03", Must, "S:L28", "the account's segment left out"},
	{"AC-04", Should, "S:L107; VIS", "a well-formed account that does not exist"},
	{"AC-05", Should, "CS1, US1", "an unknown account of 20 characters"},
	{"AC-06", Should, "CS1, US1", "an account of 21 characters"},
	{"AC-07", Should, "CS1, US1", "an unknown account of one character, and one with an underscore"},
	{"AC-08", Should, "CS1, US1", "an account with a forbidden character"},
	{"AC-09", Obs, "S silent", "an account outside ASCII, percent-encoded"},
	{"AC-10", Obs, "S silent", "the account in another letter case"},
	{"AC-11", Obs, "S silent", "a space before or after the account"},
	{"AC-12", Obs, "S silent", "an account of 4 KiB"},
	{"AC-13", Should, "S:L107", "another account with this account's visitor and session"},
}
