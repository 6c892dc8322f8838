package detect

import "testing"

// A thing that comes in where a piece of a cloud stood is born of that piece and of
// itself. Its way is judged by what came after as soon as that is straight; what hops
// and stops is not judged by where it stopped.
func TestAWayIsJudgedWithoutAFalseBirth(t *testing.T) {
	born := func(k float64, at func(k float64) float64) (p proof) {
		for n := range 12 {
			k := k + float64(n)
			p.whole.place(k, at(k), 3)
			if n >= 2 {
				p.since.place(k, at(k), 3)
			}
		}
		return p
	}
	aircraft := func(k float64) float64 {
		if k == 1 {
			return 310.5 // the piece of the cloud: the thing itself is ten pixels farther out
		}
		return 324 - 3.5*k
	}
	p := born(1, aircraft)
	if _, v := p.whole.odds(); v < 1.5 {
		t.Errorf("its birth bends the way by %.2f square pixels only: nothing is shown here", v)
	}
	if odds, v := p.course().odds(); v > tight || odds < 20 {
		t.Errorf("judged by odds of %.1f and a variance of %.2f", odds, v)
	}
	if got := born(2, aircraft); got.course() != &got.whole {
		t.Error("a straight way is judged without its beginning")
	}
	hop := func(k float64) float64 { return 20 + 5*min(k, 3) }
	for first := range 3 {
		p := born(float64(first), hop)
		if odds, v := p.course().odds(); v <= tight && odds >= way {
			t.Errorf("a hop seen from frame %d is a way: odds %.1f, variance %.2f", first, odds, v)
		}
	}
}
