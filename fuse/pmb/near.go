package pmb

import (
	"math"
	"slices"
)

// box is a rectangle of buckets in one cell.
type box struct {
	cell           int32
	pose           int
	i0, i1, j0, j1 int32
}

// view appends the buckets that a scan's view touches, grown by some metres.
func (e *Engine) view(s *Scan, more float64, out []box) []box {
	reach := s.View.MaxRange + e.cfg.Bucket/4 + more
	for k, p := range s.Poses {
		c := &e.cells[p.Cell]
		out = append(out, box{
			cell: p.Cell, pose: k,
			i0: c.column(p.Pose.X - reach), i1: c.column(p.Pose.X + reach),
			j0: c.line(p.Pose.Y - reach), j1: c.line(p.Pose.Y + reach),
		})
	}
	return out
}

// inView gives the pose under which a track's bucket lies in a view's boxes, or −1.
func (e *Engine) inView(t *Track, boxes []box) int {
	for k := range boxes {
		b := &boxes[k]
		if b.cell != t.Cell {
			continue
		}
		c := &e.cells[b.cell]
		i, j := c.column(t.Mean.X[0]), c.line(t.Mean.X[1])
		if i >= b.i0 && i <= b.i1 && j >= b.j0 && j <= b.j1 {
			return b.pose
		}
	}
	return -1
}

// gather lists the tracks near the sensor's view, in the order of their birth.
func (e *Engine) gather(s *Scan) {
	e.found = e.found[:0]
	e.boxes = e.view(s, 0, e.boxes[:0])
	for b := range e.boxes {
		b := &e.boxes[b]
		c := &e.cells[b.cell]
		for j := b.j0; j <= b.j1; j++ {
			for i := b.i0; i <= b.i1; i++ {
				for k := c.head[j*c.nx+i]; k != none; k = e.links[k].next {
					if t := &e.slots[k]; !t.gone && !e.Expired(&t.Track, s.At) {
						e.found = append(e.found, found{t.Key, k, int32(b.pose)})
					}
				}
			}
		}
	}
	e.list(s)
}

// list makes what was found near a scan its candidates, in the order of their
// birth.
func (e *Engine) list(s *Scan) {
	slices.SortFunc(e.found, func(a, b found) int { return a.key.Compare(b.key) })
	e.cands = e.cands[:0]
	for _, f := range e.found {
		e.cands = append(e.cands, cand{slot: f.slot, pose: s.Poses[f.pose].Pose, body: none})
	}
}

// found is a track near a scan's view: small, since many are sorted.
type found struct {
	key        Key
	slot, pose int32
}

// Expired reports whether a track is over at an instant because nothing
// measured it for too long. It depends on the track and the instant alone, so
// that a late scan finds what it would have found in time.
func (e *Engine) Expired(t *Track, at int64) bool {
	silent := seconds(at - t.Seen)
	if t.Status == Tentative {
		return silent > e.cfg.Patience
	}
	if lost := e.cfg.LostSigma; lost > 0 && t.Mean.P[0]+t.Mean.P[4] > sq(lost) {
		return true
	}
	if silent <= e.cfg.CoastAfter {
		return false
	}
	if silent > e.cfg.CoastFor {
		return true
	}
	g := t.at(at, &e.cfg)
	return g.P[0]+g.P[4] > sq(e.cfg.CoastSigma)
}

// within reports whether a thing that went unmeasured may have come to a place of
// its cell by an instant: no farther from where it was going than it may have gone
// meanwhile, with something to spare. Without it a track out of sight, its place
// spread wide, would give its id to whoever comes up next: a stranger is better a
// new track than an old name.
func (e *Engine) within(t *Track, x, y float64, at int64) bool {
	silent := seconds(at - t.Seen)
	if e.cfg.Hide <= 0 || t.Status == Tentative || t.Unit > 0 || silent <= e.cfg.CoastAfter {
		return true
	}
	g := t.at(at, &e.cfg)
	most := max(briskly, 2.5*math.Hypot(t.Mean.X[2], t.Mean.X[3]))
	return math.Hypot(x-g.X[0], y-g.X[1]) <= 100+most*silent
}

// briskly is how fast, in m/s, what stood or walked may go on out of sight.
const briskly = 3.0

// Coasts reports whether a shown track went unmeasured for a while.
func (e *Engine) Coasts(t *Track, at int64) bool {
	return seconds(at-t.Seen) > e.cfg.CoastAfter
}

// Named gives the own unit that a track carries at an instant, 0 for none.
func (e *Engine) Named(t *Track, at int64) int32 {
	if t.Unit > 0 && seconds(at-t.Fix) <= e.cfg.UnitFor {
		return t.Unit
	}
	return 0
}

func sq(v float64) float64 { return v * v }

func seconds(ns int64) float64 { return float64(ns) * 1e-9 }

// age brings a track's existence to an instant: it may have gone, and a shown
// one may have stepped out of everybody's sight, or back into it.
func (e *Engine) age(t *Track, at int64) (r, hidden float64) {
	dt := max(0, seconds(at-t.RAt))
	r = t.R * math.Exp(-dt/e.cfg.Life)
	if e.cfg.Hide <= 0 || t.Status == Tentative {
		return r, 0
	}
	in, out := 1-math.Exp(-dt/e.cfg.Hide), 1-math.Exp(-dt/e.cfg.Show)
	return r, t.Hidden*(1-out) + (1-t.Hidden)*in
}
