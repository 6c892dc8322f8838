package forecast

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marsad/barrier"
)

var asOf = barrier.Date(2026, 1, 31)

// The border guard's own series gives the dates that the issue names, by the
// method that is quoted; the others differ, and the answer says by how much.
func TestTheBorderGuardsOwnSeries(t *testing.T) {
	for _, c := range []struct {
		target   float64
		from, to barrier.Day
	}{
		{400_000, barrier.Date(2026, 7, 1), barrier.Date(2026, 7, 31)},
		{437_000, barrier.Date(2026, 12, 1), barrier.Date(2026, 12, 31)},
		{615_000, barrier.Date(2028, 11, 1), barrier.Date(2028, 11, 30)},
	} {
		f, err := Finish(Question{Series: BorderGuard(), Target: c.target, AsOf: asOf, Seed: 7})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range f.Answers {
			t.Logf("%3.0f km %-16s P10 %v P50 %v P80 %v P90 %v", c.target/1000, a.Method, a.P10, a.P50, a.P80, a.P90)
		}
		a := f.Answers[0]
		if a.P50 < c.from || a.P50 > c.to || !(a.P10 < a.P50 && a.P50 < a.P80 && a.P80 < a.P90) {
			t.Errorf("%.0f m: P10 %v P50 %v P80 %v P90 %v, want P50 from %v to %v", c.target, a.P10, a.P50, a.P80, a.P90, c.from, c.to)
		}
		if len(f.Answers) < 5 || f.Methods.Earliest >= f.Methods.Latest || len(f.Assumptions) < 5 {
			t.Errorf("%.0f m: the methods %+v, %d answers, %d assumptions", c.target, f.Methods, len(f.Answers), len(f.Assumptions))
		}
	}
}

// With one rate and no spread there is nothing to draw: the simulation is a
// division.
func TestOneRateIsADivision(t *testing.T) {
	start := barrier.Date(2026, 1, 1)
	f, err := Finish(Question{Series: []Observation{{start, 0}, {start + 100, 10_000}}, Target: 15_000, AsOf: start + 100, Spread: 1e-9, By: start + 125})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range f.Answers {
		if a.Method != "reference-class" && (a.P50 < start+150 || a.P50 > start+151) {
			t.Errorf("%s: %v, want %v", a.Method, a.P50, start+150)
		}
	}
	if n := f.Needed; n == nil || n.Rate != 200 || n.OfNow != 2 || !n.Possible {
		t.Errorf("needed: %+v", n)
	}
}

// The closed form against a walk of small steps: inverse Gaussian quantiles.
func TestDriftIsTheFirstPassageOfAWalk(t *testing.T) {
	d := drift{rate: 250, variance: 4e6}
	const metres, runs, dt = 50_000.0, 4_000, 0.05
	r := rand.New(rand.NewPCG(11, 3))
	var within [3]int
	at := [3]float64{d.quantile(metres, 0.1), d.quantile(metres, 0.5), d.quantile(metres, 0.9)}
	for range runs {
		x, days := 0.0, 0.0
		for x < metres && days < 3000 {
			x += d.rate*dt + math.Sqrt(d.variance*dt)*r.NormFloat64()
			days += dt
		}
		for i, limit := range at {
			if days <= limit {
				within[i]++
			}
		}
	}
	for i, p := range []float64{0.1, 0.5, 0.9} {
		// Three standard errors, and what finite steps miss.
		if got := float64(within[i]) / runs; math.Abs(got-p) > 3*math.Sqrt(p*(1-p)/runs)+0.01 {
			t.Errorf("%.0f %% should be done by day %.1f, %.1f %% were", 100*p, at[i], 100*got)
		}
		if back := d.within(metres, at[i]); math.Abs(back-p) > 1e-4 {
			t.Errorf("the quantile of %v comes back as %v", p, back)
		}
	}
}

