package fuse

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marsad/sense"
)

// blindFor plays a world in which a camera declares empty scans from one second to
// another and gives when each sensor was first and last said to be blind.
func blindFor(w *world, id sense.SensorID, from, to, seconds float64) (first, last map[sense.SensorID]float64) {
	first, last = map[sense.SensorID]float64{}, map[sense.SensorID]float64{}
	f := New(Defaults())
	w.register(f)
	script := w.script(seconds)
	for i := range script {
		e := &script[i]
		s := e.at.Sub(w.start).Seconds()
		if !e.tick && e.scan.Sensor == id && s >= from && s < to {
			e.scan.Detections = nil
		}
		step(f, e)
		for _, o := range f.Overlooks(nil) {
			if _, ok := first[o.Sensor]; !ok {
				first[o.Sensor] = s
			}
			last[o.Sensor] = s
		}
	}
	return first, last
}

// TestBlindSensorIsToldByItsNeighbours has one camera of fourteen sensors declare
// empty scans, five people before it: it and no other is found, it is good again
// once it sees again, and one is not enough to condemn it.
func TestBlindSensorIsToldByItsNeighbours(t *testing.T) {
	alone(t)
	for seed := range uint64(2) {
		first, last := blindFor(five(500+seed), "cam-004", 300, 500, 560)
		at, found := first["cam-004"]
		if !found || len(first) != 1 {
			t.Errorf("seed %d: said to be blind, first: %v", seed, first)
		}
		if at < 310 || at > 400 {
			t.Errorf("seed %d: found at %.0f s", seed, at)
		}
		if end := last["cam-004"]; end < 500 || end > 540 {
			t.Errorf("seed %d: said to be blind until %.0f s", seed, end)
		}
	}
	w := five(510)
	w.things = w.things[2:3]
	if first, _ := blindFor(w, "cam-004", 300, 500, 500); len(first) > 0 {
		t.Errorf("one thing that it may be unable to see condemns it: %v", first)
	}
}

// TestSeeingSensorsAreNotCalledBlind plays crowds, vehicles and walkers before
// sensors that see as they are registered.
func TestSeeingSensorsAreNotCalledBlind(t *testing.T) {
	alone(t)
	for seed := range uint64(3) {
		w := five(520 + seed)
		w.mixed = seed == 1
		w.clutter = 20
		w.things = append(w.things, thing{class: sense.Vehicle, path: []waypoint{{5, -2500, -1500}, {305, -700, -6500}}},
			thing{class: sense.Vehicle, unit: "p1", every: 10 * time.Second, path: []waypoint{{5, 200, -2000}, {305, 200, -6000}}})
		if first, _ := blindFor(w, "", 0, 0, 400); len(first) > 0 {
			t.Errorf("seed %d: %v", seed, first)
		}
	}
}

// TestWhatIsHeldAgainstASensorOutlivesARestart stops before a camera is found
// to be blind, and goes on from the snapshot.
func TestWhatIsHeldAgainstASensorOutlivesARestart(t *testing.T) {
	w := five(500)
	f, g := New(Defaults()), New(Defaults())
	w.register(f)
	script := w.script(400)
	for i := range script {
		e := &script[i]
		s := e.at.Sub(w.start).Seconds()
		if !e.tick && e.scan.Sensor == "cam-004" && s >= 300 {
			e.scan.Detections = nil
		}
		step(f, e)
		if s >= 305 {
			if len(g.sensors) == 0 {
				if len(f.Overlooks(nil)) > 0 {
					t.Fatalf("at %.0f s it is known already", s)
				}
				state, err := f.Snapshot()
				if err == nil {
					err = g.Restore(state)
				}
				if err != nil {
					t.Fatal(err)
				}
				continue
			}
			step(g, e)
			if d := cmp.Diff(f.Overlooks(nil), g.Overlooks(nil)); d != "" {
				t.Fatalf("at %.1f s (-went on +restored):\n%s", s, d)
			}
		}
	}
	if len(g.Overlooks(nil)) != 1 {
		t.Errorf("found: %v", g.Overlooks(nil))
	}
}
