// Package web serves the page: the built bundle, embedded.
//
// In: requests for the page's own files. Out: the files, with a policy that lets
// them load nothing from elsewhere. It knows no API and needs no Node.
package web

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed all:dist
var bundle embed.FS

// policy allows the page's own files only; MapLibre's worker and its pictures
// are made in the page.
const policy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"worker-src 'self' blob:; connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// Handler serves the bundle. A path that is no file is one of the page's own
// addresses and gets the page.
func Handler() http.Handler {
	files, err := fs.Sub(bundle, "dist")
	if err != nil {
		panic("web: the embedded bundle is broken: " + err.Error()) // a fault of the build
	}
	serve := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		w.Header().Set("Content-Security-Policy", policy)
		if info, err := fs.Stat(files, name); name == "" || err != nil || info.IsDir() {
			if strings.HasPrefix(name, "api/") || strings.HasPrefix(name, "assets/") {
				http.NotFound(w, r)
				return
			}
			w.Header().Set("Cache-Control", "no-cache")
			http.ServeFileFS(w, r, files, "index.html")
			return
		}
		if strings.HasPrefix(name, "assets/") { // named by their content
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		serve.ServeHTTP(w, r)
	})
}
