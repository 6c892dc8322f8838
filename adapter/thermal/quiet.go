package thermal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"marsad/detect"
	"marsad/detect/health"
	"marsad/detect/view"
)

// Quiet is an area of one camera's picture in which a person judged, by name and
// until a time, that what moves there is nothing. It holds back what begins in
// it, stays in it and is no larger than what was judged; anything else passes.
// What it holds back is counted and still drawn in the picture.
type Quiet struct {
	ID, Camera string
	// Area is left, top, width and height, Most the width and height of the
	// largest mover that was judged, all as shares of the picture.
	Area  [4]float64
	Most  [2]float64
	Until time.Time
	// Aspect is width by height of the picture that was judged: in one of another
	// shape the same shares are another place.
	Aspect float64
}

// drawn is what people drew for all cameras; it is never changed.
type drawn struct {
	dwellings []view.Dwelling
	quiet     []Quiet
}

// quietly judges a camera's movers by its quiet areas.
type quietly struct {
	known map[int]hush
}

type hush struct {
	passes bool
	last   time.Time
}

const (
	largerBy = 1.5  // times as large as what was judged is another thing
	strayBy  = 0.25 // of the area that a box may reach out of it
)

// rules reports whether an area is in force in a frame of a camera.
func (q *Quiet) rules(camera string, f *detect.Frame) bool {
	return q.Camera == camera && f.At.Before(q.Until) && q.Fits(f.Width, f.Height)
}

func (q *Quiet) holds(m *detect.Mover, f *detect.Frame) bool {
	w, h := float64(f.Width), float64(f.Height)
	left, top := float64(m.Box.X)/w, float64(m.Box.Y)/h
	right, bottom := left+float64(m.Box.W)/w, top+float64(m.Box.H)/h
	ax, ay := q.Area[2]*strayBy, q.Area[3]*strayBy
	x, y := m.X/w, m.Y/h
	return x >= q.Area[0] && x <= q.Area[0]+q.Area[2] && y >= q.Area[1] && y <= q.Area[1]+q.Area[3] &&
		left >= q.Area[0]-ax && right <= q.Area[0]+q.Area[2]+ax && top >= q.Area[1]-ay && bottom <= q.Area[1]+q.Area[3]+ay &&
		right-left <= largerBy*q.Most[0] && bottom-top <= largerBy*q.Most[1]
}

// Fits reports whether a picture of a size has the shape of the one that was
// judged.
func (q *Quiet) Fits(width, height int) bool {
	return math.Abs(float64(width)-q.Aspect*float64(height)) <= 0.01*float64(width)
}

// quietAreas are those in force: none of a head that moves, and none while the
// picture tells that the camera was turned, for they lie on another place.
func (w *watcher) quietAreas() []Quiet {
	if w.sensor.CanLookAt || slices.Contains(w.watch.Now(), health.Turned) {
		return nil
	}
	return w.drawn.quiet
}

// inForce are this camera's areas that hold movers back in a frame.
func (w *watcher) inForce(f *detect.Frame) (out []Quiet) {
	for _, q := range w.quietAreas() {
		if q.rules(w.camera.ID, f) {
			out = append(out, q)
		}
	}
	return out
}

// Pose names where a camera stands, looks and how its lens draws, in a few
// letters: the same for the same file, another when any of it is changed.
func (c Camera) Pose() string {
	c = c.WithDefaults()
	sum := sha256.Sum256(fmt.Appendf(nil, "%v %v %v %v %v %v %v %v %v %v", c.Position.Lat, c.Position.Lon, c.Position.Height,
		c.Mast, c.Azimuth, c.Tilt, c.Roll, c.FieldOfView, c.Lens, c.Onvif.Address != ""))
	return hex.EncodeToString(sum[:8])
}

// passes reports whether a mover is to be told; where it is not, by gives the
// area that holds it back, once for each mover. One that was ever outside passes
// for the rest of its life.
func (s *quietly) passes(areas []Quiet, camera string, m *detect.Mover, f *detect.Frame) (passes bool, by string) {
	v, known := s.known[m.ID]
	if !known {
		for id, old := range s.known {
			if f.At.Sub(old.last) > forgetAfter {
				delete(s.known, id)
			}
		}
	}
	held := false
	if !v.passes {
		for i := range areas {
			if areas[i].rules(camera, f) && areas[i].holds(m, f) {
				held = true
				if !known {
					by = areas[i].ID
				}
				break
			}
		}
	}
	if s.known == nil {
		s.known = map[int]hush{}
	}
	s.known[m.ID] = hush{passes: !held, last: f.At}
	return !held, by
}

// board holds what people drew, for many watchers.
type board struct{ now atomic.Pointer[drawn] }

func (b *board) get() *drawn {
	if d := b.now.Load(); d != nil {
		return d
	}
	return &drawn{}
}

// Draw sets the dwellings that no camera may look into, beside those of the
// configuration, and the quiet areas. Each camera takes them with its next frame.
func (cs *Cameras) Draw(dwellings []view.Dwelling, quiet []Quiet) {
	cs.board.now.Store(&drawn{append([]view.Dwelling(nil), dwellings...), append([]Quiet(nil), quiet...)})
}

// HeldBack counts the movers that each quiet area held back since the start.
func (cs *Cameras) HeldBack() map[string]int {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	out := make(map[string]int, len(cs.held))
	for id, n := range cs.held {
		out[id] = n
	}
	return out
}

func (cs *Cameras) holdBack(area string) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.held[area]++
}
