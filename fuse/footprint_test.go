package fuse

import (
	"slices"
	"testing"

	"marsad/sense"
)

// vanishes plays a walker who is gone after 100 s before three towers, and says
// how many seconds later its track ended, at most 160.
func vanishes(t *testing.T, pd uint8, known bool) float64 {
	t.Helper()
	w := newWorld(51, 3)
	w.things = []thing{{class: sense.Person, path: []waypoint{{5, -1500, -1000}, {100, -1420, -1060}}}}
	f := New(Defaults())
	w.register(f)
	if known {
		for _, s := range w.sensors {
			p := sense.Footprint{Sensor: s.ID, Origin: s.Position, RangeStep: 500, Azimuths: 36, Ranges: 20}
			p.OnFoot = slices.Repeat([]uint8{pd}, 36*20)
			f.Footprint(p)
		}
	}
	ended := 0.0
	w.play(f, 260, func(s float64, c Change) {
		if c.Status == Ended && s > 100 && ended == 0 {
			ended = s - 100
		}
	})
	if ended == 0 {
		return 160 // not while it was watched
	}
	return ended
}

// TestEmptyScansEndATrackThatFootprintsSayIsInSight: towers that must see the
// place and report nothing end the track; towers that cannot, or of which nothing
// is known, leave it to coast until nobody knows where it would be.
func TestEmptyScansEndATrackThatFootprintsSayIsInSight(t *testing.T) {
	seen, dark, unknown := vanishes(t, 230, true), vanishes(t, 0, true), vanishes(t, 0, false)
	t.Logf("ended after %.0f s in sight, %.0f s out of sight, %.0f s on ground that nobody knows", seen, dark, unknown)
	if seen > 30 || dark < 60 || unknown < 45 {
		t.Errorf("ended after %.0f s in sight (≤ 30), %.0f s out of sight (≥ 60), %.0f s unknown (≥ 45)", seen, dark, unknown)
	}
}
