package scenarios

import (
	"slices"

	"sdegauge/generators"
	"sdegauge/internal/contract"
)

// The words of the knobs of a profile.
const (
	searchInfoMust    = "must"
	searchInfoObserve = "observe"
	offListFail       = "fail"
	offListWarn       = "warn"
)

// The words of checks.imp_ids.
const (
	impIDsNumber = "number"
	impIDsString = "string"
)

// The words of sessions.engagement.
const (
	EngagementAny      = "any"      // sessions with an engagement and without
	EngagementRequired = "required" // only sessions that impressions can be sent for
)

// choices are the lists of allowed words that the tag "of" names.
func choices(list string) []string {
	switch list {
	case "http":
		return []string{"auto", "1.1", "2", "h2c"}
	case "transport":
		return []string{"auto", "fast", "std"}
	case "engagement":
		return []string{EngagementAny, EngagementRequired}
	case "app_type":
		return []string{contract.AppTypeExternal, contract.AppTypeMSDK}
	case "arrival":
		return names(Arrivals(), func(a Arrival) string { return a.Name })
	case "class":
		return generators.Classes()
	case "depth":
		return names(generators.Depths(), func(d generators.Depth) string { return string(d) })
	case "size":
		return names(generators.Sizes(), func(s generators.Size) string { return string(s) })
	case "retry":
		return names(contract.RetryPolicies(), func(p contract.RetryPolicy) string { return p.Name })
	case "profile":
		return names(contract.Profiles(), func(p contract.Profile) string { return p.Name })
	case "empty_entity":
		return []string{string(contract.EmptyZero), string(contract.EmptyBraces), string(contract.EmptyAny)}
	case "searchinfo":
		return []string{searchInfoMust, searchInfoObserve}
	case "imp_ids":
		return []string{impIDsNumber, impIDsString}
	case "off_list":
		return []string{offListFail, offListWarn}
	}
	return nil
}

func names[T any](all []T, name func(T) string) []string {
	list := make([]string, len(all))
	for i, a := range all {
		list[i] = name(a)
	}
	return list
}

// thresholdClasses are the classes that updates are counted under.
func thresholdClasses() []string {
	return append(slices.Clone(choices("class")), generators.ClassFault)
}
