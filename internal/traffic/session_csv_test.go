package traffic

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sdegauge/internal/contract"
)

func TestReadSessions(t *testing.T) {
	engaged := &contract.Engagement{Campaign: 3115242510, ID: 3115242810, Revision: 537, ContextID: "1"} // S:L54–60
	session := func(v, s, p string, e *contract.Engagement) *contract.Session {
		return (&contract.Session{Account: "acme", VisitorID: v, ID: s, PageID: p, Engagement: e}).Prepare()
	}
	for _, row := range []struct {
		reason, csv string
		want        []*contract.Session
		err         string
	}{
		{reason: "three columns", csv: "visitorId,sid,pageId\nv1,s1,4743822558\nv2,s2,p2\n",
			want: []*contract.Session{session("v1", "s1", "4743822558", nil), session("v2", "s2", "p2", nil)}},
		{reason: "all columns, in another order, one row without engagement",
			csv:  "context,campaign,engagement,revision,pageId,sid,visitorId\n1,3115242510,3115242810,537,p,s,v\n,,,,p2,s2,v2\n",
			want: []*contract.Session{session("v", "s", "p", engaged), session("v2", "s2", "p2", nil)}},
		{reason: "a byte-order mark, CRLF, quotes and an empty line", csv: "\ufeffvisitorId,sid,pageId\r\n\r\n\"v,\"\"1\",s,p",
			want: []*contract.Session{session(`v,"1`, "s", "p", nil)}},
		{reason: "nothing", csv: "", err: "s.csv:1:1: the file is empty"},
		{reason: "the header alone", csv: "visitorId,sid,pageId\n", err: "s.csv:2:1: no session follows"},
		{reason: "an unknown column", csv: "visitorId,sid,page\n", err: `s.csv:1:15: unknown column "page"; the columns are visitorId, sid, pageId, campaign`},
		{reason: "a column twice", csv: "sid,visitorId,sid\n", err: `s.csv:1:15: the column "sid" is there twice`},
		{reason: "a column is missing", csv: "visitorId,sid\n", err: `s.csv:1:1: the column "pageId" is missing`},
		{reason: "half an engagement in the header", csv: "visitorId,sid,pageId,campaign\n", err: `s.csv:1:1: the column "engagement" is missing`},
		{reason: "an empty id", csv: "visitorId,sid,pageId\nv,s,p\nv,,p\n", err: "s.csv:3:3: the sid is empty"},
		{reason: "too few fields", csv: "visitorId,sid,pageId\nv,s\n", err: "s.csv:2:1: the row has not as many fields as the header row, 3"},
		{reason: "a stray quote", csv: "visitorId,sid,pageId\nv,s\"x,p\n", err: "s.csv:2:4: bare"},
		{reason: "half an engagement in a row", csv: "visitorId,sid,pageId,campaign,engagement,revision,context\nv,s,p,1,2,,1\n",
			err: "s.csv:2:11: the revision is empty"},
		{reason: "an engagement id that is no number", csv: "visitorId,sid,pageId,campaign,engagement,revision,context\nv,s,p,1,2x,3,1\n",
			err: `s.csv:2:9: the engagement "2x" is no whole number of 64 bits`},
	} {
		t.Run(row.reason, func(t *testing.T) {
			got, err := ReadSessions(strings.NewReader(row.csv), "s.csv", "acme")
			if row.err != "" {
				require.Error(t, err)
				assert.True(t, strings.HasPrefix(err.Error(), row.err), "%v", err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, row.want, got)
		})
	}
}

func TestLoadSessions(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sessions.csv")
	require.NoError(t, os.WriteFile(file, []byte("visitorId,sid,pageId\nv,s,p\n"), 0o600))
	got, err := LoadSessions(file, "acme")
	require.NoError(t, err)
	assert.Len(t, got, 1)
	_, err = LoadSessions(file+".gone", "acme")
	assert.ErrorContains(t, err, "cannot read the sessions: open "+file+".gone")
}

func TestParseSession(t *testing.T) {
	got, err := ParseSession("v,s,p", "acme")
	require.NoError(t, err)
	assert.Equal(t, (&contract.Session{Account: "acme", VisitorID: "v", ID: "s", PageID: "p"}).Prepare(), got)
	got, err = ParseSession("v,s,p,3115242510,3115242810,537,1", "acme")
	require.NoError(t, err)
	assert.Equal(t, &contract.Engagement{Campaign: 3115242510, ID: 3115242810, Revision: 537, ContextID: "1"}, got.Engagement)
	for text, want := range map[string]string{
		"v,s":             `"v,s" has 2 values: want visitorId,sid,pageId`,
		"v,s,p,1":         "has 4 values",
		"v,,p":            "the sid is empty",
		"v,s,p,one,2,3,x": `the campaign "one" is no whole number`,
	} {
		_, err := ParseSession(text, "acme")
		assert.ErrorContains(t, err, want, text)
	}
}

// What is written as CSV is read back as it was.
func TestReadSessionsInverts(t *testing.T) {
	id := rapid.StringMatching(`[ -~äλ]{1,12}`)
	rapid.Check(t, func(t *rapid.T) {
		var out strings.Builder
		w := csv.NewWriter(&out)
		_ = w.Write([]string{"visitorId", "sid", "pageId", "campaign", "engagement", "revision", "context"})
		var want []*contract.Session
		for range rapid.IntRange(1, 5).Draw(t, "n") {
			s := &contract.Session{Account: "acme", VisitorID: id.Draw(t, "visitor"), ID: id.Draw(t, "sid"), PageID: id.Draw(t, "page")}
			fields := []string{s.VisitorID, s.ID, s.PageID, "", "", "", ""}
			if rapid.Bool().Draw(t, "engaged") {
				e := &contract.Engagement{Campaign: rapid.Int64().Draw(t, "c"), ID: rapid.Int64().Draw(t, "e"),
					Revision: rapid.Int64().Draw(t, "r"), ContextID: id.Draw(t, "x")}
				s.Engagement = e
				fields = append(fields[:3], strconv.FormatInt(e.Campaign, 10), strconv.FormatInt(e.ID, 10), strconv.FormatInt(e.Revision, 10), e.ContextID)
			}
			_ = w.Write(fields)
			want = append(want, s.Prepare())
		}
		w.Flush()
		got, err := ReadSessions(strings.NewReader(out.String()), "s.csv", "acme")
		if err != nil {
			t.Fatal(err)
		}
		if !assert.ObjectsAreEqual(want, got) {
			t.Fatalf("wrote %q", out.String())
		}
	})
}

var position = regexp.MustCompile(`^s\.csv:[0-9]+:[0-9]+: `)

func FuzzReadSessions(f *testing.F) {
	for _, seed := range []string{"", "visitorId,sid,pageId\nv,s,p", "visitorId,sid,pageId\n\"v", "visitorId,sid,pageId,campaign,engagement,revision,context\nv,s,p,1,2,3,x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		sessions, err := ReadSessions(strings.NewReader(text), "s.csv", "acme")
		if err != nil {
			assert.Regexp(t, position, err.Error())
			return
		}
		assert.NotEmpty(t, sessions)
		for _, s := range sessions {
			assert.NotEmpty(t, s.VisitorID)
			assert.NotEmpty(t, s.ID)
			assert.NotEmpty(t, s.PageID)
		}
	})
}
