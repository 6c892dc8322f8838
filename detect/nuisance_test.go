package detect

import (
	"testing"
	"time"
)

func TestNuisanceIsProposedOnly(t *testing.T) {
	n := NewNuisance(320, 240)
	at := time.Unix(0, 0).UTC()
	for k := range 12 {
		n.Judged(Mover{X: 30, Y: 30}, at.Add(time.Duration(k)*time.Hour), false)
		n.Judged(Mover{X: 200, Y: 100}, at.Add(time.Duration(k)*time.Hour), false)
		n.Judged(Mover{X: 300, Y: 200}, at, false)
	}
	n.Judged(Mover{X: 201, Y: 101}, at, true)
	p := n.Proposals(10, 5)
	if len(p) != 1 || p[0].Area != (Box{20, 20, 20, 20}) || p[0].Events != 12 || p[0].Hours != 12 || p[0].Why.Ar == "" {
		t.Errorf("proposed: %+v", p)
	}
}
