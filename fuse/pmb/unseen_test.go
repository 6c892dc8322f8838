package pmb

import (
	"math"
	"math/rand/v2"
	"testing"

	"marsad/fuse/kin"
)

// gap is a radar at (0, 0) whose footprint is dark beyond 3 km.
func gap(clutter float64) eye {
	v := radar(0, 0, clutter)
	v.view.MaxRange = 5000
	v.view.ClutterAzRange = clutter / (2 * math.Pi * 4950)
	v.view.Foot = footed(foot(func(_, r float64) float64 {
		if r < 3000 {
			return 0.9
		}
		return 0
	}))
	return v
}

// TestUndetectedThingsGatherWhereNobodyLooks watches for five minutes, then lets
// the radar fall silent.
func TestUndetectedThingsGatherWhereNobodyLooks(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 12))
	e := newEngine(lot())
	v := gap(0)
	at := func(y float64) float64 { return e.Unseen(0, 100, y) / e.cfg.Undetected }
	k := 0
	for ; k < 300; k++ {
		s := v.look(float64(k), 0, nil, rng)
		e.Step(&s)
		e.Tick(s.At)
	}
	watched, edge, dark := at(1250), at(2750), at(4250)
	t.Logf("after five minutes: %.2f in the open, %.2f beside the dark, %.0f in the dark, in units of Undetected", watched, edge, dark)
	if watched < 0.5 || watched > 1.5 || edge <= 1.01*watched || math.Abs(dark-e.cfg.Unseen.Most) > 0.01 {
		t.Errorf("%.2f in the open (about 1), %.2f beside the dark (more), %.1f in it (%v)", watched, edge, dark, e.cfg.Unseen.Most)
	}
	for ; k < 330; k++ {
		e.Tick(int64(k) * 1e9)
	}
	some := at(1250)
	for ; k < 600; k++ {
		e.Tick(int64(k) * 1e9)
	}
	t.Logf("half a minute after the last look: %.0f; five minutes after: %.0f", some, at(1250))
	if some < 10*watched || some > 0.9*e.cfg.Unseen.Most || math.Abs(at(1250)-e.cfg.Unseen.Most) > 0.01 {
		t.Errorf("half a minute after the last look %.1f, five minutes after %.1f", some, at(1250))
	}
}

// TestAlarmThatNothingExplainsIsRemembered lets a fence sensor, which reports
// alarms alone, fire once where nobody else looks: when its tentative track is
// forgotten, what it was worth is on the map for a while.
func TestAlarmThatNothingExplainsIsRemembered(t *testing.T) {
	e := newEngine(lot())
	f := fence(1250, 1250)
	look := func(k int, alarm bool) float64 {
		s := Scan{At: int64(k) * 1e9, Sensor: 1, View: &f.view, Poses: []CellPose{{Pose: f.pose}}, Declared: alarm}
		if alarm {
			s.Dets = []Det{{}}
		}
		e.Step(&s)
		e.Tick(s.At)
		return e.Unseen(0, 1250, 1250) / e.cfg.Undetected
	}
	k := 0
	for ; k < 120; k++ {
		look(k, false)
	}
	before := look(k, true)
	top := 0.0
	for k++; k < 160; k++ {
		top = max(top, look(k, false))
	}
	var after float64
	for ; k < 460; k++ {
		after = look(k, false)
	}
	t.Logf("density where the fence fired: %.1f before, %.1f at most in the 40 s after, %.1f five minutes later", before, top, after)
	if top < 2*before || after > 1.01*before {
		t.Errorf("%.2f before, %.2f after the alarm, %.2f five minutes later", before, top, after)
	}
}

func TestThingsComeOnRoutes(t *testing.T) {
	cfg := lot()
	cfg.Unseen.Weight = func(_ int32, x, _ float64) float64 {
		if math.Abs(x) < 500 {
			return 10
		}
		return 1
	}
	e := newEngine(cfg)
	rng := rand.New(rand.NewPCG(1, 12))
	v := gap(0)
	for k := range 100 {
		s := v.look(float64(k), 0, nil, rng)
		e.Step(&s)
	}
	if on, off := e.Unseen(0, 100, 1250), e.Unseen(0, 1250, 1250); on < 5*off {
		t.Errorf("%.3g on the route, %.3g beside it", on, off)
	}
}

