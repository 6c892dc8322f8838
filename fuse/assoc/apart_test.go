package assoc

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// likeliest sums over joint events as enumerate does, but of those that differ
// only in who took what among the same tracks and detections it keeps the
// likeliest. Of two that are equally likely either may be kept: then tied says so.
func likeliest(p *Problem) (pairs []float64, tied bool) {
	type event struct {
		w      float64
		chosen []int32
		tied   bool
	}
	best := map[string]event{}
	used := make([]bool, len(p.New))
	var chosen []int32
	var walk func(i int, w float64, tracks string)
	walk = func(i int, w float64, tracks string) {
		if i == p.Tracks() {
			key := fmt.Sprint(tracks, used)
			if b := best[key]; w > b.w {
				best[key] = event{w, append([]int32(nil), chosen...), b.w > w*(1-1e-9)}
			} else if w > b.w*(1-1e-9) {
				best[key] = event{b.w, b.chosen, true}
			}
			return
		}
		walk(i+1, w, tracks+"0")
		for e := p.Start[i]; e < p.Start[i+1]; e++ {
			if d := p.Det[e]; !used[d] {
				used[d] = true
				chosen = append(chosen, e)
				walk(i+1, w*p.W[e]/p.New[d], tracks+"1")
				chosen = chosen[:len(chosen)-1]
				used[d] = false
			}
		}
	}
	walk(0, 1, "")
	pairs = make([]float64, len(p.Det))
	total := 0.0
	for _, b := range best {
		total += b.w
		tied = tied || b.tied
		for _, e := range b.chosen {
			pairs[e] += b.w
		}
	}
	for e := range pairs {
		pairs[e] /= total
	}
	return pairs, tied
}

// TestApartEqualsEnumeration holds for tracks that all go the same way; where
// none do, the cluster is summed over every event.
func TestApartEqualsEnumeration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t, true)
		same := rapid.Bool().Draw(t, "same way")
		p.Alike = func(int32, int32) bool { return same }
		s := Solver{Exact: 6, Apart: 12}
		s.Solve(p)
		want, tied := enumerate(p), false
		if same && p.Tracks() > 1 {
			// Clusters fall apart into independent ones, and so do the likeliest events.
			want, tied = likeliest(p)
		}
		if d := farthest(p.P, want); d > 1e-9 && !tied {
			t.Fatalf("%g off: %v, want %v", d, p.P, want)
		}
		for i := range p.Tracks() {
			sum := p.Miss[i]
			for e := p.Start[i]; e < p.Start[i+1]; e++ {
				sum += p.P[e]
			}
			if sum < 1-1e-9 || sum > 1+1e-9 {
				t.Fatalf("track %d: probabilities sum to %g", i, sum)
			}
		}
	})
}
