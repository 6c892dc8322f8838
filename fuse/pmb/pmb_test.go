package pmb

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"marsad/fuse/kin"
	"marsad/fuse/score"
)

// TestErrorsAreWhatTheCovarianceSays draws things from the filter's own model,
// far enough apart that nothing is in doubt, and wants the average normalised
// squared error of the last instant, one figure for each thing, inside the 95 %
// band of its chi-square, for sensors that measure places and for radars.
func TestErrorsAreWhatTheCovarianceSays(t *testing.T) {
	for name, c := range map[string]struct {
		eyes []eye
		from float64
	}{
		"position":   {[]eye{position(5)}, -6000},
		"radar":      {[]eye{radar(0, -9500, 0)}, -9000},
		"two radars": {[]eye{radar(-4000, -9000, 0), radar(4000, -9000, 0)}, -9000},
	} {
		sum, n := 0.0, 0
		const q, v = 0.05, 2.0
		for seed := range uint64(6) {
			rng := rand.New(rand.NewPCG(seed, 3))
			th := &theatre{q: q, eyes: c.eyes}
			for i := range 49 {
				th.things = append(th.things, dot{-3000 + 1000*float64(i%7), c.from + 3000 + 700*float64(i/7), v * rng.NormFloat64(), v * rng.NormFloat64()})
			}
			e := newEngine(plain(q, v))
			last := 0
			th.play(60, rng, func(k int, s *Scan) {
				if k != last {
					e.Tick(int64(last) * 1e9)
					last = k
				}
				e.Step(s)
			})
			at := int64(59e9)
			e.Each(func(_ int32, tr *Track) {
				if tr.Status == Tentative {
					return
				}
				g := e.Mean(tr, at)
				near, best := 200.0, (*dot)(nil)
				for i := range th.things {
					d := &th.things[i]
					if r := math.Hypot(g.X[0]-d.x, g.X[1]-d.y); r < near {
						near, best = r, d
					}
				}
				if best != nil {
					sum += score.NEES([4]float64{g.X[0] - best.x, g.X[1] - best.y, g.X[2] - best.vx, g.X[3] - best.vy}, g.P)
					n++
				}
			})
		}
		low, high := score.Band(4, n)
		if got := sum / float64(n); n < 250 || got < low || got > high {
			t.Errorf("%s: ANEES %.3f of %d, want within [%.3f, %.3f]", name, got, n, low, high)
		} else {
			t.Logf("%s: ANEES %.3f of %d, band [%.3f, %.3f]", name, got, n, low, high)
		}
	}
}

// definite reports whether a packed covariance has a Cholesky factor.
func definite(p *[10]float64) bool {
	return !math.IsNaN(score.NEES([4]float64{1, 1, 1, 1}, *p))
}

func TestCovariancesStayPositive(t *testing.T) {
	looked := 0
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 4))
		e := newEngine(lot())
		mixed(rng).play(40, rng, func(k int, s *Scan) {
			e.Step(s)
			e.Each(func(_ int32, tr *Track) {
				looked++
				if !(tr.R >= 0 && tr.R <= 1) || !tr.Mean.Finite() || !definite(&tr.Mean.P) {
					t.Fatalf("second %d: existence %g, mean %+v", k, tr.R, tr.Mean)
				}
				for m := range tr.Body.Sub {
					if g := &tr.Body.Sub[m]; !g.Finite() || !definite(&g.P) {
						t.Fatalf("second %d: mode %d with share %g: %+v", k, m, tr.Body.Mu[m], *g)
					}
				}
			})
		})
	}
	if looked < 1000 {
		t.Errorf("only %d tracks were looked at", looked)
	}
}

// shown lists an engine's shown tracks by place.
func shown(e *Engine, at int64) []kin.Gauss {
	var out []kin.Gauss
	e.Each(func(_ int32, tr *Track) {
		if tr.Status != Tentative {
			out = append(out, e.Mean(tr, at))
		}
	})
	slices.SortFunc(out, func(a, b kin.Gauss) int { return cmp.Compare(a.X[0], b.X[0]) })
	return out
}

// alike compares two lists of states to some metres and metres per second.
func alike(t *testing.T, what string, a, b []kin.Gauss, tol float64) {
	t.Helper()
	if len(a) != len(b) || len(a) < 6 {
		t.Fatalf("%s: %d and %d shown", what, len(a), len(b))
	}
	for i := range a {
		for k := range a[i].X {
			if math.Abs(a[i].X[k]-b[i].X[k]) > tol {
				t.Errorf("%s: state %d of track %d: %g and %g", what, k, i, a[i].X[k], b[i].X[k])
			}
		}
	}
}

