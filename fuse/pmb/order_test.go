package pmb

import (
	"testing"

	"marsad/fuse/kin"
)

// TestOrderOfMixedDetectionsMeansNothing gives one radar's scan in which one
// detection has a range and one is a bearing alone, in both orders. Whether the
// scan measures places decides whether tracks are kept from drifting together: it
// must not be the last detection that decides.
func TestOrderOfMixedDetectionsMeansNothing(t *testing.T) {
	after := func(swapped bool) (out []Track) {
		e := newEngine(plain(0.05, 2))
		e.beside(1, -6, 0.9, 3, Confirmed)
		e.beside(2, 6, 0.9, 3, Confirmed)
		// Far to the south, so that azimuth and range are nearly x and y.
		q := radar(0, -2000, 1)
		s := &Scan{At: 1e9, Sensor: 1, View: &q.view, Poses: []CellPose{{Pose: q.pose}}, Declared: true}
		place := func(az float64) Det {
			return Det{Meas: kin.Meas{Az: az, VarAz: 6e-6, Range: 2000, VarRange: 25}}
		}
		bearing := Det{Meas: kin.Meas{Az: 0.9, VarAz: 6e-6}}
		s.Dets = []Det{place(-0.001), place(0.002), bearing}
		if swapped {
			s.Dets = []Det{bearing, place(-0.001), place(0.002)}
		}
		e.Step(s)
		for i := range int32(2) {
			out = append(out, *e.Track(i))
		}
		return out
	}
	a, b := after(false), after(true)
	for i := range a {
		if a[i] != b[i] {
			t.Errorf("track %d is at %.3f, with the bearing first at %.3f", i, a[i].Mean.X[0], b[i].Mean.X[0])
		}
		if !(a[i].Seen == 1e9) {
			t.Errorf("track %d was not seen: nothing was tried", i)
		}
	}
}
