package thermal

import (
	"marsad/detect"
	"marsad/detect/view"
	"marsad/geo"
)

// looksDown is how far below the horizon a camera's centre points from which on
// ways on the ground are no longer all but level in its picture: there, slopes
// tell no bird.
var looksDown = geo.Radians(5)

// Settings of the detector for a camera as it stands and points.
func Settings(v *view.View) detect.Config {
	c := detect.Standard()
	if v.Camera().Tilt < -looksDown {
		c.Level = 0
	}
	return c
}
