package thermal

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// Whatever the network delays, times rise, and the frame's time is never later
// than its arrival by more than the drift that is borne.
func TestStreamTimeRisesAndFollows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ppm := rapid.Float64Range(-2000, 2000).Draw(t, "ppm")
		delays := rapid.SliceOfN(rapid.IntRange(0, 400), 50, 50).Draw(t, "delays")
		var s streamTime
		last := time.Time{}
		for i := range 6000 {
			true_ := time.Duration(i) * 100 * time.Millisecond
			pts := time.Duration(float64(true_) * (1 - ppm/1e6))
			arrived := noon.Add(true_ + time.Duration(delays[i%len(delays)])*time.Millisecond)
			at := s.at(pts, arrived)
			if !at.After(last) {
				t.Fatalf("frame %d: %v after %v", i, at, last)
			}
			last = at
			if d := at.Sub(noon.Add(true_)); d < -1800*time.Millisecond || d > 1800*time.Millisecond {
				t.Fatalf("frame %d is %v off", i, d)
			}
		}
		want := 600 * ppm / 1e6
		if got := s.total().Seconds(); got < want-0.5 || got > want+0.5 {
			t.Fatalf("drift of %.2f s is told as %.2f s", want, got)
		}
	})
}

func TestStreamTimeAfterAJump(t *testing.T) {
	var s streamTime
	s.at(0, noon)
	s.at(time.Second, noon.Add(time.Second))
	for i, c := range []struct{ pts, wall time.Duration }{
		{100 * time.Hour, 2 * time.Second}, // the camera set its clock
		{0, 3 * time.Second},               // it began anew
	} {
		if at := s.at(c.pts, noon.Add(c.wall)); !at.Equal(noon.Add(c.wall)) || s.steps != i+1 {
			t.Errorf("jump %d: %v, %d steps", i, at, s.steps)
		}
	}
}
