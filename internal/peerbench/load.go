//go:build linux

package peerbench

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"sdegauge/checks"
	"sdegauge/generators"
	"sdegauge/internal/contract"
)

// classes are what sdegauge sends: nine kinds of SDE, each filled up to about
// 900 bytes, no two bodies alike.
func classes() []string {
	return []string{"cart", "purchase", "prodView", "ctmrinfo", "mrktInfo", "personal", "lead", "service", "error"}
}

// source makes the bodies of classes.
func source() (*generators.Mix, error) {
	var entries []generators.Entry
	for _, class := range classes() {
		entries = append(entries, generators.Entry{Class: class, Weight: 1})
	}
	return generators.NewMix(1, entries, generators.MixOptions{})
}

// oneUpdate is the constant request that the other peers send.
func oneUpdate() (*contract.Case, error) {
	mix, err := source()
	if err != nil {
		return nil, err
	}
	c := &contract.Case{}
	mix.Fill(c, 0, contract.ExampleSession().Prepare())
	return c, nil
}

// stage is the one stage of a scenario.
type stage struct {
	Arrival  string `json:"arrival"`
	Duration string `json:"duration"`
	Rate     string `json:"rate,omitempty"`
	Workers  int    `json:"workers,omitempty"`
}

func closedStage(d time.Duration) stage {
	return stage{Arrival: "closed", Workers: connections, Duration: d.String()}
}

func openStage(perSecond int, d time.Duration) stage {
	return stage{Arrival: "constant", Rate: fmt.Sprintf("%d/s", perSecond), Duration: d.String()}
}

// scenario is what sdegauge is told: JSON, which is YAML.
func scenario(url string, st stage) ([]byte, error) {
	s := contract.ExampleSession()
	type ingredient struct {
		Class  string `json:"class"`
		Weight int    `json:"weight"`
	}
	var mix []ingredient
	for _, class := range classes() {
		mix = append(mix, ingredient{class, 1})
	}
	told := map[string]any{
		"name": "peers", "target": map[string]string{"url": url, "account": s.Account},
		"sessions": map[string]any{"fixed": []map[string]string{{"visitor": s.VisitorID, "sid": s.ID, "page": s.PageID}}},
		"stages":   []stage{st}, "mix": mix,
	}
	if st.Arrival == "closed" {
		// Whoever fills its core is late by the length of its queue: that is no
		// fault of a race.
		told["limits"] = map[string]any{"lag": map[string]string{"within": "1s"}}
	}
	return json.Marshal(told)
}

// wrkScript makes wrk send a case, which it would not do by its flags.
func wrkScript(c *contract.Case, bodyFile string) string {
	var script strings.Builder
	fmt.Fprintf(&script, "local f = assert(io.open(%q, \"rb\"))\nwrk.body = f:read(\"*a\")\nf:close()\nwrk.method = %q\n", bodyFile, c.Method)
	for _, field := range contract.DefaultHeader() {
		fmt.Fprintf(&script, "wrk.headers[%q] = %q\n", field.Name, field.Value)
	}
	return script.String()
}

// madeAndJudged is the CPU time that one body and the judgement of its answer
// cost together, over n of them.
func madeAndJudged(n int) (time.Duration, error) {
	work, err := newMakeAndJudge()
	if err != nil {
		return 0, err
	}
	before, err := threadTime()
	if err != nil {
		return 0, err
	}
	for seq := range n {
		work.next(uint64(seq))
	}
	after, err := threadTime()
	return (after - before) / time.Duration(n), err
}

// makeAndJudge is what sdegauge does for each request and the other peers do not.
type makeAndJudge struct {
	mix       *generators.Mix
	judge     *checks.Judge
	session   *contract.Session
	update    contract.Case
	reading   contract.Reading
	judgement checks.Judgement
}

func newMakeAndJudge() (*makeAndJudge, error) {
	mix, err := source()
	if err != nil {
		return nil, err
	}
	profile, _ := contract.LookupProfile("spec")
	w := &makeAndJudge{
		mix: mix, judge: checks.NewJudge(profile, time.Now),
		session: contract.ExampleSession().Prepare(),
	}
	w.reading = contract.Reading{Case: &w.update, Attempt: 1, Final: true, Status: 200, Proto: "HTTP/1.1"}
	return w, nil
}

// next makes the body of update seq and judges a plain 200 to it.
func (w *makeAndJudge) next(seq uint64) {
	w.mix.Fill(&w.update, seq, w.session)
	w.judge.Judge(&w.reading, &w.judgement)
}
