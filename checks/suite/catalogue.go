package suite

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"sdegauge/internal/spelling"
)

// Rows returns every requirement of the contract in its order, with its cases.
func Rows() []Row {
	return slices.Concat(
		oracleRows(),       // U
		endpointRows(),     // EP
		accountRows(),      // AC
		visitorRows(),      // VI
		versionRows(),      // V
		sessionIDRows(),    // SI
		queryRows(),        // Q
		headerRows(),       // H
		bodyRows(),         // B
		pageRows(),         // PG
		impressionRows(),   // IM
		attributeRows(),    // EA
		cartRows(),         // SC
		purchaseRows(),     // SP
		prodViewRows(),     // SV
		ctmrInfoRows(),     // SK
		mrktInfoRows(),     // SM
		personalRows(),     // SR
		leadRows(),         // SL
		serviceRows(),      // SS
		visitorErrorRows(), // SE
		searchInfoRows(),   // SQ
		responseRows(),     // RS
		lifecycleRows(),    // LC
		retryRows(),        // RT
		createRows(),       // CR
		loadRows(),         // LD
	)
}

// Select returns the rows whose id, or one of whose case ids, matches one of the
// patterns of [path.Match], "V-*" or "SC-03"; only the cases that match, where a
// case's id does. No pattern selects all. A pattern that matches nothing is an
// error that names the nearest id.
func Select(rows []Row, patterns []string) ([]Row, error) {
	if len(patterns) == 0 {
		return rows, nil
	}
	wanted := make(map[string]bool)
	var errs []error
	for _, pattern := range patterns {
		errs = append(errs, match(rows, strings.TrimSpace(pattern), wanted))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	var selected []Row
	for _, r := range rows {
		if !wanted[r.ID] {
			r.Cases = slices.DeleteFunc(slices.Clone(r.Cases), func(c Case) bool { return !wanted[c.ID] })
			if len(r.Cases) == 0 {
				continue
			}
		}
		selected = append(selected, r)
	}
	return selected, nil
}

// match adds the ids that a pattern matches.
func match(rows []Row, pattern string, wanted map[string]bool) error {
	if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
		return fmt.Errorf("the pattern %q is not well formed: * stands for any text, [ must be closed", pattern)
	}
	found := false
	var known []string
	for _, r := range rows {
		known = append(known, r.ID)
		ids := []string{r.ID}
		for _, c := range r.Cases {
			ids = append(ids, c.ID)
		}
		for _, id := range ids {
			if ok, _ := path.Match(pattern, id); ok {
				wanted[id], found = true, true
			}
		}
	}
	if found {
		return nil
	}
	if near := spelling.Nearest(strings.Trim(pattern, "*"), known); near != "" {
		return fmt.Errorf("no requirement matches %q; did you mean %q?", pattern, near)
	}
	return fmt.Errorf(`no requirement matches %q; ids are such as "V-04", patterns such as "V-*"`, pattern)
}
