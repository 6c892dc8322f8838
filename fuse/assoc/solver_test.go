package assoc

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// draw gives a small problem: up to 5 tracks and 5 detections.
func draw(t *rapid.T, loops bool) *Problem {
	n, m := rapid.IntRange(1, 5).Draw(t, "tracks"), rapid.IntRange(1, 5).Draw(t, "detections")
	p := &Problem{}
	p.Reset()
	for range m {
		p.New = append(p.New, math.Exp(rapid.Float64Range(-4, 4).Draw(t, "new")))
	}
	for i := range n {
		for j := range m {
			// A chain i – j – i+1 has no loop.
			near := j == i || j == i+1
			if loops {
				near = rapid.Bool().Draw(t, "near")
			}
			if near {
				p.Det = append(p.Det, int32(j))
				p.W = append(p.W, math.Exp(rapid.Float64Range(-6, 8).Draw(t, "odds")))
			}
		}
		p.Start = append(p.Start, int32(len(p.Det)))
	}
	return p
}

// enumerate sums over every joint event, one by one.
func enumerate(p *Problem) (pairs []float64) {
	pairs = make([]float64, len(p.Det))
	used := make([]bool, len(p.New))
	var chosen []int32
	total := 0.0
	var walk func(i int, w float64)
	walk = func(i int, w float64) {
		if i == p.Tracks() {
			total += w
			for _, e := range chosen {
				pairs[e] += w
			}
			return
		}
		walk(i+1, w)
		for e := p.Start[i]; e < p.Start[i+1]; e++ {
			if d := p.Det[e]; !used[d] {
				used[d] = true
				chosen = append(chosen, e)
				walk(i+1, w*p.W[e]/p.New[d])
				chosen = chosen[:len(chosen)-1]
				used[d] = false
			}
		}
	}
	walk(0, 1)
	for e := range pairs {
		pairs[e] /= total
	}
	return pairs
}

func farthest(a, b []float64) float64 {
	far := 0.0
	for i := range a {
		far = max(far, math.Abs(a[i]-b[i]))
	}
	return far
}

func TestExactEqualsEnumeration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t, true)
		(&Solver{Exact: 6}).Solve(p)
		if d := farthest(p.P, enumerate(p)); d > 1e-9 {
			t.Fatalf("off by %g", d)
		}
	})
}

func TestPropagationIsExactWithoutLoops(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t, false)
		(&Solver{Rounds: 500, Close: 1e-12}).Solve(p)
		if d := farthest(p.P, enumerate(p)); d > 1e-6 {
			t.Fatalf("off by %g", d)
		}
	})
}

// On loops belief propagation is known to lean towards the likely: it must stay
// near, and never leave what probabilities may be.
func TestPropagationIsCloseWithLoops(t *testing.T) {
	worst := 0.0
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t, true)
		(&Solver{}).Solve(p)
		worst = max(worst, farthest(p.P, enumerate(p)))
		col := make([]float64, len(p.New))
		for i := range p.Tracks() {
			row := p.Miss[i]
			for e := p.Start[i]; e < p.Start[i+1]; e++ {
				row += p.P[e]
				col[p.Det[e]] += p.P[e]
			}
			if math.Abs(row-1) > 1e-9 {
				t.Fatalf("track %d sums to %g", i, row)
			}
		}
		for j, c := range col {
			if c+p.Free[j] > 1+1e-3 || math.IsNaN(c) {
				t.Fatalf("detection %d sums to %g", j, c+p.Free[j])
			}
		}
	})
	if worst > 0.35 {
		t.Errorf("off by %g", worst)
	}
}

func TestHugeOddsDoNotBreakPropagation(t *testing.T) {
	p := &Problem{Start: []int32{0, 2, 4}, Det: []int32{0, 1, 0, 1}, W: []float64{1e300, 1e-300, 1, 1e290}, New: []float64{1e-9, 1e-9}}
	(&Solver{}).Solve(p)
	if !(p.P[0] > 0.999 && p.P[3] > 0.999) {
		t.Errorf("%v, want the pairs on the diagonal", p.P)
	}
}
