package pmb

import (
	"math"

	"marsad/fuse/kin"
)

// merge makes one of tracks that follow the same thing. Only tracks that share
// a detection of this scan are looked at.
func (e *Engine) merge(s *Scan) {
	e.owner = e.owner[:0]
	for range s.Dets {
		e.owner = append(e.owner, none)
	}
	for i := range e.cands {
		c := &e.cands[i]
		for _, j := range e.problem.Det[c.start:c.end] {
			if e.slots[c.slot].gone {
				break
			}
			if e.owner[j] == none {
				e.owner[j] = c.slot
				continue
			}
			o := e.owner[j]
			if o == c.slot || e.slots[o].gone {
				e.owner[j] = c.slot
				continue
			}
			if e.same(&e.slots[o].Track, &e.slots[c.slot].Track) {
				e.owner[j] = e.unite(o, c.slot)
			}
		}
	}
}

// same reports whether two tracks are one thing: their states agree, and the
// evidence does not speak for two.
func (e *Engine) same(a, b *Track) bool {
	if a.Cell != b.Cell || a.Unit > 0 && b.Unit > 0 && a.Unit != b.Unit {
		return false
	}
	if (a.Unit > 0) != (b.Unit > 0) && (a.Status != Tentative && b.Status != Tentative || seenApart(a, b)) {
		return false // who meets a patrol, or walks beside it, is not the patrol
	}
	at := max(a.At, b.At)
	ga, gb := a.at(at, &e.cfg), b.at(at, &e.cfg)
	if !e.within(a, gb.X[0], gb.X[1], at) || !e.within(b, ga.X[0], ga.X[1], at) {
		return false
	}
	if a.R+b.R < 1.2 || a.Status != Confirmed || b.Status != Confirmed {
		if kin.Distance2(&ga, &gb) < e.cfg.MergeGate {
			return a.R+b.R < 1.2 || e.cfg.GroupRadius > 0
		}
	}
	if e.cfg.GroupRadius <= 0 {
		return false
	}
	dx, dy := ga.X[0]-gb.X[0], ga.X[1]-gb.X[1]
	du, dv := ga.X[2]-gb.X[2], ga.X[3]-gb.X[3]
	return dx*dx+dy*dy < sq(min(e.cfg.reach(a), e.cfg.reach(b))) && du*du+dv*dv < 1.5
}

// unite ends one of two tracks in favour of the other and gives the survivor:
// an own unit's first, then what was shown, then the elder.
func (e *Engine) unite(i, j int32) int32 {
	a, b := &e.slots[i].Track, &e.slots[j].Track
	if rank(b) > rank(a) || rank(b) == rank(a) && b.Key.Compare(a.Key) < 0 {
		i, j, a, b = j, i, b, a
	}
	a.R = min(1, a.R+b.R)
	a.First = min(a.First, b.First)
	a.Seen = max(a.Seen, b.Seen)
	a.Hits = max(a.Hits, b.Hits)
	e.mark(i, true)
	e.absorb(j, i)
	return i
}

func rank(t *Track) int {
	r := 0
	if t.Unit > 0 {
		r += 4
	}
	if t.Status != Tentative {
		r += 2
	}
	return r
}

// parent gives the group that a track, about to be shown, stepped out of: a shown
// track that showed more than one thing of late, the nearest within three radii of
// a group from which it moves away, on a way that leads back to it. No key where
// there is none.
func (e *Engine) parent(t *Track, at int64) (from Key) {
	if e.cfg.GroupRadius <= 0 {
		return from
	}
	g := t.at(at, &e.cfg)
	nearest := 3 * e.cfg.GroupRadius
	for k := range e.cands {
		o := &e.slots[e.cands[k].slot]
		if o.gone || o.Status == Tentative || o.Cell != t.Cell || o.Unit > 0 || max(o.Plots, o.Count) < 1.5 || e.Coasts(&o.Track, at) {
			continue
		}
		h := o.at(at, &e.cfg)
		dx, dy, du, dv := g.X[0]-h.X[0], g.X[1]-h.X[1], g.X[2]-h.X[2], g.X[3]-h.X[3]
		d, since := math.Hypot(dx, dy), 0.0 // s since they were nearest
		if apart := dx*du + dy*dv; apart > 0 {
			since = min(apart/(du*du+dv*dv), 90)
		} else if d > 1.5*e.cfg.GroupRadius {
			continue
		}
		if d < nearest && math.Hypot(dx-since*du, dy-since*dv) < 2*e.cfg.GroupRadius {
			nearest, from = d, o.Key
		}
	}
	return from
}

// member reports whether a tentative track, about to be confirmed, is one more
// member of a group that is shown already.
func (e *Engine) member(i int32, at int64) bool {
	if e.cfg.GroupRadius <= 0 {
		return false
	}
	t := &e.slots[i]
	g := t.at(at, &e.cfg)
	for k := range e.cands {
		o := &e.slots[e.cands[k].slot]
		if o.gone || o.Status == Tentative || o.Cell != t.Cell || e.Coasts(&o.Track, at) {
			continue
		}
		h := o.at(at, &e.cfg)
		doubt := 2.0
		if o.Unit > 0 {
			doubt = 1 // a stranger beside a unit is not to be taken for one of it
		}
		reach := e.cfg.reach(&o.Track) + doubt*math.Sqrt(max(g.P[0], g.P[4]))
		pace := 1.5 + 2*math.Sqrt(max(g.P[7], g.P[9])+max(h.P[7], h.P[9]))
		if math.Hypot(g.X[0]-h.X[0], g.X[1]-h.X[1]) < reach && math.Hypot(g.X[2]-h.X[2], g.X[3]-h.X[3]) < pace {
			return true
		}
	}
	return false
}
