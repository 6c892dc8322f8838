package fuse

import (
	"math"
	"testing"

	"marsad/geo"
	"marsad/sense"
)

// mast is a camera on a mast that measures azimuth and elevation, and a walker
// on flat ground in front of it.
func mast(above float64) (*world, *Fuser) {
	w := newWorld(51, 1)
	c := w.sensors[0]
	c.Above, c.SigmaAbove, c.SigmaElevation, c.MaxRange = above, 0.5, 0.0005, 3000
	w.sensors = []sense.Sensor{c}
	w.things = []thing{{class: sense.Person, path: []waypoint{{2, -700, 300}, {92, -650, 180}}}}
	f := New(Defaults())
	w.register(f)
	return w, f
}

// lookDown turns what the camera saw into azimuth and elevation from 25 m.
func lookDown(w *world, s float64, scan *sense.Scan) {
	for i := range scan.Detections {
		d := &scan.Detections[i]
		r := d.Z[1]
		if e, n, ok := w.things[0].place(s); ok && d.Class[sense.Person] > 0 {
			r, _ = geo.Inverse(scan.Origin.Point, w.at(e, n).Point)
		}
		el := -math.Atan((25+r*r*(1-0.13)/(2*6.371e6))/r) + 0.0005*w.rng.NormFloat64()
		d.Shape, d.Z, d.R = sense.BearingElevation, [3]float64{d.Z[0], el}, [6]float64{1e-6, 0, 0, 25e-8}
	}
}

// TestOneCameraOnAMastFindsTheRange has nothing but azimuth and elevation of one
// camera: where the height over the ground is known, that is a place and starts
// a track; where not, it is a bearing, and one bearing alone shows nothing.
func TestOneCameraOnAMastFindsTheRange(t *testing.T) {
	for _, known := range []bool{true, false} {
		above := 25.0
		if !known {
			above = 0
		}
		w, f := mast(above)
		script := w.script(90)
		for i := range script {
			e := &script[i]
			if !e.tick {
				lookDown(w, e.at.Sub(w.start).Seconds(), &e.scan)
			}
			step(f, e)
		}
		all := f.Tracks(nil)
		if !known {
			if len(all) != 0 {
				t.Errorf("without a height %d tracks came of bearings alone", len(all))
			}
			continue
		}
		if len(all) != 1 {
			t.Fatalf("%d tracks, want 1 (%+v)", len(all), f.Stats())
		}
		e, n, _ := w.things[0].place(all[0].At.Sub(w.start).Seconds())
		off := geo.Distance(all[0].Point, w.at(e, n).Point)
		sigma := math.Sqrt(all[0].Cov[0] + all[0].Cov[4])
		if off > 3*sigma || sigma > 30 {
			t.Errorf("%.1f m off with a 1σ of %.1f m", off, sigma)
		}
	}
}
