package thermal

import (
	"testing"

	"marsad/detect"
	"marsad/detect/view"
	"marsad/geo"
)

// A camera that looks out takes what climbs for a bird; one that looks down does not.
func TestACameraThatLooksDownTakesNothingForABird(t *testing.T) {
	for tilt, level := range map[float64]float64{2: detect.Standard().Level, -1: detect.Standard().Level, -12: 0} {
		v, err := view.New(view.Camera{Foot: geo.Position{Point: geo.Point{Lat: 36.2, Lon: 41.5}, Height: 300}, Mast: 25,
			Tilt: geo.Radians(tilt), Width: 320, Height: 240, HFOV: geo.Radians(5),
			Sure: view.Uncertainty{Pose: view.Independent(5e-4, 2e-4, 1e-3, 1e-4), East: 1, North: 1, Up: 0.3, Ground: 0.5, Pixel: 1}})
		if err != nil {
			t.Fatal(err)
		}
		if got := Settings(v).Level; got != level {
			t.Errorf("%g° of tilt: level %g, wanted %g", tilt, got, level)
		}
	}
}
