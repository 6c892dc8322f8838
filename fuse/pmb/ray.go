package pmb

import (
	"math"
	"slices"
)

// Ray is a bearing that nothing explains, waiting for one that crosses it. It
// never changes.
type Ray struct {
	Key         Key
	Poses       [4]CellPose
	NPoses      int32
	Det         Det
	Free        float64 // probability that no track explains it
	Reach       float64 // m
	Clutter, Pd float64
}

// meet is a crossing of a new bearing with an older one, or of two sensors'
// bearings at one instant.
type meet struct {
	fresh, old int32
	cell       int32
	x, y       float64
	cov        [3]float64
	odds       float64 // one thing at the crossing against two false bearings
	rivals     float64 // the sum of the odds on the same new bearing
	likely     bool    // one of the likeliest on it
}

// wait keeps a bearing that no track explains.
func (e *Engine) wait(s *Scan, d *Det, key Key, free float64) {
	n := Ray{
		Key: key, Det: *d, Free: free, Reach: s.View.MaxRange,
		Clutter: s.View.clutter(&d.Meas), Pd: s.View.Pd,
	}
	n.NPoses = int32(copy(n.Poses[:], s.Poses))
	e.fresh = append(e.fresh, n)
}

// cross meets the new bearings with those that wait, and starts a tentative
// track at every crossing. At most one thing lies on a bearing, so the
// crossings of one share its probability; which of them is real, existence
// will tell.
func (e *Engine) cross(s *Scan) {
	e.meets, e.byOld = e.meets[:0], e.byOld[:0]
	for range e.rays {
		e.byOld = append(e.byOld, 0)
	}
	for i := range e.fresh {
		from := len(e.meets)
		for j := range e.rays {
			o := &e.rays[j]
			before := o.Key.At < s.At || o.Key.At == s.At && o.Key.Sensor < s.Sensor
			if before && o.Key.Sensor != s.Sensor && seconds(s.At-o.Key.At) <= e.cfg.RayAge {
				e.meet(s, int32(i), int32(j))
			}
		}
		// Of all that lie on one bearing the sum, and what the last of the likeliest has.
		mine, sum := e.meets[from:], 0.0
		for k := range mine {
			sum += mine[k].odds
			e.byOld[mine[k].old] += mine[k].odds
		}
		least := e.least(mine)
		for k := range mine {
			mine[k].rivals, mine[k].likely = sum, mine[k].odds >= least
		}
	}
	for k := range e.meets {
		m := &e.meets[k]
		r := m.odds / (1 + m.rivals + max(0, e.byOld[m.old]-m.odds))
		if r < e.cfg.DropAt {
			continue
		}
		if !m.likely {
			e.Stats.Crowded++
			continue
		}
		n, o := &e.fresh[m.fresh], &e.rays[m.old]
		key := n.Key
		key.Ord = (key.Ord+1)&0x7ff<<20 | o.Key.mixed()&0xfffff
		t := e.newborn(key, m.cell, m.x, m.y, m.cov, r, &n.Det)
		t.First = min(o.Key.At, t.First)
		t.Hits = 2
		t.credit(o.Key.Sensor, o.Key.At, o.Pd)
		t.credit(n.Key.Sensor, n.Key.At, n.Pd)
		e.start(&t)
	}
}

// least gives the odds that a crossing needs to be among the likeliest of one
// bearing, 0 where all may start a track.
func (e *Engine) least(mine []meet) float64 {
	n := e.cfg.Crossings
	if n <= 0 || len(mine) <= n {
		return 0
	}
	e.top = e.top[:0]
	for k := range mine {
		at := len(e.top)
		for at > 0 && e.top[at-1] < mine[k].odds {
			at--
		}
		if at < n {
			e.top = slices.Insert(e.top, at, mine[k].odds)[:min(len(e.top)+1, n)]
		}
	}
	return e.top[n-1]
}

