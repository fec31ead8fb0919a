package plot

import (
	"encoding/xml"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestMillis(t *testing.T) {
	for ms, want := range map[float64]string{
		0: "0", 0.02: "20 µs", 0.5: "500 µs", 1: "1 ms", 4.567: "4.57 ms", 10: "10 ms", 999: "999 ms",
		1500: "1.5 s", 59_000: "59 s", 60_000: "1 min", 90_000: "1.5 min",
	} {
		assert.Equal(t, want, Millis(ms))
	}
}

func TestAmount(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.25: "0.25", 150: "150", 999: "999", 1000: "1,000", 1500: "1,500", 9999: "9,999", 20_000: "20k", 1.5e6: "1.5M",
	} {
		assert.Equal(t, want, Amount(v))
	}
}

func texts(ticks []Tick) (list []string) {
	for _, t := range ticks {
		list = append(list, t.Text)
	}
	return list
}

func TestTicks(t *testing.T) {
	for _, test := range []struct {
		reason string
		axis   Axis
		want   []string
	}{
		{"seconds", Time(8), []string{"0", "2 s", "4 s", "6 s", "8 s"}},
		{"a run that ends between ticks", Time(34.1), []string{"0", "10 s", "20 s", "30 s"}},
		{"less than a second", Time(0.6), []string{"0", "0.2 s", "0.4 s", "0.6 s"}},
		{"minutes", Time(200), []string{"0", "1 min", "2 min", "3 min"}},
		{"an hour", Time(3600), []string{"0", "20 min", "40 min", "60 min"}},
		{"a day", Time(86_400), []string{"0", "6 h", "12 h", "18 h", "24 h"}},
		{"nothing", Time(0), []string{"0", "0.2 s", "0.4 s", "0.6 s", "0.8 s", "1 s"}},
		{"a rate", Linear(0, 480, Amount), []string{"0", "100", "200", "300", "400", "500"}},
		{"nothing at all", Linear(0, 0, Amount), []string{"0", "0.2", "0.4", "0.6", "0.8", "1"}},
		{"a hair above a round number", Linear(0, 10.000000005, Amount), []string{"0", "2", "4", "6", "8", "10"}},
		{"not from 0", Linear(1, 2.1, Amount), []string{"1", "1.5", "2", "2.5"}},
		{"one decade", Logarithmic(3, 8, Millis), []string{"2 ms", "5 ms", "10 ms", "20 ms"}},
		{"many decades", Logarithmic(0.8, 4000, Millis), []string{"", "1 ms", "", "", "10 ms", "", "", "100 ms", "", "", "1 s", "", "5 s"}},
	} {
		got := texts(test.axis.Ticks)
		if test.reason == "many decades" { // 5 s is the end and has no label
			test.want[len(test.want)-1] = ""
		}
		assert.Equal(t, test.want, got, test.reason)
	}
}

// Every axis holds what it was made for, its ticks rise by 1, 2 or 5, and there
// are few of them with a text.
func TestAxesHold(t *testing.T) {
	round := regexp.MustCompile(`^[125]e[+-]\d+$`)
	rapid.Check(t, func(t *rapid.T) {
		low := math.Pow(10, rapid.Float64Range(-2, 5).Draw(t, "low"))
		high := low * math.Pow(10, rapid.Float64Range(0, 6).Draw(t, "decades"))
		axis := Logarithmic(low, high, Millis)
		require.LessOrEqual(t, axis.From, low*(1+1e-8))
		require.GreaterOrEqual(t, axis.To, high*(1-1e-8))
		last, named := 0.0, 0
		for _, tick := range axis.Ticks {
			require.Greater(t, tick.At, last)
			require.Regexp(t, round, strconv.FormatFloat(tick.At, 'e', -1, 64))
			last = tick.At
			if tick.Text != "" {
				named++
			}
		}
		require.LessOrEqual(t, named, 9)
		require.GreaterOrEqual(t, named, 2)

		linear := Linear(0, high, Amount)
		require.GreaterOrEqual(t, linear.To, high*(1-1e-9))
		require.LessOrEqual(t, len(linear.Ticks), ticksMost+1)
		require.LessOrEqual(t, len(Time(high).Ticks), ticksMost+1)
	})
}

// Labels keep their distance and their order, and stay within the plot where
// there is room.
func TestLabelsKeepApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const height = 190.0
		wanted := rapid.SliceOfN(rapid.Float64Range(0, height), 1, 12).Draw(t, "wanted")
		var labels []label
		for _, y := range wanted {
			labels = append(labels, label{y: y})
		}
		apart(labels, height)
		for i, l := range labels {
			require.GreaterOrEqual(t, l.y, -1e-9)
			require.LessOrEqual(t, l.y, height+1e-9)
			if i > 0 {
				require.GreaterOrEqual(t, l.y-labels[i-1].y, labelGap-1e-9)
			}
		}
	})
	alone := []label{{y: 40}, {y: 120}}
	apart(alone, 190)
	assert.Equal(t, []label{{y: 40}, {y: 120}}, alone, "what does not touch is not moved")
}

