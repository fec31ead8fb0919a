package reports

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"sdegauge/internal/contract"
	"sdegauge/internal/figure"
)

// JUnit is a document of test results as CI systems read it.
type JUnit struct {
	Name   string
	Began  time.Time
	TimeS  float64 // of all suites together, in seconds
	Suites []JUnitSuite
}

// JUnitSuite is a group of cases.
type JUnitSuite struct {
	Name  string
	Cases []JUnitCase
}

// JUnitCase is one result. How it is written follows from its verdict:
//
//	fail               <failure>
//	inconclusive       <error>: the instrument's trouble, and no pass
//	observed, skipped  <skipped>
//	warn               passed, its message in <system-out>
//	pass               passed
type JUnitCase struct {
	Name    string
	Verdict contract.Verdict
	// Message says in a line why the verdict is what it is; Text says more.
	Message, Text string
}

// The document as it is written. There is no schema that all readers share; these
// are the members that the widespread ones agree on.
type (
	xmlSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		xmlCounts
		Time   string     `xml:"time,attr"`
		Suites []xmlSuite `xml:"testsuite"`
	}
	xmlSuite struct {
		Name string `xml:"name,attr"`
		xmlCounts
		Timestamp string    `xml:"timestamp,attr,omitempty"`
		Cases     []xmlCase `xml:"testcase"`
	}
	xmlCounts struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
	}
	xmlCase struct {
		Class   string     `xml:"classname,attr"`
		Name    string     `xml:"name,attr"`
		Failure *xmlResult `xml:"failure"`
		Error   *xmlResult `xml:"error"`
		Skipped *xmlResult `xml:"skipped"`
		Out     *xmlText   `xml:"system-out"`
	}
	xmlResult struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
	xmlText struct {
		Text string `xml:",chardata"`
	}
)

func (c *xmlCounts) add(other xmlCounts) {
	c.Tests += other.Tests
	c.Failures += other.Failures
	c.Errors += other.Errors
	c.Skipped += other.Skipped
}

// WriteJUnitXML writes test results. What XML cannot hold is replaced.
func WriteJUnitXML(w io.Writer, j JUnit) error {
	all := xmlSuites{Name: j.Name, Time: strconv.FormatFloat(j.TimeS, 'f', 3, 64)}
	for _, s := range j.Suites {
		suite := xmlSuite{Name: s.Name}
		if !j.Began.IsZero() {
			suite.Timestamp = j.Began.UTC().Format("2006-01-02T15:04:05")
		}
		for _, c := range s.Cases {
			one, counts := c.xml(j.Name + "." + s.Name)
			suite.Cases = append(suite.Cases, one)
			suite.add(counts)
		}
		all.Suites = append(all.Suites, suite)
		all.add(suite.xmlCounts)
	}
	var out bytes.Buffer
	out.WriteString(xml.Header)
	encoder := xml.NewEncoder(&out)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return fmt.Errorf("lay out the test results: %w", err)
	}
	out.WriteByte('\n')
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("write the test results: %w", err)
	}
	return nil
}

// xml is the case as it is written, and what it adds to the counts.
func (c JUnitCase) xml(class string) (xmlCase, xmlCounts) {
	one, counts := xmlCase{Class: class, Name: c.Name}, xmlCounts{Tests: 1}
	result := &xmlResult{Message: c.Message, Type: c.Verdict.String(), Text: c.Text}
	switch c.Verdict {
	case contract.Fail:
		one.Failure, counts.Failures = result, 1
	case contract.Inconclusive:
		one.Error, counts.Errors = result, 1
	case contract.Skipped, contract.ObservedOnly:
		result.Type = ""
		one.Skipped, counts.Skipped = result, 1
	case contract.Warn:
		one.Out = &xmlText{strings.TrimSuffix(c.Verdict.String()+": "+c.Message+"\n"+c.Text, "\n")}
	}
	return one, counts
}

// WriteJUnit writes a report as test results: a case for each threshold, for each
// requirement that was judged and for each cause to doubt the run. One of them
// failed or is in error exactly where the report's exit code is not 0.
func WriteJUnit(w io.Writer, r *Report) error {
	j := JUnit{Name: "sdegauge." + printable(r.Scenario.Name), Began: r.Began, TimeS: r.ElapsedS}
	for _, s := range []JUnitSuite{{"thresholds", thresholdCases(r)}, {"checks", checkCases(r)}, {"run", causeCases(r)}} {
		if len(s.Cases) > 0 {
			j.Suites = append(j.Suites, s)
		}
	}
	return WriteJUnitXML(w, j)
}

func thresholdCases(r *Report) (list []JUnitCase) {
	for _, t := range r.Thresholds {
		list = append(list, JUnitCase{Name: printable(t.Expr), Verdict: t.Verdict, Message: printable(t.Detail)})
	}
	return list
}

func checkCases(r *Report) (list []JUnitCase) {
	for _, c := range r.Checks {
		one := JUnitCase{Name: printable(fmt.Sprintf("%s (%s) %s", c.ID, c.Level, c.Title)), Verdict: c.Verdict}
		one.Message = figure.CountOf(c.Judged, "response") + " judged"
		if c.Verdict > contract.Pass {
			one.Message = fmt.Sprintf("%s of %s", figure.Count(c.found()), one.Message)
			one.Text = strings.Join(partLines(evidence(c.Example)), "\n")
		}
		list = append(list, one)
	}
	return list
}

func causeCases(r *Report) (list []JUnitCase) {
	for _, c := range r.Causes {
		list = append(list, JUnitCase{
			Name: printable(c.Cause), Verdict: contract.Inconclusive,
			Message: printable(c.Detail), Text: "change: " + printable(c.Advice),
		})
	}
	return list
}