// The bootstrap's mean is the observed mean, raised by that of the lognormal:
// Wald's identity, within the last month's rounding.
func TestSimulationKeepsTheMeanRate(t *testing.T) {
	in, _, err := intervals(BorderGuard(), asOf)
	if err != nil {
		t.Fatal(err)
	}
	const metres = 2_000_000.0
	days := simulate(in, func(i Interval) float64 { return i.days() }, metres, Question{Runs: 4000, Seed: 5, Spread: 0.25}, 1)
	sum := 0.0
	for _, d := range days {
		sum += d
	}
	if got, want := sum/4000, metres/mean(in)/math.Exp(0.25*0.25/2); math.Abs(got/want-1) > 0.02 {
		t.Errorf("the mean run takes %.0f days, the mean rate %.0f", got, want)
	}
}

func TestTheSameQuestionHasTheSameAnswer(t *testing.T) {
	q := Question{Series: BorderGuard(), Target: 437_000, AsOf: asOf, Seed: 1, By: barrier.Date(2026, 6, 30)}
	a, _ := Finish(q)
	b, _ := Finish(q)
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
	q.Seed = 2
	if c, _ := Finish(q); cmp.Equal(a.Answers[0], c.Answers[0]) {
		t.Error("another seed gives the same draw")
	}
}

func TestFinishRefuses(t *testing.T) {
	d := barrier.Date(2025, 1, 1)
	for name, q := range map[string]Question{
		"nothing":         {Target: 1, AsOf: d},
		"one":             {Series: []Observation{{d, 1}}, Target: 2, AsOf: d},
		"the later only":  {Series: []Observation{{d, 1}, {d + 9, 5}}, Target: 9, AsOf: d + 1},
		"going back":      {Series: []Observation{{d, 400_000}, {d + 9, 300_000}}, Target: 615_000, AsOf: d + 9},
		"one day twice":   {Series: []Observation{{d, 1}, {d, 2}}, Target: 9, AsOf: d},
		"never moved":     {Series: []Observation{{d, 1}, {d + 9, 1}}, Target: 9, AsOf: d + 9},
		"no target":       {Series: BorderGuard(), AsOf: asOf},
		"not a number":    {Series: []Observation{{d, 1}, {d + 9, math.NaN()}}, Target: 9, AsOf: d + 9},
		"too many runs":   {Series: BorderGuard(), Target: 400_000, AsOf: asOf, Runs: 2_000_000},
		"NaN as a target": {Series: BorderGuard(), Target: math.NaN(), AsOf: asOf},
	} {
		if f, err := Finish(q); err == nil {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if f, err := Finish(Question{Series: BorderGuard(), Target: 300_000, AsOf: asOf}); err != nil || len(f.Answers) != 0 {
		t.Errorf("a target already reached: %+v, %v", f, err)
	}
}

// Lipke's own property: SPI returns to 1 when the work is done, SPI(t) does not.
func TestEarnedScheduleKeepsLateness(t *testing.T) {
	start := barrier.Date(2026, 1, 1)
	plan := []Observation{{start, 0}, {start + 100, 10_000}}
	e, ok := Schedule(plan, Observation{start + 100, 5_000})
	if !ok || e.SPI != 0.5 || e.SPIt != 0.5 || e.Finish != start+200 {
		t.Errorf("half done at the planned end: %+v, %v", e, ok)
	}
	e, _ = Schedule(plan, Observation{start + 200, 10_000})
	if e.SPI != 1 || e.SPIt != 0.5 || e.Finish != start+200 {
		t.Errorf("done at twice the time: %+v", e)
	}
	if _, ok = Schedule(plan, Observation{start, 0}); ok {
		t.Error("before it began there is nothing to measure")
	}
	if e, ok = Schedule(plan, Observation{start + 10, 0}); !ok || e.Finish != 0 {
		t.Errorf("nothing earned: %+v", e)
	}
}

func BenchmarkFinish(b *testing.B) {
	q := Question{Series: BorderGuard(), Target: 615_000, AsOf: asOf, Runs: 10_000, Seed: 1, By: barrier.Date(2026, 12, 31)}
	for b.Loop() {
		if _, err := Finish(q); err != nil {
			b.Fatal(err)
		}
	}
}
