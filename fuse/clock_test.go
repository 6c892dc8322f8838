package fuse

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marsad/sense"
)

// traffic is vehicles in both directions before four towers, and a patrol with
// GPS among them.
func traffic(seed uint64) *world {
	w := newWorld(seed, 10)
	for i := range 4 {
		o := float64(i)
		w.things = append(w.things,
			thing{class: sense.Vehicle, path: []waypoint{{2 + o, -800 - 120*o, -1500 - 900*o}, {150, -900 - 100*o, -3100 - 900*o}, {300, -800 - 120*o, -1500 - 900*o}}},
			thing{class: sense.Vehicle, path: []waypoint{{3 + o, 1500, -2200 - 1100*o}, {150, -300, -2000 - 1100*o}, {300, 1500, -2100 - 1100*o}}})
	}
	w.things = append(w.things, thing{unit: "p1", every: 3 * time.Second, class: sense.Vehicle, path: []waypoint{{1, 200, -1500}, {150, 250, -3800}, {300, 200, -1500}}})
	return w
}

// ahead sets a sensor's clock ahead: it says a later time than that at which it
// looked.
func ahead(script []event, id sense.SensorID, by time.Duration) []event {
	out := slices.Clone(script)
	for i := range out {
		if e := &out[i]; !e.tick && e.scan.Sensor == id {
			e.scan.Observed = e.scan.Observed.Add(by)
			e.scan.Received = e.scan.Observed
			e.at = e.at.Add(by) // and what it says comes as late
		}
	}
	slices.SortStableFunc(out, func(a, b event) int { return a.at.Compare(b.at) })
	return out
}

// TestClockThatIsOffIsFoundOutAndCorrected sets one tower's clock 1.5 s off, in
// either direction: registration finds it from the vehicles that it sees in
// common with others and from the patrol, corrects it, and leaves the others
// alone.
func TestClockThatIsOffIsFoundOutAndCorrected(t *testing.T) {
	alone(t)
	for _, off := range []time.Duration{1500 * time.Millisecond, -1500 * time.Millisecond, 0} {
		w := traffic(61)
		f := New(Defaults())
		w.register(f)
		script := ahead(w.script(200), "cam-003", off)
		for i := range script {
			step(f, &script[i])
		}
		found := false
		for _, b := range f.Biases(nil) {
			switch {
			case b.Sensor == "cam-003" && off != 0:
				found = true
				if !b.Shifted || math.Abs(b.Clock-off.Seconds()) > 0.3 {
					t.Errorf("%v off: %+v", off, b)
				}
			case b.Shifted:
				t.Errorf("%v off: the clock of a tower that is right was corrected: %+v", off, b)
			}
		}
		if off != 0 && !found {
			t.Errorf("%v off: nothing is known of the tower", off)
		}
	}
}

// TestClockCorrectionSurvivesRestart stops the stage while a clock is being
// found out and after, and wants the same changes and biases, to the bit.
func TestClockCorrectionSurvivesRestart(t *testing.T) {
	alone(t)
	w := traffic(62)
	cfg := Defaults()
	cfg.Core.BiasSure = 2
	f := New(cfg)
	w.register(f)
	script := ahead(w.script(120), "cam-003", 1500*time.Millisecond)
	var others []*Fuser
	shifted := 0
	for i := range script {
		want := step(f, &script[i])
		for k, g := range others {
			if d := cmp.Diff(want, step(g, &script[i])); d != "" {
				t.Fatalf("event %d differs after restart %d:\n%s", i, k, d)
			}
		}
		if i%(len(script)/4) == len(script)/5 {
			b, err := f.Snapshot()
			if err != nil {
				t.Fatal(err)
			}
			g := New(cfg)
			if err := g.Restore(b); err != nil {
				t.Fatal(err)
			}
			others = append(others, g)
		}
	}
	for k, g := range others {
		if d := cmp.Diff(f.Biases(nil), g.Biases(nil)); d != "" {
			t.Errorf("biases differ after restart %d:\n%s", k, d)
		}
	}
	for _, b := range f.Biases(nil) {
		if b.Shifted {
			shifted++
		}
	}
	if shifted == 0 || len(others) < 3 {
		t.Errorf("%d clocks were corrected, %d restarts: nothing was tried", shifted, len(others))
	}
}

// TestClockOutOfOrder delivers scans late, one tower's clock being off and
// corrected: what comes out is what comes of them in order, to the bit.
func TestClockOutOfOrder(t *testing.T) {
	w := traffic(63)
	cfg := Defaults()
	cfg.Core.BiasSure, cfg.Core.Window = 2, 7
	script := w.script(60)
	for i := range script {
		if e := &script[i]; !e.tick && e.scan.Sensor == "cam-003" {
			e.scan.Observed = e.scan.Observed.Add(1500 * time.Millisecond)
		}
	}
	in, out := New(cfg), New(cfg)
	w.register(in)
	w.register(out)
	for i := range script {
		step(in, &script[i])
	}
	for _, e := range arrivals(script, 63) {
		step(out, e)
	}
	end := w.start.Add(70 * time.Second)
	in.Tick(end, nil)
	out.Tick(end, nil)
	if s := out.Stats(); s.Late == 0 || s.TooLate > 0 || !slices.ContainsFunc(out.Biases(nil), func(b Bias) bool { return b.Shifted }) {
		t.Fatalf("%d late, %d too late, %+v: nothing was tried", s.Late, s.TooLate, out.Biases(nil))
	}
	if d := cmp.Diff(in.Biases(nil), out.Biases(nil)); d != "" {
		t.Errorf("biases differ:\n%s", d)
	}
	a, b := in.Tracks(nil), out.Tracks(nil)
	for _, all := range [][]Track{a, b} {
		for i := range all {
			all[i].Revision = 0
		}
	}
	if d := cmp.Diff(a, b); d != "" || len(a) < 3 {
		t.Errorf("%d tracks in order:\n%s", len(a), d)
	}
}
