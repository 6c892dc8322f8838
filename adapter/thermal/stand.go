package thermal

import (
	"math"

	"marsad/detect/view"
	"marsad/geo"
)

// Angles are what a calibration finds of a camera, with their 1σ; all in degrees.
type Angles struct {
	Azimuth    float64 `json:"azimuth"`
	Tilt       float64 `json:"tilt"`
	Roll       float64 `json:"roll"`
	Horizontal float64 `json:"horizontal"` // field of view
	Vertical   float64 `json:"vertical"`
	Errors     struct {
		Azimuth float64 `json:"azimuth"`
		Tilt    float64 `json:"tilt"`
		Roll    float64 `json:"roll"`
		Field   float64 `json:"field"`
	} `json:"errors"`
}

// leastError is the smallest 1σ that is written, in degrees: none means unsaid.
const leastError = 0.001

// AnglesOf gives the angles of a calibrated camera.
func AnglesOf(c *view.Camera) (a Angles) {
	a.Azimuth, a.Tilt, a.Roll = geo.Degrees(geo.Wrap2Pi(c.Azimuth)), geo.Degrees(c.Tilt), geo.Degrees(c.Roll)
	a.Horizontal, a.Vertical = geo.Degrees(c.HFOV), geo.Degrees(c.VFOV)
	sigma := func(i int) float64 { return max(leastError, geo.Degrees(math.Sqrt(c.Sure.Pose[i][i]))) }
	a.Errors.Azimuth, a.Errors.Tilt, a.Errors.Roll, a.Errors.Field = sigma(0), sigma(1), sigma(2), sigma(3)
	return a
}

// On gives a camera that stands by these angles.
func (a Angles) On(c Camera) Camera {
	c.Azimuth, c.Tilt, c.Roll = a.Azimuth, a.Tilt, a.Roll
	c.FieldOfView = FieldOfView{Horizontal: a.Horizontal, Vertical: a.Vertical}
	c.Errors.Azimuth, c.Errors.Tilt, c.Errors.Roll, c.Errors.Field = a.Errors.Azimuth, a.Errors.Tilt, a.Errors.Roll, a.Errors.Field
	return c
}

// Stand gives a camera that does not turn another way to stand, from its next
// picture on: its view, sector and masks are made anew, and what it sees there is
// the right view.
func (cs *Cameras) Stand(c Camera) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.stands[c.ID] = c
}

// stand takes what was said of how the camera stands.
func (w *watcher) stand() {
	w.all.mu.Lock()
	c, said := w.all.stands[w.camera.ID]
	delete(w.all.stands, w.camera.ID)
	w.all.mu.Unlock()
	if !said || w.sensor.CanLookAt {
		return
	}
	w.camera = c.WithDefaults()
	w.sensor.SigmaAzimuth, w.sensor.SigmaElevation = geo.Radians(w.camera.Errors.Azimuth), geo.Radians(w.camera.Errors.Tilt)
	w.mu.Lock()
	w.turned = true // its view is another
	w.mu.Unlock()
	w.declare()
}