// script records a theatre's scans, so that variants of them can be played.
func script(seed uint64, seconds int) (scans []Scan) {
	rng := rand.New(rand.NewPCG(seed, 5))
	mixed(rng).play(seconds, rng, func(_ int, s *Scan) { scans = append(scans, *s) })
	return scans
}

func through(scans []Scan, doubt float64, change func(*Scan)) *Engine {
	cfg := lot()
	cfg.Habit = doubt > 0
	cfg.Doubt, cfg.Crowd = doubt, 0 // which square is full depends on the frame
	e := newEngine(cfg)
	for i := range scans {
		s := scans[i]
		s.Dets, s.Poses = slices.Clone(s.Dets), slices.Clone(s.Poses)
		change(&s)
		if i > 0 && s.At/1e9 != scans[i-1].At/1e9 {
			e.Tick(s.At)
		}
		e.Step(&s)
	}
	return e
}

func TestOrderOfDetectionsMeansNothing(t *testing.T) {
	scans := script(1, 40)
	for _, doubt := range doubts {
		rng := rand.New(rand.NewPCG(1, 6))
		a := through(scans, doubt, func(*Scan) {})
		b := through(scans, doubt, func(s *Scan) {
			rng.Shuffle(len(s.Dets), func(i, j int) { s.Dets[i], s.Dets[j] = s.Dets[j], s.Dets[i] })
		})
		if x, y := a.State(), b.State(); !slices.Equal(x.Tracks, y.Tracks) || !slices.Equal(x.Rays, y.Rays) {
			t.Errorf("doubt %g: tracks or bearings that wait differ", doubt)
		}
		alike(t, "shuffled", shown(a, 40e9), shown(b, 40e9), 0)
	}
}

// doubts are those with which what must not matter is tried: off, as on the border,
// and on, as on files.
var doubts = [...]float64{0, 0.01}

func TestSensorsNumbersMeanNothing(t *testing.T) {
	scans := script(2, 40)
	names := []int32{4, 2, 5, 0, 3, 1}
	for _, doubt := range doubts {
		a := through(scans, doubt, func(*Scan) {})
		b := through(scans, doubt, func(s *Scan) { s.Sensor = names[s.Sensor] })
		alike(t, "renumbered", shown(a, 40e9), shown(b, 40e9), 1e-3)
	}
}

// TestFrameMeansNothing moves and turns the plane under sensors and things.
func TestFrameMeansNothing(t *testing.T) {
	scans := script(3, 40)
	for k, f := range []struct{ x0, y0, turn float64 }{{1234, -777, 0}, {0, 0, 0.7}, {-2000, 500, -2.3}} {
		doubt := doubts[k%2]
		a := through(scans, doubt, func(*Scan) {})
		sin, cos := math.Sincos(f.turn)
		b := through(scans, doubt, func(s *Scan) {
			p := &s.Poses[0].Pose
			*p = kin.Pose{X: f.x0 + cos*p.X - sin*p.Y, Y: f.y0 + sin*p.X + cos*p.Y, Rot: p.Rot - f.turn}
		})
		want := shown(a, 40e9)
		for i := range want {
			want[i].Turn(f.x0, f.y0, cos, sin)
		}
		slices.SortFunc(want, func(a, b kin.Gauss) int { return cmp.Compare(a.X[0], b.X[0]) })
		alike(t, "turned", want, shown(b, 40e9), 1e-3)
	}
}

// TestPairSideBySideDoesNotDriftTogether: averaging over swaps would draw the
// two tracks to the middle; solved apart they keep their distance.
func TestPairSideBySideDoesNotDriftTogether(t *testing.T) {
	spread := func(apart int) float64 {
		sum, n := 0.0, 0
		for seed := range uint64(8) {
			rng := rand.New(rand.NewPCG(seed, 7))
			cfg := plain(0.01, 2)
			cfg.Apart = apart
			e := newEngine(cfg)
			th := &theatre{eyes: []eye{position(5)}, things: []dot{{0, 0, 2, 0}, {0, 9, 2, 0}}}
			th.play(90, rng, func(k int, s *Scan) {
				if e.Step(s); k > 20 {
					if g := shown(e, s.At); len(g) == 2 {
						sum, n = sum+math.Abs(g[0].X[1]-g[1].X[1]), n+1
					}
				}
			})
		}
		return sum / float64(n)
	}
	mixed, apart := spread(0), spread(10)
	t.Logf("9 m apart: %.1f m between the tracks with swaps averaged, %.1f m without", mixed, apart)
	if !(apart > mixed && apart > 7) {
		t.Errorf("%.1f m between tracks of things 9 m apart, %.1f m with swaps averaged", apart, mixed)
	}
}

