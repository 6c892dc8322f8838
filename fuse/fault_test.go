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
