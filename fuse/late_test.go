package fuse

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// TestOutOfOrderEqualsInOrder delivers every scan late by up to most of the
// window and compares the tracks, bit for bit, with those of a delivery in
// order, once the window has passed.
func TestOutOfOrderEqualsInOrder(t *testing.T) {
	for seed := uint64(1); seed <= 4; seed++ {
		w := busy(seed)
		script := w.script(40)
		end := w.start.Add(45 * time.Second)
		in, out := New(Defaults()), New(Defaults())
		w.register(in)
		w.register(out)
		for i := range script {
			step(in, &script[i])
		}
		// Every event arrives when its delay is over; ticks have none.
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
		for _, a := range late {
			step(out, a.e)
		}
		in.Tick(end, nil)
		out.Tick(end, nil)
		si, so := in.Stats(), out.Stats()
		if so.Late == 0 || so.TooLate > 0 {
			t.Fatalf("%d late, %d too late: nothing was tried", so.Late, so.TooLate)
		}
		ti, to := in.Tracks(nil), out.Tracks(nil)
		for i := range ti {
			ti[i].Revision = 0
		}
		for i := range to {
			to[i].Revision = 0
		}
		if d := cmp.Diff(ti, to); d != "" {
			t.Errorf("seed %d (%d late, %d used again):\n%s", seed, so.Late, so.Again, d)
		}
		if si.Tentative != so.Tentative || len(ti) < 3 {
			t.Errorf("seed %d: %d tentative and %d shown in order, %d tentative out of order", seed, si.Tentative, len(ti), so.Tentative)
		}
		t.Logf("seed %d: %d scans, %d late, %d used again, %d shown", seed, so.Scans, so.Late, so.Again, len(to))
	}
}

func step(f *Fuser, e *event) []Change {
	if e.tick {
		return f.Tick(e.at, nil)
	}
	return f.Scan(&e.scan, nil)
}
