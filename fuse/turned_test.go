package fuse

import (
	"fmt"
	"math"
	"testing"
	"time"

	"marsad/geo"
	"marsad/sense"
)

// foundAfter plays a world whose tower cam-004 is turned by an angle in rad and
// gives the second at which it is known to be, to 4 mrad; 0 if never. Every tower
// that stands right and is straightened by more than that is a fault.
func foundAfter(t *testing.T, w *world, turned, seconds float64) (at float64, shown int) {
	t.Helper()
	f := New(Defaults())
	w.register(f)
	script := w.script(seconds)
	turn(script, "cam-004", turned)
	for i := range script {
		e := &script[i]
		step(f, e)
		if !e.tick {
			continue
		}
		for _, b := range f.Biases(nil) {
			switch {
			case !b.Applied:
			case b.Sensor == "cam-004" && turned != 0:
				if at == 0 && math.Abs(b.Azimuth-turned) < 0.004 {
					at = e.at.Sub(w.start).Seconds()
				}
			case math.Abs(b.Azimuth) > 0.004:
				t.Errorf("at %.0f s a tower that stands right is taken for turned: %+v", e.at.Sub(w.start).Seconds(), b)
				return at, len(f.Tracks(nil))
			}
		}
		if at > 0 && e.at.Sub(w.start).Seconds() > at+130 {
			break
		}
	}
	return at, len(f.Tracks(nil))
}

// TestTurnedTowerIsFoundSoon turns a tower by a degree, either way, before one
// walker, or before a vehicle and a patrol whose fixes are known.
func TestTurnedTowerIsFoundSoon(t *testing.T) {
	walker := []thing{{class: sense.Person, path: []waypoint{{5, -1500, -4000}, {305, -1200, -4500}}}}
	drive := []thing{
		{class: sense.Vehicle, path: []waypoint{{5, -2500, -1500}, {305, -700, -6500}}},
		{class: sense.Vehicle, unit: "p1", every: 10 * time.Second, path: []waypoint{{5, 200, -2000}, {305, 200, -6000}}},
	}
	for name, things := range map[string][]thing{"a walker": walker, "a vehicle and a patrol": drive} {
		worst := 0.0
		for seed := range uint64(4) {
			w := newWorld(230+seed, 12)
			w.things = things
			turned := 0.0175
			if seed%2 == 1 {
				turned = -turned
			}
			at, shown := foundAfter(t, w, turned, 300)
			t.Logf("%s, seed %d: found after %.0f s, %d tracks two minutes later", name, seed, at, shown)
			if at == 0 || shown != len(things) {
				t.Errorf("%s, seed %d: found after %.0f s, %d tracks of %d things", name, seed, at, shown, len(things))
			}
			worst = max(worst, at)
		}
		if worst > 90 {
			t.Errorf("%s: the last was found after %.0f s", name, worst)
		}
	}
}

// TestTowersThatStandRightStay: people who walk apart, side by side and across
// each other's way before towers that stand right turn none of them.
func TestTowersThatStandRightStay(t *testing.T) {
	for seed := range uint64(3) {
		w := newWorld(240+seed, 12)
		w.things = []thing{
			{class: sense.Person, path: []waypoint{{5, -1500, -4000}, {185, -1300, -4100}}},
			{class: sense.Person, path: []waypoint{{5, -1500, -4035}, {185, -1300, -4135}}},
			{class: sense.Person, path: []waypoint{{5, -1300, -4000}, {185, -1500, -4150}}},
		}
		foundAfter(t, w, 0, 180)
	}
}

// TestTurnedTowerAmongManyIsFoundOut has a tower that is turned from the beginning
// among vehicles and a patrol, and eight hundred sensors elsewhere that see nothing: it is
// found out as if they were not there, and nothing that was learned of it is taken
// for the contrary of what is known of it, which was renewed meanwhile.
func TestTurnedTowerAmongManyIsFoundOut(t *testing.T) {
	alone(t)
	const turned = 0.0262 // one and a half degrees
	for seed := range uint64(4) {
		w, f := traffic(70+seed), New(Defaults())
		for i := range 800 {
			s := w.sensors[0]
			s.ID = sense.SensorID(fmt.Sprintf("far-%03d", i))
			f.Register(s)
		}
		bent(w, f, 150, func(_ float64, scan *sense.Scan) bool {
			if scan.Sensor == "cam-003" {
				for i := range scan.Detections {
					scan.Detections[i].Z[0] = geo.Wrap2Pi(scan.Detections[i].Z[0] + turned)
				}
			}
			return true
		})
		if n := f.Stats().Jumped; n > 0 {
			t.Errorf("seed %d: %d changes were seen where nothing changed", seed, n)
		}
		found := false
		for _, b := range f.Biases(nil) {
			switch {
			case b.Sensor == "cam-003":
				found = b.Applied && math.Abs(b.Azimuth-turned) < 0.002
				t.Logf("seed %d: %+v", seed, b)
			case b.Applied || b.Shifted:
				t.Errorf("seed %d: a sensor that stands right was corrected: %+v", seed, b)
			}
		}
		if !found {
			t.Errorf("seed %d: the turned tower was not found out", seed)
		}
	}
}
