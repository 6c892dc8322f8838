// Package web is the page that people look at: the committed bundle, embedded in
// the binary, and the handler that serves it.
//
// In: requests for files. Out: the bundle's files with a strict content policy,
// and the page itself for every other path, so that an address can be shared. It
// serves no data: the page uses the API that everybody has. It never asks
// anything of another host, and its sources (src, e2e, mock) need Node only to be
// rebuilt, never to be run.
package web
