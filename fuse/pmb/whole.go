package pmb

import "math"

// judge looks at a scan as a whole, once it is known what it was expected to show.
//
// An empty scan that should have shown much is rather one of a sensor that sees
// nothing at all (Config.Deaf): the candidates' chance of being seen falls by the
// probability of that, or ten things would go for one cover on a lens. And
// detections far beyond what tracks and registered clutter explain are rather a
// burst of false ones (Config.Burst): judge gives the factor on the density of
// clutter, 1 as a rule. Both follow from the scan and its candidates alone, so
// that a late scan finds what it would have found in time.
func (e *Engine) judge(s *Scan) (more float64) {
	if e.cfg.Deaf <= 0 && e.cfg.Burst <= 0 {
		return 1
	}
	shown, empty := 0.0, -s.View.Clutter // expected of tracks; log probability of nothing
	for i := range e.cands {
		seen := min(e.cands[i].r*e.cands[i].pd, 0.9999)
		shown += seen
		empty += math.Log1p(-seen)
	}
	n := float64(len(s.Dets))
	if n == 0 && e.cfg.Deaf > 0 && s.Declared {
		works := (1 - e.cfg.Deaf) * math.Exp(empty)
		works /= works + e.cfg.Deaf
		for i := range e.cands {
			e.cands[i].pd *= works
		}
	}
	if expected := s.View.Clutter + shown; e.cfg.Burst > 0 && s.View.Clutter > 0 && n-expected > e.cfg.Burst*math.Sqrt(max(expected, 1)) {
		return (n - shown) / s.View.Clutter
	}
	return 1
}
