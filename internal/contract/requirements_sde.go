package contract

// cartRequirements look at the SDE cart.
var cartRequirements = []Requirement{
	{"SC-01", Should, "S:L44; T", "the minimal cart"},
	{"SC-02", Must, "S:L44; T", "the full cart"},
	{"SC-03", Should, "T", "a cart without total"},
	{"SC-04", Should, "T", "a cart without numItems"},
	{"SC-05", Should, "T", "a cart's product line without product"},
	{"SC-06", Should, "T", "a cart's number of a wrong JSON type"},
	{"SC-07", Obs, "T", "a cart's numbers as numeric strings"},
	{"SC-08", Obs, "T", "a cart's whole numbers written with a fraction"},
	{"SC-09", Obs, "S silent", "a cart's numbers at their edges"},
	{"SC-10", Obs, "setting-up-engagement-attributes.md", "a cart whose sums do not add up"},
	{"SC-11", Obs, "S silent", "a cart's products empty, null, an object, and 1,000 lines"},
	{"SC-12", Obs, "S silent", "a cart's currency in other forms"},
}

// purchaseRequirements look at the SDE purchase.
var purchaseRequirements = []Requirement{
	{"SP-01", Should, "S:L44; T", "the minimal purchase"},
	{"SP-02", Must, "S:L44; T", "the full purchase"},
	{"SP-03", Should, "T", "a purchase's cart without products"},
	{"SP-04", Should, "T", "a purchase's field of a wrong JSON type"},
	{"SP-05", Obs, "T1", "a purchase's products under the name Products"},
	{"SP-06", Obs, "VIS", "one orderId in two requests, and what is stored"},
	{"SP-07", Obs, "S silent", "orderId as a number and of 256 characters"},
	{"SP-08", Obs, "S silent", "a purchase's cart with a total and a currency of its own"},
}

// prodViewRequirements look at the SDE prodView.
var prodViewRequirements = []Requirement{
	{"SV-01", Should, "S:L44; T", "the minimal prodView"},
	{"SV-02", Must, "S:L44; T", "the full prodView"},
	{"SV-03", Should, "T", "a viewed product line without product"},
	{"SV-04", Should, "T", "a prodView's field of a wrong JSON type"},
	{"SV-05", Obs, "T", "the two stock members with unusual values"},
	{"SV-06", Obs, "T1", "a viewed product line with a quantity"},
	{"SV-07", Obs, "T", "prodView three times in one session, and what is stored"},
}

// ctmrInfoRequirements look at the SDE ctmrinfo.
var ctmrInfoRequirements = []Requirement{
	{"SK-01", Should, "S:L44; T", "the minimal ctmrinfo"},
	{"SK-02", Must, "S:L44; T", "the full ctmrinfo"},
	{"SK-03", Should, "T", "a ctmrinfo of its type alone"},
	{"SK-04", Should, "T", "a ctmrinfo's field of a wrong JSON type"},
	{"SK-05", Should, "T", "a negative balance"},
	{"SK-06", Obs, "T", "a ctmrinfo's fields flat beside type"},
	{"SK-07", Obs, "T", "ctype and cstatus off the account's list, or in another letter case"},
	{"SK-08", Obs, "S silent", "dates outside the calendar, partial or as text"},
	{"SK-09", Obs, "T", "loginStatus of any value"},
	{"SK-10", Obs, "T", "socialId, customerId and imei as numbers"},
	{"SK-11", Obs, "T", "the store's members in an authenticated engagement"},
	{"SK-12", Obs, "BP, BPM", "ctmrinfo in two requests with disjoint fields, and what is stored"},
}

// mrktInfoRequirements look at the SDE mrktInfo.
var mrktInfoRequirements = []Requirement{
	{"SM-01", Should, "S:L44; T", "the minimal mrktInfo"},
	{"SM-02", Must, "S:L44; T", "the full mrktInfo"},
	{"SM-03", Should, "T", "each documented channel"},
	{"SM-04", Obs, "EH", "the two channels that only the read side knows"},
	{"SM-05", Obs, "S silent", "a channel that nobody documents"},
	{"SM-06", Obs, "T; VIS", "channel as a numeric string, as T's sample has it"},
	{"SM-07", Should, "T", "channel of a wrong JSON type"},
	{"SM-08", Obs, "T", "other spellings of campaignId and affiliate"},
}

