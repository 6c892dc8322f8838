package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"marsad/say"
)

// Problem is an error on the wire (RFC 9457), in the asker's language, with a
// code for programs and a hint for people.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	Code   string `json:"code"`
	Hint   string `json:"hint,omitempty"`
}

// Error is the title, so that a Problem is an error.
func (p *Problem) Error() string { return p.Title }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of problem details.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

var statusOf = map[say.Kind]int{
	say.Internal:    http.StatusInternalServerError,
	say.Invalid:     http.StatusUnprocessableEntity,
	say.NotFound:    http.StatusNotFound,
	say.Denied:      http.StatusForbidden,
	say.Conflict:    http.StatusConflict,
	say.Unavailable: http.StatusServiceUnavailable,
}

// problem translates an error; its cause stays in the log.
func problem(ctx context.Context, err error) *Problem {
	e := say.As(err)
	lang := language(ctx)
	status := statusOf[e.Kind]
	switch e.Code {
	case "access.signed_out", "access.sign_in":
		status = http.StatusUnauthorized
	case "access.locked":
		status = http.StatusTooManyRequests
	}
	return &Problem{
		Type: "about:blank", Title: e.Text.In(lang), Status: status,
		Code: e.Code, Hint: e.Hint.In(lang),
	}
}

func writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := problem(r.Context(), err)
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}

type languageKey struct{}

// withLanguage notes the asker's language: ?lang= first, then Accept-Language.
func withLanguage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := r.URL.Query().Get("lang")
		if lang == "" && strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "ar") {
			lang = "ar"
		}
		if lang != "ar" {
			lang = "en"
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), languageKey{}, lang)))
	})
}

func language(ctx context.Context) string {
	lang, _ := ctx.Value(languageKey{}).(string)
	return lang
}
