package fuse

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marsad/geo"
	"marsad/sense"
)

// busy is a world in which much happens at once: a group, vehicles that cross,
// a patrol, bearing-only towers, clutter.
func busy(seed uint64) *world {
	w := newWorld(seed, 14)
	w.mixed = true
	w.things = []thing{
		{class: sense.Person, path: []waypoint{{2, -900, -4000}, {60, -860, -4000}}},
		{class: sense.Person, path: []waypoint{{2, -905, -4006}, {60, -865, -4006}}},
		{class: sense.Vehicle, path: []waypoint{{3, -2000, -2000}, {40, -1200, -6000}}},
		{class: sense.Vehicle, path: []waypoint{{3, -1200, -2000}, {40, -2000, -6000}}},
		{class: sense.Vehicle, unit: "p1", every: 5 * time.Second, path: []waypoint{{1, 200, -5000}, {60, 200, -5400}}},
	}
	return w
}

// register tells a stage of a world's sensors.
func (w *world) register(f *Fuser) {
	for _, s := range w.sensors {
		f.Register(s)
	}
	for i := range w.things {
		if u := w.things[i].unit; u != "" {
			f.Register(sense.Sensor{ID: sense.SensorID("gps-" + u), Kind: sense.OwnForce, Unit: u, SigmaPosition: 5})
		}
	}
}

// arrivals delivers the events of a script late by up to most of the window;
// ticks have no delay.
func arrivals(script []event, seed uint64) []*event {
	rng := rand.New(rand.NewPCG(seed, 99))
	type arrival struct {
		at time.Time
		e  *event
	}
	var late []arrival
	for i := range script {
		d := time.Duration(0)
		if !script[i].tick {
			d = time.Duration(rng.ExpFloat64() * 3e8)
			if rng.Float64() < 0.02 {
				d = time.Duration(rng.Float64() * 2.9e9)
			}
			d = min(d, 2900*time.Millisecond)
		}
		late = append(late, arrival{script[i].at.Add(d), &script[i]})
	}
	slices.SortStableFunc(late, func(a, b arrival) int { return a.at.Compare(b.at) })
	var out []*event
	for _, a := range late {
		out = append(out, a.e)
	}
	return out
}

// TestOutOfOrderEqualsInOrder delivers every scan late by up to most of the
// window and compares the tracks, bit for bit, with those of a delivery in
// order, once the window has passed. One world has a tower that stands wrong
// and is straightened meanwhile, one more tentative tracks than there is room
// for; in one the bearings that tracks explain are doubted.
func TestOutOfOrderEqualsInOrder(t *testing.T) {
	for seed := uint64(1); seed <= 7; seed++ {
		w := busy(seed)
		cfg, length := Defaults(), 40.0
		switch seed {
		case 5:
			cfg.Core.BiasSure, length = 0.5, 60
			cfg.Core.BiasClock = 0 // the delays take up the window: TestClockOutOfOrder has a wider one
		case 6:
			cfg.Core.Crowd, cfg.Core.Crossings = 3, 2
		case 7:
			cfg.Core.Doubt = 0.01
		}
		script := w.script(length)
		if seed == 5 {
			turn(script, "cam-004", 0.0175)
		}
		end := w.start.Add(time.Duration(length+5) * time.Second)
		in, out := New(cfg), New(cfg)
		w.register(in)
		w.register(out)
		for i := range script {
			step(in, &script[i])
		}
		for _, e := range arrivals(script, seed) {
			step(out, e)
		}
		in.Tick(end, nil)
		out.Tick(end, nil)
		so := out.Stats()
		if so.Late == 0 || so.TooLate > 0 || seed == 6 && so.Crowded == 0 {
			t.Fatalf("%d late, %d too late, %d without room: nothing was tried", so.Late, so.TooLate, so.Crowded)
		}
		if seed == 5 && !slices.ContainsFunc(out.Biases(nil), func(b Bias) bool { return b.Applied }) {
			t.Error("no tower was straightened: nothing was tried")
		}
		if d := cmp.Diff(in.Biases(nil), out.Biases(nil)); d != "" {
			t.Errorf("seed %d: biases differ:\n%s", seed, d)
		}
		same(t, seed, in, out)
	}
}

