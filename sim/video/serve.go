package video

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"marsad/sim"
)

// Studio gives out what cameras see.
type Studio struct {
	eyes   []*eye
	locks  []sync.Mutex
	moment atomic.Pointer[sim.Moment]
	now    func() time.Time
}

// FPS are the pictures a second of real time that each camera gives.
const FPS = 5

// New makes a studio of cameras. now is the simulated instant.
func New(cameras []Camera, seed uint64, now func() time.Time) *Studio {
	s := &Studio{now: now, locks: make([]sync.Mutex, len(cameras))}
	for i, c := range cameras {
		s.eyes = append(s.eyes, newEye(c, seed+uint64(i)))
	}
	return s
}

// Show what is true now.
func (s *Studio) Show(m *sim.Moment) { s.moment.Store(m) }

// Serve answers on a listener until the context ends: /ID.mjpg is the stream of
// a camera.
func (s *Studio) Serve(ctx context.Context, on net.Listener) error {
	server := &http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(on); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// ServeHTTP gives pictures to one viewer for as long as the camera has power.
func (s *Studio) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/"), ".mjpg")
	i := slices.IndexFunc(s.eyes, func(e *eye) bool { return e.ID == id })
	if i < 0 {
		http.NotFound(w, r)
		return
	}
	if !s.powered(i) {
		http.Error(w, "no power", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "multipart/x-mixed-replace; boundary=picture")
	tick := time.NewTicker(time.Second / FPS)
	defer tick.Stop()
	for {
		at, b, err := s.picture(i)
		if err != nil || !s.powered(i) {
			return
		}
		_, err = fmt.Fprintf(w, "--picture\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\nX-Timestamp: %.3f\r\n\r\n%s\r\n", len(b), float64(at.UnixMilli())/1000, b)
		if err != nil || http.NewResponseController(w).Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
	}
}

// powered says whether a camera's tower is not cut off.
func (s *Studio) powered(i int) bool {
	m := s.moment.Load()
	return m != nil && !slices.Contains(m.Silent, s.eyes[i].Tower)
}

// picture of a camera now.
func (s *Studio) picture(i int) (time.Time, []byte, error) {
	s.locks[i].Lock()
	defer s.locks[i].Unlock()
	e, at := s.eyes[i], s.now()
	im := image.NewGray(image.Rect(0, 0, e.Width, e.Height))
	e.draw(im.Pix, s.moment.Load(), at)
	var b bytes.Buffer
	err := jpeg.Encode(&b, im, &jpeg.Options{Quality: 92})
	return at, b.Bytes(), err
}