// personalRequirements look at the SDE personal.
var personalRequirements = []Requirement{
	{"SR-01", Must, "S:L77–94", "the specification's personal with an age of 30.0"},
	{"SR-02", Should, "S:L44; T", "the minimal personal"},
	{"SR-03", Must, "S:L44; T", "the full personal"},
	{"SR-04", Should, "T", "a personal of its type alone"},
	{"SR-05", Should, "T", "an age of 30"},
	{"SR-06", Should, "T", "each documented gender"},
	{"SR-07", Should, "T", "each documented phoneType"},
	{"SR-08", Should, "T", "language with a hyphen and with an underscore"},
	{"SR-09", Should, "T", "two contacts"},
	{"SR-10", Obs, "T", "a gender that is not documented"},
	{"SR-11", Obs, "T1", "gender as the older integers"},
	{"SR-12", Should, "T", "a personal's field of a wrong JSON type"},
	{"SR-13", Obs, "IVR", "contacts as one object"},
	{"SR-14", Obs, "S silent", "contacts empty, null, a hundred, and one that says nothing"},
	{"SR-15", Obs, "S silent", "an email that is none, is too long, or has a foreign domain"},
	{"SR-16", Obs, "S silent", "a phone with letters, an extension or 64 digits"},
	{"SR-17", Obs, "T", "phoneType unknown or in lower case"},
	{"SR-18", Obs, "T, T1", "country by name and by code"},
	{"SR-19", Obs, "T", "language in other forms"},
	{"SR-20", Obs, "S silent", "ages and birthdays that cannot be"},
	{"SR-21", Obs, "S silent", "firstname of 1 to 50,001 characters, and of blanks"},
	{"SR-22", Obs, "BP, BPM", "personal in two requests with disjoint fields, and what is stored"},
}

// leadRequirements look at the SDE lead.
var leadRequirements = []Requirement{
	{"SL-01", Should, "S:L44; T", "the minimal lead"},
	{"SL-02", Must, "S:L44; T", "the full lead"},
	{"SL-03", Should, "T", "a lead's field of a wrong JSON type"},
	{"SL-04", Obs, "S silent", "a lead's value at its edges, and as a numeric string"},
	{"SL-05", Obs, "VIS", "one leadId twice, and what is stored"},
	{"SL-06", Obs, "T", "many leads in one session"},
}

// serviceRequirements look at the SDE service.
var serviceRequirements = []Requirement{
	{"SS-01", Should, "S:L44; T", "the minimal service"},
	{"SS-02", Must, "S:L44; T", "the full service"},
	{"SS-03", Should, "T", "each status that T documents"},
	{"SS-04", Obs, "EAA, EH", "the three statuses that siblings add"},
	{"SS-05", Obs, "S silent", "a status that nobody documents"},
	{"SS-06", Should, "T", "a service's status of a wrong JSON type"},
	{"SS-07", Obs, "VIS", "one serviceId twice, and what is stored"},
}

// visitorErrorRequirements look at the SDE error.
var visitorErrorRequirements = []Requirement{
	{"SE-01", Should, "S:L44; T", "the minimal error SDE"},
	{"SE-02", Must, "S:L44; T", "the full error SDE"},
	{"SE-03", Should, "T", "an error SDE's field of a wrong JSON type"},
	{"SE-04", Obs, "S silent", "level and resolved at their edges"},
	{"SE-05", Obs, "T", "an earlier error marked as resolved, and what is stored"},
}

// searchInfoRequirements look at the SDE searchInfo.
var searchInfoRequirements = []Requirement{
	{"SQ-01", Obs, "S:L44; T (X15)", "the minimal and the full searchInfo"},
	{"SQ-02", Obs, "S silent", "keywords empty, null, a thousand, and with an empty word"},
	{"SQ-03", Should, "T", "keywords of a wrong JSON type"},
}
