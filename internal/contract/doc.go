// Package contract holds the Update Session call as data and types: the URL
// and its parameters, the update body with its ten SDE types and five
// impression events, the status codes, the error envelope, the retry policies,
// the requirements a server can be held to, and the words in which the rooms of
// this program talk to one another — case, expectation, reading.
//
// It imports nothing of this program and judges nothing. The field table
// ([SDETypes], [ImpressionTypes]) is the single description of the body:
// generators write from it, faults break it, the reference server reads it, and
// a test holds the Go types of this package against it.
//
// # Sources
//
// Public documentation names where a rule comes from. "S:L42" is line 42 of the
// specification of the Update Session call as its owner published it; only S
// makes a rule a MUST. The other keys are public pages of the same owner, or of
// clients of its APIs, that fill what S leaves open:
//
//	US1  Update Session in its oldest edition
//	CS   Create Session, the POST on the same path
//	CS1  an older edition of CS
//	OV   overview of the App Engagement API, to which both belong
//	T    the types of engagement attributes, the page S:L44 links
//	T1   an older edition of T
//	IE   the impression event examples, the page S:L43 links
//	DA   the Domain API, the page S:L22 links
//	BP   best practices for SDEs in chat
//	BPM  best practices for SDEs in messaging
//	RP   the general retry recommendations
//	MO   overview of the sibling Monitoring API
//	ME   its method engagement
//	MR   its method report
//	MG   its guide
//	MG1  an older edition of MG, with raw response headers
//	MD   its unpublished drafts
//	EAA  the sibling Engagement Attributes API
//	VIS  the sibling Visit Information API, which reads sessions back
//	EH   the Engagement History, another reader of SDEs
//	MI   the Messaging Interactions API, another reader of SDEs
//	IVR  the external engagement of the sibling IVR API
//	JS   the JavaScript chat SDK, which wraps CS
//	JSS  the sample application of that SDK
//	FL   a public client of the Monitoring API
//	AND  the Android messaging SDK, on the length of a session
//	IDX  the platform's notice about TLS
//	I94, I97, I118  field reports in the documentation's issue tracker
//	setting-up-engagement-attributes.md  the page on how to report SDEs
//
// # Inconsistencies
//
// S contradicts itself, or the pages beside it, in places. Where a rule hangs on
// such a place, its source names it:
//
//	X2   S:L22 ends the path with a stray back-tick
//	X6   S:L35 calls v a double of one value: is 1 the same as 1.0?
//	X7   S:L43–44 type the two arrays as strings, S:L51 and L77 show arrays
//	X14  S:L44 excludes ImpressionEvent, which is no type on the wire
//	X15  S:L44 takes all SDEs, T keeps searchInfo from mobile
//	X16  S:L53–75 list the impressions against the order of the funnel
//	X17  S:L54–56 write ids as numbers, the samples of CS as strings
//	X18  S:L54 is larger than 2³¹−1
//	X22  S:L115 retries no 4xx, RP retries 429
//	X24  the JSON samples of T hold comments
package contract
