package reports

import (
	"slices"
	"time"
)

// Blocks start with the intervals of the series. Of a run that has more than
// blocksMost of them, neighbours are merged and the width doubles: a run of any
// length has at most so many, and one of a minute or more at least half as many.
const blocksMost = 120

// Blocks are the measured stages cut into blocks of one width: what a comparison
// of runs needs besides the run itself. Readings are filed under their intended
// start.
type Blocks struct {
	WidthS float64 `json:"width_s"`
	// List is in order of time; where nothing was measured there is no block.
	List []Block `json:"list"`
}

// Block is one stretch of the measured stages.
type Block struct {
	StartS float64 `json:"start_s"`
	// Updates are those that became final. Unexpected are those among them that
	// the server is to blame for.
	Updates    uint64 `json:"updates"`
	Unexpected uint64 `json:"unexpected"`
	// Response and Service are the samples, encoded as [Quantiles.Histogram]; their
	// values are right to 1 %. Empty where the sample is.
	Response string `json:"response"`
	Service  string `json:"service"`
}

// blocks merges the measured part of the series until there are few enough.
func (s *series) blocks() *Blocks {
	list, width := s.fewer(blocksMost)
	told := &Blocks{WidthS: seconds(width), List: []Block{}}
	for i, v := range list {
		if v == nil || v.due == 0 {
			continue
		}
		told.List = append(told.List, Block{
			StartS:  seconds(time.Duration(i) * width),
			Updates: v.updates, Unexpected: v.updates - v.asExpected - v.own,
			Response: v.response.sketch(), Service: v.service.sketch(),
		})
	}
	return told
}

// fewer are the measured intervals in which something was due, merged by doubling
// their width until there are at most so many.
func (s *series) fewer(most int) (list []*interval, width time.Duration) {
	list, width = s.intervals, s.width
	for len(list) > 0 && (list[len(list)-1] == nil || list[len(list)-1].due == 0) {
		list = list[:len(list)-1] // a late send, or nothing
	}
	group := 1
	for (len(list)+group-1)/group > most {
		group *= 2
	}
	if group == 1 {
		return list, width
	}
	merged := make([]*interval, 0, most)
	for some := range slices.Chunk(list, group) {
		sum := newInterval()
		for _, v := range some {
			if v != nil {
				sum.merge(v)
			}
		}
		merged = append(merged, sum)
	}
	return merged, width * time.Duration(group)
}
