package recorded_test

import (
	"math"
	"testing"

	"marsad/fuse/recorded"
)

// TestNothingIsShownWhereNobodyCanBe holds two scenes in which ghosts of false
// bearings drifted out of every sensor's range, where nothing can miss them: they
// were fed by further bearings for good and shown for up to 55 instants, up to 10⁹ km
// away.
func TestNothingIsShownWhereNobodyCanBe(t *testing.T) {
	for _, seed := range []uint64{500004, 500006} {
		s := scenes(t, "c x10", seed)
		a := s.Scenario.Area
		most, shown := math.Hypot(a[2]-a[0], a[3]-a[1]), 0
		_, err := recorded.Run(&s.Scenario, s.Detections, recorded.For(&s.Scenario), func(k int, rows []recorded.Row) {
			shown += len(rows)
			for _, r := range rows {
				if math.Hypot(r.X-(a[0]+a[2])/2, r.Y-(a[1]+a[3])/2) > 2*most {
					t.Errorf("seed %d, instant %d: %+v", seed, k, r)
				}
			}
		})
		if err != nil || shown < 500 {
			t.Fatalf("%d rows, %v", shown, err)
		}
	}
}
