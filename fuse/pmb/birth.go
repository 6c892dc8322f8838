package pmb

import "marsad/fuse/kin"

// first gives the density at a measurement of things never detected before
// (Poisson intensity × detection probability × the measurement's Jacobian).
func (e *Engine) first(s *Scan, z *kin.Meas) (lambda float64) {
	v := s.View
	if x, y, _, ok := z.Point(s.Poses[0].Pose); ok {
		lambda = e.density(s.Poses[0].Cell, x, y, s.At)
	}
	switch {
	case z.XY:
		lambda *= v.Pd
	case z.VarRange > 0:
		lambda *= max(z.Range, 1) * max(v.At(z.Range, z.Az), 0.1)
	default:
		lambda = e.cfg.Undetected * (v.MaxRange*v.MaxRange - v.MinRange*v.MinRange) / 2 * v.Pd
	}
	if z.VarEl > 0 {
		lambda *= z.PerElevation()
	}
	if z.VarD > 0 {
		lambda /= dopplerSpan
	}
	return lambda
}

// explained is the probability of coming from nothing that is followed below which
// a detection is that of a track.
const explained = 0.05

// birth starts a tentative track from every detection with a range that no
// track explains, and keeps unexplained bearings as rays.
func (e *Engine) birth(s *Scan) {
	for k, j := range e.order {
		d := &s.Dets[j]
		free := e.problem.Free[k]
		if free < explained {
			if free = e.cfg.Doubt; free <= 0 || d.Meas.XY || d.Meas.VarRange > 0 {
				continue
			}
		}
		if w := &e.crowd[k]; w.most > 0.5*e.problem.New[k] {
			e.cands[w.by].plots++
			e.cands[w.by].count += max(1, d.Count)
			continue
		}
		r := e.first(s, &d.Meas) / e.problem.New[k]
		key := Key{At: s.At, Sensor: s.Sensor, Ord: int32(k)}
		p := s.Poses[0]
		x, y, cov, ok := d.Meas.Point(p.Pose)
		if !ok {
			e.wait(s, d, key, free)
			continue
		}
		t := e.newborn(key, p.Cell, x, y, cov, free*r, d)
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
	if len(e.fresh) > 0 {
		e.thin()
		e.cross(s)
	}
}

// newborn is a tentative track at a place.
func (e *Engine) newborn(key Key, ci int32, x, y float64, cov [3]float64, r float64, d *Det) Track {
	t := Track{
		Key: key, Cell: ci, At: key.At, RAt: key.At, First: key.At, Seen: key.At,
		R: r, Prior: e.cfg.Undetected, Hits: 1, Count: d.Count, Others: 1, Body: e.cfg.Motion.Born(x, y, cov),
	}
	for i := range t.Class {
		t.Class[i] = anyClass(i)
	}
	weighClass(&t.Class, &d.Class)
	t.Mean = t.Body.Mean()
	return t
}

// start puts a new track into its slot, if there is room for it: see room.
func (e *Engine) start(t *Track) {
	if t.Status == Tentative && !e.room(t) {
		e.Stats.Crowded++
		return
	}
	e.Stats.Born++
	i := e.insert(t)
	e.born = append(e.born, i)
	e.mark(i, true)
	e.settle(i)
	e.weigh(i, t.At)
}

// room makes room for a new track where its bucket holds as many tentative ones
// as the configuration allows: the least likely of them gives way. It reports
// false where that is the new one. Without the limit a crowd seen by several
// cameras starts a track at every crossing of bearings, the square of what is
// there. All tracks of the bucket are candidates of the scan, so that a late
// scan decides as it would have in time.
func (e *Engine) room(t *Track) bool {
	if e.cfg.Crowd <= 0 {
		return true
	}
	at := e.cells[t.Cell].bucket(t.Mean.X[0], t.Mean.X[1])
	n, weakest := 0, none
	look := func(i int32) {
		s := &e.slots[i]
		if s.gone || s.Status != Tentative || s.Cell != t.Cell || e.links[i].bucket != at {
			return
		}
		n++
		if weakest == none || s.R < e.slots[weakest].R || s.R == e.slots[weakest].R && s.Key.Compare(e.slots[weakest].Key) > 0 {
			weakest = i
		}
	}
	for k := range e.cands {
		look(e.cands[k].slot)
	}
	for _, i := range e.born {
		look(i)
	}
	if n < e.cfg.Crowd {
		return true
	}
	if e.slots[weakest].R >= t.R {
		return false
	}
	e.Stats.Crowded++
	e.remove(weakest)
	return true
}