// thin leaves the scan's unexplained bearings where they are few, else as many
// as may wait, evenly spread over them: of a storm of bearings every place would
// otherwise meet every other.
func (e *Engine) thin() {
	n, most := len(e.fresh), e.cfg.Rays
	if most <= 0 || n <= most {
		return
	}
	for k := range most {
		e.fresh[k] = e.fresh[k*n/most]
	}
	e.fresh = e.fresh[:most]
	e.Stats.Crowded += uint64(n - most)
}

// mixed spreads a key over the bits of a number, so that crossings of one
// bearing with many have keys of their own (the finaliser of MurmurHash3).
func (k Key) mixed() int32 {
	x := uint64(k.At) ^ uint64(k.Sensor)<<40 ^ uint64(k.Ord)<<52
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return int32(x >> 40)
}

// meet notes where two rays cross, if they do so inside both views.
func (e *Engine) meet(s *Scan, i, j int32) {
	n, o := &e.fresh[i], &e.rays[j]
	a, b, ok := common(n, o)
	if !ok || n.Free < explained && o.Free < explained {
		return
	}
	dx, dy := b.Pose.X-a.Pose.X, b.Pose.Y-a.Pose.Y
	if max(math.Abs(dx), math.Abs(dy)) > n.Reach+o.Reach {
		return
	}
	sa, ca := math.Sincos(n.Det.Meas.Az + a.Pose.Rot)
	sb, cb := math.Sincos(o.Det.Meas.Az + b.Pose.Rot)
	det := sa*cb - ca*sb // sine of the angle between the rays
	if math.Abs(det) < math.Sin(e.cfg.RayAngle) {
		return
	}
	ra := (dx*cb - dy*sb) / det
	rb := (dx*ca - dy*sa) / det
	if ra < s.View.MinRange || ra > n.Reach || rb < 1 || rb > o.Reach {
		return
	}
	x, y := a.Pose.X+ra*sa, a.Pose.Y+ra*ca
	// Each ray pins the place across itself; the older one less so, since the
	// thing may have moved at some 5 m/s.
	dt := seconds(n.Key.At - o.Key.At)
	va := sq(ra) * n.Det.Meas.VarAz
	vb := sq(rb)*o.Det.Meas.VarAz + sq(dt*5)
	// Information form: the sum of u·uᵀ/v with u across each ray.
	i00 := ca*ca/va + cb*cb/vb
	i01 := -ca*sa/va - cb*sb/vb
	i11 := sa*sa/va + sb*sb/vb
	f := i00*i11 - i01*i01
	density := e.density(a.Cell, x, y, s.At)
	e.meets = append(e.meets, meet{
		fresh: i, old: j, cell: a.Cell, x: x, y: y, cov: [3]float64{i11 / f, -i01 / f, i00 / f},
		odds: n.Free * o.Free * density * n.Pd * o.Pd * ra * rb / math.Abs(det) / (n.Clutter * o.Clutter),
	})
}

// common finds a cell in which both rays have a pose.
func common(n, o *Ray) (a, b CellPose, ok bool) {
	for _, a = range n.Poses[:n.NPoses] {
		for _, b = range o.Poses[:o.NPoses] {
			if a.Cell == b.Cell {
				return a, b, true
			}
		}
	}
	return a, b, false
}

// reaches reports whether two rays begin near enough to each other to cross.
func (n *Ray) reaches(o *Ray) bool {
	a, b, ok := common(n, o)
	return ok && max(math.Abs(b.Pose.X-a.Pose.X), math.Abs(b.Pose.Y-a.Pose.Y)) <= n.Reach+o.Reach
}

// forgetRays drops the bearings that no scan after an instant can meet.
func (e *Engine) forgetRays(settled int64) {
	e.rays = slices.DeleteFunc(e.rays, func(r Ray) bool { return seconds(settled-r.Key.At) > e.cfg.RayAge })
}
