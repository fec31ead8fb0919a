package reports

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// browserNames are the programs that the browser test takes.
var browserNames = []string{"chromium", "chromium-browser", "google-chrome"}

// openBrowser starts a browser that speaks to nobody and keeps nothing.
func openBrowser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range browserNames {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skipf("no browser: the page is looked at where one of %s is installed", strings.Join(browserNames, ", "))
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.UserDataDir(t.TempDir()),
	}
	for _, flag := range []string{"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	limited, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(stop)
	allocator, closeAll := chromedp.NewExecAllocator(limited, options...)
	t.Cleanup(closeAll)
	browser, closeTab := chromedp.NewContext(allocator)
	// Closed in order, so that nothing is written into the folder that goes away.
	t.Cleanup(func() { _ = chromedp.Cancel(browser); closeTab() })
	return browser
}

// watched are what a page must not cause.
type watched struct {
	mu       sync.Mutex
	requests []string // beyond the page itself
	messages []string // on the console
}

func (w *watched) take(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		w.requests = append(w.requests, e.Request.URL)
	case *runtime.EventConsoleAPICalled:
		w.messages = append(w.messages, string(e.Type))
	case *runtime.EventExceptionThrown:
		w.messages = append(w.messages, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		w.messages = append(w.messages, e.Entry.Text)
	}
}

func (w *watched) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests, w.messages = nil, nil
}

// TestBrowser opens pages as people do, on a telephone and on a desk, by day and
// by night: nothing is loaded, nothing complains, nothing is cut off, no two
// labels of a plot lie on one another, and what a server sent does not run.
func TestBrowser(t *testing.T) {
	browser := openBrowser(t)
	seen := &watched{}
	require.NoError(t, chromedp.Listen(browser, seen.take))
	_, err := chromedp.Call(browser, network.Enable, network.EnableParams{})
	require.NoError(t, err)

	for _, page := range []struct {
		name   string
		report *Report
	}{
		{"everything", New(sampleRun())}, {"hostile", New(hostileRun())},
		{"one reading", New(calmRun(1))}, {"no reading", New(calmRun(0))}, {"hours", longReport()},
	} {
		path := filepath.Join(t.TempDir(), "report.html")
		require.NoError(t, os.WriteFile(path, []byte(writtenPage(t, page.report)), 0o644))
		address := (&url.URL{Scheme: "file", Path: path}).String()
		for _, view := range []struct {
			width  int64
			scheme string
		}{{400, "light"}, {1400, "dark"}} {
			t.Run(fmt.Sprintf("%s, %d px, %s", page.name, view.width, view.scheme), func(t *testing.T) {
				seen.forget()
				found := lookAt(t, browser, address, view.width, view.scheme)
				assert.Equal(t, []string{address}, seen.requests, "the page itself and nothing else")
				assert.Empty(t, seen.messages, "on the console")
				assert.Equal(t, view.width, found.Width)
				assert.LessOrEqual(t, found.Wanted, view.width, "nothing is wider than the window")
				assert.False(t, found.Hit, "foreign text does not run")
				assert.Empty(t, found.Touching, "labels on one another")
				assert.Equal(t, map[string]string{"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 28)"}[view.scheme], found.Background)
			})
		}
	}
	t.Run("a page with every fault is caught", func(t *testing.T) {
		seen.forget()
		const bad = `data:text/html,<img src="http://127.0.0.1:1/"><script>window.hit=1;console.error("x")</script><div style="width:2000px">wide</div>` +
			`<svg class="plot" height="20"><text y="10">one</text><text y="12">two</text></svg>`
		found := lookAt(t, browser, bad, 400, "light")
		assert.Len(t, seen.requests, 2)
		assert.Contains(t, seen.messages, "error")
		assert.Greater(t, found.Wanted, int64(400))
		assert.True(t, found.Hit)
		assert.Equal(t, []string{"one | two"}, found.Touching)
	})
}

// looks is what a script of the test finds on a page.
type looks struct {
	Width, Wanted int64
	Hit           bool
	Background    string
	Touching      []string // labels
}

// look opens every table and measures the page.
const look = `(() => {
  document.querySelectorAll('details').forEach(d => d.open = true);
  const touching = [];
  for (const plot of document.querySelectorAll('svg.plot')) {
    const boxes = [...plot.querySelectorAll('text')].map(e => ({text: e.textContent, box: e.getBoundingClientRect()})).filter(b => b.box.width > 0);
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => {
      const over = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const deep = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      if (over > 0 && deep > 2) touching.push(a.text + ' | ' + b.text);
    }));
  }
  return {
    width: window.innerWidth, wanted: document.documentElement.scrollWidth, hit: window.hit !== undefined,
    background: getComputedStyle(document.body).backgroundColor,
    touching,
  };
})()`

func lookAt(t *testing.T, browser context.Context, address string, width int64, scheme string) looks {
	t.Helper()
	_, err := chromedp.Call(browser, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	require.NoError(t, err)
	require.NoError(t, chromedp.Do(browser, chromedp.EmulateViewport(width, 900), chromedp.Navigate(address)))
	found, err := chromedp.Run(browser, chromedp.Evaluate[looks](look))
	require.NoError(t, err)
	return found
}

// On paper the page is light, and its pages are few.
func TestBrowserPrints(t *testing.T) {
	browser := openBrowser(t)
	path := filepath.Join(t.TempDir(), "report.html")
	require.NoError(t, os.WriteFile(path, []byte(writtenPage(t, New(sampleRun()))), 0o644))
	require.NoError(t, chromedp.Do(browser, chromedp.Navigate((&url.URL{Scheme: "file", Path: path}).String())))
	pdf, err := chromedp.Run(browser, chromedp.PrintToPDF())
	require.NoError(t, err)
	assert.Equal(t, "%PDF-", string(pdf[:5]))
	pages := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1))
	assert.Greater(t, pages, 0)
	assert.LessOrEqual(t, pages, 6)
}
