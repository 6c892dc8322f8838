package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed all:dist
var dist embed.FS

// Policy is the content policy of every answer: nothing from another host, no
// inline script or style; MapLibre's worker is a file of our own.
const Policy = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; style-src 'self'; " +
	"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Handler serves the page at / and for every path that names no file of the
// bundle. Mount it below more specific patterns such as /api/.
func Handler() http.Handler {
	root, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a constant that the embed directive has checked
	}
	return &handler{root: root, packed: map[string]*entry{}}
}

type handler struct {
	root   fs.FS
	mu     sync.Mutex
	packed map[string]*entry // by name: files are read and packed once
}

type entry struct {
	plain, gzip []byte // gzip is nil where packing does not pay
	kind        string
	immutable   bool
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Content-Security-Policy", Policy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		head.Set("Allow", "GET, HEAD")
		http.Error(w, "the page can only be read", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	e, ok := h.entry(name)
	if !ok {
		// A missing file is missing; a path of the page is the page.
		if path.Ext(name) != "" {
			http.Error(w, "the bundle has no such file", http.StatusNotFound)
			return
		}
		if e, ok = h.entry("index.html"); !ok {
			http.Error(w, "the bundle has no page", http.StatusInternalServerError)
			return
		}
	}
	e.serve(w, r)
}

func (e *entry) serve(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Content-Type", e.kind)
	head.Add("Vary", "Accept-Encoding")
	if e.immutable {
		head.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		head.Set("Cache-Control", "no-cache")
	}
	body := e.plain
	if e.gzip != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		head.Set("Content-Encoding", "gzip")
		body = e.gzip
	}
	head.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	// The client may have gone away; there is nobody left to tell.
	_, _ = w.Write(body)
}

// entry reads a file of the bundle, and false where there is none.
func (h *handler) entry(name string) (*entry, bool) {
	if name == "" {
		name = "index.html"
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if e, ok := h.packed[name]; ok {
		return e, true
	}
	body, err := fs.ReadFile(h.root, name)
	if err != nil {
		return nil, false
	}
	e := &entry{plain: body, kind: kind(name), immutable: strings.HasPrefix(name, "assets/")}
	if packs(name) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		// Writing to memory does not fail.
		_, _ = z.Write(body)
		_ = z.Close()
		if b.Len() < len(body) {
			e.gzip = b.Bytes()
		}
	}
	h.packed[name] = e
	return e, true
}

// kind is the media type by name. The system's own table is not asked for what
// the page needs: on some machines .js or .mjs are wrong there.
func kind(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

func packs(name string) bool {
	switch path.Ext(name) {
	case ".html", ".js", ".mjs", ".css", ".svg":
		return true
	}
	return false
}
