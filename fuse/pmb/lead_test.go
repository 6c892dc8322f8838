package pmb

import (
	"math"
	"testing"

	"marsad/fuse/kin"
)

// beside starts a track at a place, seen some times, before the scan at 1 s.
func (e *Engine) beside(ord int32, x, r float64, hits int32, st Status) int32 {
	t := e.newborn(Key{Ord: ord}, 0, x, 0, [3]float64{25, 0, 25}, r, &Det{})
	t.Hits, t.Status = hits, st
	return e.insert(&t)
}

// places is a scan of one position sensor at 1 s.
func places(x ...float64) *Scan {
	q := position(5)
	s := &Scan{At: 1e9, Sensor: 1, View: &q.view, Poses: []CellPose{{}}, Declared: true}
	for _, v := range x {
		s.Dets = append(s.Dets, Det{Meas: kin.Meas{XY: true, E: v, VarE: [3]float64{25, 0, 25}}})
	}
	return s
}

// TestYoungTrackGoesWithTheLikelierDetection compares where a track is put that has
// a nearer and a farther detection to choose from.
func TestYoungTrackGoesWithTheLikelierDetection(t *testing.T) {
	at := func(lead float64, hits int32) (x, r float64) {
		cfg := plain(0.05, 2)
		cfg.Lead, cfg.LeadHits = lead, 20
		e := newEngine(cfg)
		k := e.beside(1, 0, 0.9, hits, Confirmed)
		e.Step(places(-6, 9))
		return e.Track(k).Mean.X[0], e.Track(k).R
	}
	mean, r := at(0, 3)
	young, rYoung := at(2, 3)
	old, _ := at(2, 30)
	if !(young < mean-0.5) || old != mean || r != rYoung || math.IsNaN(young) {
		t.Errorf("placed at %.2f, an old track at %.2f, without a lead at %.2f; existence %.4f and %.4f", young, old, mean, rYoung, r)
	}
}