// everything is a plot with all kinds of layers, on x from 0 to 10 and y from 0
// to 100.
func everything() Plot {
	return Plot{
		ID: "all", Title: `<b>"all"</b>`, Desc: "a & b", Height: 100, X: Axis{To: 10, Ticks: []Tick{{0, "0"}, {10, "10 s"}}},
		Y:     Axis{To: 100, Ticks: []Tick{{0, "0"}, {50, ""}, {100, "100"}}},
		Spans: []Span{{Name: "warm-up", To: 1, Hatched: true}, {Name: `<i>`, From: 1, To: 10}},
		Layers: []Layer{
			Area{Name: "asked", Ink: Pale, Steps: []Step{{0, 10, 50}}},
			Stack{{Ink: Blue, Steps: []Step{{0, 5, 10}, {5, 10, 20}}}, {Ink: Red, Steps: []Step{{0, 5, 30}, {5, 10, 0}}}},
			Heat{Edges: []float64{0, 50, 100}, Columns: []Column{{0, 5, []uint64{1, 0}}, {5, 10, []uint64{0, 1000}}}},
			Steps{Name: `"sent"`, Ink: Green, Steps: []Step{{0, 2, 10}, {2, 4, 60}, {6, 10, 30}}},
			Curve{Name: "curve", Ink: Purple, Points: []Point{{0, 0}, {10, 100}}, Bars: []Bar{{5, 40, 60}}},
		},
		Levels: []Level{{At: 80, Name: "limit < 80"}},
	}
}

func TestSVG(t *testing.T) {
	svg := everything().SVG()
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		require.NoError(t, err, "well-formed")
		if e, ok := token.(xml.StartElement); ok {
			assert.Contains(t, []string{"svg", "title", "desc", "defs", "pattern", "path", "rect", "line", "text"}, e.Name.Local)
		}
	}
	for reason, want := range map[string]string{
		"a name for those who cannot see":  `<title id="all-t">&lt;b&gt;&#34;all&#34;&lt;/b&gt;</title><desc id="all-d">a &amp; b</desc>`,
		"an area reaches the bottom":       `<path class="fill pale" d="M0 1000V500H10000V1000z"/>`,
		"the first of a stack":             `<path class="fill blue" d="M0 1000V900H5000V1000zM5000 1000V800H10000V1000z"/>`,
		"the second lies on it":            `<path class="fill red" d="M0 900V600H5000V900z"/>`,
		"one response has the faintest":    `<path class="heat h0" d="M0 1000H5000V500H0z"/>`,
		"most responses the strongest":     `<path class="heat h5" d="M5000 500H10000V0H5000z"/>`,
		"steps with a gap":                 `<path class="stroke green" d="M0 900H2000V400H4000M6000 700H10000"/>`,
		"a curve":                          `<path class="stroke purple" d="M0 1000L10000 0"/>`,
		"its bar":                          `<svg class="bar" x="50.00%"><path class="stroke thin purple" d="M-4 40.0H4M-4 60.0H4M0 40.0V60.0"/></svg>`,
		"a level":                          `<line class="level" x2="100%" y1="20.0" y2="20.0"/>`,
		"foreign names are escaped":        `>&lt;i&gt;</text>`,
		"what does not count is hatched":   `fill="url(#all-h0)"`,
		"a tick below its mark":            `<text class="label" text-anchor="middle" x="100.00%" y="118">10 s</text>`,
		"a label without text has no text": `<line class="tick minor" x2="100%" y1="50.0" y2="50.0"/><`,
	} {
		assert.Contains(t, svg, want, reason)
	}
	assert.NotContains(t, svg, ">warm-up<", "a name without room is left out")
	assert.NotContains(t, svg, "NaN")
}

// What is out of range is drawn at the end of its axis.
func TestPlaceIsWithin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		axis := Axis{From: 1, To: 100, Log: rapid.Bool().Draw(t, "log")}
		place := axis.place(rapid.Float64Range(-1e9, 1e9).Draw(t, "v"))
		require.GreaterOrEqual(t, place, 0.0)
		require.LessOrEqual(t, place, 1.0)
	})
	assert.InDelta(t, .5, Axis{From: 1, To: 100, Log: true}.place(10), 1e-12)
	assert.Equal(t, 0.0, Axis{From: 5, To: 5}.place(5))
}
