package pmb

import (
	"math"

	"marsad/fuse/kin"
)

// first gives the density at a measurement of things never detected before
// (Poisson intensity × detection probability × the measurement's Jacobian).
func (e *Engine) first(s *Scan, z *kin.Meas) (lambda float64) {
	v := s.View
	if x, y, _, ok := z.Point(s.Poses[0].Pose); ok {
		lambda = e.cfg.Undetected * e.cfg.Arrivals.share(x, y)
	}
	switch {
	case z.XY:
		lambda *= v.Pd
	case z.VarRange > 0:
		lambda *= max(z.Range, 1) * max(v.At(z.Range, z.Az), 0.1)
	default:
		lambda = e.cfg.Undetected * (v.MaxRange*v.MaxRange - v.MinRange*v.MinRange) / 2 * v.Pd
	}
	if z.VarD > 0 {
		lambda /= dopplerSpan
	}
	return lambda
}

// birth starts a tentative track from every detection with a range that no
// track explains, and keeps unexplained bearings as rays.
func (e *Engine) birth(s *Scan) {
	for k, j := range e.order {
		d := &s.Dets[j]
		free := e.problem.Free[j]
		if free < 0.05 {
			continue
		}
		if w := &e.crowd[j]; w.most > 0.5*e.problem.New[j] {
			e.cands[w.by].plots++
			e.cands[w.by].count += max(1, d.Count)
			continue
		}
		r := e.first(s, &d.Meas) / e.problem.New[j]
		key := Key{At: s.At, Sensor: s.Sensor, Ord: int32(k)}
		p := s.Poses[0]
		x, y, cov, ok := d.Meas.Point(p.Pose)
		if !ok {
			e.cross(s, d, key, free)
			continue
		}
		t := e.born(key, p.Cell, x, y, cov, free*r, d)
		if d.Meas.VarD > 0 {
			for m := range t.Body.Sub {
				// The position is already in: only the radial speed is new.
				only := kin.Meas{Az: d.Meas.Az, VarAz: 1e6, Doppler: d.Meas.Doppler, VarD: d.Meas.VarD}
				only.Apply(&t.Body.Sub[m], p.Pose)
			}
			t.Mean = t.Body.Mean()
		}
		t.credit(s.Sensor, s.At, s.View.Pd)
		e.start(&t)
	}
}

// born is a tentative track at a place.
func (e *Engine) born(key Key, ci int32, x, y float64, cov [3]float64, r float64, d *Det) Track {
	t := Track{
		Key: key, Cell: ci, At: key.At, RAt: key.At, First: key.At, Seen: key.At,
		R: r, Hits: 1, Count: d.Count, Others: 1, Body: e.cfg.Motion.Born(x, y, cov),
	}
	t.Class[0] = 0.5
	for i := 1; i < NClass; i++ {
		t.Class[i] = 0.5 / (NClass - 1)
	}
	weighClass(&t.Class, &d.Class)
	t.Mean = t.Body.Mean()
	return t
}

// start puts a new track into its slot.
func (e *Engine) start(t *Track) int32 {
	e.Stats.Born++
	i := e.insert(t)
	e.settle(i)
	e.weigh(i, t.At)
	return i
}

// Ray is a bearing that nothing explains, waiting for one that crosses it.
type Ray struct {
	Key         Key
	Poses       [4]CellPose
	NPoses      int
	Det         Det
	Free        float64 // probability that no track explains it
	Reach       float64 // m
	Clutter, Pd float64
	Crossed     float64 // sum of the odds of its crossings so far
}

// cross meets a new bearing with the rays that wait, starts a tentative track
// at every crossing, and lets the bearing wait in turn.
func (e *Engine) cross(s *Scan, d *Det, key Key, free float64) {
	n := Ray{
		Key: key, Det: *d, Free: free, Reach: s.View.MaxRange,
		Clutter: s.View.clutter(&d.Meas), Pd: s.View.Pd,
	}
	n.NPoses = copy(n.Poses[:], s.Poses)
	for i := range e.rays {
		o := &e.rays[i]
		if o.Key.Sensor != s.Sensor && math.Abs(seconds(s.At-o.Key.At)) <= e.cfg.RayAge {
			e.meet(s, &n, o)
		}
	}
	e.rays = append(e.rays, n)
}

// meet starts a track where two rays cross inside both views.
func (e *Engine) meet(s *Scan, n, o *Ray) {
	a, b, ok := common(n, o)
	if !ok {
		return
	}
	dx, dy := b.Pose.X-a.Pose.X, b.Pose.Y-a.Pose.Y
	if math.Abs(dx) > n.Reach+o.Reach || math.Abs(dy) > n.Reach+o.Reach {
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
	cov := [3]float64{i11 / f, -i01 / f, i00 / f}
	odds := n.Free * o.Free * e.cfg.Undetected * e.cfg.Arrivals.share(x, y) * n.Pd * o.Pd * ra * rb / math.Abs(det) / (n.Clutter * o.Clutter)
	n.Crossed += odds
	o.Crossed += odds
	r := odds / (1 + max(n.Crossed, o.Crossed))
	if r < e.cfg.DropAt {
		return
	}
	key := n.Key
	key.Ord = (key.Ord+1)<<20 | (o.Key.Sensor&0xfff)<<8 | o.Key.Ord&0xff
	t := e.born(key, a.Cell, x, y, cov, r, &n.Det)
	t.First = min(o.Key.At, t.First)
	t.Hits = 2
	t.credit(o.Key.Sensor, o.Key.At, o.Pd)
	t.credit(n.Key.Sensor, n.Key.At, n.Pd)
	e.start(&t)
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

func (e *Engine) forgetRays(now int64) {
	k := 0
	for i := range e.rays {
		if seconds(now-e.rays[i].Key.At) <= e.cfg.RayAge {
			e.rays[k] = e.rays[i]
			k++
		}
	}
	e.rays = e.rays[:k]
}
