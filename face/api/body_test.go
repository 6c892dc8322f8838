package api

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Who sends too much is told so, over a real connection that is not reset: whether it
// says how much, sends without saying, or may not send at all.
func TestTooLargeABodyIsAnswered(t *testing.T) {
	b := newBench(t)
	const large = 20 << 20
	for name, c := range map[string]struct {
		who, path, kind string
		unsaid          bool
		status          int
		code            string
	}{
		"said":                {"rabia", "/api/v1/alerts", "application/json", false, 413, "api.too_large"},
		"unsaid":              {"rabia", "/api/v1/alerts", "application/json", true, 413, "api.too_large"},
		"a photo":             {"engineer", worksPhotos, "image/jpeg", false, 413, "api.too_large"},
		"a photo, unsaid":     {"engineer", worksPhotos, "image/jpeg", true, 413, "api.too_large"},
		"by nobody, unsaid":   {"", "/api/v1/alerts", "application/json", true, 401, "access.signed_out"},
		"to no path, unsaid":  {"rabia", "/api/v1/nothing", "application/json", true, 404, "api.unknown"},
		"without the right":   {"admin", "/api/v1/alerts", "application/json", true, 403, "access.denied"},
		"by nobody to a file": {"", worksImports, "text/csv", false, 401, "access.signed_out"},
	} {
		status, lang := 0, "ar"
		err := func() error {
			conn, err := net.Dial("tcp", strings.TrimPrefix(b.server.URL, "http://"))
			if err != nil {
				return err
			}
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(30 * time.Second))
			fmt.Fprintf(conn, "POST %s?lang=%s HTTP/1.1\r\nHost: marsad\r\nContent-Type: %s\r\n", c.path, lang, c.kind)
			if c.who != "" {
				fmt.Fprintf(conn, "Authorization: Bearer %s\r\n", b.tokens[c.who])
			}
			chunk := strings.Repeat("x", 1<<16)
			if c.unsaid {
				io.WriteString(conn, "Transfer-Encoding: chunked\r\n\r\n")
			} else {
				fmt.Fprintf(conn, "Content-Length: %d\r\n\r\n", large)
			}
			// All of it is sent before the answer is read, as many a program does.
			for range large / len(chunk) {
				if c.unsaid {
					chunk = fmt.Sprintf("%x\r\n%s\r\n", 1<<16, strings.Repeat("x", 1<<16))
				}
				if _, err := io.WriteString(conn, chunk); err != nil {
					return fmt.Errorf("sending: %w", err)
				}
			}
			if c.unsaid {
				io.WriteString(conn, "0\r\n\r\n")
			}
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				return fmt.Errorf("reading the answer: %w", err)
			}
			defer res.Body.Close()
			status = res.StatusCode
			var p Problem
			text, err := io.ReadAll(res.Body)
			if err != nil || json.Unmarshal(text, &p) != nil {
				return fmt.Errorf("%v %s", err, text)
			}
			if p.Code != c.code || p.Status != status || c.status == 413 && (!strings.Contains(p.Title, "MiB") || !strings.Contains(p.Title, "أُرسل") || !res.Close) {
				return fmt.Errorf("%s, closes: %v", text, res.Close)
			}
			return nil
		}()
		if err != nil || status != c.status {
			t.Errorf("%s: %d %v", name, status, err)
		}
	}
}
