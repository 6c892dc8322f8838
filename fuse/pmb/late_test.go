package pmb

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// post is a radar and two cameras that give bearings, and a thing before them.
func post(x float64) *theatre {
	return &theatre{q: 0.02, eyes: []eye{radar(x, 0, 6), camera(x-1500, 0), camera(x+1500, 0)}, things: []dot{{x + 200, 1500, 1, 0}}}
}

// live is the engine as on the border, on one plane that is 300 km long.
func live() *Engine {
	e := New(Live(), nil)
	e.AddCell(-150e3, -10e3, 150e3, 10e3)
	return e
}

// TestLateScanFarAwayUsesNothingAgain has a camera's scans of one post come late,
// with bearings that nothing explains, alone and with a second post 200 km away: what
// is used again is the same.
func TestLateScanFarAwayUsesNothingAgain(t *testing.T) {
	again := func(posts ...float64) uint64 {
		var scans []Scan
		for k, x := range posts {
			// The posts' sensors have numbers, instants and chances of their own.
			post(x).play(20, rand.New(rand.NewPCG(uint64(k), 5)), func(_ int, s *Scan) {
				s.Sensor += int32(10 * k)
				s.At += int64(k) * 5e5
				scans = append(scans, *s)
			})
		}
		arrival := func(s *Scan) int64 {
			if s.Sensor == 1 {
				return s.At + 15e8
			}
			return s.At
		}
		slices.SortStableFunc(scans, func(a, b Scan) int { return cmp.Compare(arrival(&a), arrival(&b)) })
		e := live()
		for i := range scans {
			e.Step(&scans[i])
		}
		if e.Stats.Late < 10 {
			t.Fatalf("%d scans were late: nothing was tried", e.Stats.Late)
		}
		return e.Stats.Again
	}
	alone, both := again(-100e3), again(-100e3, 100e3)
	if alone == 0 || alone != both {
		t.Errorf("%d scans used again, %d where a post far away shows something too", alone, both)
	}
}

// TestLateEmptyScansAreUsedTogether has the empty scans of ten towers come after a
// radar's younger one: they wait for the next scan near them that shows something,
// or for the tick, and the radar's is then used again once, not ten times. What
// comes out is what comes of a delivery in order.
func TestLateEmptyScansAreUsedTogether(t *testing.T) {
	plot := func(x float64, sensor int32, at float64) *Scan {
		q := radar(x, 0, 0)
		d := []dot{{x + 100, 2000, 0, 0}}
		s := q.look(at, sensor, d, rand.New(rand.NewPCG(3, 3)))
		if len(s.Dets) != 1 {
			t.Fatalf("%d detections: nothing is tried", len(s.Dets))
		}
		return &s
	}
	var empty []*Scan
	for i := range int32(10) {
		c := camera(-900+200*float64(i), 0)
		empty = append(empty, &Scan{At: 15e8 + int64(i), Sensor: 10 + i, View: &c.view, Poses: []CellPose{{Pose: c.pose}}, Declared: true})
	}
	first, second, third, far := plot(0, 1, 1), plot(0, 1, 2), plot(0, 1, 3), plot(100e3, 2, 3.5)
	e := live()
	step := func(e *Engine, scans ...*Scan) {
		for _, s := range scans {
			e.Step(s)
		}
	}
	step(e, first, second)
	step(e, empty...)
	step(e, far)
	if len(e.waiting) != 10 || e.Stats.Again != 0 {
		t.Fatalf("%d of 10 wait, %d used again", len(e.waiting), e.Stats.Again)
	}
	step(e, third)
	if len(e.waiting) != 0 || e.Stats.Again != 1 {
		t.Errorf("%d wait after a scan that shows something, %d used again instead of one", len(e.waiting), e.Stats.Again)
	}
	in := live()
	step(in, first)
	step(in, empty...)
	step(in, second, third, far)
	same := func(when string) {
		t.Helper()
		var a, b []Track
		in.Each(func(_ int32, t *Track) { a = append(a, *t) })
		e.Each(func(_ int32, t *Track) { b = append(b, *t) })
		for _, l := range [][]Track{a, b} {
			slices.SortFunc(l, func(x, y Track) int { return x.Key.Compare(y.Key) })
		}
		if len(a) == 0 || !slices.Equal(a, b) {
			t.Errorf("%s: %d tracks in order, %d as they came, or they differ", when, len(a), len(b))
		}
	}
	same("after a scan that shows something")
	late := *empty[0]
	late.At += 1e9 / 2
	step(in, &late)
	step(e, &late)
	e.Tick(4e9)
	in.Tick(4e9)
	if len(e.waiting) != 0 {
		t.Errorf("%d wait after the tick", len(e.waiting))
	}
	same("after a tick")
}
