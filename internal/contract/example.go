package contract

// ExampleBody is the body of the specification's one example, member for member
// and in its order (S:L48–96), without its white space. It lists impAccept
// before impDisplay, so the order of the array carries no meaning.
const ExampleBody = `{"pageId":"4743822558","impAttributes":[` +
	`{"type":"impAccept","campaign":3115242510,"engId":3115242810,"revision":537,"eContext":[{"type":"engagementContext","id":"1"}]},` +
	`{"type":"impDisplay","campaign":3115242510,"engId":3115242810,"revision":537,"eContext":[{"type":"engagementContext","id":"1"}]}],` +
	`"engagementAttributes":[{"type":"personal","personal":{"contacts":[{"email":"sarah@gmail.com","phone":"0987653"}],` +
	`"age":{"age":30.0,"year":1986,"month":7,"day":22},"firstname":"Sarah","lastname":"West","gender":"FEMALE","company":"liveperson"}}]}`

// ExampleSession is a session whose page and engagement are those of
// [ExampleBody]; the specification gives its example no account, visitor or
// session id, so these are ours.
func ExampleSession() *Session {
	s := &Session{
		Account:    "acme_01",
		VisitorID:  "ExYTlkNGJjMjdlOGYzMDUy",
		ID:         "Qm3xT7vK0aZr_9-LbW2eDg",
		PageID:     "4743822558",
		Engagement: &Engagement{Campaign: 3115242510, ID: 3115242810, Revision: 537, ContextID: "1"},
	}
	return s.Prepare()
}
