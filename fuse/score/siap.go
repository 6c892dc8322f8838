package score

import (
	"cmp"
	"math"
	"slices"
)

// A track belongs to a truth once it was its nearest for this many instants in
// a row, until it was not for that many.
const (
	confirmAfter = 3
	endAfter     = 2
)

// belongs says that a track followed a truth from one instant to another.
type belongs struct {
	track, truth int64
	from, to     float64
}

// assignments of tracks to truths: nearest truth within the threshold, with
// confirmation and end.
func assignments(frames []Frame, threshold float64) []belongs {
	type sight struct {
		t     float64
		truth int64
		near  bool
	}
	seen := map[int64][]sight{}
	var order []int64
	for i := range frames {
		f := &frames[i]
		for j := range f.Tracks {
			s := sight{t: f.T}
			best := threshold
			for k := range f.Truth {
				if d := distance(&f.Tracks[j], &f.Truth[k]); d < best {
					best, s.truth, s.near = d, f.Truth[k].ID, true
				}
			}
			id := f.Tracks[j].ID
			if seen[id] == nil {
				order = append(order, id)
			}
			seen[id] = append(seen[id], s)
		}
	}
	var out []belongs
	for _, id := range order {
		var now belongs
		active, hits, misses := false, 0, 0
		var candidate sight
		for _, s := range seen[id] {
			if !active {
				switch {
				case !s.near:
					hits, candidate = 0, sight{}
				case !candidate.near || s.truth != candidate.truth:
					candidate, hits = s, 1
				default:
					hits++
				}
				if hits >= confirmAfter {
					now, active = belongs{id, s.truth, candidate.t, s.t}, true
					candidate, hits, misses = sight{}, 0, 0
				}
				continue
			}
			if s.near && s.truth == now.truth {
				misses, now.to = 0, s.t
				continue
			}
			misses++
			if s.near && candidate.near && s.truth == candidate.truth {
				hits++
			} else {
				candidate, hits = s, 1
			}
			if misses >= endAfter {
				out = append(out, now)
				active = hits >= confirmAfter
				if active {
					now = belongs{id, candidate.truth, candidate.t, s.t}
				}
			}
		}
		if active {
			out = append(out, now)
		}
	}
	return out
}

func (r *Result) siap(frames []Frame, threshold float64) {
	all := assignments(frames, threshold)
	var truths, covered, associated, tracks float64
	first, last := map[int64]float64{}, map[int64]float64{}
	var order []int64
	for i := range frames {
		f := &frames[i]
		truths += float64(len(f.Truth))
		tracks += float64(len(f.Tracks))
		place := map[int64]*Place{}
		for k := range f.Truth {
			id := f.Truth[k].ID
			if _, ok := first[id]; !ok {
				first[id] = f.T
				order = append(order, id)
			}
			last[id] = f.T
			place[id] = &f.Truth[k]
		}
		of := map[int64]*Place{}
		for k := range f.Tracks {
			of[f.Tracks[k].ID] = &f.Tracks[k]
		}
		hit, used := map[int64]bool{}, map[int64]bool{}
		for _, b := range all {
			if f.T < b.from || f.T > b.to {
				continue
			}
			hit[b.truth], used[b.track] = true, true
			if a, c := of[b.track], place[b.truth]; a != nil && c != nil {
				r.PositionAccuracy += distance(a, c)
				r.VelocityAccuracy += math.Hypot(a.VX-c.VX, a.VY-c.VY)
			}
		}
		covered += float64(len(hit))
		associated += float64(len(used))
	}
	share := func(a, b float64) float64 {
		if b == 0 {
			return 0
		}
		return a / b
	}
	r.Completeness, r.Ambiguity = share(covered, truths), share(associated, covered)
	r.Spuriousness = share(tracks-associated, tracks)
	r.PositionAccuracy, r.VelocityAccuracy = share(r.PositionAccuracy, associated), share(r.VelocityAccuracy, associated)
	r.continuity(all, order, first, last)
}

// continuity is the rate of track number change and the longest segment.
func (r *Result) continuity(all []belongs, order []int64, first, last map[int64]float64) {
	var changes, time, longest, alive float64
	for _, truth := range order {
		alive += last[truth] - first[truth]
		var own []belongs
		length := map[int64]float64{}
		for _, b := range all {
			if b.truth == truth {
				own = append(own, b)
				length[b.track] += b.to - b.from
			}
		}
		if len(own) == 0 {
			continue
		}
		slices.SortFunc(own, func(a, b belongs) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
		// The fewest tracks that carry the truth on: stay with one to its end,
		// then take the one that lasts longest from there.
		end, current := math.Inf(-1), int64(0)
		used := 0
		for {
			next := -1
			for i := range own {
				if own[i].to > end && (next < 0 || better(&own[i], &own[next], end, current)) {
					next = i
				}
			}
			if next < 0 {
				break
			}
			if used == 0 || own[next].track != current {
				used++
			}
			end, current = own[next].to, own[next].track
		}
		changes += float64(used - 1)
		reach := math.Inf(-1)
		for _, b := range own {
			if b.to > reach {
				time += b.to - math.Max(b.from, reach)
				reach = b.to
			}
		}
		best := 0.0
		for _, l := range length {
			best = math.Max(best, l)
		}
		longest += best
	}
	if time > 0 {
		r.ChangeRate = changes / time
	}
	if alive > 0 {
		r.LongestSegment = longest / alive
	}
}

// better says whether a goes on from an instant earlier than b, or under the
// same track, or for longer.
func better(a, b *belongs, end float64, current int64) bool {
	fa, fb := math.Max(a.from, end), math.Max(b.from, end)
	if fa != fb {
		return fa < fb
	}
	if (a.track == current) != (b.track == current) {
		return a.track == current
	}
	return a.to > b.to
}
