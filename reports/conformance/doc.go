// Package conformance turns a report of the conformance suite into documents:
// tables for a terminal, one page for a browser, JUnit, Markdown, JSON and a
// badge. Everything comes from the report, so each can be made again from
// conformance.json.
//
//	suite.Report ─► groups ─► page (terminal, Markdown)
//	                       ├► HTML
//	                       └► JUnit, badge
package conformance
