package detect

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// The median of nine blocks in three rows is what sorting them gives, with and without
// equal ones among them.
func TestTheMiddleOfNineBlocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 1))
	for round := range 20000 {
		var nine [9]int32
		for i := range nine {
			nine[i] = rng.Int32N(int32(2 + round%40))
		}
		sorted := nine
		slices.Sort(sorted[:])
		if got := ofNine(nine[:3], nine[3:6], nine[6:]); got != sorted[4] {
			t.Fatalf("of %v it is %d, not %d", nine, sorted[4], got)
		}
	}
}
