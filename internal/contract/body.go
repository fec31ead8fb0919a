package contract

import "encoding/json"

// Update is the body of Update Session (S:L42–44). The specification types the
// two arrays "string"; its example shows JSON arrays, and so they are here.
type Update struct {
	PageID               string       `json:"pageId"`
	ImpAttributes        []Impression `json:"impAttributes,omitempty"`
	EngagementAttributes []any        `json:"engagementAttributes,omitempty"`
}

// Impression is an impression event (S:L51–76). The three members of
// impExpanded are only ever seen as null (IE), so their types are unknown; raw,
// a null stays apart from an absent member.
type Impression struct {
	Type            string          `json:"type"`
	Campaign        int64           `json:"campaign"` // S:L54
	EngID           int64           `json:"engId"`    // S:L55
	Revision        int64           `json:"revision"` // S:L56
	EContext        []EngagementRef `json:"eContext,omitempty"`
	Expanded        json.RawMessage `json:"expanded,omitempty"`
	UserInit        json.RawMessage `json:"userInit,omitempty"`
	ActionableItems json.RawMessage `json:"actionableItems,omitempty"`
}

// EngagementRef is an entry of eContext (S:L57–62).
type EngagementRef struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

// EngagementContext is the only type of eContext entry seen (S:L59).
const EngagementContext = "engagementContext"

// Cart is the SDE of a shopping cart: what is in it now.
type Cart struct {
	Type     string        `json:"type"`
	Total    float64       `json:"total"`
	Currency string        `json:"currency,omitempty"`
	NumItems int64         `json:"numItems"`
	Products []ProductLine `json:"products,omitempty"`
}

// ProductLine is a product and how many of it.
type ProductLine struct {
	Product  Product `json:"product"`
	Quantity int64   `json:"quantity,omitempty"`
}

// Product describes one product. The two stock members are documented for
// prodView alone.
type Product struct {
	Name            string  `json:"name,omitempty"`
	Category        string  `json:"category,omitempty"`
	SKU             string  `json:"sku,omitempty"`
	Price           float64 `json:"price,omitempty"`
	StatusInStock   string  `json:"statusInStock,omitempty"`
	QuantityInStock int64   `json:"quantityInStock,omitempty"`
}

// Purchase is the SDE of a completed transaction.
type Purchase struct {
	Type     string        `json:"type"`
	Total    float64       `json:"total,omitempty"`
	Currency string        `json:"currency,omitempty"`
	OrderID  string        `json:"orderId,omitempty"`
	Cart     *PurchaseCart `json:"cart,omitempty"`
}

// PurchaseCart is what was bought.
type PurchaseCart struct {
	Products []ProductLine `json:"products"`
	NumItems int64         `json:"numItems,omitempty"`
}

// ProdView is the SDE of products looked at.
type ProdView struct {
	Type     string        `json:"type"`
	Currency string        `json:"currency,omitempty"`
	Products []ProductLine `json:"products,omitempty"`
}

// CtmrInfo is the SDE of customer information.
type CtmrInfo struct {
	Type string        `json:"type"`
	Info *CustomerInfo `json:"info,omitempty"`
}

// CustomerInfo are the members of a ctmrinfo. T's table lists them flat; every
// sample nests them.
type CustomerInfo struct {
	CType            string  `json:"ctype,omitempty"`
	CStatus          string  `json:"cstatus,omitempty"`
	Balance          float64 `json:"balance,omitempty"`
	Currency         string  `json:"currency,omitempty"`
	CustomerID       string  `json:"customerId,omitempty"`
	SocialID         string  `json:"socialId,omitempty"`
	IMEI             string  `json:"imei,omitempty"`
	UserName         string  `json:"userName,omitempty"`
	CompanySize      int64   `json:"companySize,omitempty"`
	CompanyBranch    string  `json:"companyBranch,omitempty"`
	AccountName      string  `json:"accountName,omitempty"`
	Role             string  `json:"role,omitempty"`
	LastPaymentDate  *Date   `json:"lastPaymentDate,omitempty"`
	RegistrationDate *Date   `json:"registrationDate,omitempty"`
	LoginStatus      int64   `json:"loginStatus,omitempty"`
	StoreZipCode     string  `json:"storeZipCode,omitempty"`
	StoreNumber      string  `json:"storeNumber,omitempty"`
}

