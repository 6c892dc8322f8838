package fuse

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"marsad/geo"
	"marsad/sense"
)

// TestHindranceHoldsWhatNobodySees: a walker vanishes 8 m before a trench. Where
// the trench is known the coasting track stays before it; where it is not, it is
// thought to have gone on.
func TestHindranceHoldsWhatNobodySees(t *testing.T) {
	past := func(known bool) float64 {
		w := newWorld(81, 3)
		w.things = []thing{{class: sense.Person, path: []waypoint{{5, -1500, -1000}, {100, -1386, -1000}}}}
		var g Ground
		if known {
			g.Hindrances = []Hindrance{{Line: []geo.Point{w.at(-1378, -3000).Point, w.at(-1378, 0).Point}, Width: 25, Halt: 20, Pace: 0.1}}
		}
		f := New(Defaults())
		f.Learn(g)
		frame := geo.NewFrame(geo.Position{Point: w.origin})
		far := -2000.0
		w.play(f, 150, func(s float64, c Change) {
			if s > 120 && c.Status != Ended {
				e, _ := frame.Surface(c.Point)
				far = max(far, e+1378)
			}
		})
		return far
	}
	open, held := past(false), past(true)
	t.Logf("up to 50 s after the last measurement, east of the trench: %.0f m unknown, %.0f m known", open, held)
	if open < held+10 || held > 6 {
		t.Errorf("%.0f m past a trench that is not known, %.0f m past one that is", open, held)
	}
}

// TestWaysAreWhereThingsCome asks the map of what nobody has found yet.
func TestWaysAreWhereThingsCome(t *testing.T) {
	w := newWorld(82, 3)
	f := New(Defaults())
	f.Learn(Ground{Ways: []Way{{Line: []geo.Point{w.at(-3000, -1500).Point, w.at(3000, -1500).Point}, Width: 100, Times: 8}}})
	w.play(f, 60, func(float64, Change) {})
	at := func(e, n float64) float64 {
		p := w.at(e, n).Point
		c := f.cells.number[f.cells.keyOf(p)]
		x, y := f.cells.list[c].frame.Surface(p)
		return f.engine.Unseen(c, x, y)
	}
	if on, off := at(-1000, -1500), at(-1000, -2600); on < 4*off {
		t.Errorf("%.3g on the way, %.3g beside it", on, off)
	}
}

// TestGroundThatChangesHoldsThroughLateScansAndRestarts states another ground while
// scans come late, and starts another stage from snapshots before, between and
// after: the same changes come from all, to the bit; and a stage that never heard
// of the ground gives others.
func TestGroundThatChangesHoldsThroughLateScansAndRestarts(t *testing.T) {
	w := busy(9)
	script := arrivals(w.script(40), 9)
	line := func(e float64) []geo.Point { return []geo.Point{w.at(e, -9000).Point, w.at(e, 1000).Point} }
	ground := func(n int) Ground {
		return Ground{
			Ways:       []Way{{Line: []geo.Point{w.at(-4000, -3000-500*float64(n)).Point, w.at(500, -3000).Point}, Width: 300, Times: 6}},
			Hindrances: []Hindrance{{Line: line(-1200 - 200*float64(n)), Width: 150, Halt: 20, Pace: 0.1}, {Line: line(0), Width: -1}},
		}
	}
	f, ignorant := New(Defaults()), New(Defaults())
	w.register(f)
	w.register(ignorant)
	var others []*Fuser
	differ := false
	at := len(script) / 4
	for i, e := range script {
		if i == at || i == at+7 || i == at+40 || i == at+200 {
			for _, g := range append([]*Fuser{f}, others...) {
				g.Learn(ground(i - at))
			}
		}
		want := step(f, e)
		for k, g := range others {
			if d := cmp.Diff(want, step(g, e)); d != "" {
				t.Fatalf("event %d differs after restart %d:\n%s", i, k, d)
			}
		}
		differ = differ || !cmp.Equal(want, step(ignorant, e))
		if i == at-30 || i == at+3 || i == at+20 || i == at+60 || i == at+300 {
			b, err := f.Snapshot()
			if err != nil {
				t.Fatal(err)
			}
			g := New(Defaults())
			if err := g.Restore(b); err != nil {
				t.Fatal(err)
			}
			others = append(others, g)
		}
	}
	if len(others) != 5 || !differ {
		t.Errorf("%d restarts, of %d events; the ground made a difference: %v", len(others), len(script), differ)
	}
	if n := f.Stats().Impossible; n != 4 {
		t.Errorf("%d hindrances that cannot be meant were counted, want 4", n)
	}
	if n := len(f.cells.grounds); n > 3 {
		t.Errorf("%d grounds are kept, though nothing asks for the first ones", n)
	}
}
