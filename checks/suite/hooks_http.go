package suite

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"sdegauge/checks"
	"sdegauge/internal/traffic"
)

// urlCaller calls a hook over HTTP, one connection a call.
type urlCaller struct {
	address url.URL
	client  *http.Client
}

func openURL(ctx context.Context, source, path string, guard *traffic.Guard) (*urlCaller, error) {
	u, err := url.Parse(source)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%q is no URL: %w", source, err)
	case u.Hostname() == "":
		return nil, fmt.Errorf("%q names no host", source)
	case u.User != nil:
		return nil, fmt.Errorf("the URL of %s holds a password; the hook takes none", u.Host)
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = path
	}
	if guard == nil {
		guard = traffic.NewGuard(nil, nil, nil)
	}
	if _, err := guard.Check(ctx, u.Hostname()); err != nil {
		return nil, err
	}
	dialer := new(net.Dialer)
	return &urlCaller{address: *u, client: &http.Client{
		Transport: &http.Transport{
			DisableKeepAlives: true,
			DialContext: func(ctx context.Context, network, hostport string) (net.Conn, error) {
				return guard.Dial(ctx, network, hostport, dialer.DialContext)
			},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func (h *urlCaller) call(ctx context.Context, o order) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, hookTime)
	defer cancel()
	request, err := h.request(ctx, o)
	if err != nil {
		return nil, err
	}
	response, err := h.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", request.Method, h.address.Redacted(), unwrapped(err))
	}
	defer response.Body.Close()
	printed, err := io.ReadAll(io.LimitReader(response.Body, hookOutput+1))
	switch {
	case response.StatusCode/100 != 2:
		return nil, fmt.Errorf("%s %s answered %d: %s", request.Method, h.address.Redacted(), response.StatusCode, checks.Printable(bytes.TrimSpace(printed), checks.TextLimit))
	case err != nil:
		return nil, fmt.Errorf("%s %s: the answer is not complete: %w", request.Method, h.address.Redacted(), err)
	case len(printed) > hookOutput:
		return nil, fmt.Errorf("%s %s answered more than %d MiB", request.Method, h.address.Redacted(), hookOutput>>20)
	}
	return printed, nil
}

func (h *urlCaller) request(ctx context.Context, o order) (*http.Request, error) {
	address := h.address
	if o.body == nil {
		query := address.Query()
		for name, value := range o.query {
			query.Set(name, value)
		}
		address.RawQuery = query.Encode()
		return http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	}
	body, err := json.Marshal(o.body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), bytes.NewReader(body))
	if err == nil {
		request.Header.Set("Content-Type", "application/json")
	}
	return request, err
}

// unwrapped is the reason in a client's error, which repeats method and URL.
func unwrapped(err error) error {
	if e, ok := err.(*url.Error); ok {
		return e.Err
	}
	return err
}
