package conformance

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHTMLEscapesAndAllowsOneScript(t *testing.T) {
	text := written(t, WriteHTML, sample())
	assert.NotContains(t, text, "<script>window")
	assert.NotContains(t, text, "<img")
	assert.NotContains(t, text, "ZgotmplZ", "what the template refused")
	script := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindStringSubmatch(text)
	require.NotNil(t, script)
	hash := sha256.Sum256([]byte(script[1]))
	policy := strings.ReplaceAll(strings.ReplaceAll(text, "&#43;", "+"), "&#39;", "'")
	assert.Contains(t, policy, "script-src 'sha256-"+base64.StdEncoding.EncodeToString(hash[:])+"'")
	assert.Equal(t, 1, strings.Count(text, "<script"))
}

func TestHTMLHasEveryRequirementAndCell(t *testing.T) {
	r := sample()
	text := written(t, WriteHTML, r)
	for _, q := range r.Requirements {
		assert.Contains(t, text, `id="`+q.ID+`"`)
		assert.Contains(t, text, q.Reason)
	}
	assert.Contains(t, text, ">3 of 4<", "the coverage counts what was skipped")
	assert.Contains(t, text, "version-other")
}

// TestBrowser opens the page as people do: nothing is loaded, nothing is wider than
// the window, what a server sent does not run, filters work, and the search does.
func TestBrowser(t *testing.T) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no browser: the page is looked at where chromium or google-chrome is installed")
	}
	limited, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	allocator, closeAll := chromedp.NewExecAllocator(limited,
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true))
	defer closeAll()
	browser, closeTab := chromedp.NewContext(allocator)
	defer func() { _ = chromedp.Cancel(browser); closeTab() }()

	var requests []string
	require.NoError(t, chromedp.Listen(browser, func(event any) {
		if e, ok := event.(*network.EventRequestWillBeSent); ok {
			requests = append(requests, e.Request.URL)
		}
	}))
	_, err := chromedp.Call(browser, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "conformance.html")
	require.NoError(t, os.WriteFile(file, []byte(written(t, WriteHTML, sample())), 0o600))
	address := (&url.URL{Scheme: "file", Path: file}).String()

	type looks struct {
		Wanted, All, Failed, Musts, Searched int64
		Hit                                  bool
		Background                           string
	}
	const look = `(() => {
  document.querySelectorAll('details').forEach(d => d.open = true);
  const shown = () => [...document.querySelectorAll('.req')].filter(e => e.getBoundingClientRect().height > 0).length;
  const all = shown();
  document.getElementById('is-fail').checked = true;
  const failed = shown();
  document.getElementById('level-SHOULD').checked = true;
  const musts = shown();
  document.querySelectorAll('.filters label:first-of-type input').forEach(e => e.checked = true);
  const search = document.getElementById('search');
  search.value = 'v-05-b'; search.dispatchEvent(new Event('input'));
  const searched = shown();
  return {wanted: document.documentElement.scrollWidth, all, failed, musts, searched,
    hit: window.hit !== undefined, background: getComputedStyle(document.body).backgroundColor};
})()`
	for _, view := range []struct {
		width              int64
		scheme, background string
	}{{400, "light", "rgb(255, 255, 255)"}, {1400, "dark", "rgb(20, 24, 28)"}} {
		t.Run(fmt.Sprintf("%d px, %s", view.width, view.scheme), func(t *testing.T) {
			requests = nil
			_, err := chromedp.Call(browser, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: view.scheme}},
			})
			require.NoError(t, err)
			require.NoError(t, chromedp.Do(browser, chromedp.EmulateViewport(view.width, 900), chromedp.Navigate(address)))
			found, err := chromedp.Run(browser, chromedp.Evaluate[looks](look))
			require.NoError(t, err)
			assert.Equal(t, []string{address}, requests, "the page itself and nothing else")
			assert.LessOrEqual(t, found.Wanted, view.width, "nothing is wider than the window")
			assert.False(t, found.Hit, "foreign text does not run")
			assert.Equal(t, view.background, found.Background)
			assert.Equal(t, []int64{13, 3, 1, 1}, []int64{found.All, found.Failed, found.Musts, found.Searched}, "all, failed, failed and SHOULD, found")
		})
	}
}
