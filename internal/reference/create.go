package reference

import (
	"encoding/json"
	"net/http"
	"strconv"

	"sdegauge/internal/contract"
)

// created is the reply of Create Session (CS).
type created struct {
	Status            string   `json:"status"`
	SessionID         string   `json:"sessionId"`
	VisitorID         string   `json:"visitorId"`
	PageID            string   `json:"pageId"`
	EngagementDetails *details `json:"engagementDetails,omitempty"`
}

// details name the engagement that was found. The two ids are typed numbers in
// CS's table and are strings in its samples.
type details struct {
	CampaignID         any    `json:"campaignId"`
	EngagementID       any    `json:"engagementId"`
	ContextID          string `json:"contextId"`
	WindowID           string `json:"windowId"`
	Language           string `json:"language"`
	EngagementRevision int64  `json:"engagementRevision"`
	ValidForSeconds    int    `json:"validForSeconds"`
	SkillID            int    `json:"skillId"`
	SkillName          string `json:"skillName"`
}

// create answers Create Session (CS). Both ids are optional, and ids that are
// not known are replaced, not refused.
func (h *Handler) create(r *http.Request, in *input, bad answer) answer {
	to, a := h.address(r)
	if a.status != 0 {
		return a
	}
	if vid := h.store.cold(h.options.Faults.Cold, to.account, to.visitor); vid != "" {
		return answer{
			status: http.StatusInternalServerError, code: contract.CodeLoadingAccount,
			message: contract.LoadingMessage(to.account, vid), cause: AccountCold,
		}
	}
	if bad.status != 0 {
		return bad
	}
	if f := in.read(in.body, h.book.create, nil); f != nil {
		return misread(f)
	}
	sid, _, agree := parameter(r.URL.RawQuery, contract.ParamSessionID)
	if !agree {
		return invalid("the values of the query parameter sid differ").because(SessionUnknown)
	}
	x, page := h.store.open(to.account, to.visitor, sid, h.options.Now())
	x.keep(in.found)
	return answer{status: http.StatusOK, entity: h.reply(x, page)}
}

func (h *Handler) reply(x *session, page string) []byte {
	out := created{Status: contract.NotAvailable, SessionID: x.id, VisitorID: x.visitor, PageID: page}
	if e := x.engagement; e != nil {
		id := func(n int64) any {
			if h.options.NumericIDs {
				return n
			}
			return strconv.FormatInt(n, 10)
		}
		out.Status = contract.Available
		out.EngagementDetails = &details{
			CampaignID: id(e.Campaign), EngagementID: id(e.ID), ContextID: e.ContextID,
			WindowID: strconv.FormatInt(e.ID+1, 10), Language: "en-US",
			EngagementRevision: e.Revision, ValidForSeconds: 900, SkillID: 1, SkillName: "Reference",
		}
	}
	entity, _ := json.Marshal(out) // strings and numbers always marshal
	return entity
}