// Date is a calendar day.
type Date struct {
	Year  int64 `json:"year"`
	Month int64 `json:"month"`
	Day   int64 `json:"day"`
}

// MrktInfo is the SDE of where the visitor came from.
type MrktInfo struct {
	Type string         `json:"type"`
	Info *MarketingInfo `json:"info,omitempty"`
}

// MarketingInfo are the members of a mrktInfo. T's table spells campaignID, its
// samples and the read side campaignId. Channel is a pointer, for 0 is a
// documented value: direct.
type MarketingInfo struct {
	Channel    *int64 `json:"channel,omitempty"`
	Affiliate  string `json:"affiliate,omitempty"`
	CampaignID string `json:"campaignId,omitempty"`
}

// Personal is the SDE of who the visitor is.
type Personal struct {
	Type     string        `json:"type"`
	Personal *PersonalInfo `json:"personal,omitempty"`
}

// PersonalInfo are the members of a personal (S:L79–93).
type PersonalInfo struct {
	FirstName string    `json:"firstname,omitempty"`
	LastName  string    `json:"lastname,omitempty"`
	Age       *Age      `json:"age,omitempty"`
	Contacts  []Contact `json:"contacts,omitempty"`
	Gender    string    `json:"gender,omitempty"`
	Company   string    `json:"company,omitempty"`
	Language  string    `json:"language,omitempty"`
}

// Age is an age and the birthday it may be computed from. The specification
// writes the age as 30.0 (S:L83), T calls it an integer.
type Age struct {
	Age   float64 `json:"age,omitempty"`
	Year  int64   `json:"year,omitempty"`
	Month int64   `json:"month,omitempty"`
	Day   int64   `json:"day,omitempty"`
}

// Contact is one way to reach the visitor.
type Contact struct {
	Email     string   `json:"email,omitempty"`
	Phone     string   `json:"phone,omitempty"`
	PhoneType string   `json:"phoneType,omitempty"`
	Address   *Address `json:"address,omitempty"`
}

// Address is the coarse address of a contact.
type Address struct {
	Country string `json:"country,omitempty"`
	Region  string `json:"region,omitempty"`
}

// Lead is the SDE of a commercial opportunity.
type Lead struct {
	Type string    `json:"type"`
	Lead *LeadInfo `json:"lead,omitempty"`
}

// LeadInfo are the members of a lead.
type LeadInfo struct {
	Topic    string  `json:"topic,omitempty"`
	Value    float64 `json:"value,omitempty"`
	Currency string  `json:"currency,omitempty"`
	LeadID   string  `json:"leadId,omitempty"`
}

// Service is the SDE of a service activity.
type Service struct {
	Type    string       `json:"type"`
	Service *ServiceInfo `json:"service,omitempty"`
}

// ServiceInfo are the members of a service. Status is a pointer, for 0 is a
// documented value: complete.
type ServiceInfo struct {
	Topic     string `json:"topic,omitempty"`
	Status    *int64 `json:"status,omitempty"`
	Category  string `json:"category,omitempty"`
	ServiceID string `json:"serviceId,omitempty"`
}

// VisitorError is the SDE of an error the visitor met.
type VisitorError struct {
	Type  string            `json:"type"`
	Error *VisitorErrorInfo `json:"error,omitempty"`
}

// VisitorErrorInfo are the members of an error. Resolved is a pointer, for an
// open error says so with false.
type VisitorErrorInfo struct {
	ContextID string `json:"contextId,omitempty"`
	Message   string `json:"message,omitempty"`
	Code      string `json:"code,omitempty"`
	Level     int64  `json:"level,omitempty"`
	Resolved  *bool  `json:"resolved,omitempty"`
}

// SearchInfo is the SDE of what the visitor searched for.
type SearchInfo struct {
	Type     string   `json:"type"`
	Keywords []string `json:"keywords,omitempty"`
}
