package score

import "math"

// Result of a run. Distances in m; sums of powers in m^p.
type Result struct {
	Instants                int
	OSPA, GOSPA             float64 // means over instants with truth or tracks
	Loc, Missed, False      float64 // GOSPA's parts: means of the p-th power sums
	MissedMean, FalseMean   float64 // numbers per instant
	RMSE                    float64 // over assigned pairs
	Switches                int     // of the track that is assigned to a truth
	Tracks                  int     // different ids
	Completeness, Ambiguity float64
	Spuriousness            float64
	PositionAccuracy        float64
	VelocityAccuracy        float64
	ChangeRate              float64 // track number changes per second of truth that is covered
	LongestSegment          float64
}

// Of scores frames in order of time, with cut-off c, order p and the distance
// threshold of SIAP.
func Of(frames []Frame, c, p, threshold float64) Result {
	var r Result
	m := matcher{c: c, p: p}
	half := math.Pow(c, p) / 2
	last := map[int64]int64{}
	ids := map[int64]bool{}
	var pairs int
	var squares float64
	for i := range frames {
		f := &frames[i]
		for j := range f.Tracks {
			ids[f.Tracks[j].ID] = true
		}
		if len(f.Truth)+len(f.Tracks) == 0 {
			continue
		}
		r.Instants++
		loc, matched := 0.0, 0
		for i, j := range m.pairs(f.Truth, f.Tracks) {
			if j < 0 {
				continue
			}
			d := distance(&f.Truth[i], &f.Tracks[j])
			loc += math.Pow(d, p)
			squares += d * d
			matched++
			truth, track := f.Truth[i].ID, f.Tracks[j].ID
			if was, ok := last[truth]; ok && was != track {
				r.Switches++
			}
			last[truth] = track
		}
		pairs += matched
		missed, spare := float64(len(f.Truth)-matched), float64(len(f.Tracks)-matched)
		r.GOSPA += math.Pow(loc+half*(missed+spare), 1/p)
		r.Loc += loc
		r.Missed += missed * half
		r.False += spare * half
		r.MissedMean += missed
		r.FalseMean += spare
		most := float64(max(len(f.Truth), len(f.Tracks)))
		r.OSPA += math.Pow((loc+2*half*(most-float64(matched)))/most, 1/p)
	}
	if n := float64(r.Instants); n > 0 {
		for _, v := range []*float64{&r.OSPA, &r.GOSPA, &r.Loc, &r.Missed, &r.False, &r.MissedMean, &r.FalseMean} {
			*v /= n
		}
	}
	if pairs > 0 {
		r.RMSE = math.Sqrt(squares / float64(pairs))
	}
	r.Tracks = len(ids)
	r.siap(frames, threshold)
	return r
}