func TestCrowdIsBoundedAndCounted(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	th := &theatre{eyes: []eye{camera(1500, 0), camera(3000, -100), camera(4500, 0), camera(2200, -60)}}
	for range 150 {
		th.things = append(th.things, dot{x: 2950 + 300*rng.NormFloat64(), y: 2500 + 300*rng.NormFloat64()})
	}
	e := newEngine(lot())
	most := 0
	th.play(15, rng, func(_ int, s *Scan) {
		e.Step(s)
		in := map[int32]int{}
		e.Each(func(_ int32, tr *Track) {
			if tr.Status == Tentative {
				in[e.cells[0].bucket(tr.Mean.X[0], tr.Mean.X[1])]++
			}
		})
		for _, n := range in {
			most = max(most, n)
		}
	})
	// Tracks walk from one bucket into a full one between births.
	if limit := 3 * e.cfg.Crowd; most > limit || e.Stats.Crowded == 0 {
		t.Errorf("%d tentative tracks in one bucket, %d kept out", most, e.Stats.Crowded)
	}
}

// TestSteadyStepAllocatesNothing lets the tracker find everything first; with
// cameras among the eyes their bearings are doubted.
func TestSteadyStepAllocatesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		window, doubt float64
		eyes          []eye
	}{
		"as they come": {0, 0, []eye{radar(3000, 0, 6), radar(3500, 100, 6)}},
		"in a window":  {3, 0, []eye{radar(3000, 0, 6), radar(3500, 100, 6)}},
		"with doubt":   {3, 0.01, []eye{radar(3000, 0, 6), camera(1500, 0), camera(4500, 0)}},
	} {
		rng := rand.New(rand.NewPCG(10, 10))
		cfg := lot()
		cfg.Window, cfg.Doubt, cfg.Habit = c.window, c.doubt, c.window == 0
		e := newEngine(cfg)
		th := &theatre{q: 0.01, eyes: c.eyes}
		for i := range 20 {
			th.things = append(th.things, dot{400 + 250*float64(i), 1000 + 100*float64(i), 1, 1})
		}
		var scans []Scan
		th.play(240, rng, func(_ int, s *Scan) { scans = append(scans, *s) })
		use := func(i int) {
			if scans[i].Sensor == 0 {
				e.Tick(scans[i].At)
			}
			e.Step(&scans[i])
		}
		k := 0
		for ; k < len(scans)/2; k++ {
			use(k)
		}
		if n := testing.AllocsPerRun(200, func() { use(k); k++ }); n > 0.5 {
			t.Errorf("%s: %.2f allocations a step", name, n)
		}
	}
}

// FuzzStep feeds scans made of any bytes: whatever they say, states stay finite
// and existences probabilities.
func FuzzStep(f *testing.F) {
	f.Add([]byte("a wall of text stands for a storm of detections of every kind, one after the other, 0123456789"))
	f.Add([]byte{0, 255, 1, 254, 2, 253, 3, 252, 4, 251, 5, 250, 6, 249, 7, 248, 8, 247, 9, 246, 10, 245})
	rng := rand.New(rand.NewPCG(0, 0))
	eyes := mixed(rng).eyes
	f.Fuzz(func(t *testing.T, b []byte) {
		cfg := lot()
		cfg.Window, cfg.Doubt = 1, doubts[len(b)%2]
		e := newEngine(cfg)
		next := func() float64 {
			if len(b) == 0 {
				return 0
			}
			v := float64(b[0]) / 255
			b = b[1:]
			return v
		}
		at := int64(5e9)
		for len(b) > 0 {
			at += int64(2e9*next()) - 4e8
			i := int32(next() * 5.99)
			v := &eyes[i]
			s := Scan{At: at, Sensor: i, View: &v.view, Poses: []CellPose{{Pose: v.pose}}, Declared: next() > 0.2}
			for range int(next() * 6) {
				z := kin.Meas{Az: 7*next() - 3.5, VarAz: math.Pow(10, -9+9*next())}
				if v.kind == 'r' {
					z.Range, z.VarRange = math.Pow(10, 5*next()), math.Pow(10, -4+9*next())
					if next() > 0.7 {
						z.Doppler, z.VarD = 400*next()-200, math.Pow(10, -4+6*next())
					}
				}
				s.Dets = append(s.Dets, Det{Meas: z, Count: float32(300 * next())})
			}
			e.Step(&s)
			if next() > 0.7 {
				e.Tick(at)
			}
			e.Each(func(_ int32, tr *Track) {
				if !(tr.R >= 0 && tr.R <= 1) || !tr.Mean.Finite() {
					t.Fatalf("%+v", *tr)
				}
			})
		}
	})
}
