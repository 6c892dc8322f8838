package fuse

import (
	"slices"
	"testing"

	"marsad/ident"
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

// TestFalseDetectionsDoNotKeepWhatHasGone: on ground that nobody knows a walker is
// gone in plain sight of cameras and a radar in clutter. A track that nothing sees
// may be hidden, and what is hidden is seen by nobody: a false detection far from
// where it went out of sight is no sight of it, and misses of a hidden thing do not
// teach that a sensor is blind.
func TestFalseDetectionsDoNotKeepWhatHasGone(t *testing.T) {
	alone(t)
	const seeds = 12
	again := 0
	for seed := range uint64(seeds) {
		w := newWorld(900+seed, 3)
		w.clutter = 20
		w.things = []thing{{class: sense.Person, path: []waypoint{{5, -1500, -1000}, {100, -1420, -1060}}}}
		var first ident.ID
		var last Change
		w.play(New(Defaults()), 240, func(_ float64, c Change) {
			if first.IsZero() {
				first = c.ID
			}
			if c.ID == first {
				last = c
			}
		})
		if gone := last.LastSeen.Sub(w.start).Seconds() - 100; gone > 1 {
			t.Logf("seed %d: seen again %.0f s after it had gone; existence %.2f at the end", seed, gone, last.Existence)
			again++
		}
		if last.Existence > 0.7 {
			t.Errorf("seed %d: existence %.2f, 140 s after it had gone", seed, last.Existence)
		}
	}
	t.Logf("%d of %d were seen again", again, seeds)
	if again > 4 {
		t.Errorf("%d of %d tracks were seen again after the walker had gone", again, seeds)
	}
}
