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

// TestWhatWasLearnedLongAgoIsNothing fades evidence for an hour: nothing is left of
// it, not even numbers that are too small to be fast.
func TestWhatWasLearnedLongAgoIsNothing(t *testing.T) {
	e := New(Config{BiasAz: 0.01, BiasRange: 20, BiasClock: 1, BiasJump: 5}, nil)
	p := &biasRow{kind: 0, pace: -0.01}
	e.node(0).learn(p, 3e4)
	e.node(0).edge(0).learn(p, p, 1e6)
	for range 60 {
		e.jumps(0)
	}
	if e.nodes[0].lateY[0] == 0 || e.nodes[0].edges[0].late[0][0] == 0 {
		t.Error("what was learned a minute ago is forgotten")
	}
	for range 3600 {
		e.jumps(0)
	}
	if e.nodes[0].lateY != [3]float64{} || e.nodes[0].edges[0].late != [3][3]float64{} {
		t.Errorf("of an hour ago there is left %g and %g", e.nodes[0].lateY, e.nodes[0].edges[0].late)
	}
	if e.nodes[0].y[0] != 3e4 || e.nodes[0].edges[0].n[0][0] != 1e6 {
		t.Error("with the evidence of late that of all time faded")
	}
}
