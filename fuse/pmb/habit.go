package pmb

import (
	"math"

	"marsad/fuse/kin"
)

// paces are how many times as often as usual things may leave off going straight.
var paces = [...]float64{3, 1, 1.0 / 3, 0.1}

// prior is how likely each of them is before anything was seen.
var prior = [len(paces)]float64{0.2, 0.4, 0.2, 0.2}

// habit learns from all shown tracks together how often things leave off going
// straight (Config.Habit): under each of the paces a track's modes have shares of
// their own, and what a scan says of the modes is evidence between the paces
// (transition probabilities out of a finite set: Jilkov & Li, IEEE Trans. Signal
// Processing 52(6), 2004). The filter goes by their geometric mean, from one tick
// to the next. It is bounded by the first and the last of them.
type habit struct {
	usual   kin.Motion
	by      []shares // by slot
	logL    [len(paces)]float64
	dt      float64 // s that changes are of
	changes [len(paces)][kin.Modes][kin.Modes]float64
}

// shares are those of a track's modes under each pace; track says of which, once
// there is one.
type shares struct {
	known bool
	track Key
	mu    [len(paces)][kin.Modes]float64
}

// heed takes what a scan said of the modes of a slot's track, whose last
// measurement was dt seconds before: their shares before and after it.
func (h *habit) heed(i int32, track Key, before, after *[kin.Modes]float64, dt float64) {
	for len(h.by) <= int(i) {
		h.by = append(h.by, shares{})
	}
	s := &h.by[i]
	if !s.known || s.track != track {
		s.known, s.track = true, track
		for k := range s.mu {
			s.mu[k] = *after
		}
		return
	}
	if dt <= 0 {
		return
	}
	if dt != h.dt {
		h.dt = dt
		for k, p := range paces {
			m := h.usual.Straight(p)
			h.changes[k] = m.Changes(dt)
		}
	}
	for k := range s.mu {
		var mu [kin.Modes]float64
		sum := 0.0
		for j := range mu {
			for i, v := range s.mu[k] {
				mu[j] += h.changes[k][i][j] * v
			}
			mu[j] *= after[j] / max(before[j], kin.LeastMu)
			sum += mu[j]
		}
		for j := range mu {
			s.mu[k][j] = mu[j] / sum
		}
		h.logL[k] += math.Log(sum)
	}
}

// pace is how many times as often as usual things leave off going straight.
func (h *habit) pace() float64 {
	top := h.logL[0]
	for _, l := range h.logL {
		top = max(top, l)
	}
	sum, mean := 0.0, 0.0
	for k, l := range h.logL {
		w := prior[k] * math.Exp(l-top)
		sum, mean = sum+w, mean+w*math.Log(paces[k])
	}
	return math.Exp(mean / sum)
}
