package assoc

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// TestAllHypothesesAreExact: with as many hypotheses as there are, K-best is the
// sum over every event.
func TestAllHypothesesAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t, true)
		(&Solver{Best: 5000}).Solve(p)
		if d := farthest(p.P, enumerate(p)); d > 1e-9 {
			t.Fatalf("%g off: %v, want %v", d, p.P, enumerate(p))
		}
	})
}

// TestHypothesesComeInOrder wants the first of them to be the likeliest of all,
// the others never likelier than the one before, and none of them twice.
func TestHypothesesComeInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t, true)
		s := Solver{Best: 12}
		s.Solve(p)
		if len(s.lanes) == 0 || len(s.lanes[0].ranked) == 0 {
			return
		}
		ranked := s.lanes[0].ranked
		seen := map[[mostBest]int8]bool{}
		for k, e := range ranked {
			if k > 0 && e.weight > ranked[k-1].weight+1e-9 {
				t.Fatalf("hypothesis %d has weight %g after %g", k, e.weight, ranked[k-1].weight)
			}
			if seen[e.took] {
				t.Fatalf("%v twice", e.took)
			}
			seen[e.took] = true
		}
	})
}

// TestFewHypothesesOfManyAreClose takes clusters of eight tracks, too large to
// enumerate here, against the sums over subsets: a hundred hypotheses come closer
// than one.
func TestFewHypothesesOfManyAreClose(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	off := map[int]float64{}
	for range 40 {
		p := &Problem{}
		p.Reset()
		for i := range 8 {
			for j := range 8 {
				p.Det = append(p.Det, int32(j))
				p.W = append(p.W, math.Exp(6-math.Abs(float64(i-j))*2+rng.NormFloat64()))
			}
			p.New = append(p.New, 1)
			p.Start = append(p.Start, int32(len(p.Det)))
		}
		(&Solver{Exact: 8}).Solve(p)
		want := append([]float64(nil), p.P...)
		for _, k := range []int{1, 10, 100} {
			(&Solver{Best: k}).Solve(p)
			off[k] += farthest(p.P, want) / 40
		}
	}
	t.Logf("largest error of a probability, mean of 40 clusters of 8×8: %.3f with 1, %.3f with 10, %.4f with 100 hypotheses", off[1], off[10], off[100])
	if !(off[100] < off[10] && off[10] < off[1] && off[100] < 0.1) {
		t.Errorf("%v", off)
	}
}
