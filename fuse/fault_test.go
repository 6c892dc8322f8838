package fuse

import (
	"math"
	"testing"
	"time"

	"marsad/geo"
	"marsad/sense"
)

// walker is a world with one walker in front of twelve towers and two radars.
func walker(seed uint64) *world {
	w := newWorld(seed, 12)
	w.things = []thing{{class: sense.Person, path: []waypoint{{5, -1500, -4000}, {605, -900, -5000}}}}
	return w
}

// bent lets a test change every scan before it is used.
func bent(w *world, f *Fuser, seconds float64, change func(s float64, scan *sense.Scan) bool) *tally {
	w.register(f)
	t := newTally()
	script := w.script(seconds)
	for i := range script {
		e := &script[i]
		s := e.at.Sub(w.start).Seconds()
		if !e.tick && !change(s, &e.scan) {
			continue
		}
		for _, c := range step(f, e) {
			t.see(s, c)
		}
	}
	return t
}

func TestClutterBurstShowsNothingFalse(t *testing.T) {
	w := walker(21)
	w.clutter = 50
	bent(w, New(Defaults()), 120, func(float64, *sense.Scan) bool { return true }).only(t)
}

func TestSilentSensorsAreNoMiss(t *testing.T) {
	f := New(Defaults())
	got := bent(walker(22), f, 180, func(s float64, _ *sense.Scan) bool { return s < 60 || s > 85 })
	if c := got.only(t); c.Status != Confirmed {
		t.Errorf("%v after the sensors came back", c.Status)
	}
}

// five is a world with five people who walk apart before twelve towers.
func five(seed uint64) *world {
	w := newWorld(seed, 12)
	for i := range 5 {
		o := float64(i)
		w.things = append(w.things, thing{class: sense.Person, path: []waypoint{{5, -1500 + 100*o, -3000 - 600*o}, {605, -900 + 100*o, -4000 - 600*o}}})
	}
	return w
}

// whole checks that every thing is one track, shown before a fault began and since.
func (t *tally) whole(tt *testing.T, name string, f *Fuser, things int, began float64) {
	tt.Helper()
	for id, s := range t.first {
		if s > began {
			tt.Errorf("%s: %v began to be shown at %.0f s, in the fault or after it", name, id, s)
		}
	}
	if len(t.first) != things || len(f.Tracks(nil)) != things {
		tt.Errorf("%s: %d tracks were shown and %d are, of %d things", name, len(t.first), len(f.Tracks(nil)), things)
	}
}

// TestBlindTowersLoseNobody has towers declare empty scans for 20 s, one of them or
// every sensor that there is, as under a cover or in thick dust: whom they followed
// they go on following under the same id, though nothing was said of it.
func TestBlindTowersLoseNobody(t *testing.T) {
	alone(t)
	for name, blind := range map[string]func(sense.SensorID) bool{
		"one tower":    func(id sense.SensorID) bool { return id == "cam-004" },
		"every sensor": func(sense.SensorID) bool { return true },
	} {
		for seed := range uint64(2) {
			f := New(Defaults())
			got := bent(five(300+seed), f, 170, func(s float64, scan *sense.Scan) bool {
				if s >= 100 && s < 120 && blind(scan.Sensor) {
					scan.Detections = nil
				}
				return true
			})
			got.whole(t, name, f, 5, 99)
		}
	}
}

// TestBurstOfClutterStartsNobody has every sensor show ten times its registered
// clutter for 20 s: nothing is shown that is not there, and nobody is lost.
func TestBurstOfClutterStartsNobody(t *testing.T) {
	alone(t)
	for seed := range uint64(2) {
		w, f := five(300+seed), New(Defaults())
		got := bent(w, f, 170, func(s float64, scan *sense.Scan) bool {
			if s < 100 || s >= 120 {
				return true
			}
			more, az, r, far := 9*0.02, 0.001, 125.0, 5000.0
			if scan.Sensor[:3] == "rad" {
				more, az, r, far = 9*w.clutter, 0.009, 10, 15000
			}
			for w.rng.Float64() < more/(1+more) {
				scan.Detections = append(scan.Detections, sense.Detection{Shape: sense.BearingRange,
					Z: [3]float64{2 * math.Pi * w.rng.Float64(), 100 + (far-100)*w.rng.Float64()}, R: [6]float64{az * az, 0, 0, r * r}})
			}
			return true
		})
		got.whole(t, "burst", f, 5, 99)
	}
}

