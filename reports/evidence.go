package reports

import "sdegauge/checks"

func checksOf(results []checks.Result) []Check {
	list := make([]Check, 0, len(results))
	for _, r := range results {
		list = append(list, Check{
			ID: r.ID, Level: r.Level, Title: r.Title, Verdict: r.Verdict,
			Judged: r.Judged, Failed: r.Failed, Warned: r.Warned,
			Example: exampleOf(r.First), Smallest: exampleOf(r.Smallest),
		})
	}
	return list
}

func unexpectedOf(groups []checks.Unexpected) []Unexpected {
	list := make([]Unexpected, 0, len(groups))
	for _, u := range groups {
		list = append(list, Unexpected{
			Class: u.Class, Fault: u.Fault, Status: u.Status, Failure: u.Failure.String(),
			Updates: u.Updates, Example: exampleOf(u.First),
		})
	}
	return list
}

func exampleOf(e *checks.Example) *Example {
	if e == nil {
		return nil
	}
	return &Example{
		Seq: e.Seq, Attempt: e.Attempt, Class: e.Class, Fault: e.Fault, Expected: e.Expected, Got: e.Got,
		Request: e.RequestLine, RequestBody: e.RequestBody, RequestBytes: e.RequestSize,
		Status: e.Status, Failure: e.Failure.String(),
		ResponseBody: e.ResponseBody, ResponseBytes: e.ResponseSize, Truncated: e.Truncated,
		Curl: e.Curl,
	}
}
