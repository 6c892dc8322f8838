package fuse

import (
	"testing"

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
		cfg := Defaults()
		if known {
			cfg.Hindrances = []Hindrance{{Line: []geo.Point{w.at(-1378, -3000).Point, w.at(-1378, 0).Point}, Width: 25, Halt: 20, Pace: 0.1}}
		}
		f := New(cfg)
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
	cfg := Defaults()
	cfg.Ways = []Way{{Line: []geo.Point{w.at(-3000, -1500).Point, w.at(3000, -1500).Point}, Width: 100, Times: 8}}
	f := New(cfg)
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
