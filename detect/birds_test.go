package detect

import (
	"cmp"
	"testing"
)

// How long what goes level is taken for what may be a bird, by its size, its speed and
// what it was before.
func TestHowLongWhatGoesLevelMayBeABird(t *testing.T) {
	level := func(int) float64 { return 0 }
	nods := func(k int) float64 { return []float64{0, 0.6, -0.6, 0.6, 0, -0.6, 0.6}[k%7] }
	slants := func(k int) float64 { return 2 * float64(k) }
	leaps := func(k int) float64 { return 0.25*float64(k) + 3*nods(k) }
	for _, c := range []struct {
		what  string
		w, h  float64
		speed float64 // pixels a frame, five frames a second
		way   func(k int) float64
		n     int
		wings bool
		want  bool
		fill  float64 // share of its box; 0 stands for a vehicle's
	}{
		{"small, six frames: birds are level for one or two", 5, 4, 5, level, 6, false, true, 0},
		{"small, seven", 5, 4, 5, level, 7, false, false, 0},
		{"small and slow", 5, 4, 1, level, 6, false, false, 0},
		{"middling and straight, four frames", 12, 10, 10, level, 4, false, true, 0},
		{"middling and straight, five", 12, 10, 10, level, 5, false, false, 0},
		{"middling and nodding, five", 12, 10, 10, nods, 5, false, true, 0},
		{"middling and nodding, six", 12, 10, 10, nods, 6, false, false, 0},
		{"of 15 pixels, eight lengths a second: no vehicle", 17, 14, 25, level, 12, false, true, 0},
		{"the same for three seconds", 17, 14, 25, level, 15, false, false, 0},
		{"of 48 pixels, eight lengths a second: near", 50, 46, 80, level, 5, false, false, 0},
		{"the same, and it had gone as birds go: a cat", 50, 46, 80, slants, 5, true, false, 0},
		{"of 15 pixels, four lengths a second", 17, 14, 13, level, 6, false, false, 0},
		{"a flock that has come together", 24, 17, 10, slants, 10, true, true, 0},
		{"what came near", 24, 17, 4, slants, 10, true, false, 0},
		{"slanting for long, its middle leaps by its size: an animal", 12, 8, 3, leaps, 31, true, false, 0},
		{"the same, four frames earlier", 12, 8, 3, leaps, 27, true, true, 0},
		{"what has grown and goes level: a vehicle that came in over the side", 24, 12, 13, level, 10, true, false, 0},
		{"two birds and what lies between them, level", 20, 14, 13, level, 10, false, true, 0.4},
		{"a vehicle as fast", 20, 14, 13, level, 10, false, false, 0.52},
		{"a tall thing as sparse that walks", 14, 30, 4, level, 10, false, false, 0.4},
	} {
		d := New(Standard(), 640, 480)
		d.interval = 0.2
		tr := track{w: c.w, h: c.h, vx: c.speed, vy: c.way(1) - c.way(0), hits: c.n, age: c.n}
		tr.proof = proof{wings: c.wings, fill: cmp.Or(c.fill, 0.6)}
		for k := range c.n {
			tr.proof.whole.place(float64(k), 50+c.speed*float64(k), 100+c.way(k))
		}
		_, variance := tr.proof.course().odds()
		if got := d.mayBeBird(&tr, variance); got != c.want {
			t.Errorf("%s: may be a bird: %v", c.what, got)
		}
	}
}
