package detect

import (
	"math/rand/v2"
	"testing"
)

// A column that is mixed once for the pixels on either side of it gives to the bit what
// the four pixels around each give, at 8 bits and at 16.
func TestMixedColumnsGiveWhatFourPixelsGive(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 1))
	const n = 37
	for range 200 {
		most := int32(255)
		if rng.IntN(2) == 0 {
			most = 65535
		}
		var top, low [n + 1]int32
		for x := range top {
			top[x], low[x] = rng.Int32N(most+1)<<q, rng.Int32N(most+1)<<q
		}
		right, down := rng.Int64N(256), rng.Int64N(256)
		var out [n]int32
		mix(out[:], top[:], low[:], right, down)
		for x, got := range out {
			a, b, c, e := int64(top[x]), int64(top[x+1]), int64(low[x]), int64(low[x+1])
			want := int32((a*(256-right)*(256-down) + b*right*(256-down) + c*(256-right)*down + e*right*down) >> 16)
			if got != want {
				t.Fatalf("at %d, %d/256 right and %d/256 down of %d %d %d %d: %d, not %d", x, right, down, a, b, c, e, got, want)
			}
		}
	}
}
