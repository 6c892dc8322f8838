package pmb

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestForgettingOneBiasLeavesTheOthers takes one bias out of random normal
// equations: the others must be solved for as if it were still among them, and
// nothing may be known of it.
func TestForgettingOneBiasLeavesTheOthers(t *testing.T) {
	const sensors, kinds = 3, clock + 1
	const d = sensors * kinds
	rng := rand.New(rand.NewPCG(3, 1))
	e := New(Config{BiasAz: 0.01, BiasRange: 20, BiasClock: 1}, nil)
	for range 40 {
		var h [d]float64
		for i := range h {
			h[i] = rng.NormFloat64()
		}
		z := rng.NormFloat64()
		for i := range d {
			n := e.node(int32(i / kinds))
			n.y[i%kinds] += h[i] * z
			for j := range d {
				n.edge(int32(j / kinds)).n[i%kinds][j%kinds] += h[i] * h[j]
			}
		}
	}
	// solve gives all biases; a row of nothing is held at zero.
	solve := func() []float64 {
		a := make([]float64, d*(d+1))
		for i := range d {
			n := e.node(int32(i / kinds))
			for j := range d {
				a[i*(d+1)+j] = n.edge(int32(j / kinds)).n[i%kinds][j%kinds]
			}
			if a[i*(d+1)+i] == 0 {
				a[i*(d+1)+i] = 1
			}
			a[i*(d+1)+d] = n.y[i%kinds]
		}
		if !eliminate(a, d, d+1) {
			t.Fatal("the equations have no solution")
		}
		out := make([]float64, d)
		for i := range out {
			out[i] = a[i*(d+1)+d]
		}
		return out
	}
	const gone = 1*kinds + clock
	before := solve()
	e.forgetBias(1, clock)
	for i, v := range solve() {
		switch {
		case i == gone && v != 0:
			t.Errorf("the forgotten bias is still %g", v)
		case i != gone && math.Abs(v-before[i]) > 1e-9:
			t.Errorf("bias %d went from %g to %g", i, before[i], v)
		}
	}
	if n := e.node(1); n.y[clock] != 0 || n.edge(2).n[clock][0] != 0 || e.node(2).edge(1).n[0][clock] != 0 {
		t.Error("something is left of the forgotten bias")
	}
}
