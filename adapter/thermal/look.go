package thermal

import (
	"math"

	"marsad/detect/view"
	"marsad/geo"
	"marsad/sense"
)

// Sight is what a camera can see of a place.
type Sight uint8

// The sights.
const (
	Unseen   Sight = iota // too far, behind the ground, or out of its picture for good
	IfTurned              // where its head is turned there
	InView                // in its picture now
)

// look is where a camera looks now, as long as its head stands.
type look struct {
	view   *view.View
	ground sense.Ground
	reach  float64 // metres
	turns  bool
}

// standing is the height in metres above the ground at which a walking person is
// looked for: the middle of him.
const standing = 1.0

// Sees says whether a camera can see a person who stands at a place: by its
// picture's edges, by its range and by the ground between. Unseen for a camera
// that is not watched.
func (cs *Cameras) Sees(camera string, p geo.Point) Sight {
	cs.mu.Lock()
	l, ok := cs.looks[camera]
	cs.mu.Unlock()
	if !ok {
		return Unseen
	}
	return l.sees(p)
}

func (l *look) sees(p geo.Point) Sight {
	at := geo.Position{Point: p, Height: l.view.At().Height - l.view.Camera().Mast}
	if h, known := l.ground.Height(p); known {
		at.Height = h
	}
	at.Height += standing
	from := l.view.At()
	frame := geo.NewFrame(from)
	to := frame.ToENU(at)
	level := math.Hypot(to.E, to.N)
	if level > l.reach {
		return Unseen
	}
	// The last metres are the ground that he stands on.
	if way := math.Hypot(level, to.U); way > atFeet {
		if _, hidden := l.ground.Meet(from, math.Atan2(to.E, to.N), math.Atan2(to.U, level), way-atFeet); hidden {
			return Unseen
		}
	}
	if _, _, in := l.view.Pixel(at); in {
		return InView
	}
	if l.turns {
		return IfTurned
	}
	return Unseen
}

const atFeet = 20.0

// looks says where a camera looks, for whoever asks.
func (w *watcher) looks(v *view.View) {
	w.all.mu.Lock()
	defer w.all.mu.Unlock()
	w.all.looks[w.camera.ID] = look{view: v, ground: w.ground, reach: w.camera.Range, turns: w.sensor.CanLookAt}
}

// declared is the camera as a sensor with the sector that a picture of a size
// sees of the ground, and tells whoever asks. The sector is as wide as the middle
// of the picture, and begins and ends where its lower and upper edges meet the
// ground: a tower does not see its own foot.
func (w *watcher) declared(width, height int, ptz view.PTZ) (sense.Sensor, error) {
	s := w.sensor
	v, err := w.camera.View(width, height, ptz)
	if err != nil {
		return s, err
	}
	w.looks(v)
	right, bottom := float64(width-1), float64(height-1)
	from, _ := v.Ray(0, bottom/2)
	to, _ := v.Ray(right, bottom/2)
	half := geo.Wrap2Pi(to-from) / 2
	s.Azimuth, s.HalfWidth = geo.Wrap2Pi(from+half), half
	near, far := math.Inf(1), 0.0
	const across = 8
	for i := range across + 1 {
		x := right * float64(i) / across
		near = min(near, w.meets(v, x, bottom))
		far = max(far, w.meets(v, x, 0))
	}
	s.MaxRange = min(w.camera.Range, max(far, 1))
	s.MinRange = min(near, groundless*s.MaxRange)
	return s, nil
}

// groundless is the share of the range that is left to a camera that looks above
// all ground in it: none to speak of, and a sector may not be empty.
const groundless = 0.999

// meets is how far away on the ground, in metres, a pixel's ray meets it, +Inf
// where it does not.
func (w *watcher) meets(v *view.View, x, y float64) float64 {
	azimuth, elevation := v.Ray(x, y)
	p, met := w.ground.Meet(v.At(), azimuth, elevation, 2*w.camera.Range)
	if !met {
		return math.Inf(1)
	}
	return geo.Distance(v.At().Point, p.Point)
}