// TestSensorThatChangesIsFoundOut has one tower change after a minute, among vehicles
// and a patrol: its clock jumps ahead by 1.2 s, or it is knocked by a degree. What
// was known of it before must not hold up what is true now: registration finds the
// change, touches nobody else, and everything goes on being one track. Where nothing
// changes nothing is forgotten.
func TestSensorThatChangesIsFoundOut(t *testing.T) {
	alone(t)
	const knock = 0.0175 // one degree
	for _, test := range []struct {
		name      string
		az, clock float64 // rad, s
		azTo, cTo float64 // how near the estimates must come
	}{
		{"clock", 0, 1.2, 0.004, 0.3},
		{"knock", knock, 0, 0.002, 0.3},
		{"nothing", 0, 0, 0.002, 0.3},
	} {
		w, f := traffic(61), New(Defaults())
		got := bent(w, f, 200, func(s float64, scan *sense.Scan) bool {
			if s > 60 && scan.Sensor == "cam-003" {
				scan.Observed = scan.Observed.Add(time.Duration(test.clock * 1e9))
				for i := range scan.Detections {
					scan.Detections[i].Z[0] = geo.Wrap2Pi(scan.Detections[i].Z[0] + test.az)
				}
			}
			return true
		})
		for id, s := range got.first {
			if s > 60 {
				t.Errorf("%s: %v began to be shown at %.0f s, when the change had long been seen", test.name, id, s)
			}
		}
		if n := len(f.Tracks(nil)); n != len(w.things) {
			t.Errorf("%s: %d tracks at the end of %d things", test.name, n, len(w.things))
		}
		changes := test.az != 0 || test.clock != 0
		if n := f.Stats().Jumped; (n > 0) != changes {
			t.Errorf("%s: %d changes were seen", test.name, n)
		}
		found := !changes
		for _, b := range f.Biases(nil) {
			switch {
			case b.Sensor == "cam-003":
				found = found || b.Shifted == (test.clock != 0) && b.Applied == (test.az != 0)
				if math.Abs(b.Azimuth-test.az) > test.azTo || math.Abs(b.Clock-test.clock) > test.cTo {
					t.Errorf("%s: %+v", test.name, b)
				}
			case b.Shifted || b.Applied:
				t.Errorf("%s: a sensor that did not change was corrected: %+v", test.name, b)
			}
		}
		if !found {
			t.Errorf("%s: the change was not found out", test.name)
		}
	}
}

func TestTurnedTowerIsFoundOutAndStraightened(t *testing.T) {
	const turned = 0.0175 // one degree
	f := New(Defaults())
	w := walker(23)
	got := bent(w, f, 300, func(_ float64, scan *sense.Scan) bool {
		if scan.Sensor == "cam-004" {
			for i := range scan.Detections {
				scan.Detections[i].Z[0] = geo.Wrap2Pi(scan.Detections[i].Z[0] + turned)
			}
		}
		return true
	})
	// Until it is found out, the tower sees the walker elsewhere: second tracks
	// that are merged into the right one. Later there must be none.
	for id, s := range got.first {
		if s > 230 {
			t.Errorf("%v was shown from %.0f s on, when the tower's turn had long been seen", id, s)
		}
	}
	if n := len(f.Tracks(nil)); n != 1 {
		t.Errorf("%d tracks at the end, want 1", n)
	}
	found := false
	for _, b := range f.Biases(nil) {
		found = found || b.Sensor == "cam-004"
		switch {
		case b.Sensor == "cam-004" && (!b.Applied || math.Abs(b.Azimuth-turned) > 0.004):
			t.Errorf("the turned tower: %+v, want %.4f rad applied", b, turned)
		case b.Sensor != "cam-004" && b.Applied && math.Abs(b.Azimuth) > 0.004:
			t.Errorf("a tower that stands right was turned: %+v", b)
		}
	}
	if !found {
		t.Error("nothing is known of the turned tower")
	}
}

func TestClockJumpIsCountedAndHarmless(t *testing.T) {
	f := New(Defaults())
	got := bent(walker(24), f, 120, func(s float64, scan *sense.Scan) bool {
		if s > 40 && s < 60 && scan.Sensor == "cam-003" {
			scan.Observed = scan.Observed.Add(time.Hour)
		}
		if s > 60 && s < 80 && scan.Sensor == "cam-003" {
			scan.Observed = scan.Observed.Add(-time.Hour)
		}
		return true
	})
	got.only(t)
	if s := f.Stats(); s.Ahead == 0 || s.TooLate == 0 {
		t.Errorf("%+v, want scans ahead and too late", s)
	}
}

// FuzzRestore reads snapshots that may be anything: an error, or a stage that
// goes on.
func FuzzRestore(f *testing.F) {
	w := walker(25)
	g := New(Defaults())
	bent(w, g, 8, func(float64, *sense.Scan) bool { return true })
	b, err := g.Snapshot()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte("nothing"))
	script := w.script(10)
	f.Fuzz(func(_ *testing.T, b []byte) {
		h := New(Defaults())
		if h.Restore(b) != nil {
			return
		}
		for i := range script[:50] {
			step(h, &script[i])
		}
	})
}
