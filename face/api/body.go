package api

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"marsad/say"
)

// maxBody bounds a request. Nothing that a person sends is larger, but a file or a
// photo of the barrier.
const maxBody = 1 << 20

// Of a body that nobody reads so much is taken and thrown away, for so long: a
// connection that is closed while the other side still sends is reset, and the
// answer that says why is lost with it.
const (
	wasteMost = 64 << 20
	wasteFor  = 10 * time.Second
)

func limitOf(path string) int64 {
	switch path {
	case worksImports:
		return maxFile
	case worksPhotos:
		return MaxPhoto
	}
	return maxBody
}

func tooLarge(limit int64) *say.Error {
	size := fmt.Sprintf("%d MiB", limit>>20)
	return &say.Error{Code: "api.too_large", Kind: say.Invalid,
		Text: say.Text{En: "more was sent than " + size + ", and nothing of it was taken", Ar: "أُرسل أكثر من " + say.LTR(size) + " ولم يؤخذ منه شيء"},
		Hint: say.Text{En: "send it in smaller parts", Ar: "أرسله على أجزاء أصغر"}}
}

// bounded limits what is sent, says what a browser may do with an answer, and lets
// no connection end before its answer is read.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("X-Frame-Options", "DENY")
		w.Header().Set("Referrer-Policy", "no-referrer")
		if strings.HasPrefix(r.URL.Path, anyAPI) {
			w.Header().Set("Cache-Control", "no-store")
		}
		if r.ContentLength == 0 {
			next.ServeHTTP(w, r)
			return
		}
		body, limit := r.Body, limitOf(r.URL.Path)
		told := &bodyAnswer{ResponseWriter: w, limit: limit, asked: r}
		defer waste(w, r, body)
		if r.ContentLength > limit {
			told.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		r.Body = http.MaxBytesReader(w, io.NopCloser(body), limit+1) // closed, what follows could not be thrown away
		next.ServeHTTP(told, r)
	})
}

// bodyAnswer tells in Marsad's words that a body is too large, whoever found it so.
type bodyAnswer struct {
	http.ResponseWriter
	limit int64
	asked *http.Request
	told  bool
}

// WriteHeader writes the whole answer where it is that too much was sent.
func (a *bodyAnswer) WriteHeader(status int) {
	if status != http.StatusRequestEntityTooLarge {
		a.ResponseWriter.WriteHeader(status)
		return
	}
	p := problem(a.asked.Context(), tooLarge(a.limit))
	p.Status, a.told = status, true
	a.Header().Set("Content-Type", p.ContentType(""))
	a.Header().Set("Connection", "close")
	a.ResponseWriter.WriteHeader(status)
	json.NewEncoder(a.ResponseWriter).Encode(p)
}

// Write leaves out what others say after that.
func (a *bodyAnswer) Write(b []byte) (int, error) {
	if a.told {
		return len(b), nil
	}
	return a.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (a *bodyAnswer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// waste reads on what is still being sent, within bounds. Who waits to be asked for
// the body (Expect: 100-continue) reads the answer first and sends nothing.
func waste(w http.ResponseWriter, r *http.Request, body io.Reader) {
	if r.Header.Get("Expect") != "" || http.NewResponseController(w).SetReadDeadline(time.Now().Add(wasteFor)) != nil {
		return
	}
	io.CopyN(io.Discard, body, wasteMost)
}