// same wants the same tracks of a stage that had its scans in order and of one that
// had them as they arrived, but for how often each was announced.
func same(t *testing.T, seed uint64, in, out *Fuser) {
	t.Helper()
	ti, to := in.Tracks(nil), out.Tracks(nil)
	for i := range ti {
		ti[i].Revision = 0
	}
	for i := range to {
		to[i].Revision = 0
	}
	si, so := in.Stats(), out.Stats()
	if d := cmp.Diff(ti, to); d != "" {
		t.Errorf("seed %d (%d late, %d used again):\n%s", seed, so.Late, so.Again, d)
	}
	if si.Tentative != so.Tentative || len(ti) < 3 {
		t.Errorf("seed %d: %d tentative and %d shown in order, %d tentative out of order", seed, si.Tentative, len(ti), so.Tentative)
	}
	t.Logf("seed %d: %d scans, %d late, %d used again, %d shown", seed, so.Scans, so.Late, so.Again, len(to))
}

// TestSilenceKnownLateEqualsInOrder has empty scans come 300 to 900 ms late, so that
// they wait for one another, and compares the tracks, bit for bit, with those of a
// delivery in order. In every other world there are no ticks for ten seconds.
func TestSilenceKnownLateEqualsInOrder(t *testing.T) {
	for seed := uint64(8); seed <= 13; seed++ {
		w := busy(seed)
		script := w.script(40)
		if seed%2 == 0 {
			script = slices.DeleteFunc(script, func(e event) bool {
				s := e.at.Sub(w.start).Seconds()
				return e.tick && s > 12 && s < 22
			})
		}
		in, out := New(Defaults()), New(Defaults())
		w.register(in)
		w.register(out)
		most := 0
		for i := range script {
			step(in, &script[i])
		}
		for _, e := range silentLate(script) {
			step(out, &e)
			most = max(most, len(out.engine.State().Waiting))
		}
		if most < 3 {
			t.Errorf("seed %d: %d scans waited at most: nothing was tried", seed, most)
		}
		end := w.start.Add(45 * time.Second)
		in.Tick(end, nil)
		out.Tick(end, nil)
		same(t, seed, in, out)
	}
}

// turn changes what a sensor measures by an angle in rad.
func turn(script []event, id sense.SensorID, by float64) {
	for i := range script {
		if e := &script[i]; !e.tick && e.scan.Sensor == id {
			for k := range e.scan.Detections {
				e.scan.Detections[k].Z[0] = geo.Wrap2Pi(e.scan.Detections[k].Z[0] + by)
			}
		}
	}
}

// TestRestartRemembersRegistration stops the stage at many moments of a world
// where a tower stands wrong and scans come late, starts another from the
// snapshot, and wants the same changes from both, to the bit.
func TestRestartRemembersRegistration(t *testing.T) {
	w := busy(7)
	cfg := Defaults()
	cfg.Core.BiasSure = 1
	script := w.script(55)
	turn(script, "cam-004", 0.0175)
	late := arrivals(script, 7)
	f := New(cfg)
	w.register(f)
	var others []*Fuser
	applied, waiting := false, 0
	for i, e := range late {
		want := step(f, e)
		for k, g := range others {
			if d := cmp.Diff(want, step(g, e)); d != "" {
				t.Fatalf("event %d differs after restart %d:\n%s", i, k, d)
			}
		}
		if i%(len(late)/4) == len(late)/6 {
			b, err := f.Snapshot()
			if err != nil {
				t.Fatal(err)
			}
			waiting += len(f.engine.State().Waiting)
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
		applied = applied || b.Applied
	}
	if !applied || waiting == 0 {
		t.Errorf("a tower was straightened: %v, %d scans waited at a restart: nothing was tried", applied, waiting)
	}
}

func step(f *Fuser, e *event) []Change {
	if e.tick {
		return f.Tick(e.at, nil)
	}
	return f.Scan(&e.scan, nil)
}
