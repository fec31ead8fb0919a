package contract

// Session is what Create Session hands to Update Session (CS): the ids that go
// into the path, the query and the body, and the engagement whose impressions
// may be reported.
type Session struct {
	// Account is the path parameter accountId (S:L28).
	Account string
	// VisitorID is the path parameter visitorId (S:L29).
	VisitorID string
	// ID is the query parameter sid (S:L36).
	ID string
	// PageID is the body member pageId (S:L42).
	PageID string
	// Engagement is nil where Create Session answered NotAvailable, or where the
	// ids were given without one: such a session can send SDEs only.
	Engagement *Engagement
	// Target caches [Target] of this session; [Session.Prepare] fills it.
	Target string
}

// Prepare computes what every request of the session repeats and returns s.
func (s *Session) Prepare() *Session {
	s.Target = Target(s.Account, s.VisitorID, s.ID)
	return s
}

// Engagement is what an impression event names (S:L54–60). The ids need 64
// bits: the specification's own exceed 2³¹−1 (S:L54).
type Engagement struct {
	Campaign  int64  // engagementDetails.campaignId
	ID        int64  // engagementDetails.engagementId
	Revision  int64  // engagementDetails.engagementRevision
	ContextID string // engagementDetails.contextId
}

// Availability of Create Session's reply (CS).
const (
	Available    = "Available"
	NotAvailable = "NotAvailable"
)

// App types that Create Session takes (CS).
const (
	AppTypeMSDK     = "MSDK"
	AppTypeExternal = "EXTERNAL"
)
