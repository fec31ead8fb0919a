package contract

// createRequirements look at Create Session, without which there is no update.
var createRequirements = []Requirement{
	{"CR-01", Should, "CS", "Create Session with and without a slash after visitors"},
	{"CR-02", Should, "CS", "Available comes with engagementDetails and all its members"},
	{"CR-03", Should, "CS", "NotAvailable comes without engagementDetails"},
	{"CR-04", Should, "CS", "ids read as strings and as numbers"},
	{"CR-05", Should, "CS", "a cold account waited for, with the visitor id it named"},
	{"CR-06", Should, "CS", "appType missing or WEB"},
	{"CR-07", Obs, "CS", "Create Session again with both ids"},
	{"CR-08", Should, "CS", "an impression type in Create Session's engagementAttributes"},
	{"CR-09", Obs, "DA", "the Domain API's letter case of the service name"},
}
