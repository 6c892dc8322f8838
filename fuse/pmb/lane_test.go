package pmb

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// together runs every piece of work in a goroutine of its own.
func together(n int, work func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { work(i) })
	}
	wg.Wait()
}

// TestParallelEqualsSequential compares everything that the engine remembers,
// to the bit, on scans large enough to be spread.
func TestParallelEqualsSequential(t *testing.T) {
	for k, window := range []float64{0, 3, 3} {
		doubt := doubts[k/2]
		run := func(lanes int) *Engine {
			rng := rand.New(rand.NewPCG(11, 11))
			cfg := lot()
			cfg.Window, cfg.Doubt, cfg.Habit = window, doubt, window == 0
			e := newEngine(cfg)
			e.Spread(lanes, together)
			th := &theatre{q: 0.02, eyes: []eye{radar(0, -4000, 40), camera(-800, -4500), camera(800, -4500)}}
			for range 110 {
				th.things = append(th.things, dot{-3000 + 6000*rng.Float64(), -3500 + 5000*rng.Float64(), 3 * rng.NormFloat64(), 3 * rng.NormFloat64()})
			}
			th.play(8, rng, func(k int, s *Scan) {
				if s.Sensor == 0 {
					e.Tick(s.At)
				}
				e.Step(s)
			})
			return e
		}
		one := run(1)
		if one.solver.Loops == 0 || one.Stats.Confirmed < 40 {
			t.Fatalf("%d loops, %d confirmed: too little happens here", one.solver.Loops, one.Stats.Confirmed)
		}
		for _, lanes := range []int{2, 5} {
			many := run(lanes)
			a, b := one.State(), many.State()
			if !slices.Equal(a.Tracks, b.Tracks) || !slices.Equal(a.Rays, b.Rays) || a.Stats != b.Stats || len(a.Tracks) < 60 {
				t.Errorf("window %g, doubt %g: %d lanes give other tracks than one", window, doubt, lanes)
			}
		}
	}
}
