package contract

import (
	"slices"
	"strconv"
	"time"
)

// statuses are the status codes Update Session answers with (S:L104–109).
var statuses = [...]int{200, 400, 401, 404, 500, 503}

// Statuses returns the status codes of the contract, ascending (S:L104–109).
func Statuses() []int { return slices.Clone(statuses[:]) }

// ListedStatus reports whether the contract lists a status code. Whether the
// list is closed is open; the profile decides (S:L100–109).
func ListedStatus(code int) bool { return slices.Contains(statuses[:], code) }

// Rejection reports whether code is one of the three with which a server
// refuses a client's fault: 400, 401 or 404 (S:L105–107). Which of them answers
// which fault the specification does not say.
func Rejection(code int) bool { return code == 400 || code == 401 || code == 404 }

// InternalCode is the member internalCode of the error envelope (S:L126). Only
// IllegalVersion is in the specification; the others are what sibling APIs of
// the same back end use, so they are preferred and never demanded.
type InternalCode int64

// The internal codes seen, with the status each comes with.
const (
	CodeInvalidData      InternalCode = 5  // 400: bad JSON, failed validation (MO, MR)
	CodeUnknownAccount   InternalCode = 6  // 404 (VIS)
	CodeNoPermission     InternalCode = 10 // 401 (VIS)
	CodeSessionNotFound  InternalCode = 12 // 404: for instance older than 6 h (VIS)
	CodeUnexpected       InternalCode = 18 // 500 (MO)
	CodeLoadingAccount   InternalCode = 20 // 500: a cold account (CS)
	CodeIllegalVersion   InternalCode = 33 // S:L134–136; 400 on siblings
	CodeUnknownVisitor   InternalCode = 37 // 404 (MO, VIS)
	CodeAccountLoading11 InternalCode = 38 // 202: the sibling's version 1.1 (ME)
	CodeUnknownSession   InternalCode = 39 // 404 (MO, VIS)
)

// IllegalVersionMessage is the message of the specification's one error example
// (S:L135).
const IllegalVersionMessage = "Illegal Version"

// Envelope is the error entity (S:L122–128).
type Envelope struct {
	Time         int64        `json:"time"`              // epoch milliseconds (S:L124, S:L134)
	Message      string       `json:"message,omitempty"` // optional (S:L125)
	InternalCode InternalCode `json:"internalCode"`      // S:L126
}

// NewEnvelope is the envelope of an error that happens at now.
func NewEnvelope(now time.Time, code InternalCode, message string) Envelope {
	return Envelope{Time: now.UnixMilli(), Message: message, InternalCode: code}
}

// LoadingMessage is the message of a 500 with [CodeLoadingAccount], from which
// a client takes the visitor id to come back with (CS).
func LoadingMessage(account, visitorID string) string {
	return "Loading account: " + account + ", vid: " + visitorID
}

// StatusText names a status for a table: "200", or "none" for an attempt that
// got no complete response.
func StatusText(code int) string {
	if code == 0 {
		return "none"
	}
	return strconv.Itoa(code)
}