// TestWhoStepsOutOfAGapIsFoundSooner compares the scans until a walker who steps
// out of the dark is shown, with the map and without, and the false tracks that
// the same clutter gives.
func TestWhoStepsOutOfAGapIsFoundSooner(t *testing.T) {
	const runs = 20
	play := func(side float64) (scans, shown float64, ghosts uint64) {
		for seed := range uint64(runs) {
			rng := rand.New(rand.NewPCG(seed, 13))
			cfg := lot()
			cfg.Unseen.Side = side
			e := newEngine(cfg)
			v := gap(60)
			a := 2 * math.Pi * rng.Float64()
			things := []dot{{2998 * math.Sin(a), 2998 * math.Cos(a), -1.2 * math.Sin(a), -1.2 * math.Cos(a)}}
			for k := range 120 {
				var there []dot
				if k >= 60 {
					there = things
					things[0].step(1, 0, rng)
				}
				s := v.look(float64(k), 0, there, rng)
				e.Step(&s)
				e.Tick(s.At)
				near := false
				e.Each(func(_ int32, tr *Track) {
					g := e.Mean(tr, s.At)
					near = near || tr.Status != Tentative && math.Hypot(g.X[0]-things[0].x, g.X[1]-things[0].y) < 60
				})
				if k >= 60 && !near {
					scans++
				} else if k >= 60 {
					shown++
					break
				}
			}
			ghosts += e.Stats.Confirmed
		}
		return scans / runs, shown, ghosts - uint64(shown)
	}
	without, n0, f0 := play(0)
	with, n1, f1 := play(500)
	t.Logf("scans until shown: %.1f without the map (%v of %d shown, %d false), %.1f with it (%v, %d false)", without, n0, runs, f0, with, n1, f1)
	if with > without || n1 < n0 || f1 > f0+1 {
		t.Errorf("scans until shown: %.1f without, %.1f with the map; shown %v and %v; false %d and %d", without, with, n0, n1, f0, f1)
	}
}

func TestMapOfUndetectedSurvivesARestart(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 12))
	cfg := lot()
	cfg.Window = 3
	e := newEngine(cfg)
	v, f := gap(5), fence(1250, 1250)
	for k := range 77 {
		for i, w := range []*eye{&v, &f} {
			s := w.look(float64(k)+0.1*float64(i), int32(i), nil, rng)
			e.Step(&s)
		}
		e.Tick(int64(k)*1e9 + 5e8)
	}
	g := newEngine(cfg)
	g.SetState(e.State())
	for k := 77; k < 100; k++ {
		for i, w := range []*eye{&v, &f} {
			s := w.look(float64(k)+0.1*float64(i), int32(i), nil, rng)
			e.Step(&s)
			g.Step(&s)
		}
		e.Tick(int64(k)*1e9 + 5e8)
		g.Tick(int64(k)*1e9 + 5e8)
		for y := -9000.0; y < 9000; y += 500 {
			for x := -9000.0; x < 9000; x += 500 {
				if a, b := e.Unseen(0, x, y), g.Unseen(0, x, y); a != b {
					t.Fatalf("second %d, (%v, %v): %g, after a restart %g", k, x, y, a, b)
				}
			}
		}
	}
}

// A cell that is at rest again, and so has no square in the snapshot, still takes
// back what came to nothing there after a restart.
func TestACellAtRestSurvivesARestart(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 12))
	cfg := lot()
	cfg.Window = 3
	e := newEngine(cfg)
	v, f := gap(0), fence(1250, 1250)
	k := int64(0)
	for ; k < 10; k++ {
		s := v.look(float64(k), 0, nil, rng)
		e.Step(&s)
		e.Tick(s.At)
	}
	for ; k < 400; k++ {
		e.Tick(k * 1e9)
	}
	s := Scan{At: k * 1e9, Sensor: 1, View: &f.view, Poses: []CellPose{{Pose: f.pose}}, Dets: []Det{{}}}
	e.Step(&s)
	e.Tick(s.At)
	e.Tick(s.At + 2e9)
	g, st := newEngine(cfg), e.State()
	for i := range st.Scans {
		st.Scans[i].View = &f.view
	}
	g.SetState(st)
	for k += 3; k < 460; k++ {
		e.Tick(k * 1e9)
		g.Tick(k * 1e9)
		if a, b := e.Unseen(0, 1250, 1250), g.Unseen(0, 1250, 1250); a != b {
			t.Fatalf("second %d: %g, after a restart %g", k, a, b)
		}
	}
}

// BenchmarkMap is one scan of a radar that sees 15 km, its part in the map alone,
// and a step of the map of one cell of 0.5°.
func BenchmarkMap(b *testing.B) {
	e := New(Live(), nil)
	e.AddCell(-22e3, -28e3, 22e3, 28e3)
	s := Scan{View: &View{MaxRange: 15000, HalfWidth: math.Pi, Pd: 0.9, ClutterAzRange: 1e-6}, Poses: []CellPose{{Pose: kin.Pose{}}}, Declared: true}
	e.glanced(&s)
	b.Run("scan", func(b *testing.B) {
		for range b.N {
			e.glanced(&s)
		}
	})
	b.Run("step of a cell", func(b *testing.B) {
		for range b.N {
			e.glanced(&s)
			e.advance(&e.patches[0])
		}
	})
}
