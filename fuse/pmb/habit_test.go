package pmb

import (
	"math"
	"math/rand/v2"
	"testing"

	"marsad/fuse/kin"
)

// TestHabitFollowsWhatThingsDo shows a sensor of places things that keep their
// velocity, and things that turn off and halt every ten seconds.
func TestHabitFollowsWhatThingsDo(t *testing.T) {
	after := func(restless bool) float64 {
		rng := rand.New(rand.NewPCG(3, 12))
		cfg := plain(0.01, 2)
		cfg.Motion.Mode[kin.Veer] = kin.Mode{Q: 2, V: 3, W: 0.1, Jump: 2}
		cfg.Motion.Rate[kin.Slow][kin.Veer], cfg.Motion.Rate[kin.Veer][kin.Slow] = 0.02, 0.3
		cfg.Habit = true
		e := newEngine(cfg)
		th := &theatre{eyes: []eye{position(3)}}
		for i := range 8 {
			th.things = append(th.things, dot{x: 400 * float64(i), vx: 2})
		}
		th.play(90, rng, func(k int, s *Scan) {
			e.Step(s)
			e.Tick(s.At)
			for i := range th.things {
				if d := &th.things[i]; restless && (k+i)%10 == 0 {
					turn := 2 * math.Pi * rng.Float64()
					d.vx, d.vy = 3*math.Cos(turn), 3*math.Sin(turn)
				}
			}
		})
		if got, want := e.cfg.Motion.Rate[kin.Slow][kin.Veer], 0.02*e.pace(); got != want {
			t.Errorf("things are moved with a rate of %g, learned is %g", got, want)
		}
		return e.pace()
	}
	steady, restless := after(false), after(true)
	t.Logf("leaves off going straight %.2f times as often as usual, the restless %.2f", steady, restless)
	if !(steady < 0.4 && steady >= 0.1 && restless > 1.5 && restless < 3.01) {
		t.Errorf("pace %g and %g", steady, restless)
	}
}
