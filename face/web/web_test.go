package web

import (
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, target string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEveryPathOfThePageIsThePage(t *testing.T) {
	for _, target := range []string{"/", "/alerts", "/oversight?view=30000-60000", "/no/such/place"} {
		res := get(t, target)
		body := text(t, res.Body)
		if res.StatusCode != http.StatusOK || !strings.Contains(body, `<div id="app">`) {
			t.Errorf("%s: status %d, body %.80q", target, res.StatusCode, body)
		}
		if got := res.Header.Get("Cache-Control"); got != "no-cache" {
			t.Errorf("%s: Cache-Control %q: a new bundle would not be seen", target, got)
		}
		if got := res.Header.Get("Content-Security-Policy"); got != Policy {
			t.Errorf("%s: policy %q", target, got)
		}
	}
}

func TestMissingFilesAreMissing(t *testing.T) {
	for _, target := range []string{"/assets/none.js", "/../web.go", "/favicon.ico"} {
		if res := get(t, target); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", target, res.StatusCode)
		}
	}
}

func TestWritingIsRefused(t *testing.T) {
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("status %d, want 405", w.Code)
	}
}

func TestFilesThePageNamesAreThere(t *testing.T) {
	page := text(t, get(t, "/").Body)
	names := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(names) < 3 {
		t.Fatalf("the page names %d files, want its script, style and icon: %s", len(names), page)
	}
	for _, m := range names {
		res := get(t, m[1], "Accept-Encoding", "gzip")
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", m[1], res.StatusCode)
			continue
		}
		if strings.HasPrefix(m[1], "/assets/") && !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: a file with a hash in its name is not cached for good", m[1])
		}
		if res.Header.Get("Content-Encoding") != "gzip" {
			continue
		}
		z, err := gzip.NewReader(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if packed, plain := text(t, z), text(t, get(t, m[1]).Body); packed != plain {
			t.Errorf("%s: packed and plain differ", m[1])
		}
	}
}

// The policy forbids inline code and other hosts; the bundle must not need them.
func TestBundleKeepsThePolicy(t *testing.T) {
	page := text(t, get(t, "/").Body)
	if regexp.MustCompile(`<script(?:[^>]*)>[^<]`).MatchString(page) || strings.Contains(page, " style=") {
		t.Error("the page has inline script or style")
	}
	outside := regexp.MustCompile(`(?:src|href)\s*=\s*"(?:https?:)?//|url\((?:https?:)?//|@import`)
	err := fs.WalkDir(dist, "dist", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if !strings.HasSuffix(name, ".html") && !strings.HasSuffix(name, ".css") {
			return nil
		}
		body, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		if at := outside.FindIndex(body); at != nil {
			t.Errorf("%s asks another host: %.60q", name, body[at[0]:])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
